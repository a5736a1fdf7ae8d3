import path from "node:path";
import { initializeExpressions } from "../../expressions";
import { differenceReason, REFERENCE_DIFFERENCES } from "./reference-differences";
import { type ComparedOutcome, outcomeOf, readReference, REFERENCE_TABLES } from "./reference-table";

beforeAll(initializeExpressions);

/** Reasons that some row needed: one that none needs is out of date. */
const used = new Set<string>();

function unexplained(expression: string, outcome: string): readonly string[] {
  const here: ComparedOutcome = outcomeOf(expression);
  if (here.text === outcome) {
    return [];
  }
  const reason = differenceReason({ expression, outcome }, here);
  if (reason !== undefined) {
    used.add(reason);
    return [];
  }
  return [`${expression}\n  reference: ${outcome}\n  here: ${here.text} ${here.detail ?? ""}`];
}

describe("no difference from a real C# compiler without a reason", () => {
  test.each(REFERENCE_TABLES.map((file) => [path.basename(file), file] as const))("%s", (_, file) => {
    const rows = readReference(file);
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.flatMap(({ expression, outcome }) => unexplained(expression, outcome))).toEqual([]);
  });

  test("every reason is still needed", () => {
    expect(REFERENCE_DIFFERENCES.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual(
      [],
    );
  });
});
