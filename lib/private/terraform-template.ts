import { Token, Tokenization } from "cdktf";

/** Every place in a text that Terraform will fill in, as cdktf marks it. */
export const TOKEN_MARKER = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * Applies `escape` to the literal parts of a text; tokens stay as they are, for cdktf to resolve.
 *
 * @param escape gets each literal part, and whether a token follows it directly
 */
export function mapLiteralParts(
  text: string,
  escape: (part: string, beforeToken: boolean) => string,
): string {
  if (!Token.isUnresolved(text)) {
    return escape(text, false);
  }
  const parts: string[] = [];
  let rest = text;
  for (const token of Tokenization.reverseString(text).tokens) {
    const marker = Token.asString(token);
    const start = rest.indexOf(marker);
    parts.push(escape(rest.slice(0, start), true), marker);
    rest = rest.slice(start + marker.length);
  }
  return parts.join("") + escape(rest, false);
}

/**
 * Keeps Terraform from reading a literal as a template: `${` and `%{` start one in every string of `cdk.tf.json`.
 *
 * A literal in which `$` or `%` stands before such a sequence must not be escaped this way: `$$${` is ambiguous.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
 */
export function escapeTerraformTemplate(literal: string): string {
  return literal.replace(/[$%](?=\{)/g, "$&$&");
}

/**
 * A text that Terraform must take as it is: nothing in it becomes a template, except for tokens, which stay
 * references. cdktf passes strings through unchanged, so that `${file("…")}` in a display name would read a file
 * of the machine that deploys.
 */
export function terraformLiteral(text: string): string {
  return mapLiteralParts(text, escapeTerraformTemplate);
}

/** @returns whether Terraform would evaluate something in the text that did not come from a token */
export function holdsForeignTemplate(text: string): boolean {
  // Most texts hold none at all, and there are thousands of them in a stack.
  if (!text.includes("{")) {
    return false;
  }
  let found = false;
  mapLiteralParts(text, (part) => {
    found ||= /[$%]\{/.test(part.replace(/\$\$\{|%%\{/g, ""));
    return part;
  });
  return found;
}
