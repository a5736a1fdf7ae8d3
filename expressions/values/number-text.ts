import { CsNumber, type CsValue } from "./cs-value";
import { CsDecimal } from "./decimal";
import { formatError, overflow } from "./exception";
import {
  convertRaw,
  describeIntegral,
  fits,
  integralLimits,
  isIntegral,
  type NumericKind,
  numericKindOf,
  rawOf,
  withKind,
} from "./numeric";

/** Shortest decimal digits of a float at `precision` digits: sign, digits without point, exponent of ten. */
interface Digits {
  readonly negative: boolean;
  /** No leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** Position of the point, counted from the start of `digits`. */
  readonly point: number;
}

function digitsOf(text: string): Digits {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (match === null) {
    throw new TypeError(`Not a number: ${text}`);
  }
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const all = whole + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  return {
    negative: sign === "-",
    digits: all.slice(leading).replace(/0+$/, ""),
    point: whole.length - leading + Number(exponent),
  };
}

function exact(value: CsValue, kind: NumericKind): Digits {
  const raw = rawOf(value);
  if (kind === "double" || kind === "float") {
    return digitsOf((raw as number).toExponential(kind === "float" ? 6 : 14));
  }
  return digitsOf(raw instanceof CsDecimal ? raw.toText() : raw.toString());
}

/** Cuts to `decimals` places after the point, half away from zero. */
function rounded(number: Digits, decimals: number): Digits {
  const keep = number.point + decimals;
  if (keep >= number.digits.length) {
    return number;
  }
  if (keep < 0) {
    return { negative: number.negative, digits: "", point: 0 };
  }
  const kept = number.digits.slice(0, keep);
  if ((number.digits[keep] ?? "0") < "5") {
    const digits = kept.replace(/0+$/, "");
    return { negative: number.negative, digits, point: digits === "" ? 0 : number.point };
  }
  const up = (BigInt(kept === "" ? "0" : kept) + 1n).toString();
  const point = number.point + (up.length - kept.length);
  return { negative: number.negative, digits: up.replace(/0+$/, ""), point };
}

function fixed(number: Digits, decimals: number, grouped = false): string {
  const { digits, point } = rounded(number, decimals);
  let whole = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  if (grouped) {
    whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  }
  const fraction = (point < 0 ? "0".repeat(-point) + digits : digits.slice(Math.max(0, point)))
    .slice(0, decimals)
    .padEnd(decimals, "0");
  return decimals === 0 ? whole : `${whole}.${fraction}`;
}

function isZero(number: Digits, decimals: number): boolean {
  return rounded(number, decimals).digits === "";
}

function signed(number: Digits, decimals: number, text: string): string {
  return number.negative && !isZero(number, decimals) ? `-${text}` : text;
}

function scientific(number: Digits, decimals: number, letter: string, exponentDigits: number): string {
  const shifted = rounded({ ...number, point: 1 }, decimals);
  const carry = shifted.point - 1;
  const exponent = number.digits === "" ? 0 : number.point - 1 + carry;
  const mantissa = fixed({ ...shifted, point: 1 }, decimals);
  const sign = exponent < 0 ? "-" : "+";
  return `${number.negative ? "-" : ""}${mantissa}${letter}${sign}${Math.abs(exponent).toString().padStart(exponentDigits, "0")}`;
}

function general(number: Digits, precision: number, letter: string, plainUpTo: number): string {
  const cut = rounded({ ...number, point: 0 }, precision);
  const point = number.point + cut.point;
  if (cut.digits === "") {
    return "0";
  }
  const sign = number.negative ? "-" : "";
  if (point > plainUpTo || point < -3) {
    const fraction = cut.digits.slice(1);
    const exponent = point - 1;
    const size = Math.abs(exponent).toString().padStart(2, "0");
    return `${sign}${cut.digits[0] ?? "0"}${fraction === "" ? "" : `.${fraction}`}${letter}${exponent < 0 ? "-" : "+"}${size}`;
  }
  const decimals = Math.max(0, cut.digits.length - point);
  return sign + fixed({ negative: false, digits: cut.digits, point }, decimals);
}

const DEFAULT_PRECISION: Readonly<Record<NumericKind, number>> = {
  sbyte: 3,
  byte: 3,
  short: 5,
  ushort: 5,
  char: 5,
  int: 10,
  uint: 10,
  long: 19,
  ulong: 20,
  float: 7,
  double: 15,
  decimal: 29,
};

function specialText(value: CsValue): string | undefined {
  const raw = rawOf(value);
  if (typeof raw !== "number" || Number.isFinite(raw)) {
    return undefined;
  }
  return Number.isNaN(raw) ? "NaN" : raw > 0 ? "Infinity" : "-Infinity";
}

/** `ToString()` of a number in the invariant culture, as .NET Framework prints it. */
export function numberToText(value: CsValue): string {
  if (typeof value === "number" || typeof value === "bigint") {
    return value.toString();
  }
  if (value instanceof CsDecimal) {
    return value.toText();
  }
  if (value instanceof CsNumber) {
    if (value.kind === "char") {
      return String.fromCharCode(value.value as number);
    }
    if (value.kind === "float" || value.kind === "double") {
      const precision = DEFAULT_PRECISION[value.kind];
      return specialText(value) ?? general(exact(value, value.kind), precision, "E", precision);
    }
    return value.value.toString();
  }
  throw new TypeError("Not a numeric value.");
}

function hexadecimal(value: CsValue, kind: NumericKind, digits: number, upper: boolean): string {
  const bits =
    kind === "sbyte" || kind === "byte"
      ? 8
      : kind === "short" || kind === "ushort"
        ? 16
        : kind === "long" || kind === "ulong"
          ? 64
          : 32;
  const text = BigInt.asUintN(bits, BigInt(rawOf(value) as number)).toString(16);
  return (upper ? text.toUpperCase() : text).padStart(digits, "0");
}

/**
 * `ToString(format)` of a number in the invariant culture.
 *
 * Source: https://learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings
 *
 * @throws System.FormatException if the format does not apply to the type.
 */
export function formatNumber(value: CsValue, format: string | null): string {
  const kind = numericKindOf(value);
  if (kind === undefined) {
    throw new TypeError("Not a numeric value.");
  }
  if (format === null || format === "") {
    return numberToText(value);
  }
  const special = specialText(value);
  if (special !== undefined) {
    return special;
  }
  const standard = /^([A-Za-z])(\d{0,2})$/.exec(format);
  if (standard === null) {
    return customFormat(exact(value, kind), format);
  }
  const letter = standard[1] ?? "";
  const given = standard[2] === "" || standard[2] === undefined ? undefined : Number(standard[2]);
  const upper = letter === letter.toUpperCase();
  // Fixed-point forms show every digit a double has beyond the 15 only as zeros, as .NET Framework does.
  const number = exact(value, kind);
  switch (letter.toUpperCase()) {
    case "D":
      if (!isIntegral(kind)) {
        throw formatError("Format specifier was invalid.");
      }
      return `${number.negative ? "-" : ""}${BigInt(rawOf(value) as number)
        .toString()
        .replace("-", "")
        .padStart(given ?? 0, "0")}`;
    case "X":
      if (!isIntegral(kind)) {
        throw formatError("Format specifier was invalid.");
      }
      return hexadecimal(value, kind, given ?? 0, upper);
    case "F":
      return signed(number, given ?? 2, fixed(number, given ?? 2));
    case "N":
      return signed(number, given ?? 2, fixed(number, given ?? 2, true));
    case "P": {
      const percent = number.digits === "" ? number : { ...number, point: number.point + 2 };
      return signed(percent, given ?? 2, `${fixed(percent, given ?? 2, true)} %`);
    }
    case "C": {
      const amount = `\u00a4${fixed(number, given ?? 2, true)}`;
      return number.negative && !isZero(number, given ?? 2) ? `(${amount})` : amount;
    }
    case "E":
      return scientific(number, given ?? 6, upper ? "E" : "e", 3);
    case "G":
      if (given === undefined || given === 0) {
        return kind === "float" || kind === "double"
          ? general(number, DEFAULT_PRECISION[kind], upper ? "E" : "e", DEFAULT_PRECISION[kind])
          : numberToText(value);
      }
      return general(
        kind === "double" && given > DEFAULT_PRECISION.double
          ? digitsOf((rawOf(value) as number).toExponential(Math.min(given, 17) - 1))
          : number,
        given,
        upper ? "E" : "e",
        given,
      );
    case "R":
      if (kind !== "float" && kind !== "double") {
        throw formatError("Format specifier was invalid.");
      }
      return roundTrip(value, kind);
    default:
      throw formatError("Format specifier was invalid.");
  }
}

function roundTrip(value: CsValue, kind: "float" | "double"): string {
  const raw = rawOf(value) as number;
  const short = numberToText(value);
  const back = kind === "float" ? Math.fround(Number(short)) : Number(short);
  if (back === raw) {
    return short;
  }
  const precision = kind === "float" ? 9 : 17;
  return general(digitsOf(raw.toExponential(precision - 1)), precision, "E", DEFAULT_PRECISION[kind]);
}

interface FormatItem {
  readonly kind: "digit" | "zero" | "point" | "literal";
  readonly text: string;
}

function splitSections(format: string): string[] {
  const sections = [""];
  for (let index = 0; index < format.length; index++) {
    const symbol = format[index] ?? "";
    const last = sections.length - 1;
    if (symbol === "\\") {
      sections[last] += symbol + (format[++index] ?? "");
    } else if (symbol === "'" || symbol === '"') {
      const end = format.indexOf(symbol, index + 1);
      const stop = end < 0 ? format.length : end + 1;
      sections[last] += format.slice(index, stop);
      index = stop - 1;
    } else if (symbol === ";" && sections.length < 3) {
      sections.push("");
    } else {
      sections[last] += symbol;
    }
  }
  return sections;
}

/** Source: https://learn.microsoft.com/dotnet/standard/base-types/custom-numeric-format-strings */
function customFormat(number: Digits, format: string): string {
  const sections = splitSections(format);
  const zero = number.digits === "";
  let section = sections[0] ?? "";
  let sign = number.negative && !zero ? "-" : "";
  if (zero && sections.length > 2) {
    section = sections[2] ?? "";
  } else if (number.negative && !zero && sections.length > 1 && sections[1] !== "") {
    section = sections[1] ?? "";
    sign = "";
  }
  const items: FormatItem[] = [];
  let scaling = 0;
  let exponent: { readonly letter: string; readonly plus: boolean; readonly digits: number } | undefined;
  let seenPoint = false;
  let grouped = false;
  let trailingCommas = 0;
  let digitsBefore = 0;
  for (let index = 0; index < section.length; index++) {
    const symbol = section[index] ?? "";
    const scientificPart = /^[Ee]([+-]?)(0+)/.exec(section.slice(index));
    if (symbol === "0" || symbol === "#") {
      if (trailingCommas > 0 && !seenPoint && digitsBefore > 0) {
        grouped = true;
      }
      trailingCommas = 0;
      digitsBefore += seenPoint ? 0 : 1;
      items.push({ kind: symbol === "0" ? "zero" : "digit", text: symbol });
    } else if (symbol === "." && !seenPoint) {
      seenPoint = true;
      scaling -= digitsBefore > 0 ? 3 * trailingCommas : 0;
      trailingCommas = 0;
      items.push({ kind: "point", text: symbol });
    } else if (symbol === ",") {
      trailingCommas += seenPoint ? 0 : 1;
    } else if (symbol === "%" || symbol === "\u2030") {
      scaling += symbol === "%" ? 2 : 3;
      items.push({ kind: "literal", text: symbol });
    } else if (scientificPart !== null && digitsBefore > 0) {
      exponent = {
        letter: symbol,
        plus: scientificPart[1] === "+",
        digits: (scientificPart[2] ?? "").length,
      };
      items.push({ kind: "literal", text: "\0" });
      index += scientificPart[0].length - 1;
    } else if (symbol === "\\") {
      items.push({ kind: "literal", text: section[++index] ?? "" });
    } else if (symbol === "'" || symbol === '"') {
      const end = section.indexOf(symbol, index + 1);
      const stop = end < 0 ? section.length : end;
      items.push({ kind: "literal", text: section.slice(index + 1, stop) });
      index = stop;
    } else {
      items.push({ kind: "literal", text: symbol });
    }
  }
  if (!seenPoint && digitsBefore > 0) {
    scaling -= 3 * trailingCommas;
  }
  const pointAt = items.findIndex(({ kind }) => kind === "point");
  const isDigit = (item: FormatItem): boolean => item.kind === "digit" || item.kind === "zero";
  const wholeItems = (pointAt < 0 ? items : items.slice(0, pointAt)).filter(isDigit);
  const fractionItems = pointAt < 0 ? [] : items.slice(pointAt).filter(isDigit);
  let scaled: Digits = { ...number, point: number.point + scaling };
  let exponentText = "";
  if (exponent !== undefined) {
    const power = zero ? 0 : scaled.point - wholeItems.length;
    scaled = { ...scaled, point: scaled.point - power };
    const signText = power < 0 ? "-" : exponent.plus ? "+" : "";
    exponentText = exponent.letter + signText + Math.abs(power).toString().padStart(exponent.digits, "0");
  }
  const result = rounded(scaled, fractionItems.length);
  if (result.digits === "") {
    sign = "";
    if (!zero && sections.length > 2) {
      return customFormat({ negative: false, digits: "", point: 0 }, format);
    }
  }
  const wholeText = result.point <= 0 ? "" : result.digits.slice(0, result.point).padEnd(result.point, "0");
  const minWhole = wholeItems.length - wholeItems.findIndex(({ kind }) => kind === "zero");
  const wholePadded = wholeItems.some(({ kind }) => kind === "zero")
    ? wholeText.padStart(minWhole, "0")
    : wholeText;
  const fractionDigits =
    result.point < 0
      ? "0".repeat(-result.point) + result.digits
      : result.digits.slice(Math.max(0, result.point));
  const lastZero = fractionItems.map(({ kind }) => kind).lastIndexOf("zero") + 1;
  const fractionText = fractionDigits.slice(0, fractionItems.length).padEnd(lastZero, "0");
  return sign + layOut(items, wholePadded, wholeItems.length, fractionText, grouped, exponentText);
}

function layOut(
  items: readonly FormatItem[],
  whole: string,
  places: number,
  fraction: string,
  grouped: boolean,
  exponent: string,
): string {
  let text = "";
  let place = places;
  let used = 0;
  let fractionUsed = 0;
  let seenPoint = false;
  const emitWhole = (upTo: number): void => {
    while (used < upTo) {
      const left = whole.length - used;
      text += whole[used++] ?? "";
      if (grouped && left > 1 && (left - 1) % 3 === 0) {
        text += ",";
      }
    }
  };
  for (const item of items) {
    if (item.kind === "literal") {
      text += item.text === "\0" ? exponent : item.text;
    } else if (item.kind === "point") {
      seenPoint = true;
      text += fraction === "" ? "" : ".";
    } else if (seenPoint) {
      text += fraction[fractionUsed++] ?? "";
    } else {
      place--;
      emitWhole(whole.length - place);
    }
  }
  return text;
}

/** What `NumberStyles` the plain `Parse` methods accept. */
const INTEGER = /^([+-]?)(\d+)$/;
const FLOAT = /^([+-]?)(\d+(?:,\d+)*|),*(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Of an integer; one with more is as much out of range. What the whole number is takes quadratic time. */
const ENOUGH_DIGITS = 30;
const PARENTHESES = /^-?$/;

/**
 * `int.Parse(text)` and its siblings, in the invariant culture.
 *
 * @throws System.FormatException, System.OverflowException
 */
export function parseNumber(text: string, kind: NumericKind): CsValue {
  const trimmed = withoutTrailingNuls(text).trim();
  if (isIntegral(kind)) {
    const match = INTEGER.exec(trimmed);
    if (match === null) {
      throw formatError();
    }
    const digits = (match[2] ?? "0").replace(/^0+(?=\d)/, "");
    const value = BigInt((match[1] === "-" ? "-" : "") + digits.slice(0, ENOUGH_DIGITS));
    if (!fits(value, kind)) {
      throw overflow(describeIntegral(kind));
    }
    return withKind(kind, convertRaw(value, "long", kind, false));
  }
  const special = /^(NaN|Infinity|-Infinity)$/.exec(trimmed)?.[1];
  if (special !== undefined && kind !== "decimal") {
    return withKind(kind, Number(special));
  }
  const match = FLOAT.exec(trimmed);
  if (match === null || PARENTHESES.test(trimmed) || ((match[2] ?? "") === "" && (match[3] ?? "") === "")) {
    throw formatError();
  }
  const [, sign = "", whole = "", fraction = "", exponent] = match;
  const digits = `${sign === "-" ? "-" : ""}${whole.replace(/,/g, "") || "0"}`;
  if (kind === "decimal") {
    if (exponent !== undefined) {
      throw formatError();
    }
    return CsDecimal.parse(`${digits}.${fraction}`);
  }
  const value = Number(`${digits}.${fraction || "0"}e${exponent ?? "0"}`);
  const result = kind === "float" ? Math.fround(value) : value;
  if (!Number.isFinite(result)) {
    throw overflow(kind === "float" ? "a Single" : "a Double");
  }
  return withKind(kind, result);
}

/** .NET ignores them. */
function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\0") {
    end--;
  }
  return text.slice(0, end);
}

/** `int.Parse(text, NumberStyles.HexNumber)` and `Convert.ToInt32(text, 16)`: digits of the base only. */
export function parseInBase(text: string, radix: 2 | 8 | 10 | 16, kind: NumericKind): CsValue {
  const body = radix === 16 ? text.replace(/^0[xX]/, "") : text;
  const allowed = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^[+-]?\d+$/, 16: /^[0-9a-fA-F]+$/ }[radix];
  if (!allowed.test(body)) {
    throw formatError("Could not find any recognizable digits.");
  }
  if (radix === 10) {
    return parseNumber(body, kind);
  }
  const prefix = { 2: "0b", 8: "0o", 16: "0x" }[radix];
  const value = BigInt(prefix + body);
  const unsigned =
    ({ sbyte: "byte", short: "ushort", int: "uint", long: "ulong" } as const)[kind as "int"] ?? kind;
  if (value > integralLimits(unsigned)[1]) {
    throw overflow(describeIntegral(kind));
  }
  return withKind(kind, convertRaw(value, "ulong", kind, false));
}
