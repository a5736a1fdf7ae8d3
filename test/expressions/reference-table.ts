import { readFileSync } from "node:fs";
import path from "node:path";
import {
  compileExpression,
  type CsValue,
  ExpressionRuntimeError,
  ExpressionSyntaxError,
  toText,
  typeName,
} from "../../expressions";
import { JValue } from "../../expressions/json/token";
import { writeJson } from "../../expressions/json/writer";
import { CsArray } from "../../expressions/values/collections";
import { CsDateTime } from "../../expressions/values/date-time";
import { referenceContext } from "./reference-context";
import { RUNS_UNTIL_WRITTEN } from "./runs";

/** The tables: what was given to this project, and what `record-random.ts` recorded. */
export const REFERENCE_TABLES = ["reference.jsonl", "random.jsonl"].map((name) => path.join(__dirname, name));

/** One expression and what the reference makes of it. */
export interface ReferenceRow {
  readonly expression: string;
  /** `type text`, `null`, `! exception` or `refused`. */
  readonly outcome: string;
}

/** What an expression gives here, in the form of {@link ReferenceRow.outcome}. */
export interface ComparedOutcome {
  readonly text: string;
  /** Why it was refused, or what the simulator cannot do. */
  readonly detail?: string;
}

/** The rows of a table, one JSON array a line: expression, then the type and text or what went wrong. */
export function readReference(file: string): ReferenceRow[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [expression = "", ...outcome] = JSON.parse(line) as string[];
      return { expression, outcome: outcome.map((part) => lineEnds(part)).join(" ") };
    });
}

/** API Management writes indented JSON with Windows' line ends, the reference with those of Linux. */
function lineEnds(text: string | readonly string[]): string {
  return (typeof text === "string" ? text : JSON.stringify(text)).replace(/\r\n/g, "\n");
}

/** The reference prints dates, JSON values and arrays so that nothing of them is lost. */
function printed(value: CsValue): string {
  if (value instanceof CsArray) {
    return JSON.stringify(value.items.map(toText));
  }
  if (value instanceof JValue) {
    return writeJson(value, false);
  }
  return value instanceof CsDateTime ? value.format("o") : toText(value);
}

/** Compiles and runs an expression as the rows were, in each form that programs have. */
export function outcomeOf(expression: string): ComparedOutcome {
  const [first, ...others] = Array.from({ length: RUNS_UNTIL_WRITTEN }, () => outcomeOfRun(expression));
  const different = others.find(({ text }) => text !== first?.text);
  return different === undefined
    ? first!
    : { text: "differs from run to run", detail: `${first?.text} or ${different.text}` };
}

function outcomeOfRun(expression: string): ComparedOutcome {
  try {
    const value = compileExpression(expression, { address: "reference", line: 1, column: 1 }).evaluate(
      referenceContext(),
    );
    const type = typeName(value).replace(/^.*\./, "");
    return { text: value === null ? "null" : `${type} ${lineEnds(printed(value))}` };
  } catch (error) {
    if (error instanceof ExpressionRuntimeError) {
      return { text: `! ${error.exceptionType}` };
    }
    if (error instanceof ExpressionSyntaxError) {
      return { text: "refused", detail: error.problems.map(({ message }) => message).join("; ") };
    }
    return { text: "not simulated", detail: String(error) };
  }
}
