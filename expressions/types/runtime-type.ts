import { CsGeneric } from "../values/collections";
import { ArrayType, type CsType, type NamedType, SpecialType } from "../values/cs-type";
import { CsNumber, CsObject, type CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { isSubtype } from "./subtyping";
import { registry } from "./type-registry";

const cache = new Map<string, NamedType>();
/** Types by what values say of themselves: the names are those of the library and of its host. */
const named = new Map<string, NamedType>();

/** The library's type of that .NET name; looked up once. */
export function libraryType(fullName: string): NamedType {
  let type = cache.get(fullName);
  if (type === undefined) {
    type = registry.require(fullName);
    cache.set(fullName, type);
  }
  return type;
}

/** The type that a value has when the program runs; for null, the type of `null`. */
export function runtimeType(value: CsValue): CsType {
  switch (typeof value) {
    case "string":
      return libraryType("System.String");
    case "number":
      return libraryType("System.Int32");
    case "boolean":
      return libraryType("System.Boolean");
    case "bigint":
      return libraryType("System.Int64");
    case "function":
      return libraryType("System.Object");
    case "object":
      return value === null ? SpecialType.null : objectType(value);
    case "symbol":
    case "undefined":
      throw new TypeError("Not a C# value.");
  }
}

function objectType(value: object): CsType {
  if (value instanceof CsGeneric) {
    return value.genericType;
  }
  if (value instanceof CsEnum) {
    return value.type;
  }
  if (value instanceof Uint8Array) {
    return ArrayType.of(libraryType("System.Byte"));
  }
  const name = value instanceof CsObject || value instanceof CsNumber ? value.typeName : hostType(value);
  let type = named.get(name);
  if (type === undefined) {
    type = typeNamed(name);
    named.set(name, type);
  }
  return type;
}

function typeNamed(name: string): NamedType {
  const separator = name.lastIndexOf(".");
  const definition = registry.find(name.slice(0, Math.max(0, separator)), name.slice(separator + 1), 0);
  if (definition !== undefined) {
    return definition.construct([]);
  }
  return libraryType(name.endsWith("Exception") ? "System.Exception" : "System.Object");
}

function hostType(value: object): string {
  return "csType" in value && typeof value.csType === "string" ? value.csType : "System.Object";
}

/** `value is T`. */
export function isInstance(value: CsValue, type: CsType): boolean {
  if (value === null) {
    return false;
  }
  const actual = runtimeType(value);
  const wanted = type.kind === "nullable" ? type.underlying : type;
  return actual === wanted || isSubtype(actual, wanted);
}
