import { type Context, createContext, Script } from "node:vm";
import { BudgetExhausted } from "./execution";

interface Globals {
  work(): unknown;
}

const script = new Script("work()");
let context: (Context & Globals) | undefined;

/**
 * Runs work that V8 cannot be stopped in otherwise, such as a match of a regular expression. Takes a thread for the
 * clock, some 50 µs: for work that may be long.
 * @param work makes nothing that must not stop half-way
 * @throws BudgetExhausted when `milliseconds` have passed
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
  context ??= createContext({ work }) as Context & Globals;
  context.work = work;
  try {
    return script.runInContext(context, { timeout: milliseconds }) as T;
  } catch (error) {
    // The error is of the script's own realm, where `Error` is another class.
    if ((error as { readonly code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new BudgetExhausted("A regular expression takes too long.");
    }
    throw error;
  } finally {
    context.work = () => undefined;
  }
}
