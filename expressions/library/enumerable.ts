import { defaultOf } from "../types/default-value";
import { isInstance, libraryType, runtimeType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import {
  CsArray,
  CsDictionary,
  CsEnumerable,
  CsList,
  CsSet,
  ItemIterator,
  iterate,
} from "../values/collections";
import type { CallSite, CsType } from "../values/cs-type";
import type { CsFunction, CsValue } from "../values/cs-value";
import { valuesEqual } from "../values/equality";
import { argumentOutOfRange, invalidCast, invalidOperation } from "../values/exception";
import { consume } from "../values/execution";
import { arrayOf, constructed, hashSetOf, sequenceOf, typeArgument } from "./collections";
import { CsStringComparer, keyOf } from "./comparison";
import { AGGREGATES, filtered, firstThat, noElements, walk } from "./enumerable-aggregates";
import { orderedEnumerableType, ORDERING } from "./enumerable-ordering";
import { notNull } from "./object";

type Members = NonNullable<TypeDeclaration["members"]>;

/** `IGrouping<TKey, TElement>`. */
class CsGrouping extends CsEnumerable {
  public constructor(
    public readonly genericType: CsType,
    public readonly key: CsValue,
    public readonly items: CsValue[],
  ) {
    super();
  }

  public [Symbol.iterator](): IterableIterator<CsValue> {
    return this.items[Symbol.iterator]();
  }
}

const GENERIC = "System.Collections.Generic";
const STRING = "System.String";
const SOURCE = "this IEnumerable<TSource> source";
const TEST = "Func<TSource, bool> predicate";

/** A lazy result over `source`, which is checked now. */
function lazy(source: CsValue, element: CsType, generate: () => Iterable<CsValue>): CsValue {
  notNull(source, "source");
  return sequenceOf(element, generate);
}

function map(source: CsValue, selector: CsFunction, indexed = false): Iterable<CsValue> {
  let index = 0;
  return new ItemIterator(
    () => walk(source),
    (items) => {
      const next = items.next();
      if (next.done === true) {
        return next;
      }
      return { done: false, value: indexed ? selector(next.value, index++) : selector(next.value) };
    },
  );
}

function flatMap(source: CsValue, selector: CsFunction): Iterable<CsValue> {
  let inner: Iterator<CsValue> | undefined;
  return new ItemIterator(
    () => walk(source),
    (items) => {
      for (;;) {
        const next = inner?.next();
        if (next !== undefined && next.done !== true) {
          return next;
        }
        const outer = items.next();
        if (outer.done === true) {
          return outer;
        }
        inner = walk(selector(outer.value))[Symbol.iterator]();
      }
    },
  );
}

function* flatMapWith(source: CsValue, selector: CsFunction, result: CsFunction): Iterable<CsValue> {
  for (const item of walk(source)) {
    for (const inner of walk(selector(item))) {
      yield result(item, inner);
    }
  }
}

function* take(source: CsValue, count: number): Iterable<CsValue> {
  if (count <= 0) {
    return;
  }
  let taken = 0;
  for (const item of walk(source)) {
    yield item;
    if (++taken >= count) {
      return;
    }
  }
}

function* skip(source: CsValue, count: number): Iterable<CsValue> {
  let skipped = 0;
  for (const item of walk(source)) {
    if (skipped++ >= count) {
      yield item;
    }
  }
}

function* takeWhile(source: CsValue, predicate: CsFunction): Iterable<CsValue> {
  for (const item of walk(source)) {
    if (predicate(item) !== true) {
      return;
    }
    yield item;
  }
}

function* skipWhile(source: CsValue, predicate: CsFunction): Iterable<CsValue> {
  let passing = false;
  for (const item of walk(source)) {
    passing ||= predicate(item) !== true;
    if (passing) {
      yield item;
    }
  }
}

function concat(first: CsValue, second: CsValue): Iterable<CsValue> {
  let rest: Iterator<CsValue> | undefined;
  return new ItemIterator(
    () => walk(first),
    (items) => {
      const next = (rest ?? items).next();
      if (next.done !== true || rest !== undefined) {
        return next;
      }
      rest = walk(second)[Symbol.iterator]();
      return rest.next();
    },
  );
}

function* zip(first: CsValue, second: CsValue, combine: CsFunction): Iterable<CsValue> {
  const other = walk(second)[Symbol.iterator]();
  for (const item of walk(first)) {
    const next = other.next();
    if (next.done === true) {
      return;
    }
    yield combine(item, next.value);
  }
}

function* distinct(source: Iterable<CsValue>, comparer: CsValue): Iterable<CsValue> {
  const key = keyOf(comparer);
  const seen = new Set<unknown>();
  for (const item of source) {
    if (!seen.has(key(item))) {
      seen.add(key(item));
      yield item;
    }
  }
}

/** `Except` (`wanted` false) and `Intersect` (`wanted` true). */
function* compareSets(
  first: CsValue,
  second: CsValue,
  comparer: CsValue,
  wanted: boolean,
): Iterable<CsValue> {
  const key = keyOf(comparer);
  const others = new Set(Array.from(walk(second), key));
  for (const item of distinct(walk(first), comparer)) {
    if (others.has(key(item)) === wanted) {
      yield item;
    }
  }
}

function first(items: Iterable<CsValue>): CsValue | undefined {
  for (const item of items) {
    return item;
  }
  return undefined;
}

function last(items: Iterable<CsValue>): CsValue | undefined {
  let found: CsValue | undefined;
  for (const item of items) {
    found = item;
  }
  return found;
}

function single(items: Iterable<CsValue>, many: string): CsValue | undefined {
  let found: CsValue | undefined;
  for (const item of items) {
    if (found !== undefined) {
      throw invalidOperation(many);
    }
    found = item;
  }
  return found;
}

/** The four forms of `First` and its siblings: with or without a test, throwing or giving `default(T)`. */
function picking(
  name: string,
  pick: (items: Iterable<CsValue>, many: string) => CsValue | undefined,
  pickThat = (source: CsValue, test: CsFunction, many: string): CsValue | undefined =>
    pick(filtered(source, test), many),
): Members {
  const noMatch = "Sequence contains no matching element";
  const many = "Sequence contains more than one element";
  const manyMatches = "Sequence contains more than one matching element";
  const orThrow = (value: CsValue | undefined, error: () => Error): CsValue => {
    if (value === undefined) {
      throw error();
    }
    return value;
  };
  return {
    [`static TSource ${name}<TSource>(${SOURCE})`]: (source: CsValue) =>
      orThrow(pick(walk(source), many), noElements),
    [`static TSource ${name}<TSource>(${SOURCE}, ${TEST})`]: (source: CsValue, test: CsFunction) =>
      orThrow(pickThat(source, test, manyMatches), () => invalidOperation(noMatch)),
    [`static TSource ${name}OrDefault<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) =>
      pick(walk(source), many) ?? defaultOf(typeArgument(site)),
    [`static TSource ${name}OrDefault<TSource>(${SOURCE}, ${TEST})`]: (
      source: CsValue,
      test: CsFunction,
      site: CallSite,
    ) => pickThat(source, test, manyMatches) ?? defaultOf(typeArgument(site)),
  };
}

function elementAt(source: CsValue, index: number): CsValue | undefined {
  return index < 0 ? undefined : first(skip(source, index));
}

function* groups(
  source: CsValue,
  keySelector: CsFunction,
  elementSelector: CsFunction | undefined,
  comparer: CsValue,
  type: CsType,
): Iterable<CsGrouping> {
  const key = keyOf(comparer);
  const found = new Map<unknown, CsGrouping>();
  for (const item of walk(source)) {
    const keyValue = keySelector(item);
    const existing = found.get(key(keyValue));
    const element = elementSelector === undefined ? item : elementSelector(item);
    if (existing === undefined) {
      found.set(key(keyValue), new CsGrouping(type, keyValue, [element]));
    } else {
      existing.items.push(element);
    }
  }
  yield* found.values();
}

function grouping(key: CsType, element: CsType): CsType {
  return constructed("System.Linq.IGrouping", key, element);
}

function groupBy(source: CsValue, key: CsFunction, comparer: CsValue, site: CallSite): CsValue {
  const type = grouping(typeArgument(site, 1), typeArgument(site, 0));
  return lazy(source, type, () => groups(source, key, undefined, comparer, type));
}

function toDictionary(
  source: CsValue,
  key: CsFunction,
  element: CsFunction | undefined,
  comparer: CsValue,
  site: CallSite,
): CsValue {
  const [item, keyType] = [typeArgument(site, 0), typeArgument(site, 1)];
  const valueType = element === undefined ? item : typeArgument(site, 2);
  const dictionary = new CsDictionary(
    constructed(`${GENERIC}.Dictionary`, keyType, valueType),
    constructed(`${GENERIC}.KeyValuePair`, keyType, valueType),
    keyOf(comparer),
  );
  for (const current of walk(source)) {
    dictionary.add(key(current), element === undefined ? current : element(current));
  }
  return dictionary;
}

function contains(source: CsValue, value: CsValue, comparer: CsValue): boolean {
  const collection = notNull(source, "source");
  if (comparer === null && collection instanceof CsSet) {
    return collection.has(value);
  }
  if (comparer === null && collection instanceof CsArray && collection.elementType === libraryType(STRING)) {
    return collection.items.includes(value);
  }
  const same =
    comparer instanceof CsStringComparer
      ? (item: CsValue) => comparer.same(item, value)
      : (item: CsValue) => valuesEqual(item, value);
  for (const item of iterate(collection)) {
    if (same(item)) {
      return true;
    }
  }
  return false;
}

function sequenceEqual(one: CsValue, two: CsValue): boolean {
  const [left, right] = [[...walk(one)], [...walk(two)]];
  return left.length === right.length && left.every((item, index) => valuesEqual(item, right[index] ?? null));
}

function* range(start: number, count: number): Iterable<CsValue> {
  for (let index = 0; index < count; index++) {
    yield start + index;
  }
}

function* cast(source: CsValue, type: CsType): Iterable<CsValue> {
  for (const item of walk(source)) {
    if (item !== null && !isInstance(item, type)) {
      throw invalidCast(runtimeType(item).fullName, type.fullName);
    }
    yield item;
  }
}

function* ofType(source: CsValue, type: CsType): Iterable<CsValue> {
  for (const item of walk(source)) {
    if (isInstance(item, type)) {
      yield item;
    }
  }
}

function* join(
  outer: CsValue,
  inner: CsValue,
  outerKey: CsFunction,
  innerKey: CsFunction,
  result: CsFunction,
): Iterable<CsValue> {
  const key = keyOf(null);
  const matches = new Map<unknown, CsValue[]>();
  for (const item of walk(inner)) {
    const innerKeyValue = key(innerKey(item));
    matches.set(innerKeyValue, [...(matches.get(innerKeyValue) ?? []), item]);
  }
  for (const item of walk(outer)) {
    for (const match of matches.get(key(outerKey(item))) ?? []) {
      yield result(item, match);
    }
  }
}

const SEQUENCES: Members = {
  "static IEnumerable<int> Range(int start, int count)": (start: number, count: number) => {
    if (count < 0 || start + count - 1 > 2147483647) {
      throw argumentOutOfRange("count");
    }
    return sequenceOf(runtimeType(start), () => range(start, count));
  },
  "static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)": (
    item: CsValue,
    count: number,
    site: CallSite,
  ) => {
    if (count < 0) {
      throw argumentOutOfRange("count");
    }
    return sequenceOf(typeArgument(site), function* () {
      for (let index = 0; index < count; index++) {
        yield item;
      }
    });
  },
  "static IEnumerable<TResult> Empty<TResult>()": (site: CallSite) =>
    sequenceOf(typeArgument(site), () => []),
  [`static IEnumerable<TSource> Where<TSource>(${SOURCE}, ${TEST})`]: (
    source: CsValue,
    test: CsFunction,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => filtered(source, test)),
  [`static IEnumerable<TSource> Where<TSource>(${SOURCE}, Func<TSource, int, bool> predicate)`]: (
    source: CsValue,
    test: CsFunction,
    site: CallSite,
  ) => {
    let index = 0;
    return lazy(source, typeArgument(site), () => {
      index = 0;
      return filtered(source, (item) => test(item ?? null, index++));
    });
  },
  [`static IEnumerable<TResult> Select<TSource, TResult>(${SOURCE}, Func<TSource, TResult> selector)`]: (
    source: CsValue,
    selector: CsFunction,
    site: CallSite,
  ) => lazy(source, typeArgument(site, 1), () => map(source, selector)),
  [`static IEnumerable<TResult> Select<TSource, TResult>(${SOURCE}, Func<TSource, int, TResult> selector)`]: (
    source: CsValue,
    selector: CsFunction,
    site: CallSite,
  ) => lazy(source, typeArgument(site, 1), () => map(source, selector, true)),
  [`static IEnumerable<TResult> SelectMany<TSource, TResult>(${SOURCE}, Func<TSource, IEnumerable<TResult>> selector)`]:
    (source: CsValue, selector: CsFunction, site: CallSite) =>
      lazy(source, typeArgument(site, 1), () => flatMap(source, selector)),
  [`static IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(${SOURCE}, Func<TSource, IEnumerable<TCollection>> collectionSelector, Func<TSource, TCollection, TResult> resultSelector)`]:
    (source: CsValue, selector: CsFunction, result: CsFunction, site: CallSite) =>
      lazy(source, typeArgument(site, 2), () => flatMapWith(source, selector, result)),
  [`static IEnumerable<TSource> Take<TSource>(${SOURCE}, int count)`]: (
    source: CsValue,
    count: number,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => take(source, count)),
  [`static IEnumerable<TSource> Skip<TSource>(${SOURCE}, int count)`]: (
    source: CsValue,
    count: number,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => skip(source, count)),
  [`static IEnumerable<TSource> TakeWhile<TSource>(${SOURCE}, ${TEST})`]: (
    source: CsValue,
    test: CsFunction,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => takeWhile(source, test)),
  [`static IEnumerable<TSource> SkipWhile<TSource>(${SOURCE}, ${TEST})`]: (
    source: CsValue,
    test: CsFunction,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => skipWhile(source, test)),
  "static IEnumerable<TSource> Concat<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    (one: CsValue, two: CsValue, site: CallSite) =>
      lazy(one, typeArgument(site), () => concat(one, notNull(two, "second"))),
  [`static IEnumerable<TSource> Append<TSource>(${SOURCE}, TSource element)`]: (
    source: CsValue,
    element: CsValue,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => [...walk(source), element]),
  [`static IEnumerable<TSource> Prepend<TSource>(${SOURCE}, TSource element)`]: (
    source: CsValue,
    element: CsValue,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => [element, ...walk(source)]),
  [`static HashSet<TSource> ToHashSet<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) =>
    hashSetOf(typeArgument(site), notNull(source, "source"), null),
  [`static HashSet<TSource> ToHashSet<TSource>(${SOURCE}, IEqualityComparer<TSource> comparer)`]: (
    source: CsValue,
    comparer: CsValue,
    site: CallSite,
  ) => hashSetOf(typeArgument(site), notNull(source, "source"), comparer),
  "static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)":
    (one: CsValue, two: CsValue, combine: CsFunction, site: CallSite) =>
      lazy(one, typeArgument(site, 2), () => zip(one, notNull(two, "second"), combine)),
  [`static IEnumerable<TSource> Distinct<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) =>
    lazy(source, typeArgument(site), () => distinct(walk(source), null)),
  [`static IEnumerable<TSource> Distinct<TSource>(${SOURCE}, IEqualityComparer<TSource> comparer)`]: (
    source: CsValue,
    comparer: CsValue,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => distinct(walk(source), comparer)),
  ...setOperation("Union", (one, two, comparer) => distinct(concat(one, two), comparer)),
  ...setOperation("Intersect", (one, two, comparer) => compareSets(one, two, comparer, true)),
  ...setOperation("Except", (one, two, comparer) => compareSets(one, two, comparer, false)),
  [`static IEnumerable<TSource> Reverse<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) =>
    lazy(source, typeArgument(site), () => [...walk(source)].reverse()),
  [`static IEnumerable<TSource> DefaultIfEmpty<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) =>
    lazy(source, typeArgument(site), () => orElse(source, defaultOf(typeArgument(site)))),
  [`static IEnumerable<TSource> DefaultIfEmpty<TSource>(${SOURCE}, TSource defaultValue)`]: (
    source: CsValue,
    fallback: CsValue,
    site: CallSite,
  ) => lazy(source, typeArgument(site), () => orElse(source, fallback)),
  "static IEnumerable<TResult> Cast<TResult>(this IEnumerable source)": (source: CsValue, site: CallSite) =>
    lazy(source, typeArgument(site), () => cast(source, typeArgument(site))),
  "static IEnumerable<TResult> OfType<TResult>(this IEnumerable source)": (source: CsValue, site: CallSite) =>
    lazy(source, typeArgument(site), () => ofType(source, typeArgument(site))),
  [`static IEnumerable<TSource> AsEnumerable<TSource>(${SOURCE})`]: (source: CsValue) => source,
  [`static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(${SOURCE}, Func<TSource, TKey> keySelector)`]:
    (source: CsValue, key: CsFunction, site: CallSite) => groupBy(source, key, null, site),
  [`static IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>(${SOURCE}, Func<TSource, TKey> keySelector, IEqualityComparer<TKey> comparer)`]:
    groupBy,
  [`static IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>(${SOURCE}, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)`]:
    (source: CsValue, key: CsFunction, element: CsFunction, site: CallSite) => {
      const type = grouping(typeArgument(site, 1), typeArgument(site, 2));
      return lazy(source, type, () => groups(source, key, element, null, type));
    },
  "static IEnumerable<TResult> Join<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, Func<TOuter, TInner, TResult> resultSelector)":
    (
      outer: CsValue,
      inner: CsValue,
      outerKey: CsFunction,
      innerKey: CsFunction,
      result: CsFunction,
      site: CallSite,
    ) =>
      lazy(outer, typeArgument(site, 3), () =>
        join(outer, notNull(inner, "inner"), outerKey, innerKey, result),
      ),
};

function* orElse(source: CsValue, fallback: CsValue): Iterable<CsValue> {
  let empty = true;
  for (const item of walk(source)) {
    empty = false;
    yield item;
  }
  if (empty) {
    yield fallback;
  }
}

function setOperation(
  name: string,
  run: (one: CsValue, two: CsValue, comparer: CsValue) => Iterable<CsValue>,
): Members {
  const head = `static IEnumerable<TSource> ${name}<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second`;
  return {
    [`${head})`]: (one: CsValue, two: CsValue, site: CallSite) =>
      lazy(one, typeArgument(site), () => run(one, notNull(two, "second"), null)),
    [`${head}, IEqualityComparer<TSource> comparer)`]: (
      one: CsValue,
      two: CsValue,
      comparer: CsValue,
      site: CallSite,
    ) => lazy(one, typeArgument(site), () => run(one, notNull(two, "second"), comparer)),
  };
}

const RESULTS: Members = {
  [`static bool Any<TSource>(${SOURCE})`]: (source: CsValue) => first(walk(source)) !== undefined,
  [`static bool Any<TSource>(${SOURCE}, ${TEST})`]: (source: CsValue, test: CsFunction) =>
    firstThat(source, test) !== undefined,
  [`static bool All<TSource>(${SOURCE}, ${TEST})`]: (source: CsValue, test: CsFunction) =>
    firstThat(source, (item) => test(item ?? null) !== true) === undefined,
  [`static bool Contains<TSource>(${SOURCE}, TSource value)`]: (source: CsValue, value: CsValue) =>
    contains(source, value, null),
  [`static bool Contains<TSource>(${SOURCE}, TSource value, IEqualityComparer<TSource> comparer)`]: contains,
  "static bool SequenceEqual<TSource>(this IEnumerable<TSource> first, IEnumerable<TSource> second)":
    sequenceEqual,
  ...picking("First", first, firstThat),
  ...picking("Last", last),
  ...picking("Single", single),
  [`static TSource ElementAt<TSource>(${SOURCE}, int index)`]: (source: CsValue, index: number) => {
    const item = elementAt(source, index);
    if (item === undefined) {
      throw argumentOutOfRange(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
      );
    }
    return item;
  },
  [`static TSource ElementAtOrDefault<TSource>(${SOURCE}, int index)`]: (
    source: CsValue,
    index: number,
    site: CallSite,
  ) => elementAt(source, index) ?? defaultOf(typeArgument(site)),
  [`static TSource[] ToArray<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) => {
    const items = [...walk(source)];
    consume(items.length);
    return arrayOf(typeArgument(site), items);
  },
  [`static List<TSource> ToList<TSource>(${SOURCE})`]: (source: CsValue, site: CallSite) => {
    const items = [...walk(source)];
    consume(items.length);
    return new CsList(constructed(`${GENERIC}.List`, typeArgument(site)), items);
  },
  [`static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>(${SOURCE}, Func<TSource, TKey> keySelector)`]:
    (source: CsValue, key: CsFunction, site: CallSite) => toDictionary(source, key, undefined, null, site),
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${SOURCE}, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector)`]:
    (source: CsValue, key: CsFunction, element: CsFunction, site: CallSite) =>
      toDictionary(source, key, element, null, site),
  [`static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>(${SOURCE}, Func<TSource, TKey> keySelector, Func<TSource, TElement> elementSelector, IEqualityComparer<TKey> comparer)`]:
    toDictionary,
};

/** Source: https://learn.microsoft.com/dotnet/api/system.linq.enumerable */
export const enumerableTypes: readonly TypeDeclaration[] = [
  {
    namespace: "System.Linq",
    header: "static class Enumerable",
    hasExtensions: true,
    members: { ...SEQUENCES, ...RESULTS, ...ORDERING, ...AGGREGATES },
  },
  {
    namespace: "System.Linq",
    header: "interface IGrouping<out TKey, out TElement> : IEnumerable<TElement>",
    unnameable: true,
    members: { "TKey Key { get; }": (self: CsGrouping) => self.key },
  },
  orderedEnumerableType,
];
