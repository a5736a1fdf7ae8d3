import type { SyntaxNode } from "../syntax/syntax-node";
import { canDowncast, implicitConversion } from "../types/conversion";
import { isInstance } from "../types/runtime-type";
import { type CsType, NullableType, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { valuesEqual } from "../values/equality";
import type { Binder } from "./binder";
import type { Frame } from "./frame";
import type { Value } from "./operand";

/** Whether a value matches, and what that stores. */
export type Match = (frame: Frame, value: CsValue) => boolean;

/** A pattern after `is` or `case`. */
export interface Pattern {
  readonly match: Match;
  /** Set when the pattern is a constant and nothing else. */
  readonly constant?: { readonly value: CsValue };
}

const NEVER: Pattern = { match: () => false };

/** Compiles a pattern for values of type `input`. */
export function bindPattern(binder: Binder, node: SyntaxNode, input: CsType): Pattern {
  switch (node.type) {
    case "constant_pattern":
      return typeOrConstant(binder, node.children[0] ?? node, input);
    case "declaration_pattern":
      return declarationPattern(binder, node, input);
    case "predefined_type":
    case "identifier":
    case "generic_name":
    case "qualified_name":
    case "nullable_type":
    case "array_type":
      return typeOrConstant(binder, node, input);
    default:
      binder.report(node, `C# 7 has no ${node.type.replace(/_/g, " ")}`);
      return NEVER;
  }
}

/** The syntax is the same for `is Type` and `is CONSTANT`. */
function typeOrConstant(binder: Binder, node: SyntaxNode, input: CsType): Pattern {
  const type =
    isTypeSyntax(node) && binder.scope.find(node.text) === undefined ? binder.tryType(node) : undefined;
  if (type !== undefined) {
    return typePattern(input, type);
  }
  const value = binder.value(node);
  if (value.type === SpecialType.error || input === SpecialType.error) {
    return NEVER;
  }
  if (value.constant === undefined) {
    binder.report(node, "a pattern must be a type or a constant");
    return NEVER;
  }
  const converted = constantOf(binder, value, input);
  if (converted === undefined) {
    binder.report(node, `a constant of type '${value.type.display}' never matches '${input.display}'`);
    return NEVER;
  }
  return { match: (_, subject) => valuesEqual(subject, converted.value), constant: converted };
}

function isTypeSyntax({ type }: SyntaxNode): boolean {
  return [
    "predefined_type",
    "identifier",
    "generic_name",
    "qualified_name",
    "nullable_type",
    "array_type",
    "member_access_expression",
  ].includes(type);
}

/** The constant in the type of the input; an `object` keeps it as it is. */
function constantOf(binder: Binder, value: Value, input: CsType): { readonly value: CsValue } | undefined {
  const evaluate = binder.convert(value, input);
  if (evaluate === undefined) {
    return undefined;
  }
  return { value: evaluate(undefined as never) };
}

function checkPossible(binder: Binder, node: SyntaxNode, input: CsType, type: CsType): boolean {
  if (type === SpecialType.error || input === SpecialType.error) {
    return false;
  }
  const from = input instanceof NullableType ? input.underlying : input;
  const to = type instanceof NullableType ? type.underlying : type;
  const conversion = implicitConversion(from, to);
  if ((conversion !== undefined && conversion.apply === undefined) || canDowncast(from, to)) {
    return true;
  }
  binder.report(node, `'${input.display}' is never a '${type.display}'`);
  return false;
}

/** `x is T`. C# warns where that is never so, and gives `false`. */
function typePattern(input: CsType, type: CsType): Pattern {
  return type === SpecialType.error || input === SpecialType.error
    ? NEVER
    : { match: (_, subject) => isInstance(subject, type) };
}

function declarationPattern(binder: Binder, node: SyntaxNode, input: CsType): Pattern {
  const { type: typeNode, name } = node.fields;
  if (typeNode === undefined || name === undefined) {
    binder.report(node, "not a pattern that expressions may use");
    return NEVER;
  }
  if (typeNode.type === "implicit_type") {
    const variable = binder.declare(name, name.text, input);
    return {
      match: (frame, subject) => {
        variable.declare(frame, subject);
        return true;
      },
    };
  }
  const type = binder.type(typeNode);
  if (type instanceof NullableType) {
    binder.report(typeNode, "a pattern cannot be a nullable type: match the underlying type");
    return NEVER;
  }
  const isDiscard = name.text === "_";
  const variable = isDiscard ? undefined : binder.declare(name, name.text, type);
  if (!checkPossible(binder, node, input, type)) {
    return NEVER;
  }
  return {
    match: (frame, subject) => {
      if (!isInstance(subject, type)) {
        return false;
      }
      variable?.declare(frame, subject);
      return true;
    },
  };
}
