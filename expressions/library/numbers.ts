import type { TypeDeclaration } from "../types/type-declaration";
import type { CallableImplementation } from "../values/cs-type";
import { char, CsNumber, type CsValue, double, type OutReference } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import { compareValues, lowerInvariant, upperInvariant, valuesEqual } from "../values/equality";
import { formatError, ThrownException } from "../values/exception";
import { zeroOf } from "../values/number-conversion";
import { formatNumber, numberToText, parseNumber } from "../values/number-text";
import { integralLimits, is64Bit, isIntegral, type NumericKind, withKind } from "../values/numeric";
import { notNull } from "./object";
import { codeOf, isWhiteSpace } from "./string";

const NAMES: readonly (readonly [NumericKind, string])[] = [
  ["sbyte", "SByte"],
  ["byte", "Byte"],
  ["short", "Int16"],
  ["ushort", "UInt16"],
  ["int", "Int32"],
  ["uint", "UInt32"],
  ["long", "Int64"],
  ["ulong", "UInt64"],
  ["float", "Single"],
  ["double", "Double"],
  ["decimal", "Decimal"],
];

/** Runs a parser that throws, as a `TryParse`. */
export function tryParse<T extends CsValue>(
  result: OutReference<CsValue>,
  fallback: CsValue,
  parse: () => T,
): boolean {
  try {
    result.value = parse();
    return true;
  } catch (error) {
    if (!(error instanceof ThrownException)) {
      throw error;
    }
    result.value = fallback;
    return false;
  }
}

function numberType(kind: NumericKind, name: string): TypeDeclaration {
  const limits: Record<string, CsValue> = {};
  if (isIntegral(kind)) {
    const [min, max] = integralLimits(kind);
    const raw = (value: bigint): CsValue => withKind(kind, is64Bit(kind) ? value : Number(value));
    limits[`const ${kind} MinValue`] = raw(min);
    limits[`const ${kind} MaxValue`] = raw(max);
  }
  return {
    namespace: "System",
    header: `struct ${name}`,
    members: {
      ...limits,
      ...SPECIAL_MEMBERS[kind],
      [`static ${kind} Parse(string s)`]: (text: string | null) => parseNumber(notNull(text, "s"), kind),
      [`static bool TryParse(string s, out ${kind} result)`]: (text: string | null, result: OutReference) =>
        tryParse(result, zeroOf(kind), () => parseNumber(text ?? "", kind)),
      [`int CompareTo(${kind} value)`]: (self: CsValue, other: CsValue) => compareValues(self, other),
      [`bool Equals(${kind} obj)`]: (self: CsValue, other: CsValue) => valuesEqual(self, other),
      "string ToString()": (self: CsValue) => numberToText(self),
      "string ToString(string format)": (self: CsValue, format: string | null) => formatNumber(self, format),
    },
  };
}

function floatMembers(kind: "float" | "double", max: number, epsilon: number): TypeDeclaration["members"] {
  const make = (value: number): CsNumber => new CsNumber(kind, value);
  return {
    [`const ${kind} MaxValue`]: make(max),
    [`const ${kind} MinValue`]: make(-max),
    [`const ${kind} Epsilon`]: make(epsilon),
    [`const ${kind} NaN`]: make(Number.NaN),
    [`const ${kind} PositiveInfinity`]: make(Number.POSITIVE_INFINITY),
    [`const ${kind} NegativeInfinity`]: make(Number.NEGATIVE_INFINITY),
    [`static bool IsNaN(${kind} f)`]: (value: CsNumber) => Number.isNaN(value.value),
    [`static bool IsInfinity(${kind} f)`]: (value: CsNumber) =>
      Math.abs(value.value as number) === Number.POSITIVE_INFINITY,
  };
}

const SPECIAL_MEMBERS: Readonly<Partial<Record<NumericKind, TypeDeclaration["members"]>>> = {
  float: floatMembers("float", 3.4028234663852886e38, 1.401298464324817e-45),
  double: floatMembers("double", Number.MAX_VALUE, Number.MIN_VALUE),
  decimal: {
    "const decimal Zero": CsDecimal.of(0n),
    "const decimal One": CsDecimal.of(1n),
    "const decimal MinusOne": CsDecimal.of(-1n),
    "const decimal MaxValue": CsDecimal.of(2n ** 96n - 1n),
    "const decimal MinValue": CsDecimal.of(1n - 2n ** 96n),
    "static decimal Round(decimal d)": (value: CsDecimal) => value.round(0, "even"),
    "static decimal Round(decimal d, int decimals)": (value: CsDecimal, decimals: number) =>
      value.round(decimals, "even"),
    "static decimal Floor(decimal d)": (value: CsDecimal) => value.round(0, "down"),
    "static decimal Ceiling(decimal d)": (value: CsDecimal) => value.round(0, "up"),
    "static decimal Truncate(decimal d)": (value: CsDecimal) => value.round(0, "truncate"),
    "static int ToInt32(decimal d)": (value: CsDecimal) => Number(value.truncated()),
    "static double ToDouble(decimal d)": (value: CsDecimal) => double(value.toNumber()),
  },
};

function category(pattern: RegExp): CallableImplementation {
  return ((symbol: CsNumber) => pattern.test(String.fromCharCode(codeOf(symbol)))) as CallableImplementation;
}

function categoryAt(pattern: RegExp): CallableImplementation {
  return ((text: string | null, index: number) =>
    pattern.test(notNull(text, "s")[index] ?? "")) as CallableImplementation;
}

const CATEGORIES: Readonly<Record<string, RegExp>> = {
  IsDigit: /^\p{Nd}$/u,
  IsNumber: /^\p{N}$/u,
  IsLetter: /^\p{L}$/u,
  IsLetterOrDigit: /^[\p{L}\p{Nd}]$/u,
  IsUpper: /^\p{Lu}$/u,
  IsLower: /^\p{Ll}$/u,
  IsPunctuation: /^\p{P}$/u,
  IsSymbol: /^\p{S}$/u,
  IsControl: /^\p{Cc}$/u,
  IsSeparator: /^\p{Z}$/u,
};

function mapChar(convert: (text: string) => string): CallableImplementation {
  return ((symbol: CsNumber) =>
    char(convert(String.fromCharCode(codeOf(symbol))).charCodeAt(0))) as CallableImplementation;
}

const charType: TypeDeclaration = {
  namespace: "System",
  header: "struct Char",
  members: {
    "const char MinValue": char(0),
    "const char MaxValue": char(0xffff),
    ...Object.fromEntries(
      Object.entries(CATEGORIES).flatMap(([name, pattern]) => [
        [`static bool ${name}(char c)`, category(pattern)],
        [`static bool ${name}(string s, int index)`, categoryAt(pattern)],
      ]),
    ),
    "static bool IsWhiteSpace(char c)": (symbol: CsNumber) =>
      isWhiteSpace(String.fromCharCode(codeOf(symbol))),
    "static char ToUpper(char c)": mapChar(upperInvariant),
    "static char ToUpperInvariant(char c)": mapChar(upperInvariant),
    "static char ToLower(char c)": mapChar(lowerInvariant),
    "static char ToLowerInvariant(char c)": mapChar(lowerInvariant),
    "static char Parse(string s)": (text: string | null) => {
      if (notNull(text, "s").length !== 1) {
        throw formatError("String must be exactly one character long.");
      }
      return char((text ?? "").charCodeAt(0));
    },
    "static double GetNumericValue(char c)": (symbol: CsNumber) => double(numericValue(codeOf(symbol))),
    "static string ToString(char c)": (symbol: CsNumber) => String.fromCharCode(codeOf(symbol)),
    "int CompareTo(char value)": (self: CsNumber, other: CsNumber) => codeOf(self) - codeOf(other),
    "bool Equals(char obj)": (self: CsValue, other: CsValue) => valuesEqual(self, other),
    "string ToString()": (self: CsNumber) => String.fromCharCode(codeOf(self)),
  },
};

function parseBoolean(text: string): boolean {
  const trimmed = text.replace(/^[\s\0]+|[\s\0]+$/g, "").toLowerCase();
  if (trimmed !== "true" && trimmed !== "false") {
    throw formatError("String was not recognized as a valid Boolean.");
  }
  return trimmed === "true";
}

const booleanType: TypeDeclaration = {
  namespace: "System",
  header: "struct Boolean",
  defaultValue: false,
  members: {
    "const string TrueString": "True",
    "const string FalseString": "False",
    "static bool Parse(string value)": (text: string | null) => parseBoolean(notNull(text, "value")),
    "static bool TryParse(string value, out bool result)": (text: string | null, result: OutReference) =>
      tryParse(result, false, () => parseBoolean(text ?? "")),
    "int CompareTo(bool value)": (self: boolean, other: boolean) => Number(self) - Number(other),
    "bool Equals(bool obj)": (self: boolean, other: boolean) => self === other,
    "string ToString()": (self: boolean) => (self ? "True" : "False"),
  },
};

/** The numeric types, `char` and `bool`. */
export const numberTypes: readonly TypeDeclaration[] = [
  ...NAMES.map(([kind, name]) => numberType(kind, name)),
  charType,
  booleanType,
  {
    namespace: "System",
    header: "enum MidpointRounding",
    values: { ToEven: 0, AwayFromZero: 1 },
  },
];

const ROMAN_NUMERALS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 50, 100, 500, 1000];

/** Unicode's numeric value of digits, fractions, raised and circled numbers and Roman numerals; -1 for the rest. */
function numericValue(code: number): number {
  const text = String.fromCharCode(code);
  if (/\p{Nd}/u.test(text)) {
    // Decimal digits of a script follow one another, and so do scripts: blocks of ten from a zero on.
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCharCode(zero - 1))) {
      zero--;
    }
    return (code - zero) % 10;
  }
  if (code >= 0x2160 && code <= 0x217f) {
    return ROMAN_NUMERALS[(code - 0x2160) % 16] ?? -1;
  }
  const [, whole, below = "1"] = /^(\d+)(?:\u2044(\d+))?$/.exec(text.normalize("NFKC")) ?? [];
  return whole === undefined ? -1 : Number(whole) / Number(below);
}
