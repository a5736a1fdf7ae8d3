import type { PolicyContext } from "../context";
import { raise } from "./exception";

/** Steps that one evaluation may take unless the caller says otherwise. */
export const DEFAULT_STEPS = 5_000_000;
const MAXIMUM_DEPTH = 400;

/** The step budget is used up, or calls nest too deeply. Not a .NET exception: nothing in C# catches it. */
export class BudgetExhausted extends Error {}

interface Execution {
  readonly context: PolicyContext;
  steps: number;
  depth: number;
}

// Evaluation is synchronous, so one variable serves the library without threading it through every call.
let current: Execution | undefined;

/** Runs `work` as the evaluation of one expression over `context`. */
export function execute<T>(context: PolicyContext, steps: number, work: () => T): T {
  const outer = current;
  current = { context, steps, depth: 0 };
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** The context of the running evaluation. */
export function executionContext(): PolicyContext {
  if (current === undefined) {
    throw new Error("No expression is being evaluated.");
  }
  return current.context;
}

/** Takes `steps` from the budget: one for a loop round or a call of a lambda, one for each item made. */
export function consume(steps = 1): void {
  if (current !== undefined && (current.steps -= steps) < 0) {
    throw new BudgetExhausted("The expression used up its steps.");
  }
}

/** As {@link consume}, for memory that is claimed at once. */
export function consumeLength(length: number): void {
  if (length > 256 * 1024 * 1024) {
    throw raise("OutOfMemoryException", "Insufficient memory to continue the execution of the program.");
  }
  consume(Math.ceil(length / 16));
}

/** Runs a nested call. */
export function nested<T>(work: () => T): T {
  const execution = current;
  if (execution === undefined) {
    return work();
  }
  if (++execution.depth > MAXIMUM_DEPTH) {
    throw new BudgetExhausted("Calls in the expression nest too deeply.");
  }
  try {
    return work();
  } finally {
    execution.depth--;
  }
}
