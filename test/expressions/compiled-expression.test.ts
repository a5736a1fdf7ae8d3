import fc from "fast-check";
import {
  BufferedBody,
  type CompiledExpression,
  compileExpression,
  ExpressionBudgetError,
  ExpressionRuntimeError,
  ExpressionSyntaxError,
  ExpressionUnsupportedError,
  initializeExpressions,
  isExpression,
  type PolicyContext,
  toText,
} from "../../expressions";
import { effort } from "../support/effort";
import { readTable } from "./expression-table";
import { headers, policyContext } from "./policy-context";

beforeAll(initializeExpressions);

const AT = { address: "azurerm_api_management_api_policy.main", line: 10, column: 20 };

function compile(source: string): CompiledExpression {
  return compileExpression(source, AT);
}

function text(source: string, overrides: Partial<PolicyContext> = {}): string {
  return toText(compile(source).evaluate(policyContext(overrides)));
}

function refusal(source: string): ExpressionSyntaxError {
  try {
    compile(source);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) {
      return error;
    }
    throw error;
  }
  throw new Error(`Not refused: ${source}`);
}

describe("refusing an expression", () => {
  test("reports all problems, not only the first", () => {
    const { problems } = refusal("@(foo + context.Bar + System.IO.File.Exists(1))");
    expect(problems.map(({ construct }) => construct)).toEqual(["foo", "Bar", "File"]);
  });

  test("places a problem of the first line relative to the value's column", () => {
    expect(refusal("@(foo)").problems[0]).toMatchObject({ line: 10, column: 22, construct: "foo" });
  });

  test("places a problem of a later line by that line's own columns", () => {
    expect(refusal("@{\n  var x = 1;\n  return foo;\n}").problems[0]).toMatchObject({ line: 12, column: 10 });
  });

  test("counts white space in front of the expression", () => {
    expect(refusal("\n   @(foo)").problems[0]).toMatchObject({ line: 11, column: 6 });
  });

  test("names the resource, the place and the construct in the message", () => {
    expect(refusal("@(foo)").message).toContain(
      "azurerm_api_management_api_policy.main:10:22: the name 'foo' is neither a variable nor a type",
    );
  });

  test("explains what is wrong inside a lambda rather than that no overload fits", () => {
    expect(refusal("@(new[] { 1 }.Any(x => x.Foo > 1))").problems.map(({ construct }) => construct)).toEqual([
      "Foo",
    ]);
  });

  test("refuses nesting that would exhaust the stack", () => {
    const source = `@(${"(".repeat(20_000)}1${")".repeat(20_000)})`;
    expect(refusal(source).problems[0]?.message).toContain("nests too deeply");
  });
});

describe("recognizing an expression", () => {
  test.each([
    ["@(1)", true],
    ["  @{ return 1; }", true],
    ["text", false],
    ["abc@(1)", false],
    ["@", false],
  ])("%j", (value, expected) => {
    expect(isExpression(value)).toBe(expected);
  });
});

describe("an exception of the expression", () => {
  function failure(source: string): ExpressionRuntimeError {
    try {
      compile(source).evaluate(policyContext());
    } catch (error) {
      if (error instanceof ExpressionRuntimeError) {
        return error;
      }
      throw error;
    }
    throw new Error(`No exception: ${source}`);
  }

  test("carries the .NET type and message", () => {
    expect(failure('@(int.Parse((string)context.Variables["text"]))')).toMatchObject({
      exceptionType: "System.FormatException",
      exceptionMessage: "Input string was not in a correct format.",
    });
  });

  test("carries the place of the expression", () => {
    expect(failure("@(context.Product.Name)").position).toEqual(AT);
  });

  test("is raised by a second read of a consumed body", () => {
    expect(
      failure("@{ context.Request.Body.As<string>(); return context.Request.Body.As<string>(); }")
        .exceptionType,
    ).toBe("System.InvalidOperationException");
  });
});

describe("what only .NET can do, seen at run time", () => {
  const pattern = 'var pattern = "(?i:" + context.Variables["text"] + ")";';

  test.each([
    ["a catch", `try { return Regex.IsMatch("x", pattern); } catch { return false; }`],
    [
      "a filter",
      `try { return Regex.IsMatch("x", pattern); } catch (Exception e) when (true) { return false; }`,
    ],
    [
      "a filter that fails",
      `try { throw new Exception(); } catch when (Regex.IsMatch("x", pattern)) { return false; }`,
    ],
    ["a finally that returns", `try { return Regex.IsMatch("x", pattern); } finally { pattern = ""; }`],
  ])("is not swallowed by %s", (_, statements) => {
    const work = (): unknown =>
      compile(`@{ ${pattern} ${statements} return true; }`).evaluate(policyContext());
    expect(work).toThrow(ExpressionUnsupportedError);
  });

  test("is told with the place and the reason", () => {
    const work = (): unknown =>
      compile('@(new JObject().SelectToken("$[?(@.a =~ /a/s)]" + context.Variables["text"]))').evaluate(
        policyContext(),
      );
    expect(work).toThrow(
      "azurerm_api_management_api_policy.main:10:20: the simulator does not support '=~' in a JSONPath",
    );
  });
});

describe("the step budget", () => {
  test.each([
    ["a loop", "@{ while (true) { } }"],
    ["a loop that catches everything", "@{ while (true) { try { while (true) { } } catch { } } }"],
    ["a long sequence", "@(Enumerable.Range(0, int.MaxValue).Count())"],
    [
      "nested sequences",
      "@(Enumerable.Range(0, 100000).SelectMany(x => Enumerable.Range(0, 100000)).Count())",
    ],
    ["text that doubles", '@{ var s = "xx"; for (var i = 0; i < 40; i++) { s += s; } return s.Length; }'],
  ])("stops %s", (_, source) => {
    expect(() => compile(source).evaluate(policyContext(), 100_000)).toThrow(ExpressionRuntimeError);
  });

  const long = "var s = new string('x', 1000000);";
  const forever = "for (var i = 0; i < int.MaxValue; i++)";

  test.each([
    ["converts", `${forever} { s.ToUpper(); }`],
    ["searches", `${forever} { s.Contains("y"); }`],
    ["searches for a text that is nearly there", "s.IndexOf(new string('x', 500000) + 'y');"],
    ["compares", `var t = new string('x', 1000000); ${forever} { if (s != t) { return 1; } }`],
    ["replaces", `${forever} { s = s.Replace("x", "xx"); }`],
    ["takes apart", "s.ToCharArray(); s.Split('x');"],
    [
      "takes apart by texts that are nearly there",
      `var many = Enumerable.Range(0, 20000).Select(i => "x" + i).ToArray(); s.Split(many, StringSplitOptions.None);`,
    ],
    ["encodes", `var b = Encoding.UTF8.GetBytes("a"); ${forever} { b = Encoding.UTF8.GetBytes(s); }`],
    ["walks over", "foreach (var c in s) { }"],
    ["edits", `var b = new StringBuilder(s); ${forever} { b[1] = 'y'; }`],
  ])("stops what %s long texts", (_, work) => {
    const source = `@{ ${long} ${work} return 0; }`;
    expect(() => compile(source).evaluate(policyContext(), 300_000)).toThrow(ExpressionBudgetError);
  });

  test.each(["IndexOfAny(many)", "Split(many).Length", "Trim(many).Length"])(
    "is not needed for many characters: %s takes as long as the text is, whatever their number",
    (call) => {
      const many = "var many = Enumerable.Range(0x4e00, 20000).Select(i => (char)i).ToArray();";
      const compiled = compile(`@{ ${many} return new string('x', 200000).${call}; }`);
      const start = performance.now();
      compiled.evaluate(policyContext());
      expect(performance.now() - start).toBeLessThan(1_500);
    },
  );

  test.each([
    ["a list is searched", 'var l = new List<string>(); while (true) { l.Add("a"); l.Contains("b"); }'],
    ["an array copies itself", "var a = new JArray(1); while (true) { a = new JArray(a, a); }"],
    ["an array holds copies of itself", "var a = new JArray(); while (true) { a.Add(a.DeepClone()); }"],
    ["decimals multiply", "var d = 1m; while (true) { d = d * 1.0000000001m; }"],
  ])("stops a loop in which %s", (_, work) => {
    expect(() => compile(`@{ ${work} }`).evaluate(policyContext(), 300_000)).toThrow(ExpressionBudgetError);
  });

  test.each([
    [
      "grows by copies of itself",
      'var e = new XElement("a"); while (true) { e.Add(e.Elements(), new XElement("b")); }',
    ],
    [
      "is walked for ever",
      'var e = XElement.Parse("<a><b/></a>"); while (true) { e.Descendants().Count(); }',
    ],
    ["is read for ever", 'while (true) { XElement.Parse("<a><b/></a>"); }'],
    ["is written for ever", 'var e = XElement.Parse("<a><b/></a>"); while (true) { e.ToString(); }'],
  ])("stops a loop in which XML %s", (_, work) => {
    expect(() => compile(`@{ ${work} }`).evaluate(policyContext(), 300_000)).toThrow(ExpressionBudgetError);
  });

  test("refuses XML that is nested more deeply than a program can follow", () => {
    const source = `@{ var b = new StringBuilder(); for (var i = 0; i < 100000; i++) { b.Append("<a>"); }
      for (var i = 0; i < 100000; i++) { b.Append("</a>"); } return XElement.Parse(b.ToString()).ToString(); }`;
    // Not because its time is over: that is seconds of the whole process.
    expect(() => compile(source).evaluate(policyContext())).toThrow(/used up its steps/);
    expect(() => compile(source).evaluate(policyContext())).toThrow(ExpressionBudgetError);
  });

  test("stops a path that descends again and again", () => {
    const nested = 'var o = new JObject(); for (var i = 0; i < 200; i++) { o = new JObject { { "a", o } }; }';
    const source = `@{ ${nested} return o.SelectTokens("$..*..*..*..*").Count(); }`;
    expect(() => compile(source).evaluate(policyContext(), 300_000)).toThrow(ExpressionBudgetError);
  });

  test.each([
    ["int", "int.Parse(new string('1', 3000000))", "System.OverflowException"],
    ["decimal", "decimal.Parse(new string('1', 3000000))", "System.OverflowException"],
    ["double", "double.Parse(new string('1', 100000) + 'x')", "System.FormatException"],
    ["white space and float", "float.Parse(new string(' ', 1000000) + 'x')", "System.FormatException"],
    ["NULs and long", "long.Parse(new string('\\0', 1000000) + 'x')", "System.FormatException"],
  ])("reads no number of a million digits as %s", (_, call, exceptionType) => {
    expect(() => compile(`@(${call})`).evaluate(policyContext())).toThrow(
      expect.objectContaining({ exceptionType }) as Error,
    );
  });

  test("cannot be caught by the expression", () => {
    const source = "@{ try { while (true) { } } catch (Exception) { return 1; } }";
    expect(() => compile(source).evaluate(policyContext(), 1000)).toThrow(ExpressionBudgetError);
  });

  test("leaves ordinary expressions alone", () => {
    expect(toText(compile("@(Enumerable.Range(0, 1000).Sum())").evaluate(policyContext()))).toBe("499500");
  });

  test("is fresh for each evaluation", () => {
    const compiled = compile("@(Enumerable.Range(0, 60).Count())");
    compiled.evaluate(policyContext(), 100);
    expect(toText(compiled.evaluate(policyContext(), 100))).toBe("60");
  });

  test("refuses memory that is claimed at once", () => {
    expect(() => compile("@(new string('x', int.MaxValue).Length)").evaluate(policyContext())).toThrow(
      ExpressionRuntimeError,
    );
  });
});

describe("what an expression reads", () => {
  test.each([
    ["@(context.Request.Body.As<string>(true))", true, false],
    ["@(context.Request.Body == null)", true, false],
    ["@{ var r = context.Response; return r.Body.As<string>(true); }", false, true],
    ['@(((IResponse)context.Variables["r"]).Body.As<string>())', false, false],
    ["@(context.Response.StatusCode)", false, false],
    ["@(context.Request.Method)", false, false],
  ])("%s: request body %s, response body %s", (source, request, response) => {
    const { readsRequestBody, readsResponseBody } = compile(source);
    expect([readsRequestBody, readsResponseBody]).toEqual([request, response]);
  });
});

describe("the host", () => {
  test("sets the time", () => {
    const now = (): Date => new Date("2031-05-06T07:08:09Z");
    expect(text('@(DateTime.UtcNow.ToString("s"))', { now })).toBe("2031-05-06T07:08:09");
  });

  test("gets what Trace is given", () => {
    const traced: string[] = [];
    text('@{ context.Trace("seen"); return 1; }', { trace: (message) => traced.push(message) });
    expect(traced).toEqual(["seen"]);
  });

  test("sees the body gone after a read that does not preserve it", () => {
    const body = new BufferedBody("hello");
    const request = { ...policyContext().request, body };
    text("@(context.Request.Body.As<string>())", { request });
    expect(body.isConsumed).toBe(true);
  });

  test("sees the body kept after a read that preserves it", () => {
    const body = new BufferedBody("hello");
    const request = { ...policyContext().request, body };
    text("@(context.Request.Body.As<string>(preserveContent: true))", { request });
    expect(body.isConsumed).toBe(false);
  });

  test.each([
    ['@(context.Request.Body.As<XElement>().Element("b").Value)', "1"],
    ["@(context.Request.Body.As<XDocument>().Root.Name.LocalName)", "a"],
    ["@(context.Request.Body.As<XNode>().NodeType)", "Element"],
  ])("has a body read as XML by %s", (source, result) => {
    const request = { ...policyContext().request, body: new BufferedBody("\ufeff<a><b>1</b></a>") };
    expect(text(source, { request })).toBe(result);
  });

  test("has headers found in any case and read anew each time", () => {
    const content: Record<string, readonly string[]> = { "X-A": ["1"] };
    const request = { ...policyContext().request, headers: headers(content) };
    expect(text('@(context.Request.Headers.GetValueOrDefault("x-a", "none"))', { request })).toBe("1");
  });

  test.each([
    [5, "System.Int32"],
    [5_000_000_000, "System.Int64"],
    [1.5, "System.Double"],
    [new Date(0), "System.DateTime"],
    [["a"], "System.String[]"],
    [undefined, "none"],
  ])("may store %p as a variable", (value, expected) => {
    const types = ["int", "long", "double", "DateTime", "string[]"];
    const names = ["System.Int32", "System.Int64", "System.Double", "System.DateTime", "System.String[]"];
    const cases = types
      .map((type, index) => `if (v is ${type}) { return "${names[index] ?? ""}"; }`)
      .join(" ");
    const variables = new Map<string, unknown>([["v", value]]);
    expect(text(`@{ var v = context.Variables["v"]; ${cases} return "none"; }`, { variables })).toBe(
      expected,
    );
  });

  test("asks the certificate of the request for its own verification", () => {
    const certificate = {
      csType: "X509Certificate2" as const,
      thumbprint: "AB12",
      subject: "CN=client",
      issuer: "CN=ca",
      serialNumber: "01",
      friendlyName: "",
      version: 3,
      notBefore: new Date("2024-01-01T00:00:00Z"),
      notAfter: new Date("2025-01-01T00:00:00Z"),
      hasPrivateKey: false,
      rawData: Uint8Array.of(1, 2),
      verify: () => false,
      verifyNoRevocation: () => true,
    };
    const request = { ...policyContext().request, certificate };
    const source =
      "@(context.Request.Certificate.Thumbprint + context.Request.Certificate.Verify() + context.Request.Certificate.VerifyNoRevocation() + context.Request.Certificate.NotAfter.Year)";
    expect(text(source, { request })).toBe("AB12FalseTrue2025");
  });
});

test("a switch over a thousand strings finds its case", () => {
  const cases = Array.from({ length: 1000 }, (_, index) => `case "client-${index}": return ${index};`).join(
    " ",
  );
  const compiled = compile(`@{ switch ((string)context.Variables["id"]) { ${cases} default: return -1; } }`);
  const find = (id: string): string =>
    toText(compiled.evaluate(policyContext({ variables: new Map([["id", id]]) })));
  expect(["client-0", "client-999", "client-1000"].map(find)).toEqual(["0", "999", "-1"]);
});

test("objects made by an expression are not shared between evaluations", () => {
  const compiled = compile(
    '@{ var o = new JObject { { "n", 1 } }; o["n"] = (int)o["n"] + 1; return (int)o["n"]; }',
  );
  expect([1, 2].map(() => toText(compiled.evaluate(policyContext())))).toEqual(["2", "2"]);
});

test("a captured variable is fresh in each round of a loop", () => {
  const source =
    '@{ var q = new List<IEnumerable<int>>(); foreach (var x in new[] { 1, 2 }) { q.Add(new[] { 10 }.Select(y => y + x)); } return string.Join(",", q.SelectMany(e => e)); }';
  expect(text(source)).toBe("11,12");
});

test("a variable read before it has a value is an error, never null", () => {
  expect(() => text("@{ int x; if (context.Tracing) { x = 1; } return x; }")).toThrow(
    "unassigned local variable 'x'",
  );
});

test("however an expression is changed, it is refused, throws a .NET exception or gives a value", () => {
  const sources = readTable().map(({ expression }) => expression);
  const tokens = [...new Set(sources.flatMap((source) => source.match(/\w+|"[^"]*"|[^\s\w]/g) ?? []))];
  const change = fc.record({
    source: fc.constantFrom(...sources),
    position: fc.nat(),
    token: fc.constantFrom("", ...tokens),
    replaces: fc.boolean(),
  });
  fc.assert(
    fc.property(change, ({ source, position, token, replaces }) => {
      const parts = source.match(/\w+|"[^"]*"|\s+|[^\s\w]/g) ?? [];
      parts.splice(2 + (position % (parts.length - 3)), replaces ? 1 : 0, token);
      try {
        toText(compile(parts.join("")).evaluate(policyContext(), 20_000));
      } catch (error) {
        const isExpected = error instanceof ExpressionSyntaxError || error instanceof ExpressionRuntimeError;
        if (!isExpected) {
          throw error;
        }
      }
    }),
    { numRuns: 100 * effort },
  );
});
