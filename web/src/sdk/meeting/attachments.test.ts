import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Attachments, faultOf, type Attachment } from './attachments';
import type { Answer } from './client';
import type { FileLimits, SharedFile } from './types';

const LIMITS: FileLimits = { max_bytes: 10, max_per_message: 3, endings: ['png', 'txt'] };
const file = (name: string, text = 'x') => new File([text], name);
const shared = (id: string): SharedFile => ({ id, name: `${id}.txt`, type: 'text/plain', size: 1, width: null, height: null });
const refused = (status: number, code: string): Answer => ({ ok: false, status, refusal: { code, title: '', detail: '' } });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

interface Open {
  readonly name: string;
  readonly key: string;
  readonly signal: AbortSignal;
  readonly progress: (part: number) => void;
  readonly answer: (answer: Answer) => Promise<void>;
}
let uploads: Open[] = [];
let now: readonly Attachment[] = [];
const remove = vi.fn();

function setUp(): Attachments {
  let keys = 0;
  return new Attachments(
    (one, key, progress, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('called off')));
        uploads.push({ name: one.name, key, signal, progress, answer: async (answer) => (resolve(answer), settle() as Promise<void>) });
      }),
    remove,
    (all) => (now = all),
    () => `k${++keys}`,
  );
}
beforeEach(() => {
  uploads = [];
  now = [];
  remove.mockClear();
});
const states = () => now.map(({ name, state }) => `${name} ${state}`);

describe('files of a message', () => {
  it('go up one after another, and say how far they are', async () => {
    const all = setUp();
    all.add([file('a.txt'), file('b.PNG')], LIMITS);
    expect(states()).toEqual(['a.txt uploading', 'b.PNG waiting']);
    uploads[0]?.progress(0.5);
    expect(now[0]?.progress).toBe(0.5);
    await uploads[0]?.answer({ ok: true, status: 201, body: shared('a') });
    expect(states()).toEqual(['a.txt ready', 'b.PNG uploading']);
    await uploads[1]?.answer({ ok: true, status: 201, body: shared('b') });
    expect(all.take().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(now).toEqual([]);
    expect(remove).not.toHaveBeenCalled();
  });

  it('that cannot be shared are not sent, and say why', () => {
    const all = setUp();
    all.add([file('big.txt', 'x'.repeat(11)), file('a.svg'), file('empty.txt', ''), file('none')], LIMITS);
    expect(now.map(({ refusal }) => refusal?.code)).toEqual(['too_large', 'wrong_kind', 'empty', 'wrong_kind']);
    expect(uploads).toEqual([]);
    expect(all.take()).toEqual([]);
    expect(now).toEqual([]);
  });

  it('are as many as one message may have', () => {
    setUp().add(['a', 'b', 'c', 'd'].map((name) => file(`${name}.txt`)), LIMITS);
    expect(now.map(({ refusal }) => refusal?.code ?? '')).toEqual(['', '', '', 'too_many_files']);
  });

  it('are called off in the middle, and taken away again afterwards', async () => {
    const all = setUp();
    all.add([file('a.txt'), file('b.txt')], LIMITS);
    all.drop('k1');
    expect(uploads[0]?.signal.aborted).toBe(true);
    await settle();
    expect(states()).toEqual(['b.txt uploading']);
    await uploads[1]?.answer({ ok: true, status: 201, body: shared('b') });
    all.drop('k2');
    expect(remove).toHaveBeenCalledWith(shared('b'));
    expect(now).toEqual([]);
  });

  it('that did not get through can be tried again with the same key; what was refused cannot', async () => {
    const all = setUp();
    all.add([file('a.txt'), file('b.txt')], LIMITS);
    await uploads[0]?.answer(refused(0, 'away'));
    await uploads[1]?.answer(refused(415, 'wrong_kind'));
    expect(states()).toEqual(['a.txt failed', 'b.txt refused']);
    all.retry('k2');
    all.retry('k1');
    expect(uploads.map(({ key }) => key)).toEqual(['k1', 'k2', 'k1']);
    await uploads[2]?.answer({ ok: true, status: 201, body: shared('a') });
    expect(states()).toEqual(['a.txt ready', 'b.txt refused']);
  });

  it('that are still on their way stay for the next message', async () => {
    const all = setUp();
    all.add([file('a.txt'), file('b.txt')], LIMITS);
    await uploads[0]?.answer({ ok: true, status: 201, body: shared('a') });
    expect(all.take().map(({ id }) => id)).toEqual(['a']);
    expect(states()).toEqual(['b.txt uploading']);
  });

  it('are forgotten with the meeting', () => {
    const all = setUp();
    all.add([file('a.txt')], LIMITS);
    all.clear();
    expect(uploads[0]?.signal.aborted).toBe(true);
    expect(now).toEqual([]);
  });
});

it('an ending is the last one, in whichever letters', () => {
  expect(faultOf({ name: 'a.tar.PNG', size: 1 }, LIMITS)).toBeNull();
  expect(faultOf({ name: 'a.png.exe', size: 1 }, LIMITS)?.code).toBe('wrong_kind');
});
