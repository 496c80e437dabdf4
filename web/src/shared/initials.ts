const segmenter = new Intl.Segmenter();

/** What stands for a person without a picture: the first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(word));
  const firstLetter = (word: string | undefined): string => {
    for (const { segment } of segmenter.segment(word ?? '')) {
      if (/[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(segment)) return segment.toLocaleUpperCase();
    }
    return '';
  };
  const last = words.length > 1 ? firstLetter(words[words.length - 1]) : '';
  return firstLetter(words[0]) + last;
}

/** A hue that stays with a person: the same for everyone who sees them. FNV-1a, then well stirred. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) % 360;
}
