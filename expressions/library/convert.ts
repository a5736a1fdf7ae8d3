import { runtimeType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsNumber, type CsValue } from "../values/cs-value";
import { CsDateTime, parseDateTime } from "../values/date-time";
import { CsDecimal } from "../values/decimal";
import { argumentOutOfRange, formatError, invalidCast } from "../values/exception";
import { convertTo, zeroOf } from "../values/number-conversion";
import { parseInBase } from "../values/number-text";
import { type NumericKind, numericKindOf, rawOf, withKind } from "../values/numeric";
import { toText } from "../values/text";
import { argumentError, notNull } from "./object";

const NAMES: Readonly<Partial<Record<NumericKind, string>>> = {
  sbyte: "SByte",
  byte: "Byte",
  short: "Int16",
  ushort: "UInt16",
  int: "Int32",
  uint: "UInt32",
  long: "Int64",
  ulong: "UInt64",
  float: "Single",
  double: "Double",
  decimal: "Decimal",
};

function toBoolean(value: CsValue): boolean {
  if (value === null) {
    return false;
  }
  if (typeof value === "boolean") {
    return value;
  }
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    if (text !== "true" && text !== "false") {
      throw formatError("String was not recognized as a valid Boolean.");
    }
    return text === "true";
  }
  const raw =
    numericKindOf(value) === undefined || numericKindOf(value) === "char" ? undefined : rawOf(value);
  if (raw === undefined) {
    throw invalidCast(runtimeType(value).fullName, "System.Boolean");
  }
  return raw instanceof CsDecimal ? raw.mantissa !== 0n : Number(raw) !== 0;
}

function toDateTime(value: CsValue): CsDateTime {
  if (value === null) {
    return CsDateTime.minValue;
  }
  if (typeof value === "string") {
    return parseDateTime(value);
  }
  if (!(value instanceof CsDateTime)) {
    throw invalidCast(runtimeType(value).fullName, "System.DateTime");
  }
  return value;
}

function toChar(value: CsValue): CsValue {
  if (typeof value === "string") {
    if (value.length !== 1) {
      throw formatError("String must be exactly one character long.");
    }
    return withKind("char", value.charCodeAt(0));
  }
  return convertTo(value, "char");
}

/**
 * Reads Base64 as .NET does: white space is ignored, everything else must fit.
 *
 * @throws System.FormatException
 */
export function fromBase64(text: string): Uint8Array {
  const compact = text.replace(/[ \t\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw formatError(
      compact.length % 4 === 0
        ? "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters."
        : "Invalid length for a Base-64 char array or string.",
    );
  }
  return Uint8Array.from(Buffer.from(compact, "base64"));
}

function base(radix: number): 2 | 8 | 10 | 16 {
  if (radix !== 2 && radix !== 8 && radix !== 10 && radix !== 16) {
    throw argumentError("Invalid Base.");
  }
  return radix;
}

function fromBase(kind: NumericKind): (text: string | null, radix: number) => CsValue {
  return (text, radix) => {
    const checked = base(radix);
    if (text === null) {
      return zeroOf(kind);
    }
    if (text === "") {
      throw argumentOutOfRange(
        "startIndex",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
      );
    }
    return parseInBase(text, checked, kind);
  };
}

function toBase(bits: number): (value: CsValue, radix: number) => string {
  return (value, radix) => {
    const checked = base(radix);
    const number = BigInt(rawOf(value) as number);
    return checked === 10 ? number.toString() : BigInt.asUintN(bits, number).toString(checked);
  };
}

const TARGETS = Object.keys(NAMES) as readonly NumericKind[];
const SOURCES: readonly string[] = ["object", "string", "bool", "char", ...TARGETS];

function numericMembers(kind: NumericKind): [string, (value: CsValue) => CsValue][] {
  return SOURCES.map((source) => [
    `static ${kind} To${NAMES[kind] ?? kind}(${source} value)`,
    (value) => convertTo(value, kind),
  ]);
}

/** Source: https://learn.microsoft.com/dotnet/api/system.convert */
export const convertType: TypeDeclaration = {
  namespace: "System",
  header: "static class Convert",
  members: {
    ...Object.fromEntries(TARGETS.flatMap(numericMembers)),
    ...Object.fromEntries(
      (["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong"] as const).map((kind) => [
        `static ${kind} To${NAMES[kind] ?? kind}(string value, int fromBase)`,
        fromBase(kind),
      ]),
    ),
    ...Object.fromEntries(SOURCES.map((source) => [`static bool ToBoolean(${source} value)`, toBoolean])),
    ...Object.fromEntries(
      [...SOURCES, "DateTime"].map((source) => [`static string ToString(${source} value)`, toText]),
    ),
    "static string ToString(string value)": (value: string | null) => value,
    "static string ToString(byte value, int toBase)": toBase(8),
    "static string ToString(short value, int toBase)": toBase(16),
    "static string ToString(int value, int toBase)": toBase(32),
    "static string ToString(long value, int toBase)": toBase(64),
    "static char ToChar(string value)": (value: string | null) => toChar(notNull(value, "value")),
    "static char ToChar(int value)": toChar,
    "static char ToChar(object value)": toChar,
    "static DateTime ToDateTime(string value)": toDateTime,
    "static DateTime ToDateTime(object value)": toDateTime,
    "static byte[] FromBase64String(string s)": (text: string | null) => fromBase64(notNull(text, "s")),
    "static string ToBase64String(byte[] inArray)": (bytes: Uint8Array | null) =>
      Buffer.from(notNull(bytes, "inArray")).toString("base64"),
    "static string ToBase64String(byte[] inArray, int offset, int length)": (
      bytes: Uint8Array | null,
      offset: number,
      length: number,
    ) => {
      const all = notNull(bytes, "inArray");
      if (offset < 0 || length < 0 || offset + length > all.length) {
        throw argumentOutOfRange("offset");
      }
      return Buffer.from(all.subarray(offset, offset + length)).toString("base64");
    },
  },
};

/** Source: https://learn.microsoft.com/dotnet/api/system.bitconverter */
export const bitConverterType: TypeDeclaration = {
  namespace: "System",
  header: "static class BitConverter",
  members: {
    "static string ToString(byte[] value)": (bytes: Uint8Array | null) => hexPairs(notNull(bytes, "value")),
    "static string ToString(byte[] value, int startIndex, int length)": (
      bytes: Uint8Array | null,
      start: number,
      length: number,
    ) => {
      const all = notNull(bytes, "value");
      if (start < 0 || length < 0 || start + length > all.length) {
        throw argumentOutOfRange("startIndex");
      }
      return hexPairs(all.subarray(start, start + length));
    },
    "static byte[] GetBytes(int value)": (value: number) =>
      little(4, (view) => view.setInt32(0, value, true)),
    "static byte[] GetBytes(long value)": (value: bigint) =>
      little(8, (view) => view.setBigInt64(0, value, true)),
    "static byte[] GetBytes(double value)": (value: CsNumber) =>
      little(8, (view) => view.setFloat64(0, value.value as number, true)),
    "static byte[] GetBytes(bool value)": (value: boolean) => Uint8Array.of(Number(value)),
    "static int ToInt32(byte[] value, int startIndex)": (bytes: Uint8Array | null, start: number) =>
      window(bytes, start, 4).getInt32(0, true),
    "static long ToInt64(byte[] value, int startIndex)": (bytes: Uint8Array | null, start: number) =>
      window(bytes, start, 8).getBigInt64(0, true),
    "static double ToDouble(byte[] value, int startIndex)": (bytes: Uint8Array | null, start: number) =>
      new CsNumber("double", window(bytes, start, 8).getFloat64(0, true)),
    "static uint ToUInt32(byte[] value, int startIndex)": (bytes: Uint8Array | null, start: number) =>
      new CsNumber("uint", window(bytes, start, 4).getUint32(0, true)),
  },
};

function hexPairs(bytes: Uint8Array): string {
  return Array.from(bytes, (value) => value.toString(16).toUpperCase().padStart(2, "0")).join("-");
}

function little(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

function window(bytes: Uint8Array | null, start: number, size: number): DataView {
  const all = notNull(bytes, "value");
  if (start < 0 || start >= all.length) {
    throw argumentOutOfRange("startIndex");
  }
  if (start + size > all.length) {
    throw argumentError(
      "Destination array is not long enough to copy all the items in the collection. Check array index and length.",
    );
  }
  return new DataView(all.buffer, all.byteOffset + start, size);
}
