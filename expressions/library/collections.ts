import { defaultOf } from "../types/default-value";
import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { registry } from "../types/type-registry";
import {
  arrayGet,
  CsArray,
  CsDictionary,
  CsList,
  CsPair,
  type CsReadOnlyDictionary,
  CsSequence,
  CsSet,
  iterate,
  requireIndex,
} from "../values/collections";
import type { CallSite, CsType, NamedType } from "../values/cs-type";
import type { CsFunction, CsValue, OutReference } from "../values/cs-value";
import { compareValues, valuesEqual } from "../values/equality";
import { argumentOutOfRange, invalidOperation } from "../values/exception";
import { consume } from "../values/execution";
import { keyOf, orderOf } from "./comparison";
import { argumentError, notNull } from "./object";

const GENERIC = "System.Collections.Generic";

/** A library type with arguments. */
export function constructed(fullName: string, ...typeArguments: readonly CsType[]): NamedType {
  return registry.requireDefinition(fullName, typeArguments.length).construct(typeArguments);
}

/** `IEnumerable<T>` by `T`. */
const sequenceTypes = new WeakMap<CsType, NamedType>();

/** A lazy `IEnumerable<T>`. */
export function sequenceOf(element: CsType, walk: () => Iterable<CsValue>): CsSequence {
  let type = sequenceTypes.get(element);
  if (type === undefined) {
    type = constructed(`${GENERIC}.IEnumerable`, element);
    sequenceTypes.set(element, type);
  }
  return new CsSequence(type, walk);
}

/** `default(T)` for the type argument of a call site. */
export function typeArgument(site: CallSite, index = 0): CsType {
  return site.typeArguments[index] ?? site.type.typeArguments[index] ?? libraryType("System.Object");
}

function pairType(site: CallSite): CsType {
  return constructed(`${GENERIC}.KeyValuePair`, ...site.type.typeArguments);
}

function newDictionary(site: CallSite, comparer: CsValue, source?: CsReadOnlyDictionary): CsDictionary {
  const dictionary = new CsDictionary(site.type, pairType(site), keyOf(comparer));
  for (const [key, value] of source?.entries() ?? []) {
    dictionary.add(key, value);
  }
  return dictionary;
}

function tryGet(self: CsReadOnlyDictionary, key: CsValue, result: OutReference, site: CallSite): boolean {
  const found = self.find(key);
  result.value = found ?? defaultOf(site.type.typeArguments[1]);
  return found !== undefined;
}

function removeWhere(list: CsList, test: (item: CsValue) => boolean): number {
  const kept = list.items.filter((item) => !test(item));
  const removed = list.items.length - kept.length;
  list.change().splice(0, list.items.length, ...kept);
  return removed;
}

/** Position of the first equal item, or -1. */
export function indexOf(items: readonly CsValue[], item: CsValue): number {
  return items.findIndex((candidate) => valuesEqual(candidate, item));
}

/** Stable, as `OrderBy`; `List.Sort` of .NET is not, which only equal items could tell. */
function sort(list: CsList, compare: (a: CsValue, b: CsValue) => number): void {
  consume(list.items.length * 4);
  list.change().sort(compare);
}

function requireRange(list: CsList, index: number, count: number): void {
  if (index < 0 || count < 0) {
    throw argumentOutOfRange(index < 0 ? "index" : "count", "Non-negative number required.");
  }
  if (index + count > list.items.length) {
    throw argumentError(
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
    );
  }
}

function itemsOf(value: CsValue): readonly CsValue[] {
  return value instanceof CsList || value instanceof CsArray ? value.items : [...iterate(value)];
}

function countOf(value: CsValue): number {
  if (value instanceof CsDictionary || value instanceof CsSet) {
    return value.size;
  }
  return itemsOf(value).length;
}

const interfaces: readonly TypeDeclaration[] = [
  { namespace: "System.Collections", header: "interface IEnumerable", unnameable: true },
  { namespace: GENERIC, header: "interface IEnumerable<out T> : IEnumerable" },
  { namespace: GENERIC, header: "interface IEnumerator<out T>" },
  {
    namespace: GENERIC,
    header: "interface IReadOnlyCollection<out T> : IEnumerable<T>",
    members: { "int Count { get; }": countOf },
  },
  {
    namespace: GENERIC,
    header: "interface ICollection<T> : IEnumerable<T>",
    members: {
      "int Count { get; }": countOf,
      "bool Contains(T item)": (self: CsValue, item: CsValue) =>
        self instanceof CsSet ? self.has(item) : indexOf(itemsOf(self), item) >= 0,
      "void Add(T item)": (self: CsValue, item: CsValue) => {
        if (self instanceof CsList) {
          self.change().push(item);
        } else if (self instanceof CsSet) {
          self.add(item);
        } else {
          throw invalidOperation("Collection was of a fixed size.");
        }
      },
    },
  },
  {
    namespace: GENERIC,
    header: "interface IReadOnlyList<out T> : IReadOnlyCollection<T>",
    unnameable: true,
    members: { "T this[int index] { get; }": elementAt },
  },
  {
    namespace: GENERIC,
    header: "interface IList<T> : ICollection<T>",
    members: {
      "T this[int index] { get; set; }": { get: elementAt, set: setElement },
      "int IndexOf(T item)": (self: CsValue, item: CsValue) => indexOf(itemsOf(self), item),
    },
  },
  { namespace: GENERIC, header: "interface ISet<T> : ICollection<T>" },
  {
    namespace: GENERIC,
    header: "interface IReadOnlyDictionary<TKey, TValue> : IReadOnlyCollection<KeyValuePair<TKey, TValue>>",
    members: {
      ...readMembers("IEnumerable"),
      "TValue this[TKey key] { get; }": (self: CsReadOnlyDictionary, key: CsValue) => self.get(key),
    },
  },
  {
    namespace: GENERIC,
    header: "interface IDictionary<TKey, TValue> : ICollection<KeyValuePair<TKey, TValue>>",
    members: {
      ...readMembers("ICollection"),
      "TValue this[TKey key] { get; set; }": {
        get: (self: CsReadOnlyDictionary, key: CsValue) => self.get(key),
        set: (self: CsDictionary, key: CsValue, value: CsValue) => self.set(key, value),
      },
      "void Add(TKey key, TValue value)": (self: CsDictionary, key: CsValue, value: CsValue) =>
        self.add(key, value),
      "bool Remove(TKey key)": (self: CsDictionary, key: CsValue) => self.remove(key),
    },
  },
];

function elementAt(self: CsValue, index: number): CsValue {
  if (self instanceof CsArray || self instanceof Uint8Array) {
    return arrayGet(self, index);
  }
  const items = itemsOf(self);
  requireIndex(index, items.length);
  return items[index] ?? null;
}

function setElement(self: CsValue, index: number, value: CsValue): void {
  if (!(self instanceof CsArray) && !(self instanceof CsList)) {
    throw invalidOperation("Collection is read-only.");
  }
  requireIndex(index, self.items.length);
  self.items[index] = value;
}

function keys(self: CsReadOnlyDictionary, site: CallSite): CsValue {
  return sequenceOf(typeArgument(site, 0), () => Array.from(self.entries(), ([key]) => key));
}

function values(self: CsReadOnlyDictionary, site: CallSite): CsValue {
  return sequenceOf(typeArgument(site, 1), () => Array.from(self.entries(), ([, value]) => value));
}

function readMembers(collection: string): NonNullable<TypeDeclaration["members"]> {
  return {
    "int Count { get; }": (self: CsReadOnlyDictionary) => self.size,
    "bool ContainsKey(TKey key)": (self: CsReadOnlyDictionary, key: CsValue) => self.find(key) !== undefined,
    "bool TryGetValue(TKey key, out TValue value)": (
      self: CsReadOnlyDictionary,
      key: CsValue,
      result: OutReference,
      site: CallSite,
    ) => tryGet(self, key, result, site),
    [`${collection}<TKey> Keys { get; }`]: keys,
    [`${collection}<TValue> Values { get; }`]: values,
  };
}

const dictionary: TypeDeclaration = {
  namespace: GENERIC,
  header: "class Dictionary<TKey, TValue> : IDictionary<TKey, TValue>, IReadOnlyDictionary<TKey, TValue>",
  members: {
    "Dictionary()": (site: CallSite) => newDictionary(site, null),
    "Dictionary(int capacity)": (_: number, site: CallSite) => newDictionary(site, null),
    "Dictionary(IEqualityComparer<TKey> comparer)": (comparer: CsValue, site: CallSite) =>
      newDictionary(site, comparer),
    "Dictionary(IDictionary<TKey, TValue> dictionary)": (
      source: CsReadOnlyDictionary | null,
      site: CallSite,
    ) => newDictionary(site, null, notNull(source, "dictionary")),
    "Dictionary(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)": (
      source: CsReadOnlyDictionary | null,
      comparer: CsValue,
      site: CallSite,
    ) => newDictionary(site, comparer, notNull(source, "dictionary")),
    ...readMembers("ICollection"),
    "TValue this[TKey key] { get; set; }": {
      get: (self: CsDictionary, key: CsValue) => self.get(key),
      set: (self: CsDictionary, key: CsValue, value: CsValue) => self.set(key, value),
    },
    "void Add(TKey key, TValue value)": (self: CsDictionary, key: CsValue, value: CsValue) =>
      self.add(key, value),
    "bool Remove(TKey key)": (self: CsDictionary, key: CsValue) => self.remove(key),
    "void Clear()": (self: CsDictionary) => self.clear(),
    "bool ContainsValue(TValue value)": (self: CsDictionary, value: CsValue) =>
      [...self.entries()].some(([, candidate]) => valuesEqual(candidate, value)),
  },
};

type Predicate = (item: CsValue) => boolean;

const list: TypeDeclaration = {
  namespace: GENERIC,
  header: "class List<T> : IList<T>, IReadOnlyList<T>",
  members: {
    "List()": (site: CallSite) => new CsList(site.type),
    "List(int capacity)": (_: number, site: CallSite) => new CsList(site.type),
    "List(IEnumerable<T> collection)": (source: CsValue, site: CallSite) =>
      new CsList(site.type, [...iterate(notNull(source, "collection"))]),
    "int Count { get; }": (self: CsList) => self.items.length,
    "T this[int index] { get; set; }": {
      get: elementAt,
      set: (self: CsList, index: number, value: CsValue) => {
        requireIndex(index, self.items.length);
        self.change()[index] = value;
      },
    },
    "void Add(T item)": (self: CsList, item: CsValue) => {
      consume();
      self.change().push(item);
    },
    "void AddRange(IEnumerable<T> collection)": (self: CsList, items: CsValue) => {
      const added = [...iterate(notNull(items, "collection"))];
      consume(added.length);
      added.forEach((item) => self.change().push(item));
    },
    "void Insert(int index, T item)": (self: CsList, index: number, item: CsValue) => {
      if (index < 0 || index > self.items.length) {
        throw argumentOutOfRange("index", "Index must be within the bounds of the List.");
      }
      self.change().splice(index, 0, item);
    },
    "bool Remove(T item)": (self: CsList, item: CsValue) => {
      const index = indexOf(self.items, item);
      if (index >= 0) {
        self.change().splice(index, 1);
      }
      return index >= 0;
    },
    "void RemoveAt(int index)": (self: CsList, index: number) => {
      requireIndex(index, self.items.length);
      self.change().splice(index, 1);
    },
    "int RemoveAll(Predicate<T> match)": (self: CsList, match: Predicate) => removeWhere(self, match),
    "void RemoveRange(int index, int count)": (self: CsList, index: number, count: number) => {
      requireRange(self, index, count);
      self.change().splice(index, count);
    },
    "List<T> GetRange(int index, int count)": (self: CsList, index: number, count: number) => {
      requireRange(self, index, count);
      return new CsList(self.genericType, self.items.slice(index, index + count));
    },
    "void Clear()": (self: CsList) => {
      self.change().length = 0;
    },
    "bool Contains(T item)": (self: CsList, item: CsValue) => indexOf(self.items, item) >= 0,
    "int IndexOf(T item)": (self: CsList, item: CsValue) => indexOf(self.items, item),
    "int LastIndexOf(T item)": (self: CsList, item: CsValue) =>
      self.items.map((candidate) => valuesEqual(candidate, item)).lastIndexOf(true),
    "bool Exists(Predicate<T> match)": (self: CsList, match: Predicate) => self.items.some(match),
    "T Find(Predicate<T> match)": (self: CsList, match: Predicate, site: CallSite) =>
      self.items.find((item) => match(item)) ?? defaultOf(typeArgument(site)),
    "List<T> FindAll(Predicate<T> match)": (self: CsList, match: Predicate) =>
      new CsList(
        self.genericType,
        self.items.filter((item) => match(item)),
      ),
    "List<TOutput> ConvertAll<TOutput>(Func<T, TOutput> converter)": (
      self: CsList,
      convert: CsFunction,
      site: CallSite,
    ) =>
      new CsList(
        constructed(`${GENERIC}.List`, typeArgument(site)),
        self.items.map((item) => convert(item)),
      ),
    "int FindIndex(Predicate<T> match)": (self: CsList, match: Predicate) =>
      self.items.findIndex((item) => match(item)),
    "bool TrueForAll(Predicate<T> match)": (self: CsList, match: Predicate) =>
      self.items.every((item) => match(item)),
    "void ForEach(Action<T> action)": (self: CsList, action: CsFunction) => {
      for (const item of self) {
        action(item);
      }
    },
    "void Sort()": (self: CsList) => sort(self, compareValues),
    "void Sort(IComparer<T> comparer)": (self: CsList, comparer: CsValue) => sort(self, orderOf(comparer)),
    "void Sort(Comparison<T> comparison)": (self: CsList, compare: CsFunction) =>
      sort(self, (a, b) => compare(a, b) as number),
    "void Reverse()": (self: CsList) => {
      self.change().reverse();
    },
    "T[] ToArray()": (self: CsList, site: CallSite) => arrayOf(typeArgument(site), self.items),
  },
};

/** `T[]` of any element type. */
export function arrayOf(element: CsType, items: Iterable<CsValue>): CsArray | Uint8Array {
  if (element.numericKind === "byte") {
    return Uint8Array.from(items as Iterable<{ readonly value: number }>, ({ value }) => value);
  }
  return new CsArray(element, [...items]);
}

function newSet(site: CallSite, source: CsValue, comparer: CsValue): CsSet {
  return fillSet(site.type, source, comparer);
}

/** A `HashSet<T>` of a sequence's items. */
export function hashSetOf(element: CsType, source: CsValue, comparer: CsValue): CsSet {
  return fillSet(constructed(`${GENERIC}.HashSet`, element), source, comparer);
}

function fillSet(type: NamedType, source: CsValue, comparer: CsValue): CsSet {
  const set = new CsSet(type, keyOf(comparer));
  for (const item of source === null ? [] : iterate(source)) {
    set.add(item);
  }
  return set;
}

function toSet(set: CsSet, items: CsValue): CsSet {
  const other = new CsSet(set.genericType, set.comparer);
  for (const item of iterate(notNull(items, "other"))) {
    other.add(item);
  }
  return other;
}

const hashSet: TypeDeclaration = {
  namespace: GENERIC,
  header: "class HashSet<T> : ISet<T>, IReadOnlyCollection<T>",
  members: {
    "HashSet()": (site: CallSite) => newSet(site, null, null),
    "HashSet(IEqualityComparer<T> comparer)": (comparer: CsValue, site: CallSite) =>
      newSet(site, null, comparer),
    "HashSet(IEnumerable<T> collection)": (source: CsValue, site: CallSite) =>
      newSet(site, notNull(source, "collection"), null),
    "HashSet(IEnumerable<T> collection, IEqualityComparer<T> comparer)": (
      source: CsValue,
      comparer: CsValue,
      site: CallSite,
    ) => newSet(site, notNull(source, "collection"), comparer),
    "int Count { get; }": (self: CsSet) => self.size,
    "bool Add(T item)": (self: CsSet, item: CsValue) => self.add(item),
    "bool Contains(T item)": (self: CsSet, item: CsValue) => self.has(item),
    "bool Remove(T item)": (self: CsSet, item: CsValue) => self.remove(item),
    "void Clear()": (self: CsSet) => self.clear(),
    "void UnionWith(IEnumerable<T> other)": (self: CsSet, items: CsValue) => {
      for (const item of iterate(notNull(items, "other"))) {
        self.add(item);
      }
    },
    "void IntersectWith(IEnumerable<T> other)": (self: CsSet, items: CsValue) => {
      const other = toSet(self, items);
      [...self].filter((item) => !other.has(item)).forEach((item) => self.remove(item));
    },
    "void ExceptWith(IEnumerable<T> other)": (self: CsSet, items: CsValue) => {
      for (const item of [...iterate(notNull(items, "other"))]) {
        self.remove(item);
      }
    },
    "bool Overlaps(IEnumerable<T> other)": (self: CsSet, items: CsValue) =>
      [...toSet(self, items)].some((item) => self.has(item)),
    "bool IsSubsetOf(IEnumerable<T> other)": (self: CsSet, items: CsValue) => {
      const other = toSet(self, items);
      return [...self].every((item) => other.has(item));
    },
    "bool IsSupersetOf(IEnumerable<T> other)": (self: CsSet, items: CsValue) =>
      [...toSet(self, items)].every((item) => self.has(item)),
    "bool SetEquals(IEnumerable<T> other)": (self: CsSet, items: CsValue) => {
      const other = toSet(self, items);
      return other.size === self.size && [...self].every((item) => other.has(item));
    },
  },
};

function takeFirst(self: CsList, what: "Queue" | "Stack", remove: boolean): CsValue {
  const [first] = self.items;
  if (first === undefined) {
    throw invalidOperation(`${what} empty.`);
  }
  if (remove) {
    self.change().shift();
  }
  return first;
}

/** Both keep the item that comes out next at the front, which is also their order of enumeration. */
const queueAndStack: readonly TypeDeclaration[] = [
  {
    namespace: GENERIC,
    header: "class Queue<T> : IReadOnlyCollection<T>",
    members: {
      "Queue()": (site: CallSite) => new CsList(site.type),
      "Queue(IEnumerable<T> collection)": (source: CsValue, site: CallSite) =>
        new CsList(site.type, [...iterate(notNull(source, "collection"))]),
      "int Count { get; }": (self: CsList) => self.items.length,
      "void Enqueue(T item)": (self: CsList, item: CsValue) => {
        consume();
        self.change().push(item);
      },
      "T Dequeue()": (self: CsList) => takeFirst(self, "Queue", true),
      "T Peek()": (self: CsList) => takeFirst(self, "Queue", false),
      "bool Contains(T item)": (self: CsList, item: CsValue) => indexOf(self.items, item) >= 0,
      "void Clear()": (self: CsList) => {
        self.change().length = 0;
      },
      "T[] ToArray()": (self: CsList, site: CallSite) => arrayOf(typeArgument(site), self.items),
    },
  },
  {
    namespace: GENERIC,
    header: "class Stack<T> : IReadOnlyCollection<T>",
    members: {
      "Stack()": (site: CallSite) => new CsList(site.type),
      "Stack(IEnumerable<T> collection)": (source: CsValue, site: CallSite) =>
        new CsList(site.type, [...iterate(notNull(source, "collection"))].reverse()),
      "int Count { get; }": (self: CsList) => self.items.length,
      "void Push(T item)": (self: CsList, item: CsValue) => {
        consume();
        self.change().unshift(item);
      },
      "T Pop()": (self: CsList) => takeFirst(self, "Stack", true),
      "T Peek()": (self: CsList) => takeFirst(self, "Stack", false),
      "bool Contains(T item)": (self: CsList, item: CsValue) => indexOf(self.items, item) >= 0,
      "void Clear()": (self: CsList) => {
        self.change().length = 0;
      },
      "T[] ToArray()": (self: CsList, site: CallSite) => arrayOf(typeArgument(site), self.items),
    },
  },
];

const keyValuePair: TypeDeclaration = {
  namespace: GENERIC,
  header: "struct KeyValuePair<TKey, TValue>",
  members: {
    "KeyValuePair(TKey key, TValue value)": (key: CsValue, value: CsValue, site: CallSite) =>
      new CsPair(site.type, key, value),
    "TKey Key { get; }": (self: CsPair) => self.key,
    "TValue Value { get; }": (self: CsPair) => self.value,
  },
};

/** Collections and their interfaces. */
export const collectionTypes: readonly TypeDeclaration[] = [
  ...interfaces,
  list,
  dictionary,
  hashSet,
  ...queueAndStack,
  keyValuePair,
];
