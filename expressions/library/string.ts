import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsArray as ArrayValue, type CsArray, iterate } from "../values/collections";
import { char, type CsNumber, type CsValue } from "../values/cs-value";
import type { CsEnum } from "../values/enum";
import { compareCulture, lowerInvariant, upperInvariant } from "../values/equality";
import { argumentOutOfRange, indexOutOfRange } from "../values/exception";
import { consume, consumeLength } from "../values/execution";
import { toText } from "../values/text";
import { compareStrings, folded, ruleOf } from "./comparison";
import { formatComposite } from "./composite-format";
import { argumentError, notNull } from "./object";

/** The UTF-16 code unit of a `char`. */
export function codeOf(value: CsNumber): number {
  return value.value as number;
}

export function characters(array: CsArray | null): string[] {
  return array === null ? [] : array.items.map((item) => toText(item));
}

/** `char[]` of a text. */
export function charArray(text: string): CsArray {
  return new ArrayValue(libraryType("System.Char"), [...iterate(text)]);
}

export function stringArray(items: readonly string[]): CsArray {
  return new ArrayValue(libraryType("System.String"), [...items]);
}

/** What .NET counts as white space; `trim` of JavaScript takes U+FEFF as well and leaves U+0085. */
const WHITE_SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isWhiteSpace(text: string): boolean {
  return [...text].every((symbol) => WHITE_SPACE.test(symbol));
}

function trimStart(text: string, set: (symbol: string) => boolean): string {
  let start = 0;
  while (start < text.length && set(text[start] ?? "")) {
    start++;
  }
  return text.slice(start);
}

function trimEnd(text: string, set: (symbol: string) => boolean): string {
  let end = text.length;
  while (end > 0 && set(text[end - 1] ?? "")) {
    end--;
  }
  return text.slice(0, end);
}

function trimSet(array: CsArray | null): (symbol: string) => boolean {
  const symbols = new Set(characters(array));
  return symbols.size === 0 ? (symbol) => WHITE_SPACE.test(symbol) : (symbol) => symbols.has(symbol);
}

function requireSpan(text: string, start: number, length: number): void {
  if (start < 0 || start > text.length) {
    throw argumentOutOfRange("startIndex", "startIndex cannot be larger than length of string.");
  }
  if (length < 0 || start + length > text.length) {
    throw argumentOutOfRange("length", "Index and length must refer to a location within the string.");
  }
}

/** Characters of separators compared in the time of one step. */
const COMPARED_IN_ONE_STEP = 64;

/** Finds the first of the separators that stands at a position; there may be many, and long ones. */
function separatorFinder(
  text: string,
  separators: readonly string[],
): (position: number) => string | undefined {
  const byFirstSymbol = new Map<string, { readonly candidates: string[]; length: number }>();
  for (const separator of separators.filter((each) => each !== "")) {
    const symbol = separator.charAt(0);
    const group = byFirstSymbol.get(symbol) ?? { candidates: [], length: 0 };
    byFirstSymbol.set(symbol, group);
    // After a separator of one character, no other that begins with it is ever found.
    if (group.candidates.at(-1) !== symbol) {
      group.candidates.push(separator);
      group.length += separator.length;
    }
  }
  return (position) => {
    const group = byFirstSymbol.get(text.charAt(position));
    if (group === undefined) {
      return undefined;
    }
    consume(Math.floor(group.length / COMPARED_IN_ONE_STEP));
    return group.candidates.find((separator) => text.startsWith(separator, position));
  };
}

/** Texts up to this length are split before the steps are taken that it costs. */
const MAX_SPLIT_AT_ONCE = 10_000;

/** By one character, keeping empty parts, as most policies split. */
function splitAt(text: string, separator: string, count: number): CsArray {
  if (text.length <= MAX_SPLIT_AT_ONCE && count > text.length) {
    const all = text.split(separator);
    consume(all.length - 1);
    return new ArrayValue(libraryType("System.String"), all);
  }
  const parts: string[] = [];
  let start = 0;
  for (
    let end = text.indexOf(separator);
    end >= 0 && parts.length < count - 1;
    end = text.indexOf(separator, start)
  ) {
    consume();
    parts.push(text.slice(start, end));
    start = end + 1;
  }
  parts.push(text.slice(start));
  return new ArrayValue(libraryType("System.String"), parts);
}

function split(text: string, separators: readonly string[], count: number, options: CsEnum | null): CsArray {
  if (count < 0) {
    throw argumentOutOfRange("count", "Count cannot be less than zero.");
  }
  const removeEmpty = options?.value === 1;
  if (count === 0) {
    return stringArray([]);
  }
  const [only] = separators;
  if (separators.length === 1 && only?.length === 1 && !removeEmpty) {
    return splitAt(text, only, count);
  }
  const isBreak =
    separators.length === 0
      ? (position: number) => (WHITE_SPACE.test(text[position] ?? "") ? (text[position] ?? "") : undefined)
      : separatorFinder(text, separators);
  const parts: string[] = [];
  let start = 0;
  let position = 0;
  while (position < text.length && parts.length < count - 1) {
    const separator = isBreak(position);
    if (separator === undefined) {
      position++;
      continue;
    }
    consume();
    if (position > start || !removeEmpty) {
      parts.push(text.slice(start, position));
    }
    position += separator.length;
    start = position;
  }
  if (removeEmpty) {
    // The last part starts after the empty ones in front of it.
    for (
      let separator = isBreak(start);
      start < text.length && separator !== undefined;
      separator = isBreak(start)
    ) {
      start += separator.length;
    }
  }
  if (start < text.length || !removeEmpty) {
    parts.push(text.slice(start));
  }
  return stringArray(parts);
}

const ALL = 2 ** 31 - 1;

/** What searching for a long text costs at worst, when nearly all of it is found at each place. */
function consumeSearch(text: string, wanted: string): void {
  consume(Math.floor((text.length * wanted.length) / 1024));
}

/** `Replace` of texts. @param from not empty */
export function replaceAll(text: string, from: string, to: string): string {
  consumeSearch(text, from);
  const parts: string[] = [];
  let start = 0;
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, start)) {
    consume();
    parts.push(text.slice(start, at));
    start = at + from.length;
  }
  consumeLength(text.length + parts.length * to.length);
  return [...parts, text.slice(start)].join(to);
}

function pad(text: string, width: number, symbol: string, left: boolean): string {
  if (width < 0) {
    throw argumentOutOfRange("totalWidth", "Non-negative number required.");
  }
  consumeLength(width);
  return left ? text.padStart(width, symbol) : text.padEnd(width, symbol);
}

function indexOf(text: string, wanted: string, start = 0, count = text.length - start): number {
  if (start < 0 || start > text.length) {
    throw argumentOutOfRange(
      "startIndex",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  }
  if (count < 0 || start + count > text.length) {
    throw argumentOutOfRange(
      "count",
      "Count must be positive and count must refer to a location within the string/array/collection.",
    );
  }
  consumeSearch(text, wanted);
  return text.slice(0, start + count).indexOf(wanted, start);
}

function lastIndexOf(text: string, wanted: string): number {
  consumeSearch(text, wanted);
  // The .NET Framework looks for nothing at the last character.
  return wanted === "" ? Math.max(0, text.length - 1) : text.lastIndexOf(wanted);
}

function indexOfAny(text: string, symbols: ReadonlySet<string>, start = 0): number {
  for (let position = start; position < text.length; position++) {
    if (symbols.has(text[position] ?? "")) {
      return position;
    }
  }
  return -1;
}

function join(separator: string | null, items: Iterable<CsValue>): string {
  const parts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = toText(item);
    length += text.length + (separator ?? "").length;
    parts.push(text);
  }
  consumeLength(length);
  return parts.join(separator ?? "");
}

function compareRanges(
  a: string | null,
  from: number,
  b: string | null,
  other: number,
  length: number,
): [string | null, string | null] {
  return [a?.slice(from, from + length) ?? null, b?.slice(other, other + length) ?? null];
}

/**
 * The hash code of a text in the 64-bit .NET Framework, where it is the same in each process. In later runtimes of
 * .NET it is another in each; what an expression makes of it may hold no longer than one, in Azure as here.
 */
function hashCode(text: string): number {
  let [first, second] = [5381, 5381];
  for (let index = 0; index < text.length; index += 2) {
    first = (Math.imul(first, 33) ^ text.charCodeAt(index)) | 0;
    if (index + 1 < text.length) {
      second = (Math.imul(second, 33) ^ text.charCodeAt(index + 1)) | 0;
    }
  }
  return (first + Math.imul(second, 1566083941)) | 0;
}

/** Source: https://learn.microsoft.com/dotnet/api/system.string */
export const stringType: TypeDeclaration = {
  namespace: "System",
  header: "class String : IEnumerable<char>",
  members: {
    "const string Empty": "",
    "String(char[] value)": (value: CsArray | null) => characters(value).join(""),
    "String(char[] value, int startIndex, int length)": (
      value: CsArray | null,
      start: number,
      length: number,
    ) => {
      const text = characters(notNull(value, "value")).join("");
      requireSpan(text, start, length);
      return text.slice(start, start + length);
    },
    "String(char c, int count)": (symbol: CsNumber, count: number) => {
      if (count < 0) {
        throw argumentOutOfRange("count", "'count' must be non-negative.");
      }
      consumeLength(count);
      return toText(symbol).repeat(count);
    },
    "int Length { get; }": (self: string) => self.length,
    "char this[int index] { get; }": (self: string, index: number) => {
      if (index < 0 || index >= self.length) {
        throw indexOutOfRange();
      }
      return char(self.charCodeAt(index));
    },
    "static bool IsNullOrEmpty(string value)": (value: string | null) => value === null || value === "",
    "static bool IsNullOrWhiteSpace(string value)": (value: string | null) =>
      value === null || isWhiteSpace(value),
    "static string Copy(string str)": (value: string | null) => notNull(value, "str"),
    "static string Concat(object arg0)": (value: CsValue) => toText(value),
    "static string Concat(object arg0, object arg1)": (a: CsValue, b: CsValue) => toText(a) + toText(b),
    "static string Concat(object arg0, object arg1, object arg2)": (a: CsValue, b: CsValue, c: CsValue) =>
      toText(a) + toText(b) + toText(c),
    "static string Concat(params object[] args)": (args: CsArray | null) =>
      join("", notNull(args, "args").items),
    "static string Concat(params string[] values)": (values: CsArray | null) =>
      join("", notNull(values, "values").items),
    "static string Concat(string str0, string str1)": (a: string | null, b: string | null) =>
      (a ?? "") + (b ?? ""),
    "static string Concat(string str0, string str1, string str2)": (
      a: string | null,
      b: string | null,
      c: string | null,
    ) => (a ?? "") + (b ?? "") + (c ?? ""),
    "static string Concat(string str0, string str1, string str2, string str3)": (
      a: string | null,
      b: string | null,
      c: string | null,
      d: string | null,
    ) => (a ?? "") + (b ?? "") + (c ?? "") + (d ?? ""),
    "static string Concat(IEnumerable<string> values)": (values: CsValue) =>
      join("", iterate(notNull(values, "values"))),
    "static string Concat<T>(IEnumerable<T> values)": (values: CsValue) =>
      join("", iterate(notNull(values, "values"))),
    "static string Join(string separator, params string[] value)": (
      separator: string | null,
      values: CsArray | null,
    ) => join(separator, notNull(values, "value").items),
    "static string Join(string separator, params object[] values)": (
      separator: string | null,
      values: CsArray | null,
    ) => join(separator, notNull(values, "values").items),
    "static string Join(string separator, IEnumerable<string> values)": (
      separator: string | null,
      values: CsValue,
    ) => join(separator, iterate(notNull(values, "values"))),
    "static string Join<T>(string separator, IEnumerable<T> values)": (
      separator: string | null,
      values: CsValue,
    ) => join(separator, iterate(notNull(values, "values"))),
    "static string Format(string format, object arg0)": (format: string | null, a: CsValue) =>
      formatComposite(notNull(format, "format"), [a]),
    "static string Format(string format, object arg0, object arg1)": (
      format: string | null,
      a: CsValue,
      b: CsValue,
    ) => formatComposite(notNull(format, "format"), [a, b]),
    "static string Format(string format, object arg0, object arg1, object arg2)": (
      format: string | null,
      a: CsValue,
      b: CsValue,
      c: CsValue,
    ) => formatComposite(notNull(format, "format"), [a, b, c]),
    "static string Format(string format, params object[] args)": (
      format: string | null,
      args: CsArray | null,
    ) => formatComposite(notNull(format, "format"), notNull(args, "args").items),
    "static int Compare(string strA, string strB)": (a: string | null, b: string | null) =>
      compareStrings(a, b, "CurrentCulture"),
    "static int Compare(string strA, string strB, bool ignoreCase)": (
      a: string | null,
      b: string | null,
      ignore: boolean,
    ) => compareStrings(a, b, ignore ? "CurrentCultureIgnoreCase" : "CurrentCulture"),
    "static int Compare(string strA, string strB, StringComparison comparisonType)": (
      a: string | null,
      b: string | null,
      rule: CsEnum,
    ) => compareStrings(a, b, ruleOf(rule)),
    "static int Compare(string strA, int indexA, string strB, int indexB, int length)": (
      a: string | null,
      from: number,
      b: string | null,
      other: number,
      length: number,
    ) => compareStrings(...compareRanges(a, from, b, other, length), "CurrentCulture"),
    "static int CompareOrdinal(string strA, string strB)": (a: string | null, b: string | null) =>
      compareStrings(a, b, "Ordinal"),
    "static bool Equals(string a, string b)": (a: string | null, b: string | null) => a === b,
    "static bool Equals(string a, string b, StringComparison comparisonType)": (
      a: string | null,
      b: string | null,
      rule: CsEnum,
    ) => compareStrings(a, b, ruleOf(rule)) === 0,
    "int GetHashCode()": (self: string) => hashCode(self),
    "bool Equals(string value)": (self: string, other: string | null) => self === other,
    "bool Equals(string value, StringComparison comparisonType)": (
      self: string,
      other: string | null,
      rule: CsEnum,
    ) => compareStrings(self, other, ruleOf(rule)) === 0,
    "int CompareTo(string strB)": (self: string, other: string | null) =>
      other === null ? 1 : compareCulture(self, other),
    "bool Contains(string value)": (self: string, value: string | null) =>
      indexOf(self, notNull(value, "value")) >= 0,
    "bool StartsWith(string value)": (self: string, value: string | null) =>
      self.startsWith(notNull(value, "value")),
    "bool StartsWith(string value, StringComparison comparisonType)": (
      self: string,
      value: string | null,
      rule: CsEnum,
    ) => folded(self, ruleOf(rule)).startsWith(folded(notNull(value, "value"), ruleOf(rule))),
    "bool EndsWith(string value)": (self: string, value: string | null) =>
      self.endsWith(notNull(value, "value")),
    "bool EndsWith(string value, StringComparison comparisonType)": (
      self: string,
      value: string | null,
      rule: CsEnum,
    ) => folded(self, ruleOf(rule)).endsWith(folded(notNull(value, "value"), ruleOf(rule))),
    "int IndexOf(char value)": (self: string, value: CsNumber) => indexOf(self, toText(value)),
    "int IndexOf(char value, int startIndex)": (self: string, value: CsNumber, start: number) =>
      indexOf(self, toText(value), start),
    "int IndexOf(char value, int startIndex, int count)": (
      self: string,
      value: CsNumber,
      start: number,
      count: number,
    ) => indexOf(self, toText(value), start, count),
    "int IndexOf(string value)": (self: string, value: string | null) =>
      indexOf(self, notNull(value, "value")),
    "int IndexOf(string value, int startIndex)": (self: string, value: string | null, start: number) =>
      indexOf(self, notNull(value, "value"), start),
    "int IndexOf(string value, int startIndex, int count)": (
      self: string,
      value: string | null,
      start: number,
      count: number,
    ) => indexOf(self, notNull(value, "value"), start, count),
    "int IndexOf(string value, StringComparison comparisonType)": (
      self: string,
      value: string | null,
      rule: CsEnum,
    ) => indexOf(folded(self, ruleOf(rule)), folded(notNull(value, "value"), ruleOf(rule))),
    "int IndexOf(string value, int startIndex, StringComparison comparisonType)": (
      self: string,
      value: string | null,
      start: number,
      rule: CsEnum,
    ) => indexOf(folded(self, ruleOf(rule)), folded(notNull(value, "value"), ruleOf(rule)), start),
    "int IndexOfAny(char[] anyOf)": (self: string, any: CsArray | null) =>
      indexOfAny(self, new Set(characters(notNull(any, "anyOf")))),
    "int IndexOfAny(char[] anyOf, int startIndex)": (self: string, any: CsArray | null, start: number) =>
      indexOfAny(self, new Set(characters(notNull(any, "anyOf"))), start),
    "int LastIndexOf(char value)": (self: string, value: CsNumber) => self.lastIndexOf(toText(value)),
    "int LastIndexOf(string value)": (self: string, value: string | null) =>
      lastIndexOf(self, notNull(value, "value")),
    "int LastIndexOf(string value, StringComparison comparisonType)": (
      self: string,
      value: string | null,
      rule: CsEnum,
    ) => lastIndexOf(folded(self, ruleOf(rule)), folded(notNull(value, "value"), ruleOf(rule))),
    "string Insert(int startIndex, string value)": (self: string, start: number, value: string | null) => {
      requireSpan(self, start, 0);
      return self.slice(0, start) + notNull(value, "value") + self.slice(start);
    },
    "string Remove(int startIndex)": (self: string, start: number) => {
      if (start < 0 || start >= self.length) {
        throw argumentOutOfRange("startIndex", "startIndex must be less than length of string.");
      }
      return self.slice(0, start);
    },
    "string Remove(int startIndex, int count)": (self: string, start: number, count: number) => {
      requireSpan(self, start, count);
      return self.slice(0, start) + self.slice(start + count);
    },
    "string Replace(char oldChar, char newChar)": (self: string, from: CsNumber, to: CsNumber) =>
      replaceAll(self, toText(from), toText(to)),
    "string Replace(string oldValue, string newValue)": (
      self: string,
      from: string | null,
      to: string | null,
    ) => {
      if (notNull(from, "oldValue") === "") {
        throw argumentError("String cannot be of zero length.", "oldValue");
      }
      return replaceAll(self, from ?? "", to ?? "");
    },
    "string[] Split(params char[] separator)": (self: string, separators: CsArray | null) =>
      split(self, characters(separators), ALL, null),
    "string[] Split(char[] separator, int count)": (
      self: string,
      separators: CsArray | null,
      count: number,
    ) => split(self, characters(separators), count, null),
    "string[] Split(char[] separator, StringSplitOptions options)": (
      self: string,
      separators: CsArray | null,
      options: CsEnum,
    ) => split(self, characters(separators), ALL, options),
    "string[] Split(char[] separator, int count, StringSplitOptions options)": (
      self: string,
      separators: CsArray | null,
      count: number,
      options: CsEnum,
    ) => split(self, characters(separators), count, options),
    "string[] Split(string[] separator, StringSplitOptions options)": (
      self: string,
      separators: CsArray | null,
      options: CsEnum,
    ) => split(self, characters(separators), ALL, options),
    "string[] Split(string[] separator, int count, StringSplitOptions options)": (
      self: string,
      separators: CsArray | null,
      count: number,
      options: CsEnum,
    ) => split(self, characters(separators), count, options),
    "string Substring(int startIndex)": (self: string, start: number) => {
      requireSpan(self, start, 0);
      return self.slice(start);
    },
    "string Substring(int startIndex, int length)": (self: string, start: number, length: number) => {
      requireSpan(self, start, length);
      return self.slice(start, start + length);
    },
    "string ToLower()": lowerInvariant,
    "string ToLowerInvariant()": lowerInvariant,
    "string ToUpper()": upperInvariant,
    "string ToUpperInvariant()": upperInvariant,
    "string Trim()": (self: string) => trimEnd(trimStart(self, isWhiteSpace), isWhiteSpace),
    "string Trim(params char[] trimChars)": (self: string, set: CsArray | null) =>
      trimEnd(trimStart(self, trimSet(set)), trimSet(set)),
    "string TrimStart(params char[] trimChars)": (self: string, set: CsArray | null) =>
      trimStart(self, trimSet(set)),
    "string TrimEnd(params char[] trimChars)": (self: string, set: CsArray | null) =>
      trimEnd(self, trimSet(set)),
    "string PadLeft(int totalWidth)": (self: string, width: number) => pad(self, width, " ", true),
    "string PadLeft(int totalWidth, char paddingChar)": (self: string, width: number, symbol: CsNumber) =>
      pad(self, width, toText(symbol), true),
    "string PadRight(int totalWidth)": (self: string, width: number) => pad(self, width, " ", false),
    "string PadRight(int totalWidth, char paddingChar)": (self: string, width: number, symbol: CsNumber) =>
      pad(self, width, toText(symbol), false),
    "char[] ToCharArray()": (self: string) => charArray(self),
    "char[] ToCharArray(int startIndex, int length)": (self: string, start: number, length: number) => {
      requireSpan(self, start, length);
      return charArray(self.slice(start, start + length));
    },
    "string Normalize()": (self: string) => self.normalize("NFC"),
    "string ToString()": (self: string) => self,
  },
};
