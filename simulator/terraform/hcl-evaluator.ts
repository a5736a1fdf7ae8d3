import { spend, spendText } from "./hcl-budget";
import { HclEvaluationError } from "./hcl-evaluation-error";
import type { HclBinaryOperator, HclExpression, HclForExpression, HclSplatStep } from "./hcl-expression";
import { callHclFunction } from "./hcl-functions";
import {
  hclBoolean,
  hclEquals,
  hclList,
  hclNumber,
  type HclObject,
  hclString,
  hclTypeName,
  type HclValue,
  isHclList,
  isHclObject,
} from "./hcl-value";

/** Names that are looked up step by step, such as `data.<type>.<id>`: values only at their leaves. */
export abstract class HclNamespace {
  /** @throws HclEvaluationError for an unknown name */
  public abstract attribute(name: string): HclValue | HclNamespace;
}

/** What bare names stand for. @throws HclEvaluationError for an unknown name */
export type HclScope = (name: string) => HclValue | HclNamespace;

/**
 * Gives the value of an expression.
 * @param scope resolves the names it starts from
 * @throws HclEvaluationError when it has none
 */
export function evaluateHcl(expression: HclExpression, scope: HclScope): HclValue {
  const result = evaluate(expression, scope);
  if (result instanceof HclNamespace) {
    throw new HclEvaluationError("a whole resource or namespace is not a value here; name one attribute");
  }
  return result;
}

function evaluate(expression: HclExpression, scope: HclScope): HclValue | HclNamespace {
  spend();
  const value = (inner: HclExpression): HclValue => evaluateHcl(inner, scope);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return joined(expression.parts.map((part) => hclString(value(part))));
    case "name":
      return scope(expression.name);
    case "attribute":
      return attributeOf(evaluate(expression.target, scope), expression.name);
    case "index":
      return indexOf(evaluate(expression.target, scope), value(expression.key));
    case "splat":
      return splat(value(expression.target), expression.steps, scope);
    case "call":
      return call(expression.name, expression.args, expression.expandLast, scope);
    case "unary":
      return expression.operator === "-"
        ? -hclNumber(value(expression.operand))
        : !hclBoolean(value(expression.operand));
    case "binary":
      return OPERATORS[expression.operator](value(expression.left), value(expression.right));
    case "conditional":
      return hclBoolean(value(expression.condition))
        ? unified(expression.whenTrue, expression.whenFalse, scope)
        : unified(expression.whenFalse, expression.whenTrue, scope);
    case "tuple":
      return expression.items.map(value);
    case "object":
      return Object.fromEntries(
        expression.entries.map(([key, entry]) => [hclString(value(key)), value(entry)]),
      );
    case "for":
      return comprehension(expression, scope);
  }
}

/** The branch taken; both have one type, which is text when only the other one is text. */
function unified(taken: HclExpression, other: HclExpression, scope: HclScope): HclValue {
  const value = evaluateHcl(taken, scope);
  if (typeof value !== "number" && typeof value !== "boolean") {
    return value;
  }
  return attempt("can", [other], scope) === true && typeof evaluateHcl(other, scope) === "string"
    ? hclString(value)
    : value;
}

function joined(parts: readonly string[]): string {
  spendText(parts.reduce((length, part) => length + part.length, 0));
  return parts.join("");
}

function attributeOf(target: HclValue | HclNamespace, name: string): HclValue | HclNamespace {
  return target instanceof HclNamespace ? target.attribute(name) : memberOf(target, name);
}

function indexOf(target: HclValue | HclNamespace, key: HclValue): HclValue | HclNamespace {
  return target instanceof HclNamespace ? target.attribute(hclString(key)) : itemOf(target, key);
}

function memberOf(target: HclValue, name: string): HclValue {
  if (isHclObject(target) && Object.hasOwn(target, name)) {
    return target[name] ?? null;
  }
  throw new HclEvaluationError(`${hclTypeName(target)} has no attribute '${name}'`);
}

function itemOf(target: HclValue, key: HclValue): HclValue {
  if (isHclList(target)) {
    const item = target[hclNumber(key)];
    if (item === undefined) {
      throw new HclEvaluationError(`index ${hclString(key)} is outside a list of ${target.length}`);
    }
    return item;
  }
  // A block that may occur once is an object in Terraform's JSON syntax, and a list in expressions.
  if (isHclObject(target) && key === 0 && !Object.hasOwn(target, "0")) {
    return target;
  }
  return memberOf(target, hclString(key));
}

function splat(target: HclValue, steps: readonly HclSplatStep[], scope: HclScope): HclValue {
  const items = isHclList(target) ? target : target === null ? [] : [target];
  return items.map((item) =>
    steps.reduce<HclValue>(
      (current, step) =>
        "attribute" in step
          ? memberOf(current, step.attribute)
          : itemOf(current, evaluateHcl(step.key, scope)),
      item,
    ),
  );
}

function call(name: string, args: readonly HclExpression[], expandLast: boolean, scope: HclScope): HclValue {
  if (name === "try" || name === "can") {
    return attempt(name, args, scope);
  }
  const values = args.map((arg) => evaluateHcl(arg, scope));
  const last = values.at(-1);
  return callHclFunction(
    name,
    expandLast && last !== undefined ? [...values.slice(0, -1), ...hclList(last)] : values,
  );
}

function attempt(name: "try" | "can", args: readonly HclExpression[], scope: HclScope): HclValue {
  let failure = new HclEvaluationError(`${name} needs an argument`);
  for (const arg of args) {
    try {
      const value = evaluateHcl(arg, scope);
      return name === "can" ? true : value;
    } catch (error) {
      if (!(error instanceof HclEvaluationError)) {
        throw error;
      }
      failure = error;
    }
  }
  if (name === "can") {
    return false;
  }
  throw failure;
}

const OPERATORS: Readonly<Record<HclBinaryOperator, (left: HclValue, right: HclValue) => HclValue>> = {
  "||": (left, right) => hclBoolean(left) || hclBoolean(right),
  "&&": (left, right) => hclBoolean(left) && hclBoolean(right),
  "==": hclEquals,
  "!=": (left, right) => !hclEquals(left, right),
  "<": (left, right) => hclNumber(left) < hclNumber(right),
  "<=": (left, right) => hclNumber(left) <= hclNumber(right),
  ">": (left, right) => hclNumber(left) > hclNumber(right),
  ">=": (left, right) => hclNumber(left) >= hclNumber(right),
  "+": (left, right) => hclNumber(left) + hclNumber(right),
  "-": (left, right) => hclNumber(left) - hclNumber(right),
  "*": (left, right) => hclNumber(left) * hclNumber(right),
  "/": (left, right) => hclNumber(left) / divisor(right),
  "%": (left, right) => hclNumber(left) % divisor(right),
};

function divisor(value: HclValue): number {
  const number = hclNumber(value);
  if (number === 0) {
    throw new HclEvaluationError("division by zero");
  }
  return number;
}

function comprehension(expression: HclForExpression, scope: HclScope): HclValue {
  const collection = evaluateHcl(expression.collection, scope);
  const entries: (readonly [HclValue, HclValue])[] = isHclObject(collection)
    ? Object.keys(collection)
        .sort()
        .map((name) => [name, collection[name] ?? null])
    : hclList(collection).map((item, index) => [index, item]);
  const list: HclValue[] = [];
  const object = new Map<string, HclValue>();
  for (const [key, item] of entries) {
    const inner: HclScope = (name) =>
      name === expression.valueName ? item : name === expression.keyName ? key : scope(name);
    if (expression.condition !== undefined && !hclBoolean(evaluateHcl(expression.condition, inner))) {
      continue;
    }
    const value = evaluateHcl(expression.value, inner);
    if (expression.key === undefined) {
      list.push(value);
    } else {
      put(object, hclString(evaluateHcl(expression.key, inner)), value, expression.grouped);
    }
  }
  return expression.key === undefined ? list : Object.fromEntries(object);
}

function put(object: Map<string, HclValue>, key: string, value: HclValue, grouped: boolean): void {
  const present = object.get(key);
  if (grouped) {
    const list = present === undefined ? [] : hclList(present);
    spend(list.length);
    object.set(key, [...list, value]);
  } else if (present === undefined) {
    object.set(key, value);
  } else {
    throw new HclEvaluationError(`two entries have the key '${key}'`);
  }
}

/** Evaluates every template inside a JSON value of a stack document. */
export function evaluateJson(json: unknown, evaluateText: (text: string) => HclValue): HclValue {
  spend();
  if (typeof json === "string") {
    return evaluateText(json);
  }
  if (Array.isArray(json)) {
    return json.map((item) => evaluateJson(item, evaluateText));
  }
  if (typeof json === "object" && json !== null) {
    // Assigning to a member `__proto__` would hide it, and all below it, from those who look for unknown names.
    return Object.fromEntries(
      Object.entries(json).map(([name, item]) => [name, evaluateJson(item, evaluateText)]),
    ) satisfies HclObject;
  }
  return json as HclValue;
}
