const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Finds by the beginning of any word, whatever the accents: "mul" finds Jürgen Müller. */
export function search<T extends { readonly name: string }>(people: readonly T[], query: string): readonly T[] {
  const wanted = bare(query.trim());
  if (wanted === '') return people;
  return people.filter(({ name }) => {
    const words = bare(name);
    return words.startsWith(wanted) || words.split(/[\s-]+/u).some((word) => word.startsWith(wanted));
  });
}
