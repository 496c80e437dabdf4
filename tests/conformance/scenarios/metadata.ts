import { RequestResponse_Reason as Reason, UpdateParticipantMetadata } from '@livekit/protocol';
import { learns, newest, next, orNothing } from '../looking.ts';
import type { Scenario } from '../scenario.ts';

export const metadata: Scenario = {
  name: 'metadata',
  async run({ see }, target) {
    const ann = await target.join('ann', { grants: { video: { canUpdateOwnMetadata: true }, attributes: { gone: 'x', stays: 'y' } } });
    const ben = await target.join('ben');
    const change = async (of: typeof ann, change: ConstructorParameters<typeof UpdateParticipantMetadata>[0]) => {
      const from = of.messages.length;
      of.send({ case: 'updateMetadata', value: new UpdateParticipantMetadata(change) });
      const answer = await orNothing(next(of, 'requestResponse', from));
      return { reason: answer && Reason[answer.reason], id: answer?.requestId, of: answer?.request.case };
    };
    const before = newest(ann.messages, 'ann')!.version;
    see('changing oneself', await change(ann, { requestId: 7, name: 'Ann', metadata: 'm1', attributes: { gone: '', hand: 'up' } }), { reason: 'OK', id: 7, of: 'updateMetadata' });
    const seen = await learns(ben, 'ann', ({ metadata: it }) => it === 'm1');
    see('ben sees', { name: seen.name, metadata: seen.metadata, attributes: seen.attributes }, { name: 'Ann', metadata: 'm1', attributes: { hand: 'up', stays: 'y' } });
    const own = await learns(ann, 'ann', ({ metadata: it }) => it === 'm1');
    see('so does ann herself', own.name, 'Ann');
    see('the version grows', own.version > before, true);
    see('empty means unchanged', await change(ann, { requestId: 8, attributes: { hand: 'down' } }), { reason: 'OK', id: 8, of: 'updateMetadata' });
    const after = await learns(ben, 'ann', ({ attributes }) => attributes['hand'] === 'down');
    see('name and metadata stay', [after.name, after.metadata], ['Ann', 'm1']);
    see('without the permission', await change(ben, { requestId: 9, name: 'Bob' }), { reason: 'NOT_ALLOWED', id: 9, of: 'updateMetadata' });
    see('too much metadata', (await change(ann, { requestId: 10, metadata: 'x'.repeat(512 * 1024 + 1) })).reason, 'LIMIT_EXCEEDED');
    see('too many attributes', (await change(ann, { requestId: 11, attributes: { big: 'x'.repeat(64 * 1024 + 1) } })).reason, 'LIMIT_EXCEEDED');
    see('too long a name', (await change(ann, { requestId: 12, name: 'x'.repeat(257) })).reason, 'LIMIT_EXCEEDED');
  },
};
