/** All choices of `size` items, in their order. */
export function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return size === 0
    ? [[]]
    : items.flatMap((item, index) =>
        combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
      );
}
