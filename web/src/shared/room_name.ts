export const MAX_ROOM_LENGTH = 64;

export function isRoomName(name: string): boolean {
  return name.length <= MAX_ROOM_LENGTH && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u.test(name);
}

export function roomPath(room: string): string {
  return `/m/${encodeURIComponent(room)}`;
}

/** The room that a person means who typed a code, or pasted a link to a meeting of this server. */
export function roomOf(typed: string, origin: string): string | null {
  const text = typed.trim();
  const path = /^https?:\/\//i.test(text) ? pathOf(text, origin) : text.includes('/') ? pathOf(`http://${text}`, origin) : null;
  const fromLink = path === null ? null : roomOfPath(path);
  if (fromLink !== null) return fromLink;
  if (text.includes('/')) return null;
  const code = text.replace(/\s+/g, '-');
  return isRoomName(code) ? code : null;
}

export function roomOfPath(path: string): string | null {
  const encoded = /^\/m\/([^/]+)\/?$/.exec(path)?.[1];
  if (encoded === undefined) return null;
  try {
    const room = decodeURIComponent(encoded);
    return isRoomName(room) ? room : null;
  } catch {
    return null; // A lone % sign.
  }
}

function pathOf(link: string, origin: string): string | null {
  try {
    const url = new URL(link);
    return url.host === new URL(origin).host ? url.pathname : null;
  } catch {
    return null;
  }
}
