import type { SyntaxNode } from "../syntax/syntax-node";
import { registry } from "../types/type-registry";
import type { CsType } from "../values/cs-type";
import { char, type CsValue, double } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import { ThrownException } from "../values/exception";
import { fits, type NumericKind, withKind } from "../values/numeric";
import { align, formatValue, toText } from "../values/text";
import type { Binder } from "./binder";
import type { Evaluate, Operand, Value } from "./operand";
import { written } from "./source";

/** A value known at load. */
export function constant(node: SyntaxNode, type: CsType, value: CsValue): Value {
  const evaluate = written(
    () => value,
    (writer) => writer.literal(value),
  );
  return { kind: "value", node, type, evaluate, constant: { value } };
}

/** The predefined type of a number. */
export function numericType(kind: NumericKind): CsType {
  const type = registry.predefined(kind);
  if (type === undefined) {
    throw new Error(`No predefined type ${kind}.`);
  }
  return type;
}

/** `1`, `0xFFu`, `1_000L`: the first of int, uint, long, ulong that fits and that the suffix allows. */
export function integerLiteral(binder: Binder, node: SyntaxNode, negative = false): Value | undefined {
  const match = /^(0[xX][\da-fA-F_]+|0[bB][01_]+|[\d_]+)([uUlL]*)$/.exec(node.text);
  if (match === null) {
    binder.report(node, "not an integer");
    return undefined;
  }
  const magnitude = BigInt((match[1] ?? "0").replace(/_/g, ""));
  const suffix = (match[2] ?? "").toLowerCase();
  const all: readonly NumericKind[] = ["int", "uint", "long", "ulong"];
  const allowed = all.filter(
    (kind) =>
      (!suffix.includes("u") || kind.startsWith("u")) && (!suffix.includes("l") || kind.endsWith("long")),
  );
  // Only directly under a minus is the smallest int or long an int or long.
  const [first] = allowed;
  if (negative && suffix === "" && fits(-magnitude, "int") && first === "int") {
    return constant(node, numericType("int"), -Number(magnitude));
  }
  if (negative && (suffix === "" || suffix === "l") && magnitude === 2n ** 63n) {
    return constant(node, numericType("long"), -magnitude);
  }
  const kind = allowed.find((candidate) => fits(magnitude, candidate));
  if (kind === undefined) {
    binder.report(node, "the integer is too large for every integral type");
    return undefined;
  }
  const raw = kind === "long" || kind === "ulong" ? magnitude : Number(magnitude);
  return negative ? undefined : constant(node, numericType(kind), withKind(kind, raw));
}

/** `1.5`, `1f`, `2m`. */
export function realLiteral(binder: Binder, node: SyntaxNode): Value | undefined {
  const text = node.text.replace(/_/g, "");
  const suffix = /[fFdDmM]$/.exec(text)?.[0].toLowerCase();
  const digits = suffix === undefined ? text : text.slice(0, -1);
  if (suffix === "m") {
    const [coefficient = "", exponent = "0"] = digits.toLowerCase().split("e");
    const [whole = "", fraction = ""] = coefficient.split(".");
    try {
      const value = CsDecimal.of(BigInt(whole + fraction || "0"), fraction.length - Number(exponent));
      return constant(node, numericType("decimal"), value);
    } catch (error) {
      if (!(error instanceof ThrownException)) {
        throw error;
      }
      binder.report(node, "the number is outside the range of decimal");
      return undefined;
    }
  }
  const value = Number(digits);
  if (!Number.isFinite(value)) {
    binder.report(node, "the number is outside the range of double");
    return undefined;
  }
  return suffix === "f"
    ? constant(node, numericType("float"), withKind("float", Math.fround(value)))
    : constant(node, numericType("double"), double(value));
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  "\\": "\\",
  "0": "\0",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescape(text: string): string {
  const letter = text[1] ?? "";
  return SIMPLE_ESCAPES[letter] ?? String.fromCodePoint(Number.parseInt(text.slice(2), 16));
}

function pieces(node: SyntaxNode): string {
  return node.children
    .map((child) => (child.type === "escape_sequence" ? unescape(child.text) : child.text))
    .join("");
}

/** A string, character or verbatim string literal. */
export function textLiteral(binder: Binder, node: SyntaxNode): Value | undefined {
  if (node.type === "character_literal") {
    const text = pieces(node);
    if (text.length !== 1) {
      binder.report(node, "a character literal holds one UTF-16 code unit");
      return undefined;
    }
    return constant(node, binder.types.char, char(text.charCodeAt(0)));
  }
  const text =
    node.type === "verbatim_string_literal" ? node.text.slice(2, -1).replace(/""/g, '"') : pieces(node);
  return constant(node, binder.types.string, text);
}

/** `$"..."`: formats each part in the invariant culture. */
export function interpolatedString(binder: Binder, node: SyntaxNode): Operand {
  const start = node.children[0]?.text ?? "";
  const isVerbatim = start.includes("@");
  if (start.startsWith("@")) {
    binder.report(node, 'C# 7 has no @$"": write $@""');
  }
  const parts: (string | Evaluate)[] = [];
  for (const child of node.children.slice(1)) {
    if (child.type === "string_content") {
      const text = isVerbatim ? child.text.replace(/""/g, '"') : child.text;
      if (!isVerbatim && text.includes('"')) {
        binder.report(child, "this is not C#");
      }
      if (/(?<!\{)(?:\{\{)*\{(?!\{)|(?<!\})(?:\}\})*\}(?!\})/.test(text)) {
        binder.report(child, "write '{{' and '}}' for braces in an interpolated string");
      }
      parts.push(text.replace(/\{\{/g, "{").replace(/\}\}/g, "}"));
    } else if (child.type === "escape_sequence") {
      parts.push(unescape(child.text));
    } else if (child.type === "interpolation") {
      parts.push(interpolation(binder, child));
    } else {
      binder.report(child, `${child.type} is not supported in an interpolated string`);
    }
  }
  return {
    kind: "value",
    node,
    type: binder.types.string,
    evaluate: written(
      (frame) => {
        let text = "";
        for (const part of parts) {
          text += typeof part === "string" ? part : (part(frame) as string);
        }
        return text;
      },
      (writer) => {
        const texts = parts.map((part) =>
          typeof part === "string" ? writer.literal(part) : writer.value(part),
        );
        return `(${['""', ...texts].join(" + ")})`;
      },
    ),
  };
}

function interpolation(binder: Binder, node: SyntaxNode): Evaluate {
  const inner = node.children.filter(({ type }) => type !== "interpolation_brace");
  const alignment = inner.find(({ type }) => type === "interpolation_alignment_clause")?.children[0];
  const format = inner.find(({ type }) => type === "interpolation_format_clause")?.text.slice(1) ?? null;
  const [expression] = inner;
  if (expression === undefined) {
    binder.report(node, "an interpolation needs an expression");
    return () => "";
  }
  const { evaluate } = binder.converted(binder.value(expression), binder.types.object);
  if (alignment === undefined) {
    return format === null
      ? written(
          (frame) => toText(evaluate(frame)),
          (writer) => `${writer.constant(toText)}(${writer.value(evaluate)})`,
        )
      : (frame) => formatValue(evaluate(frame), format);
  }
  const width = binder.value(alignment).constant?.value;
  if (typeof width !== "number") {
    binder.report(alignment, "the alignment must be a constant int");
    return () => "";
  }
  return (frame) => align(formatValue(evaluate(frame), format), width);
}
