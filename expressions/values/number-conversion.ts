import type { CsBigInteger } from "./big-integer";
import type { CsValue } from "./cs-value";
import { CsDecimal } from "./decimal";
import { CsEnum } from "./enum";
import { argumentOutOfRange, invalidCast, overflow } from "./exception";
import { parseNumber } from "./number-text";
import {
  convertRaw,
  describeIntegral,
  fits,
  is64Bit,
  isIntegral,
  type NumericKind,
  numericKindOf,
  rawOf,
  withKind,
} from "./numeric";
import { typeName } from "./text";

/** Zero in a numeric type. */
export function zeroOf(kind: NumericKind): CsValue {
  return withKind(kind, kind === "decimal" ? CsDecimal.of(0n) : is64Bit(kind) ? 0n : 0);
}

/** Rounds half to even, or half away from zero. */
export function roundDouble(value: number, digits: number, mode: "even" | "awayFromZero"): number {
  if (digits < 0 || digits > 15) {
    throw argumentOutOfRange("digits", "Rounding digits must be between 0 and 15, inclusive.");
  }
  if (!Number.isFinite(value) || Math.abs(value) >= 1e16) {
    return value;
  }
  const power = 10 ** digits;
  const scaled = value * power;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  let rounded: number;
  if (mode === "awayFromZero") {
    rounded = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
  } else if (rest === 0.5) {
    rounded = floor % 2 === 0 ? floor : floor + 1;
  } else {
    rounded = rest > 0.5 ? floor + 1 : floor;
  }
  return rounded / power;
}

/**
 * `Convert.ToInt32(value)` and its siblings: rounds half to even, and throws where a cast would cut.
 *
 * @throws System.OverflowException, System.FormatException, System.InvalidCastException
 */
export function convertTo(value: CsValue, kind: NumericKind): CsValue {
  if (value === null) {
    return zeroOf(kind);
  }
  if (typeof value === "string") {
    return parseNumber(value, kind);
  }
  if (typeof value === "boolean") {
    return withKind(kind, convertRaw(Number(value), "int", kind, true));
  }
  const source = value instanceof CsEnum ? value.value : value;
  const from = numericKindOf(source);
  if (from === undefined || (from === "char" && !isIntegral(kind))) {
    throw invalidCast(typeName(value), typeName(zeroOf(kind)));
  }
  if (!isIntegral(kind)) {
    return withKind(kind, convertRaw(rawOf(source), from, kind, true));
  }
  return toIntegral(source, from, kind);
}

/**
 * `(T)bigInteger`.
 *
 * @throws System.OverflowException
 */
export function fromBigInteger({ value }: CsBigInteger, kind: NumericKind): CsValue {
  if (kind === "decimal") {
    return CsDecimal.parse(value.toString());
  }
  if (!isIntegral(kind)) {
    return withKind(kind, convertRaw(Number(value), "double", kind, true));
  }
  if (!fits(value, kind)) {
    throw overflow(describeIntegral(kind));
  }
  return withKind(kind, is64Bit(kind) ? value : Number(value));
}

function toIntegral(value: CsValue, from: NumericKind, kind: NumericKind): CsValue {
  let raw = rawOf(value);
  let rawKind = from;
  if (raw instanceof CsDecimal) {
    raw = raw.round(0, "even").truncated();
    rawKind = "long";
  } else if (from === "double" || from === "float") {
    const rounded = roundDouble(raw as number, 0, "even");
    if (!Number.isFinite(rounded)) {
      throw overflow(describeIntegral(kind));
    }
    raw = BigInt(rounded);
    rawKind = "long";
  }
  if (!fits(BigInt(raw), kind)) {
    throw overflow(describeIntegral(kind));
  }
  return withKind(kind, convertRaw(raw, rawKind, kind, false));
}
