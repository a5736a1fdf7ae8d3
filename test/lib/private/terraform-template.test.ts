import { Lazy, Token } from "cdktf";
import {
  escapeTerraformTemplate,
  holdsForeignTemplate,
  mapLiteralParts,
  terraformLiteral,
} from "../../../lib/private/terraform-template";

describe("escapeTerraformTemplate", () => {
  it.each([
    ["${x}", "$${x}"],
    ["%{x}", "%%{x}"],
    ["$ { % }", "$ { % }"],
  ])("writes %j as %j", (text, escaped) => {
    expect(escapeTerraformTemplate(text)).toBe(escaped);
  });
});

describe("mapLiteralParts", () => {
  it("leaves tokens alone and says which part stands before one", () => {
    const [first, second] = ["a", "b"].map((value) => Lazy.stringValue({ produce: () => value }));
    const seen: [string, boolean][] = [];
    const result = mapLiteralParts(`x${first}\${y}${second}${first}z`, (part, beforeToken) => {
      seen.push([part, beforeToken]);
      return part.toUpperCase();
    });
    expect(result).toBe(`X${first}\${Y}${second}${first}Z`);
    expect(seen).toEqual([
      ["x", true],
      ["${y}", true],
      ["", true],
      ["z", false],
    ]);
  });
});

describe("terraformLiteral", () => {
  it("keeps Terraform from evaluating text", () => {
    expect(terraformLiteral('${file("/etc/passwd")} %{ if true }')).toBe(
      '$${file("/etc/passwd")} %%{ if true }',
    );
  });

  it("keeps tokens as references", () => {
    const token = Token.asString({ resolve: () => "x" });
    expect(terraformLiteral(`\${a}${token}`)).toBe(`$\${a}${token}`);
  });
});

describe("holdsForeignTemplate", () => {
  const token = Token.asString({ resolve: () => "x" });

  it.each(["${a}", "%{ if true }", "$${a}${b}", `\${a}${token}`])("is true for %j", (text) => {
    expect(holdsForeignTemplate(text)).toBe(true);
  });

  it.each(["", "$", "{", "$${a}", "%%{a}", token, `x${token}y`])("is false for %j", (text) => {
    expect(holdsForeignTemplate(text)).toBe(false);
  });
});
