/** All choices of `size` items, in their order. */
export function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return size === 0
    ? [[]]
    : items.flatMap((item, index) =>
        combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
      );
}

/** Credentials of clients that are asked for together at most. */
const MAX_CREDENTIALS = 3;
/** Headers that are asked for beside them at most. */
const MAX_HEADERS = 2;

/**
 * Finds what belongs together: tries one after the other, then several. What gets in alone needs no company; what gets in
 * with others may be what further ones need, too.
 * @param search whether somebody gets in with the combination
 * @returns those with which nobody did
 */
export async function searchCombinations<T extends { readonly kind: string }>(
  items: readonly T[],
  search: (combination: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  const headers = items.filter(({ kind }) => kind === "header").length;
  const found: (readonly T[])[] = [];
  const closed = new Set(items);
  for (let size = 1; size <= MAX_CREDENTIALS + Math.min(MAX_HEADERS, headers); size += 1) {
    for (const combination of combinations(items, size)) {
      const isNews = combination.some((each) => closed.has(each));
      const isMore = found.some((known) => known.every((each) => combination.includes(each)));
      if (isNews && !isMore && (await search(combination))) {
        found.push(combination);
        combination.forEach((each) => closed.delete(each));
      }
    }
  }
  return [...closed];
}
