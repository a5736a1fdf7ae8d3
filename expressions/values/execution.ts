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

// Evaluation is synchronous, so variables of the module serve the library without threading them through every call.
// They are not one object: there are more than a hundred evaluations in a request, and most take no step at all.
let context: PolicyContext | undefined;
/** Steps left of the current slice. */
let slice = 0;
/** Steps left after it. */
let reserve = 0;
let milliseconds = MAX_MS;
/** Set at the end of the first slice: what takes no longer needs no clock. */
let deadline: number | undefined;
let depth = 0;

/**
 * Runs `work` as the evaluation of one expression over a context.
 * @throws BudgetExhausted after `steps` steps or `maxMilliseconds` of real time
 */
export function execute<T>(
  host: PolicyContext,
  steps: number,
  work: (host: PolicyContext) => T,
  maxMilliseconds = MAX_MS,
): T {
  if (context === undefined) {
    begin(host, steps, maxMilliseconds);
    try {
      return work(host);
    } finally {
      context = undefined;
    }
  }
  return executeNested(host, steps, work, maxMilliseconds);
}

function begin(host: PolicyContext, steps: number, maxMilliseconds: number): void {
  context = host;
  slice = Math.min(SLICE, steps);
  reserve = steps - slice;
  milliseconds = maxMilliseconds;
  deadline = undefined;
  depth = 0;
}

/** An evaluation inside another one, which goes on afterwards where it was. */
function executeNested<T>(
  host: PolicyContext,
  steps: number,
  work: (host: PolicyContext) => T,
  maxMilliseconds: number,
): T {
  const outerContext = context;
  const outerSlice = slice;
  const outerReserve = reserve;
  const outerMilliseconds = milliseconds;
  const outerDeadline = deadline;
  const outerDepth = depth;
  begin(host, steps, maxMilliseconds);
  try {
    return work(host);
  } finally {
    context = outerContext;
    slice = outerSlice;
    reserve = outerReserve;
    milliseconds = outerMilliseconds;
    deadline = outerDeadline;
    depth = outerDepth;
  }
}

/** The context of the running evaluation; undefined when a host prints a value on its own. */
export function runningContext(): PolicyContext | undefined {
  return context;
}

/** The context of the running evaluation. */
export function executionContext(): PolicyContext {
  if (context === undefined) {
    throw new Error("No expression is being evaluated.");
  }
  return context;
}

/** Takes `steps` from the budget: one for a loop round or a call of a lambda, one for each item made. */
export function consume(steps = 1): void {
  if (context !== undefined && (slice -= steps) < 0) {
    endSlice();
  }
}

function endSlice(): void {
  reserve += slice;
  slice = 0;
  if (reserve < 0) {
    throw new BudgetExhausted("The expression used up its steps.");
  }
  const now = performance.now();
  deadline ??= now + milliseconds;
  if (now > deadline) {
    throw new BudgetExhausted("The expression takes too long.");
  }
  slice = Math.min(SLICE, reserve);
  reserve -= slice;
}

/** As {@link consume}, for memory that is claimed at once. */
export function consumeLength(length: number): void {
  if (length > 256 * 1024 * 1024) {
    throw raise("OutOfMemoryException", "Insufficient memory to continue the execution of the program.");
  }
  consume(Math.ceil(length / 16));
}

/** Begins a nested call, which {@link leaveCall} ends however it ends. */
export function enterCall(): void {
  if (++depth > MAX_DEPTH && context !== undefined) {
    depth--;
    throw new BudgetExhausted("Calls in the expression nest too deeply.");
  }
}

export function leaveCall(): void {
  depth--;
}
