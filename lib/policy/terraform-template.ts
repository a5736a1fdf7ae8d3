import { Token, Tokenization } from "cdktf";

/**
 * Applies `escape` to the literal parts of a text; tokens stay as they are, for cdktf to resolve.
 *
 * @param escape gets each literal part, and whether a token follows it directly
 */
export function mapLiteralParts(
  text: string,
  escape: (part: string, beforeToken: boolean) => string,
): string {
  if (!Token.isUnresolved(text)) return escape(text, false);
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
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
 */
export function escapeTerraformTemplate(literal: string): string {
  return literal.replace(/[$%](?=\{)/g, "$&$&");
}
