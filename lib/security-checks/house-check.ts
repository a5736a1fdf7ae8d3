import type { SynthesizedStack } from "./synthesized-stack";

/** One statement about synthesized JSON that must hold in every environment. Ids as in the security baseline. */
export interface HouseCheck {
  readonly id: `H-${number}`;
  readonly title: string;
  /** @returns one line for each violation, beginning with the resource address */
  check(stack: SynthesizedStack): readonly string[];
}
