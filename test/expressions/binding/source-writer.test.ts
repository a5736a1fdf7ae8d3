import {
  compileExpression,
  ExpressionBudgetError,
  ExpressionRuntimeError,
  initializeExpressions,
  toText,
} from "../../../expressions";
import { policyContext } from "../policy-context";
import { RUNS_UNTIL_WRITTEN } from "../runs";

beforeAll(initializeExpressions);

const AT = { address: "test", line: 1, column: 1 };

/** What a program gives each time, as closures and, the last time, as JavaScript. */
function outcomes(source: string): readonly string[] {
  const compiled = compileExpression(source, AT);
  return Array.from({ length: RUNS_UNTIL_WRITTEN + 1 }, () => {
    try {
      return toText(compiled.evaluate(policyContext({ variables: new Map([["none", null]]) })));
    } catch (error) {
      if (error instanceof ExpressionRuntimeError) {
        return error.exceptionType;
      }
      throw error;
    }
  });
}

describe("a program gives the same as closures and as JavaScript", () => {
  test.each([
    [
      "text that JavaScript would read otherwise",
      String.raw`@("${"${1+1}"}` + "`\\\"'\\u2028</script>//" + `")`,
      "${1+1}`\"'\u2028</script>//",
    ],
    [
      "names that mean something to JavaScript",
      "@{ var k0 = 1; var v1 = 2; var function = 3; var constructor = 4; return k0 + v1 + function + constructor; }",
      "10",
    ],
    [
      "lambdas that keep the variable of their round",
      '@{ var all = new List<IEnumerable<int>>(); foreach (var item in new[] { 1, 2, 3 }) { var kept = item * 10; all.Add(new[] { 0 }.Select(x => kept + item)); } return string.Join(",", all.SelectMany(each => each)); }',
      "11,22,33",
    ],
    [
      "a variable that a lambda changes later",
      "@{ var total = 1; var read = new[] { 0 }.Select(x => total); total = 5; return read.First(); }",
      "5",
    ],
    [
      "lambdas in lambdas, of which the inner ones keep what the outer ones were given",
      '@{ var inner = new[] { 1, 2 }.Select(x => new[] { 10, 20 }.Select(y => y).Select(y => y + x)); return string.Join(",", inner.SelectMany(each => each)); }',
      "11,21,12,22",
    ],
    [
      "a lambda that keeps what a pattern found outside of it",
      "@{ object one = 1; return one is int found ? new[] { 1, 2 }.Select(x => x + found).Sum() : 0; }",
      "5",
    ],
    [
      "a variable without a value in each round",
      '@{ var text = ""; foreach (var item in new[] { 1, 2 }) { string last; if (item == 1) { last = "a"; } else { last = "b"; } text += last; } return text; }',
      "ab",
    ],
    [
      "the null of a receiver before arguments are computed",
      "@{ string text = null; return text.Substring(1 / (text == null ? 0 : 1)); }",
      "System.NullReferenceException",
    ],
    [
      "arguments before the call",
      '@{ var zero = 0; return "a".Substring(1 / zero); }',
      "System.DivideByZeroException",
    ],
    [
      "overflow, checked and unchecked",
      "@{ var most = int.MaxValue; try { return checked(most + 1); } catch (Exception e) { return e.Message.Length + unchecked(most + 1); } }",
      String(45 - 2 ** 31),
    ],
    [
      "what a catch returns",
      '@{ try { return (string)JObject.Parse("{")["a"]; } catch (Exception) { return "caught"; } }',
      "caught",
    ],
    [
      "switch with the default in the middle",
      '@{ var text = ""; foreach (var name in new[] { "a", "b", "c", "d" }) { switch (name) { case "a": text += "1"; break; default: text += "?"; continue; case "b": case "c": text += "2"; break; } text += ";"; } return text; }',
      "1;2;2;?",
    ],
    [
      "break out of a switch, not of its loop",
      "@{ var rounds = 0; while (rounds < 3) { switch (rounds) { case 1: break; default: break; } rounds++; } return rounds; }",
      "3",
    ],
    [
      "chains that end early",
      "@{ string text = (string)context.Variables[\"none\"]; return (text?.Trim().Length ?? -1) + (text?.Split('a')?.Length ?? -10); }",
      "-11",
    ],
    [
      "assignments in expressions",
      '@{ var a = 1; var b = 0; b = (a += 2) + a++ + ++a; return a + ":" + b; }',
      "5:11",
    ],
    [
      "a lambda in a lambda",
      '@(string.Join(",", new[] { 1, 2 }.SelectMany(x => new[] { 10, 20 }.Select(y => x * y))))',
      "10,20,20,40",
    ],
    [
      "returns of a lambda in the type that the delegate wants",
      "@(new[] { 1, 2 }.Select<int, long>(x => { if (x == 1) { return 5; } return x; }).First() + int.MaxValue)",
      "2147483652",
    ],
  ])("%s", (_, source, expected) => {
    expect(outcomes(source)).toEqual(Array(RUNS_UNTIL_WRITTEN + 1).fill(expected));
  });
});

/** Fewest steps with which a program that runs as JavaScript comes to its end. */
function stepsOf(source: string): number {
  const compiled = compileExpression(source, AT);
  for (let run = 0; run < RUNS_UNTIL_WRITTEN; run += 1) {
    compiled.evaluate(policyContext());
  }
  let [tooFew, enough] = [-1, 100_000];
  while (enough - tooFew > 1) {
    const steps = Math.floor((tooFew + enough) / 2);
    try {
      compiled.evaluate(policyContext(), steps);
      enough = steps;
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionBudgetError);
      tooFew = steps;
    }
  }
  return enough;
}

test.each([
  "@{ var n = 0; while (n < 3000) { n++; } return n /*?*/; }",
  '@(string.Join(",", Enumerable.Range(0, 500).Where(x => x % 2 == 0).Select(x => x.ToString() /*?*/)))',
  "@{ var text = new string('a', 5000); var parts = 0; foreach (var part in text.Replace(\"a\", \"a,\").Split(',')) { parts += part.Length /*?*/; } return parts; }",
  "@{ var list = new List<int> { 1, 2 }; list.AddRange(new int[700]); return list.Sum(x => x + 1) /*?*/; }",
])("takes as many steps in both forms: %s", (source) => {
  const steps = stepsOf(source);
  expect(steps).toBeGreaterThan(0);
  // Another text is another program, which has not been written yet.
  const closures = compileExpression(source.replace("/*?*/", "/* closures */"), AT);
  expect(() => closures.evaluate(policyContext(), steps - 1)).toThrow(ExpressionBudgetError);
  expect(toText(closures.evaluate(policyContext(), steps))).not.toBe("");
});

/** V8 compiles a function when it is first called, with what is left of the stack then. */
test.each([200, 1_100])("%d conditions one in the other give the same in both forms", (depth) => {
  const chain = Array.from(
    { length: depth },
    (_, index) => `if (context.Request.Method == "m${index}") { return ${index}; } else `,
  );
  expect(new Set(outcomes(`@{ ${chain.join("")} return 7; }`))).toEqual(new Set(["7"]));
});

test("branches are counted however often a program runs", () => {
  const counts = new Map<string, number>();
  const compiled = compileExpression('@(context.Request.Method == "GET" ? "a" : "b")', AT, {
    branch: (_start, _end, branch) => () => counts.set(branch, (counts.get(branch) ?? 0) + 1),
  });
  for (let run = 0; run < 5; run += 1) {
    compiled.evaluate(policyContext());
  }
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(5);
});
