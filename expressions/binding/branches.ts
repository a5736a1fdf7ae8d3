import type { ExpressionCoverage } from "../expression-coverage";
import type { Frame } from "./frame";

/** Called whenever a branch is taken: counts it for the place that the evaluation is for, if anybody counts there. */
export type Count = (frame: Frame) => void;

/** The branches of a program, which counts them for each place where it stands. */
export class Branches {
  private readonly known: { readonly start: number; readonly end: number; readonly branch: string }[] = [];

  /** Notes a branch. */
  public add(start: number, end: number, branch: string): Count {
    const index = this.known.push({ start, end, branch }) - 1;
    return ({ counters }) => counters?.[index]?.();
  }

  /** @returns the counters of one place, for frames of evaluations there */
  public countersOf(coverage: ExpressionCoverage, shift: number): readonly (() => void)[] {
    return this.known.map(({ start, end, branch }) => coverage.branch(start + shift, end + shift, branch));
  }
}
