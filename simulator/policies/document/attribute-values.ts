import { isExpression } from "../../../expressions";
import type {
  BooleanValue,
  NumberValue,
  PolicyCompilation,
  PolicyElementNode,
  TextValue,
} from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";

/** Value of an attribute that the shape requires, or of its default where it is left out. */
export function textAttribute(
  element: PolicyElementNode,
  name: string,
  compilation: PolicyCompilation,
  byDefault = "",
): TextValue {
  return compilation.text(element.attributes.get(name) ?? byDefault, element);
}

/** Value of an attribute, if it is there. */
export function optionalText(
  element: PolicyElementNode,
  name: string,
  compilation: PolicyCompilation,
): TextValue | undefined {
  const value = element.attributes.get(name);
  return value === undefined ? undefined : compilation.text(value, element);
}

/** Boolean attribute, literal or expression. */
export function booleanAttribute(
  element: PolicyElementNode,
  name: string,
  compilation: PolicyCompilation,
  byDefault: boolean,
): BooleanValue {
  return compilation.boolean(element.attributes.get(name) ?? String(byDefault), element);
}

/** Boolean attribute that takes no expression. */
export function literalBoolean(element: PolicyElementNode, name: string, byDefault: boolean): boolean {
  const value = element.attributes.get(name);
  return value === undefined ? byDefault : value.toLowerCase() === "true";
}

/** Number attribute that takes no expression, if it is there. */
export function literalNumber(element: PolicyElementNode, name: string): number | undefined {
  const value = element.attributes.get(name);
  return value === undefined ? undefined : Number(value);
}

/** Bounds a value computed at run time must keep, as the shape demands them of literals. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/**
 * Number attribute, literal or expression.
 * @returns a value that throws `PolicyError` when an expression leaves the bounds
 */
export function numberAttribute(
  element: PolicyElementNode,
  name: string,
  compilation: PolicyCompilation,
  bounds: NumberBounds,
  byDefault?: number,
): NumberValue {
  const text = element.attributes.get(name) ?? String(byDefault ?? "");
  const value = compilation.number(text, element);
  if (!isExpression(text)) {
    // The shape has judged it.
    return value;
  }
  return (execution) => {
    const result = value(execution);
    const whole = bounds.integer !== true || Number.isInteger(result);
    if (!whole || !(result >= (bounds.min ?? -Infinity) && result <= (bounds.max ?? Infinity))) {
      throw invalidValue(element.name, `Attribute '${name}' evaluated to ${result}, which is not allowed.`);
    }
    return result;
  };
}

/**
 * Longest waits that a timer of .NET and of Node.js takes: 2^31 - 1 milliseconds. Azure documents no bound.
 */
export const MAX_WAIT = { seconds: 2_147_483, milliseconds: 2_147_483_647 } as const;

/** One of several names, literal or expression. */
export function choiceAttribute<T extends string>(
  element: PolicyElementNode,
  name: string,
  compilation: PolicyCompilation,
  choices: readonly T[],
  byDefault: T,
): (execution: Parameters<TextValue>[0]) => T {
  const value = textAttribute(element, name, compilation, byDefault);
  const literal = choices.find((candidate) => candidate === (element.attributes.get(name) ?? byDefault));
  if (literal !== undefined) {
    return () => literal;
  }
  return (execution) => {
    const result = value(execution);
    const choice = choices.find((candidate) => candidate === result);
    if (choice === undefined) {
      const allowed = choices.join(", ");
      throw invalidValue(element.name, `Attribute '${name}' evaluated to '${result}'; allowed: ${allowed}.`);
    }
    return choice;
  };
}

/** The failure of a policy whose expression gave a value the policy cannot use: 500 for the caller. */
export function invalidValue(policy: string, message: string): PolicyError {
  return new PolicyError(policy, "ExpressionValueEvaluationFailure", message, INTERNAL_SERVER_ERROR);
}
