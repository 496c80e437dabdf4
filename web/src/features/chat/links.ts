export type Piece = { readonly text: string; readonly href: string | null };

const CANDIDATE = /\bhttps?:\/\/[^\s<>"]+/giu;

/** Splits a text at its web addresses. Nothing but http and https becomes a link, whatever is written. */
export function linkify(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const address = trim(match[0]);
    const href = hrefOf(address);
    if (href === null) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), href: null });
    pieces.push({ text: address, href });
    at = match.index + address.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), href: null });
  return pieces;
}

/** The full stop ends the sentence, not the address; a bracket that opened before it closes after it. */
function trim(address: string): string {
  let end = address.replace(/[.,;:!?'’”»]+$/u, '');
  while (end.endsWith(')') && count(end, ')') > count(end, '(')) end = end.slice(0, -1).replace(/[.,;:!?]+$/u, '');
  return end;
}

const count = (text: string, sign: string): number => text.split(sign).length - 1;

function hrefOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}
