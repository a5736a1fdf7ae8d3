import { HclEvaluationError } from "../../../simulator/terraform/hcl-evaluation-error";
import { evaluateHcl, HclNamespace, type HclScope } from "../../../simulator/terraform/hcl-evaluator";
import { parseTemplate } from "../../../simulator/terraform/hcl-parser";
import type { HclValue } from "../../../simulator/terraform/hcl-value";

class Names extends HclNamespace {
  public constructor(private readonly values: Readonly<Record<string, HclValue | HclNamespace>>) {
    super();
  }
  public override attribute(name: string): HclValue | HclNamespace {
    const value = this.values[name];
    if (value === undefined) {
      throw new HclEvaluationError(`unknown ${name}`);
    }
    return value;
  }
}

const scope: HclScope = (name) =>
  new Names({
    local: new Names({ list: ["a", "b", "c"], map: { x: 1, y: 2 }, none: null, text: "té" }),
    azurerm_cognitive_account: new Names({
      "east-1": new Names({ endpoint: "https://e.openai.azure.com/", identity: { principal_id: "p" } }),
    }),
  }).attribute(name);

const evaluate = (text: string): HclValue => evaluateHcl(parseTemplate(text), scope);

describe("templates", () => {
  test.each<[string, string, HclValue]>([
    ["plain text is itself", 'a "quoted" \\n text', 'a "quoted" \\n text'],
    ["an escaped interpolation is text", "$${x} %%{if}", "${x} %{if}"],
    ["a dollar without a brace is text", "$5 and 100%", "$5 and 100%"],
    [
      "text around a reference is joined",
      "${azurerm_cognitive_account.east-1.endpoint}openai",
      "https://e.openai.azure.com/openai",
    ],
    ["a lone interpolation keeps its type", "${local.list}", ["a", "b", "c"]],
    ["a number in text becomes digits", "n=${local.map.y}", "n=2"],
    ["strip markers trim the text beside them", "a  ${~ local.map.x ~}  b", "a1b"],
    ["a quoted string inside an expression has escapes", '${"a\\n\\"\\u00e9"}', 'a\n"é'],
    ["a quoted string inside an expression is a template", '${"<${local.map.x}>$${y}"}', "<1>${y}"],
  ])("%s", (_name, text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  test.each([
    ["a directive", "%{ if true }x%{ endif }", "directives"],
    ["an open interpolation", "${local.map.x", "expected '}'"],
    ["a string that does not end", '${"abc}', "does not end"],
    ["an unknown escape", '${"\\q"}', "escape"],
    ["a missing operand", "${1 + }", "expected a name"],
  ])("%s is refused", (_name, text, message) => {
    expect(() => evaluate(text)).toThrow(message);
  });

  test("null has no text form", () => {
    expect(() => evaluate("a${local.none}")).toThrow(HclEvaluationError);
  });
});

describe("expressions", () => {
  test.each<[string, HclValue]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["-2 + 5 % 3", 0],
    ["1 < 2 && !(2 <= 1) || false", true],
    ['1 == 1 ? "yes" : "no"', "yes"],
    ['"1" == 1', false],
    ["local.list[1]", "b"],
    ["local.list.2", "c"],
    ['local.map["x"]', 1],
    ["azurerm_cognitive_account.east-1.identity[0].principal_id", "p"],
    ["azurerm_cognitive_account.east-1.identity.*.principal_id", ["p"]],
    ['[for v in local.list : upper(v) if v != "b"]', ["A", "C"]],
    ['[for i, v in local.list : "${i}${v}"]', ["0a", "1b", "2c"]],
    ["{for k, v in local.map : k => v + 1}", { x: 2, y: 3 }],
    ['{for v in ["a1", "a2"] : substr(v, 0, 1) => v...}', { a: ["a1", "a2"] }],
    ['{"a" = 1, b = 2, (local.list[2]) = 3}', { a: 1, b: 2, c: 3 }],
    ["max([1, 5, 3]...)", 5],
    ['try(local.map.missing, "default")', "default"],
    ["can(local.map.missing)", false],
  ])("%s", (text, expected) => {
    expect(evaluate(`\${${text}}`)).toEqual(expected);
  });

  test("a name that does not exist is named in the error", () => {
    expect(() => evaluate("${local.missing}")).toThrow("missing");
  });

  test("an index outside a list is refused", () => {
    expect(() => evaluate("${local.list[7]}")).toThrow("outside");
  });
});

describe("functions", () => {
  test.each<[string, HclValue]>([
    ['jsonencode({b = "<&>", a = [1, true, null]})', '{"a":[1,true,null],"b":"\\u003c\\u0026\\u003e"}'],
    ['jsondecode("{\\"a\\":[1]}")', { a: [1] }],
    ["base64encode(local.text)", "dMOp"],
    ['base64decode("dMOp")', "té"],
    ['format("%s-%03d-%5.1f|%-4s|%%", "a", 7, 2.25, "x")', "a-007-  2.3|x   |%"],
    ['join("-", ["a"], ["b", "c"])', "a-b-c"],
    ['concat(local.list, ["d"])', ["a", "b", "c", "d"]],
    ["element(local.list, 4)", "b"],
    ['split("/", "a/b/c")', ["a", "b", "c"]],
    ['replace("a.b.c", ".", "")', "abc"],
    ['replace("abc123", "/([a-z]+)([0-9]+)/", "$2$1")', "123abc"],
    ['replace("abc123", "/(?P<letters>[a-z]+)/", "$${letters}-")', "abc-123"],
    ['replace("ab", "/(a)/", "$1x")', "b"],
    ['replace("ab", "/(a)/", "$$1$2$3")', "$1b"],
    ["merge(local.map, {y = 3, z = 4})", { x: 1, y: 3, z: 4 }],
    ['lookup(local.map, "q", 9)', 9],
    ["length(local.text)", 2],
    ['toset(["b", "a", "b"])', ["a", "b"]],
    ['trimprefix("api://x", "api://")', "x"],
    ['trimsuffix("https://x/", "/")', "https://x"],
    ['trim("??a??", "?")', "a"],
    ['urlencode("a b&c(d)")', "a+b%26c%28d%29"],
    ['sha256("abc")', "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["keys({b = 1, a = 2})", ["a", "b"]],
    ["flatten([[1, [2]], 3])", [1, 2, 3]],
    ['coalesce(null, "", "x")', "x"],
  ])("%s", (text, expected) => {
    expect(evaluate(`\${${text}}`)).toEqual(expected);
  });

  test.each([
    ['filebase64("x")', "reads a file"],
    ["uuid()", "differs between runs"],
    ['cidrhost("10.0.0.0/8", 1)', "does not implement"],
    ["lower()", "0 arguments"],
    ['base64decode("%%%")', "not base64"],
    ["element([], 0)", "empty"],
    ["1 / 0", "division by zero"],
  ])("%s is refused", (text, message) => {
    expect(() => evaluate(`\${${text}}`)).toThrow(message);
  });
});
