import { seededRandom } from "../../simulator/gateway/seeded-random";

/** Choices that a seed determines, so that what failed can be run again. */
export class Choices {
  private readonly random: () => number;

  public constructor(public readonly seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 to `below`, which is left out. */
  public below(below: number): number {
    return Math.floor(this.random() * below);
  }

  /** @throws Error for nothing to choose from */
  public of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) {
      throw new Error("nothing to choose from");
    }
    return item;
  }

  public bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** The seed of this run: `ROBUSTNESS_SEED` repeats one that failed. @default - a new one in each run */
export const seed = Number(process.env.ROBUSTNESS_SEED ?? Date.now() % 1_000_000);
