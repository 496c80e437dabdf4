/** `items` with the one at `from` taken out and put in at `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  if (from < 0 || from >= items.length) return items;
  const rest = items.filter((_, i) => i !== from);
  const at = Math.max(0, Math.min(rest.length, to));
  return [...rest.slice(0, at), items[from] as T, ...rest.slice(at)];
}

/** Which of the rows, given by their upper edges and heights, lies under `y`. */
export function rowAt(rows: readonly { readonly top: number; readonly height: number }[], y: number): number {
  const at = rows.findIndex(({ top, height }) => y < top + height);
  return at === -1 ? rows.length - 1 : at;
}
