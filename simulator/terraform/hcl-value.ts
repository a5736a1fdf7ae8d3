import { spend } from "./hcl-budget";
import { HclEvaluationError } from "./hcl-evaluation-error";

/** A Terraform value. Sets are lists without duplicates, in Terraform's order; maps and objects are records. */
export type HclValue = null | boolean | number | string | readonly HclValue[] | HclObject;

export interface HclObject {
  readonly [name: string]: HclValue;
}

/** Whether a value is a map or an object. */
export function isHclObject(value: HclValue | undefined): value is HclObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list, tuple or set. */
export function isHclList(value: HclValue | undefined): value is readonly HclValue[] {
  return Array.isArray(value);
}

/** Type name for messages. */
export function hclTypeName(value: HclValue): string {
  if (value === null) {
    return "null";
  }
  return isHclList(value) ? "list" : isHclObject(value) ? "object" : typeof value;
}

/** Deep equality, as `==` has it: values of different types differ. */
export function hclEquals(left: HclValue, right: HclValue): boolean {
  spend();
  if (isHclList(left) && isHclList(right)) {
    return left.length === right.length && left.every((item, index) => hclEquals(item, right[index] ?? null));
  }
  if (isHclObject(left) && isHclObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && hclEquals(left[name] ?? null, right[name] ?? null))
    );
  }
  return left === right;
}

/** Converts to a string as Terraform does. @throws HclEvaluationError for null, lists and objects */
export function hclString(value: HclValue): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new HclEvaluationError(`a string is needed, not ${hclTypeName(value)}`);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Converts to a number as Terraform does. @throws HclEvaluationError when it is none */
export function hclNumber(value: HclValue): number {
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) {
    return number;
  }
  throw new HclEvaluationError(`a number is needed, not ${hclTypeName(value)}`);
}

/** Converts to a boolean as Terraform does. @throws HclEvaluationError when it is none */
export function hclBoolean(value: HclValue): boolean {
  if (value === true || value === "true") {
    return true;
  }
  if (value === false || value === "false") {
    return false;
  }
  throw new HclEvaluationError(`true or false is needed, not ${hclTypeName(value)}`);
}

/** A list. @throws HclEvaluationError for anything else */
export function hclList(value: HclValue): readonly HclValue[] {
  if (isHclList(value)) {
    return value;
  }
  throw new HclEvaluationError(`a list is needed, not ${hclTypeName(value)}`);
}

/** A map or object. @throws HclEvaluationError for anything else */
export function hclObject(value: HclValue): HclObject {
  if (isHclObject(value)) {
    return value;
  }
  throw new HclEvaluationError(`a map or object is needed, not ${hclTypeName(value)}`);
}
