import type { Person } from '@/sdk/call';

const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Finds by the beginning of any word, whatever the accents: "mul" finds Jürgen Müller. */
export function search(people: readonly Person[], query: string): readonly Person[] {
  const wanted = bare(query.trim());
  if (wanted === '') return people;
  return people.filter(({ name }) => {
    const words = bare(name);
    return words.startsWith(wanted) || words.split(/[\s-]+/u).some((word) => word.startsWith(wanted));
  });
}
