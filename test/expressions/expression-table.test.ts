import {
  compileExpression,
  ExpressionRuntimeError,
  initializeExpressions,
  toText,
  typeName,
} from "../../expressions";
import { type Outcome, readTable } from "./expression-table";
import { policyContext } from "./policy-context";

beforeAll(initializeExpressions);

function evaluate(expression: string): Outcome {
  const compiled = compileExpression(expression, { address: "table", line: 1, column: 1 });
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

describe("expressions give what C# gives", () => {
  const categories = new Map<string, ReturnType<typeof readTable>>();
  for (const row of readTable()) {
    categories.set(row.category, [...(categories.get(row.category) ?? []), row]);
  }
  describe.each([...categories])("%s", (_, rows) => {
    test.each(rows.map((row) => [row.expression, row.outcome] as const))("%s", (expression, outcome) => {
      expect(evaluate(expression)).toEqual(outcome);
    });
  });
});
