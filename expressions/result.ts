import { CsNumber, type CsValue } from "./values/cs-value";
import { CsDecimal } from "./values/decimal";
import { numericKindOf, rawOf } from "./values/numeric";
import { typeName } from "./values/text";

/**
 * The boolean that a condition needs.
 *
 * @throws TypeError for any other type: APIM refuses such a condition.
 */
export function toBoolean(value: CsValue): boolean {
  if (typeof value !== "boolean") {
    throw new TypeError(`A condition gave ${typeName(value)}, where System.Boolean is needed.`);
  }
  return value;
}

/**
 * The number that a limit, a status code or an interval needs. Texts are read as numbers, as policies do with
 * attribute values.
 *
 * @throws TypeError if the value is neither a number nor the text of one.
 */
export function toNumber(value: CsValue): number {
  if (typeof value === "string" && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value)) {
    return Number(value);
  }
  const kind = numericKindOf(value);
  if (kind === undefined || (value instanceof CsNumber && value.kind === "char")) {
    throw new TypeError(`An expression gave ${typeName(value)}, where a number is needed.`);
  }
  const raw = rawOf(value);
  return raw instanceof CsDecimal ? raw.toNumber() : Number(raw);
}
