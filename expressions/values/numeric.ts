import { byte, char, CsNumber, type CsValue } from "./cs-value";
import { CsDecimal } from "./decimal";
import { overflow, raise } from "./exception";

/** The numeric types of C#, `char` included, which behaves as an integer in arithmetic. */
export type NumericKind =
  | "sbyte"
  | "byte"
  | "short"
  | "ushort"
  | "int"
  | "uint"
  | "long"
  | "ulong"
  | "char"
  | "float"
  | "double"
  | "decimal";

/** A numeric value without its type: `bigint` for the 64-bit integers, `CsDecimal`, or `number`. */
export type Raw = number | bigint | CsDecimal;

interface IntegralRange {
  readonly bits: number;
  readonly signed: boolean;
  readonly description: string;
}

const INTEGRAL: Readonly<Partial<Record<NumericKind, IntegralRange>>> = {
  sbyte: { bits: 8, signed: true, description: "a signed byte" },
  byte: { bits: 8, signed: false, description: "an unsigned byte" },
  short: { bits: 16, signed: true, description: "an Int16" },
  ushort: { bits: 16, signed: false, description: "a UInt16" },
  char: { bits: 16, signed: false, description: "a character" },
  int: { bits: 32, signed: true, description: "an Int32" },
  uint: { bits: 32, signed: false, description: "a UInt32" },
  long: { bits: 64, signed: true, description: "an Int64" },
  ulong: { bits: 64, signed: false, description: "a UInt64" },
};

/** How exception messages call an integral type: `an Int32`. */
export function describeIntegral(kind: NumericKind): string {
  return INTEGRAL[kind]?.description ?? kind;
}

export function isIntegral(kind: NumericKind): boolean {
  return kind in INTEGRAL;
}

export function is64Bit(kind: NumericKind): boolean {
  return kind === "long" || kind === "ulong";
}

/** The numeric type of a value, if it has one. */
export function numericKindOf(value: CsValue): NumericKind | undefined {
  if (typeof value === "number") {
    return "int";
  }
  if (typeof value === "bigint") {
    return "long";
  }
  if (value instanceof CsNumber) {
    return value.kind;
  }
  return value instanceof CsDecimal ? "decimal" : undefined;
}

/** Takes the type off a numeric value. */
export function rawOf(value: CsValue): Raw {
  if (typeof value === "number" || typeof value === "bigint" || value instanceof CsDecimal) {
    return value;
  }
  if (value instanceof CsNumber) {
    return value.value;
  }
  throw new TypeError("Not a numeric value.");
}

/** Puts the type on: the inverse of {@link rawOf}. */
export function withKind(kind: NumericKind, raw: Raw): CsValue {
  switch (kind) {
    case "int":
    case "long":
    case "decimal":
      return raw;
    case "char":
      return char(raw as number);
    case "byte":
      return byte(raw as number);
    case "sbyte":
    case "short":
    case "ushort":
    case "uint":
    case "ulong":
    case "float":
    case "double":
      return new CsNumber(kind, raw as number | bigint);
  }
}

/** Smallest and largest value of an integral type. */
export function integralLimits(kind: NumericKind): readonly [bigint, bigint] {
  const range = INTEGRAL[kind];
  if (range === undefined) {
    throw new TypeError(`${kind} is not integral.`);
  }
  const bits = BigInt(range.bits);
  return range.signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

/** Whether an integer fits an integral type. */
export function fits(value: bigint, kind: NumericKind): boolean {
  const [min, max] = integralLimits(kind);
  return value >= min && value <= max;
}

/** Cuts an integer to the bits of `kind`, as unchecked C# does. */
function wrap(value: number | bigint, kind: NumericKind): number | bigint {
  switch (kind) {
    case "int":
      return typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
    case "uint":
      return typeof value === "number" ? value >>> 0 : Number(BigInt.asUintN(32, value));
    case "long":
      return BigInt.asIntN(64, BigInt(value));
    case "ulong":
      return BigInt.asUintN(64, BigInt(value));
    case "byte":
      return Number(BigInt.asUintN(8, BigInt(value)));
    case "sbyte":
      return Number(BigInt.asIntN(8, BigInt(value)));
    case "short":
      return Number(BigInt.asIntN(16, BigInt(value)));
    case "ushort":
    case "char":
      return Number(BigInt.asUintN(16, BigInt(value)));
    case "float":
    case "double":
    case "decimal":
      throw new TypeError(`${kind} does not wrap.`);
  }
}

// What x64 leaves after converting a float that does not fit.
const LONG_INDEFINITE = -(2n ** 63n);

function truncateFloat(value: number, kind: NumericKind, checked: boolean): number | bigint {
  const whole = Math.trunc(value);
  const [min, max] = integralLimits(kind);
  if (Number.isFinite(value)) {
    const integer = BigInt(whole);
    if (integer >= min && integer <= max) {
      return wrap(integer, kind);
    }
  }
  if (checked) {
    throw overflow();
  }
  if (kind === "int") {
    return -(2 ** 31);
  }
  const inLong = Number.isFinite(value) && fits(BigInt(whole), "long");
  return wrap(inLong ? BigInt(whole) : LONG_INDEFINITE, kind);
}

/**
 * Converts between numeric types as an explicit cast does; implicit conversions are the subset that loses
 * nothing.
 *
 * @param checked - throw instead of cutting bits off.
 * @throws System.OverflowException for `decimal` out of range always, for integers when `checked`.
 */
export function convertRaw(raw: Raw, from: NumericKind, to: NumericKind, checked: boolean): Raw {
  if (from === to) {
    return raw;
  }
  if (raw instanceof CsDecimal) {
    if (to === "double") {
      return raw.toNumber();
    }
    if (to === "float") {
      return Math.fround(raw.toNumber());
    }
    const whole = raw.truncated();
    if (!fits(whole, to)) {
      throw overflow(describeIntegral(to));
    }
    return wrap(whole, to);
  }
  if (to === "double") {
    return Number(raw);
  }
  if (to === "float") {
    return Math.fround(Number(raw));
  }
  if (to === "decimal") {
    return from === "double" || from === "float"
      ? CsDecimal.fromFloat(raw as number, from === "float" ? 7 : 15)
      : CsDecimal.of(BigInt(raw));
  }
  if (from === "double" || from === "float") {
    return truncateFloat(raw as number, to, checked);
  }
  if (checked && !fits(BigInt(raw), to)) {
    throw overflow();
  }
  return wrap(raw, to);
}

/** {@link convertRaw} on whole values. */
export function convertNumber(value: CsValue, to: NumericKind, checked = false): CsValue {
  const from = numericKindOf(value);
  if (from === undefined) {
    throw new TypeError("Not a numeric value.");
  }
  return from === to ? value : withKind(to, convertRaw(rawOf(value), from, to, checked));
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
/** The types in which C# computes, after promotion. */
export type ArithmeticKind = "int" | "uint" | "long" | "ulong" | "float" | "double" | "decimal";

function divideByZero(): Error {
  return raise("DivideByZeroException", "Attempted to divide by zero.");
}

function computeInteger(
  operator: ArithmeticOperator,
  left: number | bigint,
  right: number | bigint,
  kind: ArithmeticKind,
): bigint {
  const [a, b] = [BigInt(left), BigInt(right)];
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
    case "%": {
      if (b === 0n) {
        throw divideByZero();
      }
      // The processor traps here even in unchecked code.
      if (b === -1n && a === integralLimits(kind)[0] && a < 0n) {
        throw overflow();
      }
      return operator === "/" ? a / b : a % b;
    }
  }
}

function computeFloat(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
}

function computeDecimal(operator: ArithmeticOperator, a: CsDecimal, b: CsDecimal): CsDecimal {
  switch (operator) {
    case "+":
      return a.add(b);
    case "-":
      return a.subtract(b);
    case "*":
      return a.multiply(b);
    case "/":
      return a.divide(b);
    case "%":
      return a.remainder(b);
  }
}

/** The operation `operator` in type `kind`, over values of that type. */
export function arithmetic(
  operator: ArithmeticOperator,
  kind: ArithmeticKind,
  checked: boolean,
): (left: CsValue, right: CsValue) => CsValue {
  if (kind === "int" && !checked) {
    if (operator === "+") {
      return (a, b) => ((a as number) + (b as number)) | 0;
    }
    if (operator === "-") {
      return (a, b) => ((a as number) - (b as number)) | 0;
    }
    if (operator === "*") {
      return (a, b) => Math.imul(a as number, b as number);
    }
  }
  if (kind === "decimal") {
    return (a, b) => computeDecimal(operator, a as CsDecimal, b as CsDecimal);
  }
  if (kind === "double" || kind === "float") {
    return (a, b) => {
      const result = computeFloat(operator, (a as CsNumber).value as number, (b as CsNumber).value as number);
      return new CsNumber(kind, kind === "float" ? Math.fround(result) : result);
    };
  }
  return (a, b) => {
    const result = computeInteger(operator, rawOf(a) as number, rawOf(b) as number, kind);
    if (checked && !fits(result, kind)) {
      throw overflow();
    }
    return withKind(kind, wrap(result, kind));
  };
}

export type BitwiseOperator = "&" | "|" | "^" | "<<" | ">>";

/** `& | ^` in an integral type, and the shifts, whose right side is an `int`. */
export function bitwise(
  operator: BitwiseOperator,
  kind: "int" | "uint" | "long" | "ulong",
): (left: CsValue, right: CsValue) => CsValue {
  const compute = (a: bigint, b: bigint): bigint => {
    switch (operator) {
      case "&":
        return a & b;
      case "|":
        return a | b;
      case "^":
        return a ^ b;
      case "<<":
        return a << (b & (is64Bit(kind) ? 63n : 31n));
      case ">>":
        return a >> (b & (is64Bit(kind) ? 63n : 31n));
    }
  };
  return (a, b) =>
    withKind(kind, wrap(compute(BigInt(rawOf(a) as number), BigInt(rawOf(b) as number)), kind));
}

/** Unary minus in a type that has it. */
export function negate(
  kind: "int" | "long" | "float" | "double" | "decimal",
  checked: boolean,
): (value: CsValue) => CsValue {
  switch (kind) {
    case "float":
    case "double":
      return (value) => new CsNumber(kind, -((value as CsNumber).value as number));
    case "decimal":
      return (value) => (value as CsDecimal).negate();
    case "int":
    case "long": {
      const subtract = arithmetic("-", kind, checked);
      const zero = kind === "int" ? 0 : 0n;
      return (value) => subtract(zero, value);
    }
  }
}

export function complement(kind: "int" | "uint" | "long" | "ulong"): (value: CsValue) => CsValue {
  return (value) => withKind(kind, wrap(~BigInt(rawOf(value) as number), kind));
}

/**
 * Orders two numbers of one type. NaN compares as `undefined`: neither less, equal nor greater.
 */
export function compareNumbers(left: CsValue, right: CsValue): number | undefined {
  const [a, b] = [rawOf(left), rawOf(right)];
  if (a instanceof CsDecimal) {
    return a.compare(b as CsDecimal);
  }
  const other = b as number | bigint;
  return a < other ? -1 : a > other ? 1 : a === other ? 0 : undefined;
}
