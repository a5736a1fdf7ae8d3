import { defaultOf } from "../types/default-value";
import { hostObjectType, hostProperties } from "../types/host-object";
import { libraryType } from "../types/runtime-type";
import { constructionOf } from "../types/subtyping";
import { registry } from "../types/type-registry";
import { CsBigInteger } from "../values/big-integer";
import {
  CsAnonymous,
  CsArray,
  CsDictionary,
  CsEnumerable,
  CsList,
  CsPair,
  CsReadOnlyDictionary,
  CsSet,
} from "../values/collections";
import { ArrayType, type CsType, NamedType, NullableType } from "../values/cs-type";
import type { CsNumber, CsValue } from "../values/cs-value";
import { CsDateTime, parseDateTime } from "../values/date-time";
import { CsEnum } from "../values/enum";
import { invalidCast, raise } from "../values/exception";
import { CsGuid } from "../values/guid";
import { convertTo, fromBigInteger } from "../values/number-conversion";
import type { NumericKind } from "../values/numeric";
import { toText } from "../values/text";
import { CsTimeSpan } from "../values/time-span";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { XObject } from "../xml/node";
import { JArray, JObject, JProperty, JToken, JValue } from "./token";

const GENERIC = "System.Collections.Generic";

function serializationError(message: string): Error {
  return raise("Newtonsoft.Json.JsonSerializationException", message);
}

/**
 * `JToken.FromObject`: what Json.NET would write for a value.
 *
 * @throws UnsupportedFeature for what only API Management knows how to write
 */
export function fromObject(value: CsValue): JToken {
  if (value === null) {
    return JValue.null();
  }
  if (value instanceof JToken) {
    return value.clone();
  }
  if (value instanceof CsAnonymous) {
    return objectFrom(value.names.map((name, index) => [name, value.items[index] ?? null]));
  }
  if (value instanceof CsReadOnlyDictionary) {
    return objectFrom(Array.from(value.entries(), ([key, item]) => [toText(key), item]));
  }
  if (value instanceof CsPair) {
    return objectFrom([
      ["Key", value.key],
      ["Value", value.value],
    ]);
  }
  if (value instanceof CsEnumerable) {
    return arrayOf(Array.from(value, fromObject));
  }
  if (value instanceof CsEnum) {
    return new JValue(BigInt(value.value));
  }
  if (typeof value === "function") {
    throw new UnsupportedFeature("the simulator does not serialize delegates");
  }
  if (value instanceof XObject) {
    throw new UnsupportedFeature("the simulator does not make JSON of XML");
  }
  const hostType = hostObjectType(value);
  if (hostType !== undefined) {
    return fromHostObject(value, hostType);
  }
  return new JValue(typeof value === "number" ? BigInt(value) : value);
}

/** An object of the gateway: its properties by name. */
function fromHostObject(value: CsValue, type: NamedType): JToken {
  if (value === null) {
    return JValue.null();
  }
  const object = new JObject();
  for (const property of hostProperties(value, type)) {
    const { elements } = property;
    const made =
      property.type !== undefined
        ? fromHostObject(property.value, property.type)
        : elements !== undefined && property.value instanceof CsEnumerable
          ? arrayOf(Array.from(property.value, (item) => fromHostObject(item, elements)))
          : fromObject(property.value);
    object.insert(new JProperty(property.name, made));
  }
  return object;
}

function arrayOf(items: readonly JToken[]): JArray {
  const array = new JArray();
  items.forEach((item) => array.add(item));
  return array;
}

function objectFrom(entries: readonly (readonly [string, CsValue])[]): JObject {
  const object = new JObject();
  for (const [name, value] of entries) {
    object.insert(new JProperty(name, fromObject(value)));
  }
  return object;
}

/** The value inside a token, for conversions to plain types. */
function scalarOf(token: JToken, target: string): CsValue {
  if (!(token instanceof JValue)) {
    throw raise("ArgumentException", `Can not convert ${token.type} to ${target}.`);
  }
  return token.value;
}

function toDateTime(value: CsValue): CsDateTime {
  if (value instanceof CsDateTime) {
    return value;
  }
  if (typeof value === "string") {
    return parseDateTime(value);
  }
  throw invalidCast("System.Object", "System.DateTime");
}

const NUMBER_TOKENS = new Set(["Integer", "Float", "String", "Raw", "Boolean"]);
const DATE_TOKENS = new Set(["Date", "String", "Raw"]);

/** What `(T)token` gives for a plain type; null tokens only for types that can be null. */
export function castToken(token: JToken | null, type: CsType): CsValue {
  const nullable = type instanceof NullableType || !type.isValueType;
  if (token === null) {
    if (nullable) {
      return null;
    }
    throw raise("ArgumentNullException", "Value cannot be null.\nParameter name: value");
  }
  const target = type instanceof NullableType ? type.underlying : type;
  const name = target instanceof NamedType ? target.definition.name : target.display;
  const source = token instanceof JProperty ? token.value : token;
  const value = scalarOf(source, name);
  if (value === null) {
    if (nullable) {
      return null;
    }
    throw raise("ArgumentException", `Can not convert Null to ${name}.`);
  }
  const allowed = (types: ReadonlySet<string>): void => {
    if (!types.has(source.type)) {
      throw raise("ArgumentException", `Can not convert ${source.type} to ${name}.`);
    }
  };
  if (target.numericKind !== undefined) {
    allowed(NUMBER_TOKENS);
    return numberFrom(value, target.numericKind);
  }
  switch (name) {
    case "String":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : toText(value);
    case "Boolean":
      allowed(NUMBER_TOKENS);
      return typeof value === "string"
        ? textToBoolean(value)
        : typeof value === "boolean"
          ? value
          : Number(numberFrom(value, "int")) !== 0;
    case "DateTime":
      allowed(DATE_TOKENS);
      return toDateTime(value);
    case "Guid":
      return value instanceof CsGuid ? value : CsGuid.parse(toText(value));
    case "TimeSpan":
      return value instanceof CsTimeSpan ? value : CsTimeSpan.parse(toText(value));
    default:
      throw invalidCast(token.typeName, type.fullName);
  }
}

function numberFrom(value: CsValue, kind: NumericKind): CsValue {
  return value instanceof CsBigInteger ? fromBigInteger(value, kind) : convertTo(value, kind);
}

function textToBoolean(text: string): boolean {
  const lower = text.trim().toLowerCase();
  if (lower !== "true" && lower !== "false") {
    throw raise("FormatException", "String was not recognized as a valid Boolean.");
  }
  return lower === "true";
}

/** `(byte[])token`. */
export function castToBytes(token: JToken | null): Uint8Array | null {
  if (token === null || token.type === "Null") {
    return null;
  }
  const value = scalarOf(token, "byte array");
  return value instanceof Uint8Array ? value : Uint8Array.from(Buffer.from(toText(value), "base64"));
}

/** `token.Value<T>()`: null for what is missing, a cast otherwise. */
export function tokenValue(token: JToken | null, type: CsType): CsValue {
  if (token === null) {
    return defaultOf(type);
  }
  if (isTokenType(type)) {
    return requireToken(token, type);
  }
  if (type === libraryType("System.Object")) {
    return token instanceof JValue ? token.value : token;
  }
  if (token instanceof JValue && token.value === null) {
    return defaultOf(type);
  }
  if (!(token instanceof JValue)) {
    throw raise("InvalidCastException", `Cannot cast ${token.typeName} to ${type.fullName}.`);
  }
  if (token.value instanceof CsBigInteger) {
    // `Value<T>` goes through IConvertible, which BigInteger is not.
    throw invalidCast(token.value.typeName, "System.IConvertible");
  }
  return castToken(token, type);
}

function isTokenType(type: CsType): boolean {
  return constructionOf(type, registry.requireDefinition("Newtonsoft.Json.Linq.JToken")) !== undefined;
}

function requireToken(token: JToken, type: CsType): JToken {
  const found = libraryType(token.typeName);
  if (type instanceof NamedType && constructionOf(found, type.definition) === undefined) {
    throw invalidCast(token.typeName, type.fullName);
  }
  return token;
}

/**
 * `token.ToObject<T>()`: plain types, tokens, lists, arrays and dictionaries of them.
 *
 * @throws Newtonsoft.Json.JsonSerializationException if the JSON does not fit the type.
 */
export function toObject(token: JToken, type: CsType): CsValue {
  if (isTokenType(type)) {
    return requireToken(token, type);
  }
  if (token.type === "Null" || token.type === "Undefined") {
    if (type.isValueType && !(type instanceof NullableType)) {
      throw serializationError(
        `Error converting value {null} to type '${type.fullName}'. Path '${token.path}'.`,
      );
    }
    return null;
  }
  if (type instanceof ArrayType) {
    const items = elements(token, type.element, type);
    return type.element.numericKind === "byte"
      ? (castToBytesOf(token) ?? Uint8Array.from(items, (item) => Number((item as CsNumber).value)))
      : new CsArray(type.element, items);
  }
  if (type instanceof NamedType) {
    const collection = toCollection(token, type);
    if (collection !== undefined) {
      return collection;
    }
  }
  if (type === libraryType("System.Object")) {
    return token instanceof JValue ? token.value : token;
  }
  if (!(token instanceof JValue)) {
    throw serializationError(
      `Cannot deserialize the current JSON ${token.type.toLowerCase()} into type '${type.fullName}'. Path '${token.path}'.`,
    );
  }
  return castToken(token, type);
}

function castToBytesOf(token: JToken): Uint8Array | undefined {
  return token instanceof JValue ? (castToBytes(token) ?? undefined) : undefined;
}

function elements(token: JToken, element: CsType, type: CsType): CsValue[] {
  if (token instanceof JArray) {
    return token.items.map((item) => toObject(item, element));
  }
  if (token instanceof JValue && element.numericKind === "byte") {
    return [];
  }
  throw serializationError(
    `Cannot deserialize the current JSON value into type '${type.fullName}' because the type requires a JSON array. Path '${token.path}'.`,
  );
}

const LISTS = new Set(["List", "IList", "IEnumerable", "ICollection", "IReadOnlyCollection"]);
const DICTIONARIES = new Set(["Dictionary", "IDictionary", "IReadOnlyDictionary"]);

function toCollection(token: JToken, type: NamedType): CsValue | undefined {
  const { name } = type.definition;
  const [first = libraryType("System.Object"), second = first] = type.typeArguments;
  if (LISTS.has(name) && type.typeArguments.length === 1) {
    const list = registry.requireDefinition(`${GENERIC}.List`, 1).construct([first]);
    return new CsList(list, elements(token, first, type));
  }
  if (name === "HashSet") {
    const set = new CsSet(type);
    elements(token, first, type).forEach((item) => set.add(item));
    return set;
  }
  if (!DICTIONARIES.has(name)) {
    return undefined;
  }
  if (!(token instanceof JObject)) {
    throw serializationError(
      `Cannot deserialize the current JSON value into type '${type.fullName}' because the type requires a JSON object. Path '${token.path}'.`,
    );
  }
  const dictionary = new CsDictionary(
    registry.requireDefinition(`${GENERIC}.Dictionary`, 2).construct([first, second]),
    registry.requireDefinition(`${GENERIC}.KeyValuePair`, 2).construct([first, second]),
  );
  for (const property of token.properties()) {
    dictionary.set(toObject(new JValue(property.name), first), toObject(property.value, second));
  }
  return dictionary;
}
