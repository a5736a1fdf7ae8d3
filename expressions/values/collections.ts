import { ArrayType, type CsType } from "./cs-type";
import { byte, char, CsObject, type CsValue } from "./cs-value";
import { hashKey, valuesEqual } from "./equality";
import { argumentNull, argumentOutOfRange, indexOutOfRange, invalidOperation, raise } from "./exception";
import { consume } from "./execution";
import { toText } from "./text";

/** An object whose type has type arguments; it knows them. */
export abstract class CsGeneric extends CsObject {
  public abstract readonly genericType: CsType;

  public get typeName(): string {
    return this.genericType.fullName;
  }
}

/** Anything that `foreach` can walk. */
export abstract class CsEnumerable extends CsGeneric {
  public abstract [Symbol.iterator](): IterableIterator<CsValue>;
}

/** `T[]`, except `byte[]`, which is a `Uint8Array`. */
export class CsArray extends CsEnumerable {
  public constructor(
    public readonly elementType: CsType,
    public readonly items: CsValue[],
  ) {
    super();
  }

  public get genericType(): CsType {
    return ArrayType.of(this.elementType);
  }

  public [Symbol.iterator](): IterableIterator<CsValue> {
    return this.items[Symbol.iterator]();
  }
}

/**
 * One walk over items, each of which comes of the next ones of another walk. A generator would do, and cost several times
 * as much for each item.
 */
export class ItemIterator implements IterableIterator<CsValue> {
  private items: Iterator<CsValue> | undefined;

  /**
   * @param start asked when the walk begins
   * @param advance gives the next item, or passes the end on
   */
  public constructor(
    private readonly start: () => Iterable<CsValue>,
    private readonly advance: (items: Iterator<CsValue>) => IteratorResult<CsValue>,
  ) {}

  public [Symbol.iterator](): this {
    return this;
  }

  public next(): IteratorResult<CsValue> {
    this.items ??= this.start()[Symbol.iterator]();
    return this.advance(this.items);
  }

  public return(): IteratorResult<CsValue> {
    this.items?.return?.();
    return { done: true, value: undefined };
  }
}

/** A lazy sequence, walked anew each time, as LINQ's results are. */
export class CsSequence extends CsEnumerable {
  public constructor(
    public readonly genericType: CsType,
    private readonly walk: () => Iterable<CsValue>,
  ) {
    super();
  }

  public [Symbol.iterator](): IterableIterator<CsValue> {
    return new ItemIterator(this.walk, counted);
  }
}

function counted(items: Iterator<CsValue>): IteratorResult<CsValue> {
  const next = items.next();
  if (next.done !== true) {
    consume();
  }
  return next;
}

/** `List<T>`, `Queue<T>` and `Stack<T>`: the order of `items` is the order of enumeration. */
export class CsList extends CsEnumerable {
  private version = 0;

  public constructor(
    public readonly genericType: CsType,
    public readonly items: CsValue[] = [],
  ) {
    super();
  }

  /** Marks the list as changed, which ends running enumerations. */
  public change(): CsValue[] {
    this.version++;
    return this.items;
  }

  public *[Symbol.iterator](): IterableIterator<CsValue> {
    const { version } = this;
    for (let index = 0; index < this.items.length; index++) {
      yield this.items[index] ?? null;
      if (version !== this.version) {
        throw modified();
      }
    }
  }
}

function modified(): Error {
  return invalidOperation("Collection was modified; enumeration operation may not execute.");
}

/** How keys are compared; strings only differ from the default. */
export type KeyComparer = (key: CsValue) => unknown;

/** `IReadOnlyDictionary<K, V>` and all that implements it. */
export abstract class CsReadOnlyDictionary extends CsEnumerable {
  public abstract readonly size: number;
  /** `undefined` if there is no such key. */
  public abstract find(key: CsValue): CsValue | undefined;
  public abstract entries(): Iterable<readonly [CsValue, CsValue]>;
  /** The type of the pairs that enumeration gives. */
  public abstract readonly pairType: CsType;

  /** The indexer's behaviour for a missing key. */
  public get(key: CsValue): CsValue {
    if (key === null) {
      throw argumentNull("key");
    }
    const value = this.find(key);
    if (value === undefined) {
      throw raise(
        "System.Collections.Generic.KeyNotFoundException",
        "The given key was not present in the dictionary.",
      );
    }
    return value;
  }

  public *[Symbol.iterator](): IterableIterator<CsValue> {
    for (const [key, value] of this.entries()) {
      yield new CsPair(this.pairType, key, value);
    }
  }
}

/** `Dictionary<K, V>`. */
export class CsDictionary extends CsReadOnlyDictionary {
  private readonly content = new Map<unknown, [CsValue, CsValue]>();
  private version = 0;

  public constructor(
    public readonly genericType: CsType,
    public readonly pairType: CsType,
    private readonly comparer: KeyComparer = hashKey,
  ) {
    super();
  }

  public get size(): number {
    return this.content.size;
  }

  public find(key: CsValue): CsValue | undefined {
    if (key === null) {
      throw argumentNull("key");
    }
    return this.content.get(this.comparer(key))?.[1];
  }

  /** @throws System.ArgumentException if the key is there already. */
  public add(key: CsValue, value: CsValue): void {
    if (this.find(key) !== undefined) {
      throw raise("ArgumentException", "An item with the same key has already been added.");
    }
    this.set(key, value);
  }

  public set(key: CsValue, value: CsValue): void {
    if (key === null) {
      throw argumentNull("key");
    }
    const existing = this.content.get(this.comparer(key));
    if (existing === undefined) {
      this.content.set(this.comparer(key), [key, value]);
    } else {
      existing[1] = value;
    }
    this.version++;
  }

  public remove(key: CsValue): boolean {
    if (key === null) {
      throw argumentNull("key");
    }
    const removed = this.content.delete(this.comparer(key));
    this.version += removed ? 1 : 0;
    return removed;
  }

  public clear(): void {
    this.content.clear();
    this.version++;
  }

  public *entries(): Iterable<readonly [CsValue, CsValue]> {
    const { version } = this;
    for (const entry of this.content.values()) {
      yield entry;
      if (version !== this.version) {
        throw modified();
      }
    }
  }
}

/** `HashSet<T>`. */
export class CsSet extends CsEnumerable {
  private readonly content = new Map<unknown, CsValue>();

  public constructor(
    public readonly genericType: CsType,
    public readonly comparer: KeyComparer = hashKey,
  ) {
    super();
  }

  public get size(): number {
    return this.content.size;
  }

  public add(item: CsValue): boolean {
    const key = this.comparer(item);
    if (this.content.has(key)) {
      return false;
    }
    this.content.set(key, item);
    return true;
  }

  public has(item: CsValue): boolean {
    return this.content.has(this.comparer(item));
  }

  public remove(item: CsValue): boolean {
    return this.content.delete(this.comparer(item));
  }

  public clear(): void {
    this.content.clear();
  }

  public [Symbol.iterator](): IterableIterator<CsValue> {
    return this.content.values();
  }
}

/** `KeyValuePair<K, V>`. */
export class CsPair extends CsGeneric {
  public constructor(
    public readonly genericType: CsType,
    public readonly key: CsValue,
    public readonly value: CsValue,
  ) {
    super();
  }

  public override toText(): string {
    return `[${toText(this.key)}, ${toText(this.value)}]`;
  }

  public override equals(other: CsValue): boolean {
    return (
      other instanceof CsPair && valuesEqual(this.key, other.key) && valuesEqual(this.value, other.value)
    );
  }

  public override hashKey(): unknown {
    return `\0pair:${JSON.stringify([String(hashKey(this.key)), String(hashKey(this.value))])}`;
  }
}

/** `System.Tuple`. */
export class CsTuple extends CsGeneric {
  public constructor(
    public readonly genericType: CsType,
    public readonly items: readonly CsValue[],
  ) {
    super();
  }

  public override toText(): string {
    return `(${this.items.map(toText).join(", ")})`;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsTuple && sameItems(this.items, other.items);
  }

  public override hashKey(): unknown {
    return `\0tuple:${this.items.map((item) => JSON.stringify(String(hashKey(item)))).join(",")}`;
  }
}

/** An object made by `new { A = 1 }`. */
export class CsAnonymous extends CsGeneric {
  public constructor(
    public readonly genericType: CsType,
    public readonly names: readonly string[],
    public readonly items: readonly CsValue[],
  ) {
    super();
  }

  public override toText(): string {
    return `{ ${this.names.map((name, index) => `${name} = ${toText(this.items[index] ?? null)}`).join(", ")} }`;
  }

  public override equals(other: CsValue): boolean {
    return (
      other instanceof CsAnonymous &&
      other.genericType === this.genericType &&
      sameItems(this.items, other.items)
    );
  }

  public override hashKey(): unknown {
    return `\0anonymous:${this.names.join(",")}:${this.items.map((item) => JSON.stringify(String(hashKey(item)))).join(",")}`;
  }
}

function sameItems(left: readonly CsValue[], right: readonly CsValue[]): boolean {
  return left.length === right.length && left.every((item, index) => valuesEqual(item, right[index] ?? null));
}

/**
 * Walks whatever C# can enumerate: arrays, strings, byte arrays, collections.
 *
 * @throws System.NullReferenceException for null.
 */
export function iterate(value: CsValue): Iterable<CsValue> {
  if (value instanceof CsArray) {
    return value.items;
  }
  if (value instanceof CsEnumerable) {
    return value;
  }
  if (typeof value === "string") {
    return symbolsOf(value);
  }
  if (value instanceof Uint8Array) {
    return bytesOf(value);
  }
  if (value !== null && typeof value === "object" && Symbol.iterator in value) {
    return value as Iterable<CsValue>;
  }
  throw raise("NullReferenceException", "Object reference not set to an instance of an object.");
}

function* symbolsOf(text: string): Iterable<CsValue> {
  for (let index = 0; index < text.length; index++) {
    consume();
    yield char(text.charCodeAt(index));
  }
}

function* bytesOf(bytes: Uint8Array): Iterable<CsValue> {
  for (const value of bytes) {
    consume();
    yield byte(value);
  }
}

/** Length of an array of any element type. */
export function arrayLength(array: CsArray | Uint8Array): number {
  return array instanceof Uint8Array ? array.length : array.items.length;
}

/** @throws System.IndexOutOfRangeException */
export function arrayGet(array: CsArray | Uint8Array, index: number): CsValue {
  if (index < 0 || index >= arrayLength(array)) {
    throw indexOutOfRange();
  }
  return array instanceof Uint8Array ? byte(array[index] ?? 0) : (array.items[index] ?? null);
}

/** @throws System.ArgumentOutOfRangeException */
export function requireIndex(index: number, length: number, parameter = "index"): void {
  if (index < 0 || index >= length) {
    throw argumentOutOfRange(
      parameter,
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  }
}
