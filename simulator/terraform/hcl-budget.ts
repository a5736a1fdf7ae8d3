import { HclEvaluationError } from "./hcl-evaluation-error";

/** Values that the expressions of one attribute may make and compare; characters count a sixteenth. */
const MAX_VALUES = 500_000;
const CHARACTERS_OF_A_VALUE = 16;

// Evaluation is synchronous, so one variable serves all functions without threading it through every call.
let left: number | undefined;

/**
 * Runs an evaluation, with all that it leads to, so that it ends: a few lines of Terraform describe values larger than
 * any memory.
 * @throws HclEvaluationError when it makes too many values, one that is too large, or nests too deeply
 */
export function budgeted<T>(work: () => T): T {
  const outer = left;
  left ??= MAX_VALUES;
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) {
      const isStack = /call stack/i.test(error.message);
      throw new HclEvaluationError(
        isStack
          ? "the value nests too deeply, or refers to itself"
          : `the value is too large (${error.message})`,
      );
    }
    throw error;
  } finally {
    left = outer;
  }
}

/** Counts values before they are made. @throws HclEvaluationError when there are too many */
export function spend(values = 1): void {
  if (left !== undefined && !((left -= values) >= 0)) {
    throw new HclEvaluationError(`the expression makes more than ${MAX_VALUES} values`);
  }
}

/** As {@link spend}, for text. */
export function spendText(length: number): void {
  spend(Math.ceil(length / CHARACTERS_OF_A_VALUE));
}
