import { readFileSync } from "node:fs";
import path from "node:path";
import { compileExpression, ExpressionSyntaxError, initializeExpressions } from "../../expressions";

beforeAll(initializeExpressions);

interface Refusal {
  readonly expression: string;
  /** `line:column message`, in the order of the source. */
  readonly problems: readonly string[];
}

function readRefusals(): readonly Refusal[] {
  const refusals: { expression: string; problems: string[] }[] = [];
  for (const line of readFileSync(path.join(__dirname, "refused-expressions.txt"), "utf8").split("\n")) {
    if (line.startsWith("  ")) {
      refusals.at(-1)?.problems.push(line.trim());
    } else if (line !== "") {
      refusals.push({ expression: line, problems: [] });
    }
  }
  return refusals;
}

function problemsOf(expression: string): readonly string[] {
  try {
    compileExpression(expression, { address: "table", line: 1, column: 1 });
    return [];
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) {
      return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    }
    throw error;
  }
}

describe("what no gateway would run, or this one cannot, is refused at load, with its place", () => {
  test.each(readRefusals().map(({ expression, problems }) => [expression, problems] as const))(
    "%s",
    (expression, problems) => {
      expect(problems).not.toEqual([]);
      expect(problemsOf(expression)).toEqual(problems);
    },
  );
});
