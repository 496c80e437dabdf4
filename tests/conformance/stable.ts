// What is recorded has to be the same in the next run and on another server: ids, tokens, times and the name of
// the run become placeholders; everything else stays as the client saw it.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const PREFIXES = 'RM|PA|TR|DTR|ND|AW|AJ|AD|EG|IN|ST|SDR|SIP|SCL|CO|API|EV|G';
const ID = new RegExp(`\\b(${PREFIXES})_[A-Za-z0-9]{4,}`, 'g');
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** Rooms and identities of one run carry it, so that two runs against one server never meet. */
export const RUN = `c${process.pid.toString(36)}${Math.floor(Math.random() * 36 ** 4).toString(36)}`;

const DAY = 86_400;

/** Seconds, milli-, micro- or nanoseconds: a point in time not far from now. */
function isAboutNow(value: number): boolean {
  const now = Date.now() / 1000;
  return [1, 1e3, 1e6, 1e9].some((unit) => Math.abs(value / unit - now) < DAY);
}

function stableText(text: string): string {
  if (/^\d{10,19}$/.test(text) && isAboutNow(Number(text))) return '<time>';
  return text
    .replace(JWT, '<jwt>')
    .replace(ID, '<$1>')
    .replace(UUID, '<uuid>')
    .replaceAll(`${RUN}-`, '')
    .replace(/\b(?:127\.0\.0\.1|localhost):\d{4,5}\b/g, '<host>');
}

/** Takes plain values and protobuf messages alike; these become what their JSON form says. */
export function stable(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return stableText(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return isAboutNow(Number(value)) ? '<time>' : Number(value);
  if (typeof value === 'number') return isAboutNow(value) ? '<time>' : value;
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (value instanceof Error) return stableText(value.message);
  if (Array.isArray(value)) return value.map(stable);
  if (value instanceof Map || value instanceof Set) return stable([...value]);
  const message = value as { toJson?: () => unknown };
  if (typeof message.toJson === 'function') return stable(message.toJson());
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [stableText(key), stable(inner)]));
}
