// Access tokens: good ones by LiveKit's own library, bad ones by hand.
import crypto from 'node:crypto';
import { AccessToken, type VideoGrant } from 'livekit-server-sdk';

export const KEY = 'devkey';
export const SECRET = 'secret';

export interface TokenOptions {
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Record<string, string>;
  readonly grant?: VideoGrant;
  /** What kind of participant it is: `agent` for one that writes along. */
  readonly kind?: string;
  readonly ttl?: string;
}

export async function token(room: string, identity: string, options: TokenOptions = {}): Promise<string> {
  const access = new AccessToken(KEY, SECRET, {
    identity,
    name: options.name ?? identity,
    ttl: options.ttl ?? '10m',
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
  });
  if (options.kind !== undefined) access.kind = options.kind;
  access.addGrant({ roomJoin: true, room, ...options.grant });
  return access.toJwt();
}

const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url');

/** Signs any claims at all, with any header, key and secret: what an attacker can write. */
export function forge(claims: object, options: { secret?: string; header?: object } = {}): string {
  const head = base64url(JSON.stringify(options.header ?? { alg: 'HS256', typ: 'JWT' }));
  const body = base64url(JSON.stringify(claims));
  const signature = crypto.createHmac('sha256', options.secret ?? SECRET).update(`${head}.${body}`).digest();
  return `${head}.${body}.${base64url(signature)}`;
}

/** Claims that would be accepted, to be spoiled one at a time. */
export function goodClaims(room: string, identity: string) {
  const now = Math.floor(Date.now() / 1000);
  return { iss: KEY, sub: identity, nbf: now - 10, iat: now - 10, exp: now + 600, video: { roomJoin: true, room } };
}
