import { castToBytes, castToken, fromObject, tokenValue, toObject } from "../json/conversion";
import { parsePath, selectTokens } from "../json/path";
import { parseJson } from "../json/reader";
import {
  JArray,
  type JContainer,
  JObject,
  JProperty,
  JRaw,
  JToken,
  JValue,
  TOKEN_TYPES,
} from "../json/token";
import { writeJson } from "../json/writer";
import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { type CsArray, CsEnumerable, CsPair, iterate } from "../values/collections";
import { type CallSite, type CsType, NullableType } from "../values/cs-type";
import type { CsValue, OutReference } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { raise, ThrownException } from "../values/exception";
import { constructed, sequenceOf, typeArgument } from "./collections";
import { compareStrings, ruleOf } from "./comparison";
import { notNull } from "./object";

const LINQ = "Newtonsoft.Json.Linq";
/** Asked for at each token that a query looks at: not a text that is made each time. */
const TOKEN_TYPE = `${LINQ}.JTokenType`;

function type(name: string): CsType {
  return libraryType(`${LINQ}.${name}`);
}

/** Parameters of type JToken: C# null stands for a JSON null. */
function token(value: JToken | null): JToken {
  return value ?? JValue.null();
}

/** Content of a constructor or `Add`: a sequence adds its items. */
function addContent(container: JContainer, content: CsValue): void {
  if (content instanceof JToken || typeof content === "string") {
    container.add(content);
  } else if (content instanceof CsEnumerable) {
    for (const item of content) {
      addContent(container, item);
    }
  } else {
    container.add(
      content instanceof CsEnum
        ? BigInt(content.value)
        : typeof content === "number"
          ? BigInt(content)
          : content,
    );
  }
}

function propertyValue(content: CsValue): JToken {
  if (content instanceof JToken) {
    return content;
  }
  if (content instanceof CsEnumerable) {
    const array = new JArray();
    addContent(array, content);
    return array;
  }
  return new JValue(typeof content === "number" ? BigInt(content) : content);
}

function parseAs<T extends JToken>(
  text: string | null,
  kind: abstract new (...args: never[]) => T,
  name: string,
): T {
  const parsed = parseJson(notNull(text, "json"));
  if (!(parsed instanceof kind)) {
    throw raise(
      "Newtonsoft.Json.JsonReaderException",
      `Error reading ${name} from JsonReader. Current JsonReader item is not an ${name === "JObject" ? "object" : "array"}: ${parsed.type}. Path '', line 1, position 1.`,
    );
  }
  return parsed;
}

function fromObjectAs<T extends JToken>(
  value: CsValue,
  kind: abstract new (...args: never[]) => T,
  expected: string,
): T {
  const made = fromObject(notNull(value, "o"));
  if (!(made instanceof kind)) {
    throw raise("ArgumentException", `Object serialized to ${made.type}. ${expected} instance expected.`);
  }
  return made;
}

function select(self: JToken, path: string | null, errorWhenNoMatch: boolean): JToken | null {
  const found = selectTokens(self, notNull(path, "path"));
  if (found.length > 1) {
    throw raise("Newtonsoft.Json.JsonException", "Path returned multiple tokens.");
  }
  if (found.length === 0 && errorWhenNoMatch) {
    throw raise("Newtonsoft.Json.JsonException", `Path '${path ?? ""}' did not match any token.`);
  }
  return found[0] ?? null;
}

function first(items: Iterable<JToken>): JToken | null {
  for (const item of items) {
    return item;
  }
  return null;
}

function last(items: Iterable<JToken>): JToken | null {
  return [...items].at(-1) ?? null;
}

function sibling(self: JToken, step: 1 | -1): JToken | null {
  const all = self.parent === null ? [] : [...self.parent.children()];
  return all[all.indexOf(self) + step] ?? null;
}

const SCALARS = [
  "bool",
  "int",
  "long",
  "double",
  "decimal",
  "float",
  "short",
  "ushort",
  "uint",
  "ulong",
  "byte",
  "sbyte",
];

/** Conversions between tokens and plain values. */
function conversions(): NonNullable<TypeDeclaration["members"]> {
  const members: Record<string, never> = {};
  const wrap = (value: CsValue): JValue => new JValue(typeof value === "number" ? BigInt(value) : value);
  const names: readonly (readonly [string, string])[] = [
    ...SCALARS.map((name) => [name, name] as const),
    ["DateTime", "DateTime"],
    ["Guid", "Guid"],
    ["TimeSpan", "TimeSpan"],
  ];
  const targetOf = new Map<string, CsType>();
  const target = (name: string): CsType => {
    let found = targetOf.get(name);
    if (found === undefined) {
      found = libraryType(`System.${TYPE_NAMES[name] ?? name}`);
      targetOf.set(name, found);
    }
    return found;
  };
  for (const [name] of names) {
    members[`static implicit operator JToken(${name} value)`] = wrap as never;
    members[`static implicit operator JToken(${name}? value)`] = wrap as never;
    members[`static explicit operator ${name}(JToken value)`] = ((value: JToken | null) =>
      castToken(value, target(name))) as never;
    members[`static explicit operator ${name}?(JToken value)`] = ((value: JToken | null) =>
      castToken(value, NullableType.of(target(name)))) as never;
  }
  // Even a null string makes a token of type String.
  members["static implicit operator JToken(string value)"] = ((value: string | null) =>
    new JValue(value, "String")) as never;
  members["static explicit operator string(JToken value)"] = ((value: JToken | null) =>
    castToken(value, libraryType("System.String"))) as never;
  members["static implicit operator JToken(Uri value)"] = wrap as never;
  members["static implicit operator JToken(byte[] value)"] = wrap as never;
  members["static explicit operator byte[](JToken value)"] = castToBytes as never;
  return members;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  bool: "Boolean",
  int: "Int32",
  long: "Int64",
  double: "Double",
  decimal: "Decimal",
  float: "Single",
  short: "Int16",
  ushort: "UInt16",
  uint: "UInt32",
  ulong: "UInt64",
  byte: "Byte",
  sbyte: "SByte",
};

function isIndented(formatting: CsEnum): boolean {
  return formatting.value === 1;
}

const tokenType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JToken : IEnumerable<JToken>",
  checkConstants: (constants) => {
    const path = constants.get("path");
    if (typeof path === "string") {
      parsePath(path);
    }
  },
  members: {
    ...conversions(),
    "static JToken Parse(string json)": (text: string | null) => parseJson(notNull(text, "json")),
    "static JToken FromObject(object o)": (value: CsValue) => fromObject(notNull(value, "o")),
    "static bool DeepEquals(JToken t1, JToken t2)": (a: JToken | null, b: JToken | null) =>
      a === b || (a !== null && b !== null && a.deepEquals(b)),
    "JToken this[object key] { get; set; }": {
      get: (self: JToken, key: CsValue) => self.get(notNull(key, "key")),
      set: (self: JToken, key: CsValue, value: JToken | null) => self.set(notNull(key, "key"), token(value)),
    },
    "JTokenType Type { get; }": (self: JToken) => CsEnum.of(libraryType(TOKEN_TYPE), TOKEN_TYPES[self.type]),
    "bool HasValues { get; }": (self: JToken) => self.hasValues,
    "string Path { get; }": (self: JToken) => self.path,
    "JContainer Parent { get; }": (self: JToken) => self.parent,
    "JToken Root { get; }": (self: JToken) => self.root,
    "JToken First { get; }": (self: JToken) => first(self.reachableChildren()),
    "JToken Last { get; }": (self: JToken) => last(self.reachableChildren()),
    "JToken Next { get; }": (self: JToken) => sibling(self, 1),
    "JToken Previous { get; }": (self: JToken) => sibling(self, -1),
    "IEnumerable<JToken> Children()": (self: JToken) => sequenceOf(type("JToken"), () => self.children()),
    "IEnumerable<T> Children<T>()": (self: JToken, site: CallSite) =>
      sequenceOf(typeArgument(site), () =>
        [...self.children()].filter((child) => isToken(child, typeArgument(site))),
      ),
    "IEnumerable<T> Values<T>()": (self: JToken, site: CallSite) =>
      sequenceOf(typeArgument(site), () =>
        Array.from(self.children(), (child) => tokenValue(child, typeArgument(site))),
      ),
    "T Value<T>(object key)": (self: JToken, key: CsValue, site: CallSite) =>
      tokenValue(self.get(notNull(key, "key")), typeArgument(site)),
    "JToken SelectToken(string path)": (self: JToken, path: string | null) => select(self, path, false),
    "JToken SelectToken(string path, bool errorWhenNoMatch)": select,
    "IEnumerable<JToken> SelectTokens(string path)": (self: JToken, path: string | null) => {
      const found = selectTokens(self, notNull(path, "path"));
      return sequenceOf(type("JToken"), () => found);
    },
    "T ToObject<T>()": (self: JToken, site: CallSite) => toObject(self, typeArgument(site)),
    "JToken DeepClone()": (self: JToken) => self.clone(),
    "void Remove()": (self: JToken) => self.remove(),
    "void Replace(JToken value)": (self: JToken, value: JToken | null) => self.replace(token(value)),
    "string ToString()": (self: JToken) => self.toText(),
    "string ToString(Formatting formatting)": (self: JToken, formatting: CsEnum) =>
      writeJson(self, isIndented(formatting)),
  },
};

function isToken(child: JToken, wanted: CsType): boolean {
  try {
    tokenValue(child, wanted);
    return true;
  } catch (error) {
    if (error instanceof ThrownException) {
      return false;
    }
    throw error;
  }
}

/** The property of exactly that name, or else the first that the comparison takes for the same. */
function valueOf(self: JObject, name: string | null, comparison: CsEnum): JToken | null {
  const same = [...self.properties()].find(
    (property) => compareStrings(property.name, name, ruleOf(comparison)) === 0,
  );
  return self.get(notNull(name, "propertyName")) ?? same?.value ?? null;
}

const objectType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JObject : JContainer, IEnumerable<KeyValuePair<string, JToken>>",
  members: {
    "JObject()": () => new JObject(),
    "JObject(JObject other)": (other: JObject | null) => notNull(other, "other").clone(),
    "JObject(params object[] content)": (content: CsArray | null) => {
      const object = new JObject();
      content?.items.forEach((item) => addContent(object, item));
      return object;
    },
    "static JObject Parse(string json)": (text: string | null) => parseAs(text, JObject, "JObject"),
    "static JObject FromObject(object o)": (value: CsValue) => fromObjectAs(value, JObject, "JObject"),
    "JToken this[string propertyName] { get; set; }": {
      get: (self: JObject, name: string | null) => self.get(notNull(name, "propertyName")),
      set: (self: JObject, name: string | null, value: JToken | null) =>
        self.set(notNull(name, "propertyName"), token(value)),
    },
    "void Add(string propertyName, JToken value)": (
      self: JObject,
      name: string | null,
      value: JToken | null,
    ) => self.insert(new JProperty(notNull(name, "propertyName"), token(value))),
    "bool Remove(string propertyName)": (self: JObject, name: string | null) =>
      self.removeProperty(notNull(name, "propertyName")),
    "bool ContainsKey(string propertyName)": (self: JObject, name: string | null) =>
      self.find(notNull(name, "propertyName")) !== undefined,
    "bool TryGetValue(string propertyName, out JToken value)": (
      self: JObject,
      name: string | null,
      result: OutReference<JToken | null>,
    ) => {
      result.value = self.find(notNull(name, "propertyName"))?.value ?? null;
      return result.value !== null;
    },
    "bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)": (
      self: JObject,
      name: string | null,
      comparison: CsEnum,
      result: OutReference<JToken | null>,
    ) => {
      result.value = valueOf(self, name, comparison);
      return result.value !== null;
    },
    "JToken GetValue(string propertyName)": (self: JObject, name: string | null) =>
      self.get(notNull(name, "propertyName")),
    "JToken GetValue(string propertyName, StringComparison comparison)": (
      self: JObject,
      name: string | null,
      comparison: CsEnum,
    ) => valueOf(self, name, comparison),
    "JProperty Property(string name)": (self: JObject, name: string | null) =>
      self.find(notNull(name, "name")) ?? null,
    "IEnumerable<JProperty> Properties()": (self: JObject) =>
      sequenceOf(type("JProperty"), () => [...self.properties()]),
    "IEnumerable<JToken> PropertyValues()": (self: JObject) =>
      sequenceOf(type("JToken"), () => Array.from(self.properties(), ({ value }) => value)),
    "void Merge(object content)": (self: JObject, content: CsValue) => {
      if (content instanceof JObject) {
        self.merge(content);
      }
    },
    "IEnumerator<KeyValuePair<string, JToken>> GetEnumerator()": (self: JObject) => {
      const pair = constructed(
        "System.Collections.Generic.KeyValuePair",
        libraryType("System.String"),
        type("JToken"),
      );
      return sequenceOf(pair, () =>
        Array.from(self.properties(), ({ name, value }) => new CsPair(pair, name, value)),
      );
    },
    "JObject DeepClone()": (self: JObject) => self.clone(),
  },
};

const arrayType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JArray : JContainer",
  members: {
    "JArray()": () => new JArray(),
    "JArray(JArray other)": (other: JArray | null) => notNull(other, "other").clone(),
    "JArray(params object[] content)": (content: CsArray | null) => {
      const array = new JArray();
      content?.items.forEach((item) => addContent(array, item));
      return array;
    },
    "JArray(object content)": (content: CsValue) => {
      const array = new JArray();
      addContent(array, content);
      return array;
    },
    "static JArray Parse(string json)": (text: string | null) => parseAs(text, JArray, "JArray"),
    "static JArray FromObject(object o)": (value: CsValue) => fromObjectAs(value, JArray, "JArray"),
    "JToken this[int index] { get; set; }": {
      get: (self: JArray, index: number) => self.at(index),
      set: (self: JArray, index: number, value: JToken | null) => self.set(index, token(value)),
    },
    "void Add(JToken item)": (self: JArray, item: JToken | null) => self.add(token(item)),
    "void Insert(int index, JToken item)": (self: JArray, index: number, item: JToken | null) =>
      self.insert(index, token(item)),
    "void RemoveAt(int index)": (self: JArray, index: number) => self.removeChild(self.at(index)),
    "bool Remove(JToken item)": (self: JArray, item: JToken | null) => {
      const found = item !== null && self.items.includes(item);
      if (found) {
        self.removeChild(item);
      }
      return found;
    },
    "bool Contains(JToken item)": (self: JArray, item: JToken | null) =>
      item !== null && self.items.includes(item),
    "int IndexOf(JToken item)": (self: JArray, item: JToken | null) =>
      item === null ? -1 : self.items.indexOf(item),
    "void Clear()": (self: JArray) => self.removeAll(),
    "JArray DeepClone()": (self: JArray) => self.clone(),
  },
};

const VALUE_SOURCES = [
  "long",
  "string",
  "bool",
  "double",
  "decimal",
  "float",
  "ulong",
  "char",
  "DateTime",
  "Guid",
  "TimeSpan",
  "Uri",
];

const valueType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JValue : JToken",
  members: {
    ...Object.fromEntries(
      VALUE_SOURCES.map((source) => [`JValue(${source} value)`, (value: CsValue) => new JValue(value)]),
    ),
    "JValue(object value)": (value: CsValue) => new JValue(value),
    "JValue(JValue other)": (other: JValue | null) => notNull(other, "other").clone(),
    "static JValue CreateNull()": () => JValue.null(),
    "static JValue CreateString(string value)": (value: string | null) => new JValue(value, "String"),
    "object Value { get; set; }": {
      get: (self: JValue) => self.value,
      set: (self: JValue, value: CsValue) => {
        self.value = value;
      },
    },
    "bool Equals(JValue other)": (self: JValue, other: JValue | null) => self.equals(other),
    "string ToString(string format)": (self: JValue) => self.toText(),
  },
};

const containerType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JContainer : JToken",
  members: {
    "int Count { get; }": (self: JContainer) => self.count,
    "void Add(object content)": addContent,
    "void RemoveAll()": (self: JContainer) => self.removeAll(),
    "IEnumerable<JToken> DescendantsAndSelf()": (self: JContainer) =>
      sequenceOf(type("JToken"), () => [self, ...self.descendants()]),
    "IEnumerable<JToken> Descendants()": (self: JContainer) =>
      sequenceOf(type("JToken"), () => self.descendants()),
  },
};

const propertyType: TypeDeclaration = {
  namespace: LINQ,
  header: "class JProperty : JContainer",
  members: {
    "JProperty(string name, object content)": (name: string | null, content: CsValue) =>
      new JProperty(notNull(name, "name"), propertyValue(content)),
    "JProperty(string name, params object[] content)": (name: string | null, content: CsArray | null) =>
      new JProperty(notNull(name, "name"), propertyValue(content)),
    "string Name { get; }": (self: JProperty) => self.name,
    "JToken Value { get; set; }": {
      get: (self: JProperty) => self.value,
      set: (self: JProperty, value: JToken | null) => {
        self.value = token(value);
      },
    },
  },
};

const extensions: TypeDeclaration = {
  namespace: LINQ,
  header: "static class Extensions",
  hasExtensions: true,
  members: {
    "static U Value<U>(this IEnumerable<JToken> value)": (value: CsValue, site: CallSite) => {
      if (!(value instanceof JToken)) {
        throw raise("ArgumentException", "Source value must be a JToken.");
      }
      return tokenValue(value, typeArgument(site));
    },
    "static IEnumerable<U> Values<U>(this IEnumerable<JToken> source)": (source: CsValue, site: CallSite) =>
      sequenceOf(typeArgument(site), function* () {
        for (const item of iterate(source)) {
          for (const child of iterate(item)) {
            yield tokenValue(child as JToken, typeArgument(site));
          }
        }
      }),
    "static IEnumerable<JToken> Children(this IEnumerable<JToken> source)": (source: CsValue) =>
      sequenceOf(type("JToken"), function* () {
        for (const item of iterate(source)) {
          yield* iterate(item);
        }
      }),
    "static IEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)": (
      source: CsValue,
      key: CsValue,
    ) =>
      sequenceOf(type("JToken"), function* () {
        for (const item of iterate(source)) {
          const found = (item as JToken).get(key);
          if (found !== null) {
            yield found;
          }
        }
      }),
  },
};

const jsonConvert: TypeDeclaration = {
  namespace: "Newtonsoft.Json",
  header: "static class JsonConvert",
  members: {
    "static string SerializeObject(object value)": (value: CsValue) => writeJson(fromObject(value), false),
    "static string SerializeObject(object value, Formatting formatting)": (
      value: CsValue,
      formatting: CsEnum,
    ) => writeJson(fromObject(value), isIndented(formatting)),
    "static object DeserializeObject(string value)": (text: string | null) => {
      const parsed = parseJson(notNull(text, "value"));
      return parsed instanceof JValue ? parsed.value : parsed;
    },
    "static T DeserializeObject<T>(string value)": (text: string | null, site: CallSite) =>
      notNull(text, "value").trim() === "" ? null : toObject(parseJson(text ?? ""), typeArgument(site)),
  },
};

/** Source: https://www.newtonsoft.com/json/help/html/N_Newtonsoft_Json_Linq.htm */
export const jsonTypes: readonly TypeDeclaration[] = [
  tokenType,
  containerType,
  objectType,
  arrayType,
  propertyType,
  valueType,
  {
    namespace: LINQ,
    header: "class JRaw : JValue",
    members: { "JRaw(object rawJson)": (value: CsValue) => new JRaw(value) },
  },
  { namespace: LINQ, header: "enum JTokenType", values: TOKEN_TYPES },
  { namespace: "Newtonsoft.Json", header: "enum Formatting", values: { None: 0, Indented: 1 } },
  extensions,
  jsonConvert,
];
