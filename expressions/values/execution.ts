import type { PolicyContext } from "../context";
import { raise } from "./exception";

/** Steps that one evaluation may take unless the caller says otherwise. */
export const DEFAULT_STEPS = 5_000_000;
const MAX_DEPTH = 400;
/** Steps between two looks at the clock. */
const SLICE = 2048;
/** Real time for one evaluation: nothing else of the process runs meanwhile. Steps alone are used up well before. */
const MAX_MS = 5000;

/** The step budget is used up, or calls nest too deeply. Not a .NET exception: nothing in C# catches it. */
export class BudgetExhausted extends Error {}

interface Execution {
  readonly context: PolicyContext;
  /** Steps left of the current slice. */
  slice: number;
  /** Steps left after it. */
  reserve: number;
  readonly milliseconds: number;
  /** Set at the end of the first slice: what takes no longer needs no clock. */
  deadline: number | undefined;
  depth: number;
}

// Evaluation is synchronous, so one variable serves the library without threading it through every call.
let current: Execution | undefined;

/**
 * Runs `work` as the evaluation of one expression over `context`.
 * @throws BudgetExhausted after `steps` steps or `milliseconds` of real time
 */
export function execute<T>(context: PolicyContext, steps: number, work: () => T, milliseconds = MAX_MS): T {
  const outer = current;
  current = { context, slice: 0, reserve: steps, milliseconds, deadline: undefined, depth: 0 };
  startSlice(current);
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** The context of the running evaluation; undefined when a host prints a value on its own. */
export function runningContext(): PolicyContext | undefined {
  return current?.context;
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
  if (current !== undefined && (current.slice -= steps) < 0) {
    endSlice(current);
  }
}

function startSlice(execution: Execution): void {
  execution.slice = Math.min(SLICE, execution.reserve);
  execution.reserve -= execution.slice;
}

function endSlice(execution: Execution): void {
  execution.reserve += execution.slice;
  execution.slice = 0;
  if (execution.reserve < 0) {
    throw new BudgetExhausted("The expression used up its steps.");
  }
  const now = performance.now();
  execution.deadline ??= now + execution.milliseconds;
  if (now > execution.deadline) {
    throw new BudgetExhausted("The expression takes too long.");
  }
  startSlice(execution);
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
  if (++execution.depth > MAX_DEPTH) {
    throw new BudgetExhausted("Calls in the expression nest too deeply.");
  }
  try {
    return work();
  } finally {
    execution.depth--;
  }
}
