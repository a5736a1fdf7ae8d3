import { Token } from "cdktf";
import { mapLiteralParts } from "../private";
import { TerraformText } from "./terraform-text";

/**
 * A piece of C# 7 as policy expressions allow it. Only {@link csharp} and its siblings make it, so that no
 * text of a user can become code.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export class CSharp {
  /** @internal */
  public constructor(
    /** Source text; string literals are encoded, Terraform tokens stay tokens. */
    public readonly code: string,
  ) {}
}

/** What may be interpolated into C#: text and numbers become literals, code stays code. */
export type CSharpValue = string | number | boolean | CSharp | TerraformText;

/**
 * C# from a template. Interpolated text becomes a C# string literal, {@link CSharp} is inserted as it stands
 * and indented to its place.
 *
 * ```ts
 * csharp`context.Operation.Id == ${operationId}`
 * ```
 *
 * @throws Error if the template holds `//` (newlines of an attribute become spaces, so a comment would
 * swallow the rest), `{{` or `}}` (a named value), white space in a literal (write `\u0020`), or if a number is
 * not an integer
 */
export function csharp(template: TemplateStringsArray, ...values: readonly CSharpValue[]): CSharp {
  const parts = template.raw.map(checkCode);
  const code = parts.reduce((text, part, index) => {
    const value = index < values.length ? values[index] : undefined;
    const before = text + part;
    const [indent] = /^[ ]*/.exec(before.slice(before.lastIndexOf("\n") + 1)) ?? [""];
    return before + (value === undefined ? "" : toCode(value).replaceAll("\n", `\n${indent}`));
  }, "");
  return new CSharp(dedent(code));
}

/** `new[] { "a", "b" }` */
export function csharpStrings(texts: readonly (string | TerraformText)[]): CSharp {
  if (texts.length === 0) {
    return csharp`new string[0]`;
  }
  return new CSharp(`new[] { ${texts.map(toCode).join(", ")} }`);
}

/** Conditions or statements, joined. */
export function csharpJoin(parts: readonly CSharp[], separator: " || " | " && " | "\n"): CSharp {
  return new CSharp(parts.map(({ code }) => code).join(separator));
}

function toCode(value: CSharpValue): string {
  if (value instanceof CSharp) {
    return value.code;
  }
  if (value instanceof TerraformText) {
    return `"${mapLiteralParts(value.text, encodeStringContent)}"`;
  }
  if (typeof value === "string") {
    if (Token.isUnresolved(value)) {
      throw new Error(
        "a token cannot become a C# string literal: only values of a fixed form can, as TerraformText",
      );
    }
    return `"${encodeStringContent(value)}"`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Error(`a number in C# must be an integer, got ${value}`);
  }
  return String(value);
}

/**
 * Encodes by allow list: everything that could end the string, start an escape, a named value, a Terraform
 * template or an expression is written as `\uXXXX`, in UTF-16 code units as C# wants it. So is white space, which
 * azurerm does not see when it compares policies: `a b` and `ab` would be "No changes" to it.
 */
function encodeStringContent(text: string): string {
  return text.replace(
    /[^A-Za-z0-9_.,:;/=+*?|()[\]^~#!-]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Strings and characters, whole. */
const LITERALS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

function checkCode(part: string): string {
  if (/\/\/|\{\{|\}\}/.test(part)) {
    throw new Error(`C# of a policy must not hold '//', '{{' or '}}', got ${JSON.stringify(part)}`);
  }
  const literal = part.match(LITERALS)?.find((each) => /\s/.test(each));
  if (literal !== undefined) {
    throw new Error(`white space in a C# literal must be written as \\u0020, got ${literal}`);
  }
  return part;
}

/** Removes the indentation that the template has in its TypeScript file. */
function dedent(code: string): string {
  const lines = code.replace(/^\n/, "").replace(/\n *$/, "").split("\n");
  const indented = code.startsWith("\n") ? lines : lines.slice(1);
  const margins = indented.filter((line) => line.trim()).map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const margin = margins.length > 0 ? Math.min(...margins) : 0;
  return lines
    .map((line, index) => (index === 0 && !code.startsWith("\n") ? line : line.slice(margin)))
    .join("\n");
}
