import { Lazy, Token } from "cdktf";
import fc from "fast-check";
import { csharp, csharpJoin, csharpStrings } from "../../../lib/policy/csharp";
import { TerraformText } from "../../../lib/policy/terraform-text";
import { anyText } from "../../support/any-text";

/** Reads a C# string literal that has `\uXXXX` escapes only. */
function readLiteral(code: string): string {
  return code
    .slice(1, -1)
    .replace(/\\u([0-9a-f]{4})/g, (_escape, unit: string) => String.fromCharCode(parseInt(unit, 16)));
}

describe("csharp", () => {
  it("inserts text as a string literal", () => {
    expect(csharp`context.Operation.Id == ${"chat"}`.code).toBe('context.Operation.Id == "chat"');
  });

  it("inserts numbers, booleans and code as they are", () => {
    expect(csharp`${1} < 2 || ${false} || ${csharp`x`}`.code).toBe("1 < 2 || false || x");
  });

  it("keeps backslashes of the template for C#", () => {
    expect(csharp`"a\\z"`.code).toBe('"a\\\\z"');
  });

  it.each([
    ["a quotation mark", '"', '"\\u0022"'],
    ["a backslash", "\\", '"\\u005c"'],
    ["braces of a named value", "{{x}}", '"\\u007b\\u007bx\\u007d\\u007d"'],
    ["a Terraform template", "${x}%{y}", '"\\u0024\\u007bx\\u007d\\u0025\\u007by\\u007d"'],
    ["the start of an expression", "@(x)", '"\\u0040(x)"'],
    ["a line break", "a\nb", '"a\\u000ab"'],
    ["a character outside the basic plane", "😀", '"\\ud83d\\ude00"'],
  ])("encodes %s", (_what, text, code) => {
    expect(csharp`${text}`.code).toBe(code);
  });

  it("encodes any text so that C# reads the same text, from harmless characters only", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { code } = csharp`${text}`;
        expect(code).toMatch(/^"(?:[A-Za-z0-9_.,:;/=+*?|()[\]^~#!-]|\\u[0-9a-f]{4})*"$/);
        expect(readLiteral(code)).toBe(text);
      }),
    );
  });

  it("indents code to the place where it is inserted", () => {
    const cases = csharp`
      case 1: return "a";
      case 2: return "b";
    `;
    const code = csharp`
      switch (x) {
        ${cases}
      }
    `;
    expect(code.code).toBe('switch (x) {\n  case 1: return "a";\n  case 2: return "b";\n}');
  });

  it.each(["a // b", "a {{ b", "a }} b"])("refuses %j in code", (part) => {
    const template = Object.assign([part], { raw: [part] });
    expect(() => csharp(template)).toThrow(
      `C# of a policy must not hold '//', '{{' or '}}', got ${JSON.stringify(part)}`,
    );
  });

  it.each(['"a b"', "'\t'", '"\\\\" + "\n"', '"\\" " '])("refuses white space in a literal: %j", (part) => {
    const template = Object.assign([part], { raw: [part] });
    expect(() => csharp(template)).toThrow("white space in a C# literal must be written as \\u0020, got ");
  });

  it("takes white space between literals, and escapes in them", () => {
    expect(csharp`"a" + "\u0020" + '\u0020' + "\\t"`.code).toBe('"a" + "\\u0020" + \'\\u0020\' + "\\\\t"');
  });

  it("refuses a number that is not an integer", () => {
    expect(() => csharp`${1.5}`).toThrow("a number in C# must be an integer, got 1.5");
  });

  it("refuses a token that could be any text", () => {
    const token = Lazy.stringValue({ produce: () => "x" });
    expect(() => csharp`${token}`).toThrow("a token cannot become a C# string literal");
  });

  it("keeps a token of a fixed form, and encodes the text around it", () => {
    const token = Lazy.stringValue({ produce: () => "x" });
    expect(csharp`${new TerraformText(`a"$${token}`)}`.code).toBe(`"a\\u0022\\u0024${token}"`);
    expect(Token.isUnresolved(csharp`${new TerraformText(token)}`.code)).toBe(true);
  });
});

describe("csharpStrings", () => {
  it("makes an array of literals", () => {
    expect(csharpStrings(["a", 'b"']).code).toBe('new[] { "a", "b\\u0022" }');
  });

  it("gives an empty array a type", () => {
    expect(csharpStrings([]).code).toBe("new string[0]");
  });
});

describe("csharpJoin", () => {
  it("joins conditions", () => {
    expect(csharpJoin([csharp`a`, csharp`b`], " || ").code).toBe("a || b");
  });
});
