import { libraryType } from "./types/runtime-type";
import { registry } from "./types/type-registry";
import { CsArray, CsReadOnlyDictionary } from "./values/collections";
import type { CsType } from "./values/cs-type";
import { CsNumber, CsObject, type CsValue, double } from "./values/cs-value";
import { CsDateTime } from "./values/date-time";
import { raise } from "./values/exception";

const GENERIC = "System.Collections.Generic";

/** What a host dictionary is made of: a `Map`, or headers. */
export interface HostEntries {
  get(key: string): unknown;
  entries(): Iterable<readonly [string, unknown]>;
}

interface DictionaryTypes {
  readonly dictionary: CsType;
  readonly pair: CsType;
}

const dictionaryTypes = new Map<CsType, DictionaryTypes>();

function dictionaryTypesOf(valueType: CsType): DictionaryTypes {
  const known = dictionaryTypes.get(valueType);
  if (known !== undefined) {
    return known;
  }
  const construct = (name: string): CsType =>
    registry.requireDefinition(`${GENERIC}.${name}`, 2).construct([libraryType("System.String"), valueType]);
  const made = { dictionary: construct("IReadOnlyDictionary"), pair: construct("KeyValuePair") };
  dictionaryTypes.set(valueType, made);
  return made;
}

/** `IReadOnlyDictionary<string, T>` over entries of the host, read anew at each use. */
export class HostDictionary extends CsReadOnlyDictionary {
  public readonly genericType: CsType;
  public readonly pairType: CsType;

  public constructor(
    private readonly host: HostEntries,
    valueType: CsType,
    /** What the indexer gives for a missing key; without it, it throws as .NET does. */
    private readonly missing?: { readonly value: CsValue },
  ) {
    super();
    const { dictionary, pair } = dictionaryTypesOf(valueType);
    this.genericType = dictionary;
    this.pairType = pair;
  }

  public get size(): number {
    return [...this.host.entries()].length;
  }

  public find(key: CsValue): CsValue | undefined {
    if (typeof key !== "string") {
      throw raise("ArgumentNullException", "Value cannot be null.\nParameter name: key");
    }
    const value = this.host.get(key);
    return value === undefined ? undefined : fromHost(value);
  }

  public override get(key: CsValue): CsValue {
    return this.missing === undefined ? super.get(key) : (this.find(key) ?? this.missing.value);
  }

  public *entries(): Iterable<readonly [CsValue, CsValue]> {
    for (const [key, value] of this.host.entries()) {
      yield [key, fromHost(value)];
    }
  }
}

/** `string[]`. */
export function stringsFromHost(values: readonly string[]): CsArray {
  return new CsArray(libraryType("System.String"), [...values]);
}

/**
 * A value of the host as a C# one: `undefined` is null, an integral `number` an `int` (a `long` beyond it), any
 * other a `double`, a `Date` a UTC `DateTime`, an array of strings `string[]`, a `Map` a read-only dictionary.
 * C# values and host objects pass unchanged.
 */
export function fromHost(value: unknown): CsValue {
  switch (typeof value) {
    case "undefined":
      return null;
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return numberFromHost(value);
    case "object":
      return value === null ? null : objectFromHost(value);
    case "function":
      return value;
    case "symbol":
      throw new TypeError("A symbol has no C# counterpart.");
  }
}

function numberFromHost(value: number): CsValue {
  if (!Number.isSafeInteger(value)) {
    return double(value);
  }
  return value === (value | 0) ? value : BigInt(value);
}

function objectFromHost(value: object): CsValue {
  if (value instanceof CsObject || value instanceof CsNumber || value instanceof Uint8Array) {
    return value;
  }
  if (value instanceof Date) {
    return CsDateTime.fromDate(value);
  }
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === "string")
      ? stringsFromHost(value)
      : new CsArray(libraryType("System.Object"), value.map(fromHost));
  }
  if (value instanceof Map) {
    return new HostDictionary(value as ReadonlyMap<string, unknown>, libraryType("System.Object"));
  }
  return value;
}
