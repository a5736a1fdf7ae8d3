import { Token } from "cdktf";
import { escapeTerraformTemplate, mapLiteralParts, TOKEN_MARKER } from "../private";
import { NamedValueReference } from "./named-value-reference";
import type { PolicyElement, PolicyValue } from "./policy-element";
import { PolicyExpression } from "./policy-expression";
import { TerraformText } from "./terraform-text";

const INDENT = "  ";
/** Of what stands in a section of a document. */
const SECTION_INDENT = INDENT.repeat(2);
/** What was written of such elements: the digest of a document, its size and its text ask for the same. */
const WRITTEN = new WeakMap<PolicyElement, string>();
/** Characters of a value that Terraform will put in place of a token: most are GUIDs. */
const TOKEN_LENGTH = 36;

/**
 * Writes an element as `cdk.tf.json` wants it: well-formed XML, escaped as a Terraform template, one element
 * a line. The same element always gives the same text, so that a second plan shows no difference.
 *
 * Expressions are entity-escaped as any other text, which both `xml` and `rawxml` formats accept.
 */
export function renderPolicy(element: PolicyElement): string {
  return renderElement(element, "");
}

/** @returns bytes that Azure will store, a token counted as a GUID */
export function renderedBytes(element: PolicyElement): number {
  const text = renderPolicy(element).replace(/([$%])\1\{/g, "$1{");
  return Buffer.byteLength(
    Token.isUnresolved(text) ? text.replace(TOKEN_MARKER, "x".repeat(TOKEN_LENGTH)) : text,
  );
}

function renderElement(element: PolicyElement, indent: string): string {
  const attributes = [...element.attributes].map(
    ([name, value]) => ` ${name}="${renderValue(value, indent, /[&<>"]/g)}"`,
  );
  const start = `${indent}<${element.name}${attributes.join("")}`;
  if (element.text !== undefined) {
    return `${start}>${renderValue(element.text, indent, /[&<>]/g)}</${element.name}>\n`;
  }
  if (element.children.length === 0) {
    return `${start} />\n`;
  }
  const children = element.children.map((child) => renderChild(child, indent + INDENT)).join("");
  return `${start}>\n${children}${indent}</${element.name}>\n`;
}

function renderChild(element: PolicyElement, indent: string): string {
  if (indent !== SECTION_INDENT) {
    return renderElement(element, indent);
  }
  const written = WRITTEN.get(element) ?? renderElement(element, indent);
  WRITTEN.set(element, written);
  return written;
}

function renderValue(value: PolicyValue, indent: string, special: RegExp): string {
  if (value instanceof NamedValueReference) {
    return `${value.textBefore}{{${value.displayName}}}`;
  }
  return mapLiteralParts(sourceText(value, indent), (part, beforeToken) => {
    // '$' or '%' before a template sequence, or before a token that becomes one, would read as an escape.
    const ambiguous = beforeToken ? /[$%](?=[$%]*(?:[$%]\{|$))/g : /[$%](?=[$%]*[$%]\{)/g;
    return escapeTerraformTemplate(part.replace(special, entity).replace(ambiguous, entity));
  });
}

function sourceText(value: Exclude<PolicyValue, NamedValueReference>, indent: string): string {
  if (value instanceof TerraformText) {
    return value.text;
  }
  if (!(value instanceof PolicyExpression)) {
    return String(value);
  }
  if (value.kind === "statements") {
    const body = value.code.replace(/^(?=.)/gm, indent + INDENT);
    return `@{\n${body}\n${indent}}`;
  }
  return `@(${value.code.replaceAll("\n", `\n${indent}${INDENT}`)})`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function entity(character: string): string {
  return ENTITIES[character] ?? `&#${character.charCodeAt(0)};`;
}
