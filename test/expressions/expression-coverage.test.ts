import { compileExpression, initializeExpressions } from "../../expressions";
import { policyContext } from "./policy-context";

beforeAll(initializeExpressions);

const AT = { address: "azurerm_api_management_api_policy.main", line: 1, column: 1 };

/** Branches of an expression, with what stands in each and how often it was taken. */
function branchesOf(source: string): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const compiled = compileExpression(source, AT, {
    branch: (start, end, branch) => {
      const name = `${branch}: ${source.slice(start, end)}`;
      counts.set(name, counts.get(name) ?? 0);
      return () => counts.set(name, (counts.get(name) ?? 0) + 1);
    },
  });
  compiled.evaluate(policyContext());
  return Object.fromEntries(counts);
}

test.each([
  [
    "@{ if (1 > 2) { return 1; } return 2; }",
    { "if: { return 1; }": 0, "no else: if (1 > 2) { return 1; }": 1 },
  ],
  ["@{ if (2 > 1) return 1; else return 2; }", { "if: return 1;": 1, "else: return 2;": 0 }],
  ['@(context.RequestId == null ? "a" : "b")', { 'after ?: "a"': 0, 'after :: "b"': 1 }],
  [
    "@(context.Api == null && context.User == null)",
    { "right of &&: context.User == null": 0, "left of && decides: context.Api == null": 1 },
  ],
  [
    "@(context.Api == null || context.User == null)",
    { "right of ||: context.User == null": 1, "left of || decides: context.Api == null": 0 },
  ],
  ['@((string)null ?? "a")', { 'right of ??: "a"': 1, "left of ?? decides: (string)null": 0 }],
  [
    '@{ switch (context.Request.Method) { case "PUT": return 1; case "POST": return 2; default: return 3; } }',
    { 'case: case "PUT": return 1;': 0, 'case: case "POST": return 2;': 1, "default: default: return 3;": 0 },
  ],
  [
    "@{ switch (1) { case 2: return 1; } return 2; }",
    { "case: case 2: return 1;": 0, "no case: switch (1) { case 2: return 1; }": 1 },
  ],
  [
    '@{ var n = 0; foreach (var c in "ab") { n++; } return n; }',
    { "loop entered: { n++; }": 2, 'loop not entered: foreach (var c in "ab") { n++; }': 0 },
  ],
  [
    "@{ var n = 0; for (var i = 0; i < 0; i++) { n++; } return n; }",
    { "loop entered: { n++; }": 0, "loop not entered: for (var i = 0; i < 0; i++) { n++; }": 1 },
  ],
  ["@{ while (true) { return 1; } }", { "loop entered: { return 1; }": 1 }],
  ['@{ try { return int.Parse("x"); } catch { return 0; } }', { "catch: { return 0; }": 1 }],
  ["@(new[] { 1, 2 }.Any(n => n > 1))", { "lambda: n > 1": 2 }],
] as const)("%s", (source, branches) => {
  expect(branchesOf(source)).toEqual(branches);
});

test("an expression that counts and one that does not are of the same worth", () => {
  const source =
    '@(new[] { "a", "b" }.Where(name => name != "a" || context.Api == null).Count() > 0 ? "x" : "y")';
  const context = policyContext();
  const counted = compileExpression(source, AT, { branch: () => () => undefined });
  expect(counted.evaluate(context)).toBe(compileExpression(source, AT).evaluate(context));
});

describe("an expression that stands in several places", () => {
  /** Compiles it for a place. @returns it, and how often its branches were taken there */
  function placed(source: string): {
    readonly compiled: ReturnType<typeof compileExpression>;
    readonly counts: Readonly<Record<string, number>>;
  } {
    const counts: Record<string, number> = {};
    const compiled = compileExpression(source, AT, {
      branch: (_start, _end, branch) => {
        counts[branch] ??= 0;
        return () => (counts[branch] = (counts[branch] ?? 0) + 1);
      },
    });
    return { compiled, counts };
  }

  test("counts for the place where it runs", () => {
    const source = '@(context.Request.Method == "GET" ? "read" : "written")';
    const [first, second] = [placed(source), placed(source)];
    first.compiled.evaluate(policyContext());
    first.compiled.evaluate(policyContext());
    second.compiled.evaluate(policyContext());
    compileExpression(source, AT).evaluate(policyContext());
    expect([first.counts, second.counts]).toEqual([
      { "after ?": 0, "after :": 2 },
      { "after ?": 0, "after :": 1 },
    ]);
  });

  test("counts a lambda for the place where it was made, wherever it runs", () => {
    const making = '@(new[] { 1, 2 }.Select(n => n + "made here".Length))';
    const using = '@(((IEnumerable<int>)context.Variables["later"]).Sum(n => n))';
    const [first, second] = [placed(making), placed(making)];
    const user = placed(using);
    const later = first.compiled.evaluate(policyContext());
    second.compiled.evaluate(policyContext());
    user.compiled.evaluate(policyContext({ variables: new Map([["later", later]]) }));
    expect([first.counts, second.counts, user.counts]).toEqual([{ lambda: 2 }, { lambda: 0 }, { lambda: 2 }]);
  });
});
