/** Amounts that are likely to be bounds: what was found for others, and numbers that stand in the policies. */
export interface LikelyAmounts {
  /** Bounds that were found before, the latest last. */
  readonly found: readonly number[];
  /** In ascending order. */
  readonly named: readonly number[];
}

/**
 * The largest amount that is taken, found by trying: what is above a bound is taken to be refused, too.
 * @param takes whether an amount is taken
 * @param max the largest that makes sense
 * @returns 0 where not even 1 is taken, `Infinity` where `max` is
 */
export async function largestAmount(
  takes: (amount: number) => Promise<boolean>,
  max: number,
  { found, named }: LikelyAmounts,
): Promise<number> {
  let low = 0;
  let high = max + 1;
  const attempt = async (amount: number): Promise<void> => {
    if (amount > low && amount < high) {
      if (await takes(amount)) {
        low = amount;
      } else {
        high = amount;
      }
    }
  };
  // What was a bound before is one again, mostly: two calls say so.
  const latest = found.at(-1);
  if (latest !== undefined && latest !== Infinity) {
    await attempt(latest);
    await attempt(latest + 1);
  }
  if (high > max) {
    await attempt(max);
  }
  const likely = [...new Set([...found, ...named].flatMap((amount) => [amount, amount + 1]))].sort(
    (left, right) => left - right,
  );
  while (high - low > 1) {
    const between = likely.filter((amount) => amount > low && amount < high);
    const middle = between[Math.floor(between.length / 2)] ?? Math.floor((low + high) / 2);
    await attempt(middle);
  }
  return low === max ? Infinity : low;
}
