import { forge } from '../../harness/tokens.ts';
import type { Scenario } from '../scenario.ts';

export const validate: Scenario = {
  name: 'validate',
  async run({ see }, target) {
    const token = await target.joining('ann');
    for (const v1 of [false, true]) {
      const path = v1 ? '/rtc/v1' : '/rtc';
      const good = await target.validate({ token, v1 });
      see(`${path}: a good token`, { status: good.status, body: good.body, origin: good.headers.get('access-control-allow-origin') },
        { status: 200, body: 'success', origin: '*' });
      const status = async (bad: string) => (await target.validate({ token: bad, v1 })).status;
      see(`${path}: no token`, await status(''), 401);
      see(`${path}: no JWT`, await status('abc'), 401);
      see(`${path}: another secret`, await status(await target.joining('ann', { secret: 'not-the-secret' })), 401);
      see(`${path}: no roomJoin`, await status(await target.token({ identity: 'ann', video: { room: target.room() } })), 401);
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: target.server.key, sub: 'ann', nbf: now - 10, exp: now + 600, video: { roomJoin: true, room: target.room() } };
      const { secret } = target.server;
      see(`${path}: made by hand, for comparison`, await status(forge(claims, { secret })), 200);
      see(`${path}: an unknown key`, await status(forge({ ...claims, iss: 'nobody' }, { secret })), 401);
      see(`${path}: expired`, await status(forge({ ...claims, exp: now - 120 }, { secret })), 401);
      see(`${path}: expired within the leeway`, await status(forge({ ...claims, exp: now - 20 }, { secret })), 200);
      see(`${path}: without an expiry`, await status(forge({ ...claims, exp: undefined }, { secret })), 401);
      see(`${path}: not yet valid`, await status(forge({ ...claims, nbf: now + 300 }, { secret })), 401);
      see(`${path}: algorithm none`, await status(forge(claims, { secret, header: { alg: 'none', typ: 'JWT' } })), 401);
      see(`${path}: without an identity`, await status(forge({ ...claims, sub: '' }, { secret })), 400);
      see(`${path}: the identity as jti`, await status(forge({ ...claims, sub: '', jti: 'ann' }, { secret })), 200);
      see(`${path}: a room's name of 257`, await status(forge({ ...claims, video: { roomJoin: true, room: 'r'.repeat(257) } }, { secret })), 400);
    }
    const headers = { authorization: `Bearer ${token}` };
    see('the token in a header', (await target.fetch('/rtc/validate', { headers })).status, 200);
    see('a header that is no Bearer', (await target.fetch('/rtc/validate', { headers: { authorization: token } })).status, 401);
    see('two slashes', (await target.fetch(`//rtc/validate?access_token=${token}`)).status, 200);
    see('/rtc without an upgrade', (await target.fetch(`/rtc?access_token=${token}`)).status, 404);
    see('/settings/regions', (await target.fetch('/settings/regions', { headers })).status, 404);
    see('/', (await target.fetch('/')).status, 200);
    see('HEAD /', (await target.fetch('/', { method: 'HEAD' })).status, 200);
    const preflight = await target.fetch('/twirp/livekit.RoomService/ListRooms', {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    see('a preflight', { ok: preflight.status < 300, origin: ['*', 'https://example.org'].includes(preflight.headers.get('access-control-allow-origin') ?? '') }, { ok: true, origin: true });
  },
};
