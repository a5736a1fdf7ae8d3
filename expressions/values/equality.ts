import { CsNumber, CsObject, type CsValue } from "./cs-value";
import { CsDateTime, CsDateTimeOffset } from "./date-time";
import { raise } from "./exception";
import { compareNumbers, numericKindOf } from "./numeric";
import { CsTimeSpan } from "./time-span";

/** `object.Equals(a, b)`: values of different numeric types are different. */
export function valuesEqual(left: CsValue, right: CsValue): boolean {
  if (left === right) {
    return true;
  }
  if (left instanceof CsNumber) {
    return (
      right instanceof CsNumber && left.kind === right.kind && Object.is(left.value || 0, right.value || 0)
    );
  }
  return left instanceof CsObject && left.equals(right);
}

/** What stands for a value in a JavaScript `Map`, so that equal C# values meet. */
export function hashKey(value: CsValue): unknown {
  if (value instanceof CsNumber) {
    return `\0${value.kind}:${value.value || 0}`;
  }
  return value instanceof CsObject ? value.hashKey() : value;
}

const CULTURE = new Intl.Collator("en-US", { usage: "sort" });
const CULTURE_IGNORE_CASE = new Intl.Collator("en-US", { usage: "sort", sensitivity: "accent" });

/**
 * Linguistic comparison of the invariant culture: -1, 0 or 1. Hyphens and apostrophes count only where nothing else
 * tells two texts apart, so that `co-op` stands beside `coop`.
 *
 * Source: https://learn.microsoft.com/dotnet/api/system.globalization.compareoptions
 */
export function compareCulture(left: string, right: string, ignoreCase = false): number {
  const { compare } = ignoreCase ? CULTURE_IGNORE_CASE : CULTURE;
  const [leftWords, rightWords] = [left.replace(/[-']/g, ""), right.replace(/[-']/g, "")];
  const bySigns = left.length - leftWords.length - (right.length - rightWords.length);
  return Math.sign(compare(leftWords, rightWords) || bySigns || compare(left, right));
}

/** Upper-cases without changing the length, as .NET does: `ß` stays. */
export function upperInvariant(text: string): string {
  return mapCase(text, (piece) => piece.toUpperCase());
}

export function lowerInvariant(text: string): string {
  return mapCase(text, (piece) => piece.toLowerCase());
}

function mapCase(text: string, convert: (piece: string) => string): string {
  const whole = convert(text);
  // eslint-disable-next-line no-control-regex -- plain ASCII is by far the most frequent text
  if (/^[\x00-\x7f]*$/.test(text)) {
    return whole;
  }
  return Array.from(text, (symbol) => {
    const converted = convert(symbol);
    return converted.length === symbol.length ? converted : symbol;
  }).join("");
}

/** Order by UTF-16 code units: the difference that decides, as `string.CompareOrdinal` gives it. */
export function compareOrdinal(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) {
      return difference;
    }
  }
  return left.length - right.length;
}

/**
 * `Comparer<T>.Default`: null first, strings by culture, numbers by value with NaN first.
 *
 * @throws System.ArgumentException if the values have no order.
 */
export function compareValues(left: CsValue, right: CsValue): number {
  if (left === null || right === null) {
    return left === right ? 0 : left === null ? -1 : 1;
  }
  if (typeof left === "string" && typeof right === "string") {
    return compareCulture(left, right);
  }
  if (typeof left === "boolean" && typeof right === "boolean") {
    return Number(left) - Number(right);
  }
  const kind = numericKindOf(left);
  if (kind !== undefined && kind === numericKindOf(right)) {
    const order = compareNumbers(left, right);
    return order ?? nanFirst(left, right);
  }
  if (left instanceof CsDateTime && right instanceof CsDateTime) {
    return compareTicks(left.ticks, right.ticks);
  }
  if (left instanceof CsTimeSpan && right instanceof CsTimeSpan) {
    return compareTicks(left.ticks, right.ticks);
  }
  if (left instanceof CsDateTimeOffset && right instanceof CsDateTimeOffset) {
    return compareTicks(left.utc.ticks, right.utc.ticks);
  }
  if (
    left instanceof CsObject &&
    left.constructor === right.constructor &&
    left.toText !== CsObject.prototype.toText
  ) {
    return compareOrdinal(left.toText(), (right as CsObject).toText());
  }
  throw raise("ArgumentException", "At least one object must implement IComparable.");
}

function nanFirst(left: CsValue, right: CsValue): number {
  const [a, b] = [left, right].map((value) => value instanceof CsNumber && Number.isNaN(Number(value.value)));
  return a === b ? 0 : a ? -1 : 1;
}

function compareTicks(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
