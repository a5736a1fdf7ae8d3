import {
  type CompiledExpression,
  compileExpression,
  ExpressionRuntimeError,
  initializeExpressions,
  toText,
  typeName,
} from "../../expressions";
import { type Outcome, parseTable, readTable } from "./expression-table";
import { policyContext } from "./policy-context";
import { RUNS_UNTIL_WRITTEN } from "./runs";

beforeAll(initializeExpressions);

function evaluate(compiled: CompiledExpression): Outcome {
  try {
    const value = compiled.evaluate(policyContext());
    return { kind: "value", type: typeName(value), text: toText(value) };
  } catch (error) {
    if (error instanceof ExpressionRuntimeError) {
      return { kind: "throws", exception: error.exceptionType };
    }
    throw error;
  }
}

test("a row without an outcome belongs to the category above it, also at its end", () => {
  const rows = parseTable('# strings\n@("a")\n\n# numbers\n@(1)\n');
  expect(rows.map(({ category, expression }) => [category, expression])).toEqual([
    ["strings", '@("a")'],
    ["numbers", "@(1)"],
  ]);
});

describe("expressions give what C# gives", () => {
  const categories = new Map<string, ReturnType<typeof readTable>>();
  for (const row of readTable()) {
    categories.set(row.category, [...(categories.get(row.category) ?? []), row]);
  }
  describe.each([...categories])("%s", (_, rows) => {
    test.each(rows.map((row) => [row.expression, row.outcome] as const))("%s", (expression, outcome) => {
      const compiled = compileExpression(expression, { address: "table", line: 1, column: 1 });
      for (let run = 0; run < RUNS_UNTIL_WRITTEN; run += 1) {
        expect(evaluate(compiled)).toEqual(outcome);
      }
    });
  });
});
