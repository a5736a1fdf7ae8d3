import type { TypeDeclaration } from "../types/type-declaration";
import { CsNumber, type CsValue, double } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import type { CsEnum } from "../values/enum";
import { argumentOutOfRange, overflow, raise } from "../values/exception";
import { roundDouble } from "../values/number-conversion";
import {
  compareNumbers,
  integralLimits,
  type NumericKind,
  numericKindOf,
  rawOf,
  withKind,
} from "../values/numeric";

const ALL: readonly NumericKind[] = [
  "sbyte",
  "byte",
  "short",
  "ushort",
  "int",
  "uint",
  "long",
  "ulong",
  "float",
  "double",
  "decimal",
];

function number(value: CsValue): number {
  return (value as CsNumber).value as number;
}

function isNaNValue(value: CsValue): boolean {
  return value instanceof CsNumber && Number.isNaN(value.value);
}

function pick(left: CsValue, right: CsValue, sign: 1 | -1): CsValue {
  if (isNaNValue(left) || isNaNValue(right)) {
    return isNaNValue(left) ? left : right;
  }
  return (compareNumbers(left, right) ?? 0) * sign >= 0 ? left : right;
}

function absolute(value: CsValue): CsValue {
  const kind = numericKindOf(value) ?? "int";
  const raw = rawOf(value);
  if (raw instanceof CsDecimal) {
    return raw.mantissa < 0n ? raw.negate() : raw;
  }
  if (kind !== "float" && kind !== "double" && BigInt(raw) === integralLimits(kind)[0] && raw < 0) {
    throw raise("OverflowException", "Negating the minimum value of a twos complement number is invalid.");
  }
  return withKind(kind, raw < 0 ? -raw : raw);
}

function sign(value: CsValue): number {
  const raw = rawOf(value);
  if (raw instanceof CsDecimal) {
    return raw.mantissa < 0n ? -1 : raw.mantissa > 0n ? 1 : 0;
  }
  if (Number.isNaN(raw)) {
    throw raise("ArithmeticException", "Function does not accept floating point Not-a-Number values.");
  }
  return raw < 0 ? -1 : raw > 0 ? 1 : 0;
}

function modeOf(mode: CsEnum): "even" | "awayFromZero" {
  return mode.value === 1 ? "awayFromZero" : "even";
}

function unary(compute: (value: number) => number): (value: CsValue) => CsValue {
  return (value) => double(compute(number(value)));
}

function checkDigits(value: CsDecimal, digits: number, mode: "even" | "awayFromZero"): CsDecimal {
  if (digits < 0 || digits > 28) {
    throw argumentOutOfRange("decimals", "Decimal can only round to between 0 and 28 digits of precision.");
  }
  return value.round(digits, mode);
}

function divideRemainder(left: bigint, right: bigint): bigint {
  if (right === 0n) {
    throw raise("DivideByZeroException", "Attempted to divide by zero.");
  }
  return left % right;
}

/** Source: https://learn.microsoft.com/dotnet/api/system.math */
export const mathType: TypeDeclaration = {
  namespace: "System",
  header: "static class Math",
  members: {
    "const double PI": double(Math.PI),
    "const double E": double(Math.E),
    ...Object.fromEntries(
      ALL.flatMap((kind) => [
        [`static ${kind} Max(${kind} val1, ${kind} val2)`, (a: CsValue, b: CsValue) => pick(a, b, 1)],
        [`static ${kind} Min(${kind} val1, ${kind} val2)`, (a: CsValue, b: CsValue) => pick(a, b, -1)],
      ]),
    ),
    ...Object.fromEntries(
      ALL.filter((kind) => !["byte", "ushort", "uint", "ulong"].includes(kind)).flatMap((kind) => [
        [`static ${kind} Abs(${kind} value)`, absolute],
        [`static int Sign(${kind} value)`, sign],
      ]),
    ),
    "static double Floor(double d)": unary(Math.floor),
    "static decimal Floor(decimal d)": (value: CsDecimal) => value.round(0, "down"),
    "static double Ceiling(double a)": unary(Math.ceil),
    "static decimal Ceiling(decimal d)": (value: CsDecimal) => value.round(0, "up"),
    "static double Truncate(double d)": unary(Math.trunc),
    "static decimal Truncate(decimal d)": (value: CsDecimal) => value.round(0, "truncate"),
    "static double Round(double a)": unary((value) => roundDouble(value, 0, "even")),
    "static double Round(double value, int digits)": (value: CsValue, digits: number) =>
      double(roundDouble(number(value), digits, "even")),
    "static double Round(double value, MidpointRounding mode)": (value: CsValue, mode: CsEnum) =>
      double(roundDouble(number(value), 0, modeOf(mode))),
    "static double Round(double value, int digits, MidpointRounding mode)": (
      value: CsValue,
      digits: number,
      mode: CsEnum,
    ) => double(roundDouble(number(value), digits, modeOf(mode))),
    "static decimal Round(decimal d)": (value: CsDecimal) => value.round(0, "even"),
    "static decimal Round(decimal d, int decimals)": (value: CsDecimal, digits: number) =>
      checkDigits(value, digits, "even"),
    "static decimal Round(decimal d, MidpointRounding mode)": (value: CsDecimal, mode: CsEnum) =>
      value.round(0, modeOf(mode)),
    "static decimal Round(decimal d, int decimals, MidpointRounding mode)": (
      value: CsDecimal,
      digits: number,
      mode: CsEnum,
    ) => checkDigits(value, digits, modeOf(mode)),
    "static double Pow(double x, double y)": (x: CsValue, y: CsValue) => double(number(x) ** number(y)),
    "static double Sqrt(double d)": unary(Math.sqrt),
    "static double Exp(double d)": unary(Math.exp),
    "static double Log(double d)": unary(Math.log),
    "static double Log(double a, double newBase)": (a: CsValue, base: CsValue) =>
      double(Math.log(number(a)) / Math.log(number(base))),
    "static double Log10(double d)": unary(Math.log10),
    "static double Sin(double a)": unary(Math.sin),
    "static double Cos(double d)": unary(Math.cos),
    "static double Tan(double a)": unary(Math.tan),
    "static double Asin(double d)": unary(Math.asin),
    "static double Acos(double d)": unary(Math.acos),
    "static double Atan(double d)": unary(Math.atan),
    "static double Atan2(double y, double x)": (y: CsValue, x: CsValue) =>
      double(Math.atan2(number(y), number(x))),
    "static double Sinh(double value)": unary(Math.sinh),
    "static double Cosh(double value)": unary(Math.cosh),
    "static double Tanh(double value)": unary(Math.tanh),
    "static long BigMul(int a, int b)": (a: number, b: number) => BigInt(a) * BigInt(b),
    "static int DivRem(int a, int b, out int result)": (a: number, b: number, result: { value: CsValue }) => {
      result.value = Number(divideRemainder(BigInt(a), BigInt(b)));
      const quotient = BigInt(a) / BigInt(b);
      if (quotient > 2147483647n) {
        throw overflow();
      }
      return Number(quotient);
    },
    "static long DivRem(long a, long b, out long result)": (
      a: bigint,
      b: bigint,
      result: { value: CsValue },
    ) => {
      result.value = divideRemainder(a, b);
      return BigInt.asIntN(64, a / b);
    },
  },
};
