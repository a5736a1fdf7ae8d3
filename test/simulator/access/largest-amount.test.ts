import fc from "fast-check";
import { largestAmount } from "../../../simulator/access/largest-amount";

interface Search {
  readonly amount: number;
  /** Amounts that were tried. */
  readonly tried: readonly number[];
}

async function search(
  bound: number,
  max: number,
  likely: { readonly found?: readonly number[]; readonly named?: readonly number[] } = {},
): Promise<Search> {
  const tried: number[] = [];
  const takes = (amount: number): Promise<boolean> => {
    tried.push(amount);
    return Promise.resolve(amount <= bound);
  };
  return { amount: await largestAmount(takes, max, { found: [], named: [], ...likely }), tried };
}

describe("largestAmount", () => {
  it("finds every bound, whatever is thought likely", async () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2_000 }), amounts, amounts, async (bound, found, named) => {
        const { amount } = await search(bound, 1_500, { found, named });
        expect(amount).toBe(bound >= 1_500 ? Infinity : bound);
      }),
    );
  });

  it("needs two calls for what was a bound before", async () => {
    expect(await search(4, 128, { found: [8, 4] })).toEqual({ amount: 4, tried: [4, 5] });
  });

  it("finds a number of the policies in few calls, and no bound in one", async () => {
    const named = [4, 60, 1_000, 4_096, 100_000];
    expect((await search(4_096, 1_000_000, { named })).tried.length).toBeLessThanOrEqual(5);
    expect(await search(Infinity, 1_000_000, { named })).toEqual({ amount: Infinity, tried: [1_000_000] });
  });
});
