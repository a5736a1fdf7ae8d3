import type { TypeDeclaration } from "../types/type-declaration";
import { ItemIterator, iterate } from "../values/collections";
import type { CallSite, CsType } from "../values/cs-type";
import { type CsFunction, CsNumber, type CsValue } from "../values/cs-value";
import { CsDecimal } from "../values/decimal";
import { compareValues } from "../values/equality";
import { invalidOperation } from "../values/exception";
import { arithmetic, type ArithmeticKind, convertNumber, withKind } from "../values/numeric";
import { notNull } from "./object";

type Members = NonNullable<TypeDeclaration["members"]>;
type SumKind = Extract<ArithmeticKind, "int" | "long" | "float" | "double" | "decimal">;

const KINDS: readonly SumKind[] = ["int", "long", "float", "double", "decimal"];

export function noElements(): Error {
  return invalidOperation("Sequence contains no elements");
}

/** Walks a LINQ source. */
export function walk(source: CsValue): Iterable<CsValue> {
  return iterate(notNull(source, "source"));
}

function* selected(source: CsValue, selector: CsFunction): Iterable<CsValue> {
  for (const item of walk(source)) {
    yield selector(item);
  }
}

function zero(kind: SumKind): CsValue {
  return withKind(kind, kind === "decimal" ? CsDecimal.of(0n) : kind === "long" ? 0n : 0);
}

/** Nulls are left out. Integers throw on overflow; floats are summed as doubles. */
function sum(items: Iterable<CsValue>, kind: SumKind): CsValue {
  const inner = kind === "float" ? "double" : kind;
  const add = arithmetic("+", inner, true);
  let total = zero(inner);
  for (const item of items) {
    if (item !== null) {
      total = add(total, convertNumber(item, inner));
    }
  }
  return convertNumber(total, kind);
}

/** @returns nothing if there is no item. */
function average(items: Iterable<CsValue>, kind: SumKind): CsValue | undefined {
  const inner = kind === "int" || kind === "long" ? "long" : kind === "float" ? "double" : kind;
  const add = arithmetic("+", inner, true);
  const result = kind === "int" || kind === "long" ? "double" : inner;
  let total = zero(inner);
  let count = 0;
  for (const item of items) {
    if (item !== null) {
      total = add(total, convertNumber(item, inner));
      count++;
    }
  }
  if (count === 0) {
    return undefined;
  }
  const quotient = arithmetic("/", result, false)(convertNumber(total, result), convertNumber(count, result));
  return kind === "float" ? convertNumber(quotient, "float") : quotient;
}

/** The greatest (`sign` 1) or smallest item; nulls are left out; NaN counts as smallest. */
function extreme(items: Iterable<CsValue>, sign: 1 | -1): CsValue | undefined {
  let best: CsValue | undefined;
  for (const item of items) {
    if (item === null) {
      continue;
    }
    if (best === undefined || compareValues(item, best) * sign > 0) {
      best = item;
    }
    if (sign < 0 && item instanceof CsNumber && Number.isNaN(item.value)) {
      return item;
    }
  }
  return best;
}

function required(value: CsValue | undefined): CsValue {
  if (value === undefined) {
    throw noElements();
  }
  return value;
}

function averageType(kind: SumKind): string {
  return kind === "int" || kind === "long" ? "double" : kind;
}

function forKind(kind: SumKind): Members {
  const mean = averageType(kind);
  const optional = (value: CsValue | undefined): CsValue => value ?? null;
  return {
    [`static ${kind} Sum(this IEnumerable<${kind}> source)`]: (source: CsValue) => sum(walk(source), kind),
    [`static ${kind}? Sum(this IEnumerable<${kind}?> source)`]: (source: CsValue) => sum(walk(source), kind),
    [`static ${kind} Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}> selector)`]: (
      source: CsValue,
      selector: CsFunction,
    ) => sum(selected(source, selector), kind),
    [`static ${kind}? Sum<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}?> selector)`]: (
      source: CsValue,
      selector: CsFunction,
    ) => sum(selected(source, selector), kind),
    [`static ${mean} Average(this IEnumerable<${kind}> source)`]: (source: CsValue) =>
      required(average(walk(source), kind)),
    [`static ${mean}? Average(this IEnumerable<${kind}?> source)`]: (source: CsValue) =>
      optional(average(walk(source), kind)),
    [`static ${mean} Average<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}> selector)`]: (
      source: CsValue,
      selector: CsFunction,
    ) => required(average(selected(source, selector), kind)),
    [`static ${mean}? Average<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}?> selector)`]:
      (source: CsValue, selector: CsFunction) => optional(average(selected(source, selector), kind)),
  };
}

function extremes(name: "Max" | "Min", sign: 1 | -1): Members {
  const perKind = KINDS.map((kind): Members => ({
    [`static ${kind} ${name}(this IEnumerable<${kind}> source)`]: (source: CsValue) =>
      required(extreme(walk(source), sign)),
    [`static ${kind}? ${name}(this IEnumerable<${kind}?> source)`]: (source: CsValue) =>
      extreme(walk(source), sign) ?? null,
    [`static ${kind} ${name}<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}> selector)`]: (
      source: CsValue,
      selector: CsFunction,
    ) => required(extreme(selected(source, selector), sign)),
    [`static ${kind}? ${name}<TSource>(this IEnumerable<TSource> source, Func<TSource, ${kind}?> selector)`]:
      (source: CsValue, selector: CsFunction) => extreme(selected(source, selector), sign) ?? null,
  }));
  return {
    ...Object.fromEntries(perKind.flatMap((members) => Object.entries(members))),
    [`static TSource ${name}<TSource>(this IEnumerable<TSource> source)`]: (
      source: CsValue,
      site: CallSite,
    ) => orNull(extreme(walk(source), sign), site.typeArguments[0]),
    [`static TResult ${name}<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)`]:
      (source: CsValue, selector: CsFunction, site: CallSite) =>
        orNull(extreme(selected(source, selector), sign), site.typeArguments[1]),
  } satisfies Members;
}

/** Of no items at all, the extreme is null where the type has null. */
function orNull(value: CsValue | undefined, type: CsType | undefined): CsValue {
  return type?.isValueType === false || type?.kind === "nullable" ? (value ?? null) : required(value);
}

/** `Sum`, `Average`, `Max`, `Min`, `Aggregate`, `Count`. */
export const AGGREGATES: Members = {
  ...Object.fromEntries(KINDS.flatMap((kind) => Object.entries(forKind(kind)))),
  ...extremes("Max", 1),
  ...extremes("Min", -1),
  "static int Count<TSource>(this IEnumerable<TSource> source)": (source: CsValue) => count(walk(source)),
  "static int Count<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": (
    source: CsValue,
    predicate: CsFunction,
  ) => countThat(source, predicate),
  "static long LongCount<TSource>(this IEnumerable<TSource> source)": (source: CsValue) =>
    BigInt(count(walk(source))),
  "static TSource Aggregate<TSource>(this IEnumerable<TSource> source, Func<TSource, TSource, TSource> func)":
    (source: CsValue, combine: CsFunction) => {
      let result: CsValue | undefined;
      for (const item of walk(source)) {
        result = result === undefined ? item : combine(result, item);
      }
      return required(result);
    },
  "static TAccumulate Aggregate<TSource, TAccumulate>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func)":
    fold,
  "static TResult Aggregate<TSource, TAccumulate, TResult>(this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func, Func<TAccumulate, TResult> resultSelector)":
    (source: CsValue, seed: CsValue, combine: CsFunction, select: CsFunction) =>
      select(fold(source, seed, combine)),
};

function fold(source: CsValue, seed: CsValue, combine: CsFunction): CsValue {
  let result = seed;
  for (const item of walk(source)) {
    result = combine(result, item);
  }
  return result;
}

function count(items: Iterable<CsValue>): number {
  let total = 0;
  for (const item of items) {
    total += item === undefined ? 0 : 1;
  }
  return total;
}

function countThat(source: CsValue, predicate: CsFunction): number {
  let total = 0;
  for (const item of walk(source)) {
    total += predicate(item) === true ? 1 : 0;
  }
  return total;
}

/** The first item that passes a test. */
export function firstThat(source: CsValue, predicate: CsFunction): CsValue | undefined {
  for (const item of walk(source)) {
    if (predicate(item) === true) {
      return item;
    }
  }
  return undefined;
}

/** Items that pass a test. */
export function filtered(source: CsValue, predicate: CsFunction): Iterable<CsValue> {
  return new ItemIterator(
    () => walk(source),
    (items) => {
      let next = items.next();
      while (next.done !== true && predicate(next.value) !== true) {
        next = items.next();
      }
      return next;
    },
  );
}
