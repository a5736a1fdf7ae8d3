import { CsBigInteger } from "../values/big-integer";
import { CsObject, type CsValue } from "../values/cs-value";
import { CsDateTime, CsDateTimeOffset } from "../values/date-time";
import { valuesEqual } from "../values/equality";
import { argumentOutOfRange, invalidOperation, raise } from "../values/exception";
import { consume } from "../values/execution";
import { CsGuid } from "../values/guid";
import { compareNumbers, convertNumber, isIntegral, numericKindOf } from "../values/numeric";
import { toText } from "../values/text";
import { CsTimeSpan } from "../values/time-span";

/** `JTokenType`, with Newtonsoft's numbers. */
export const TOKEN_TYPES = {
  None: 0,
  Object: 1,
  Array: 2,
  Constructor: 3,
  Property: 4,
  Comment: 5,
  Integer: 6,
  Float: 7,
  String: 8,
  Boolean: 9,
  Null: 10,
  Undefined: 11,
  Date: 12,
  Raw: 13,
  Bytes: 14,
  Guid: 15,
  Uri: 16,
  TimeSpan: 17,
} as const;

export type TokenType = keyof typeof TOKEN_TYPES;

/** A property's name with one of these stands in brackets in a path. */
const QUOTED_IN_PATHS = /[. '/"[\]()\t\n\r\f\b\\\u0085\u2028\u2029]/;

/** Steps for a token that is copied. */
const COPY = 10;

/** `Newtonsoft.Json.Linq.JToken`. */
export abstract class JToken extends CsObject {
  public parent: JContainer | null = null;
  public abstract readonly type: TokenType;

  public abstract clone(): JToken;
  /** `JToken.DeepEquals`. */
  public abstract deepEquals(other: JToken): boolean;
  /** Direct children. */
  public abstract children(): Iterable<JToken>;
  /** JSON text. Assigned by `writer.ts`, which knows every kind of token. */
  public override toText(): string {
    return JToken.write(this);
  }

  public static write: (token: JToken) => string = () => "";

  public get hasValues(): boolean {
    return false;
  }

  public get root(): JToken {
    return this.parent?.root ?? this;
  }

  /** JSONPath from the root. */
  public get path(): string {
    const { parent } = this;
    if (parent === null) {
      return "";
    }
    if (parent instanceof JProperty) {
      return parent.path;
    }
    const before = parent.path;
    if (this instanceof JProperty) {
      const simple = !QUOTED_IN_PATHS.test(this.name);
      return simple ? (before === "" ? this.name : `${before}.${this.name}`) : `${before}['${this.name}']`;
    }
    return parent instanceof JArray ? `${before}[${parent.items.indexOf(this)}]` : before;
  }

  /** `First` and `Last` look here; a plain value has no children to look at. */
  public reachableChildren(): Iterable<JToken> {
    return this.children();
  }

  /** `token["key"]`, `token[0]`. */
  public get(key: CsValue): JToken | null {
    throw invalidOperation(`Cannot access child value on ${this.typeName} with key ${toText(key)}.`);
  }

  public set(key: CsValue, value: JToken): void {
    throw invalidOperation(
      `Cannot set child value on ${this.typeName} with key ${toText(key)} to ${value.type}.`,
    );
  }

  public remove(): void {
    if (this.parent === null) {
      throw invalidOperation("The parent is missing.");
    }
    this.parent.removeChild(this);
  }

  public replace(value: JToken): void {
    if (this.parent === null) {
      throw invalidOperation("The parent is missing.");
    }
    this.parent.replaceChild(this, value);
  }

  public [Symbol.iterator](): Iterator<CsValue> {
    return this.children()[Symbol.iterator]();
  }
}

/** `JContainer`: a token with children. */
export abstract class JContainer extends JToken {
  public abstract readonly count: number;
  public abstract add(content: CsValue): void;
  public abstract removeChild(child: JToken): void;
  public abstract replaceChild(child: JToken, value: JToken): void;
  public abstract removeAll(): void;

  public override get hasValues(): boolean {
    return this.count > 0;
  }

  /** All tokens below, depth first. */
  public *descendants(): Iterable<JToken> {
    // One generator for all levels: each one more would be gone through for every item.
    const levels = [this.children()[Symbol.iterator]()];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const next = level.next();
      if (next.done === true) {
        levels.pop();
        continue;
      }
      const child = next.value;
      consume();
      yield child;
      if (child instanceof JContainer) {
        levels.push(child.children()[Symbol.iterator]());
      }
    }
  }

  /** Makes a token a child; one that has a parent already is copied. */
  protected adopt<T extends JToken>(token: T): T {
    consume();
    const own = token.parent === null && !this.isInside(token) ? token : (token.clone() as T);
    own.parent = this;
    return own;
  }

  private isInside(token: JToken): boolean {
    return this.root === token;
  }
}

/** `JValue`. */
export class JValue extends JToken {
  public readonly typeName: string = "Newtonsoft.Json.Linq.JValue";

  public constructor(
    public value: CsValue,
    private readonly given?: TokenType,
  ) {
    super();
  }

  public static null(): JValue {
    return new JValue(null);
  }

  public get type(): TokenType {
    return this.given ?? valueTokenType(this.value);
  }

  public clone(): JToken {
    consume(COPY);
    return new JValue(this.value, this.given);
  }

  public deepEquals(other: JToken): boolean {
    return other instanceof JValue && sameValue(this, other);
  }

  public children(): Iterable<JToken> {
    return [];
  }

  public override toText(): string {
    return toText(this.value);
  }

  public override equals(other: CsValue): boolean {
    return other instanceof JValue && sameValue(this, other);
  }

  public override hashKey(): unknown {
    return `\0jvalue:${this.type}:${toText(this.value)}`;
  }

  public override reachableChildren(): Iterable<JToken> {
    throw invalidOperation("Cannot access child value on Newtonsoft.Json.Linq.JValue.");
  }

  public override get(): JToken {
    throw invalidOperation("Cannot access child value on Newtonsoft.Json.Linq.JValue.");
  }

  public override set(): void {
    throw invalidOperation("Cannot set child value on Newtonsoft.Json.Linq.JValue.");
  }
}

function valueTokenType(value: CsValue): TokenType {
  if (value === null) {
    return "Null";
  }
  if (typeof value === "string") {
    return "String";
  }
  if (typeof value === "boolean") {
    return "Boolean";
  }
  const kind = numericKindOf(value);
  if (kind !== undefined) {
    return kind === "char" ? "String" : isIntegral(kind) ? "Integer" : "Float";
  }
  if (value instanceof CsBigInteger) {
    return "Integer";
  }
  if (value instanceof CsDateTime || value instanceof CsDateTimeOffset) {
    return "Date";
  }
  if (value instanceof CsGuid) {
    return "Guid";
  }
  if (value instanceof CsTimeSpan) {
    return "TimeSpan";
  }
  if (value instanceof Uint8Array) {
    return "Bytes";
  }
  if (value instanceof CsObject && value.typeName === "System.Uri") {
    return "Uri";
  }
  throw raise(
    "ArgumentException",
    `Could not determine JSON object type for type ${value instanceof CsObject ? value.typeName : "System.Object"}.`,
  );
}

/** Integers compare as integers, an integer and a float as floats. */
function sameValue(left: JValue, right: JValue): boolean {
  if (left === right || (left.value === null && right.value === null)) {
    return left.type === right.type;
  }
  if (left.value === null || right.value === null) {
    return false;
  }
  if (left.value instanceof CsBigInteger || right.value instanceof CsBigInteger) {
    // A long is never as large as a BigInteger, a float is of another type.
    return toText(left.value) === toText(right.value) && left.type === right.type;
  }
  const [a, b] = [numericKindOf(left.value), numericKindOf(right.value)];
  if (left.type === right.type && a !== undefined && b !== undefined) {
    const common =
      isIntegral(a) && isIntegral(b) ? "long" : a === "decimal" || b === "decimal" ? "decimal" : "double";
    return compareNumbers(convertNumber(left.value, common), convertNumber(right.value, common)) === 0;
  }
  if (left.value instanceof Uint8Array && right.value instanceof Uint8Array) {
    return Buffer.from(left.value).equals(right.value);
  }
  return left.type === right.type && valuesEqual(left.value, right.value);
}

/** `JRaw`: text that is written as it is. */
export class JRaw extends JValue {
  public override readonly typeName = "Newtonsoft.Json.Linq.JRaw";

  public constructor(value: CsValue) {
    super(value, "Raw");
  }

  public override clone(): JToken {
    consume(COPY);
    return new JRaw(this.value);
  }
}

/** `JProperty`: a name with one value. */
export class JProperty extends JContainer {
  public readonly typeName = "Newtonsoft.Json.Linq.JProperty";
  public readonly type = "Property";
  private content: JToken;

  public constructor(
    public readonly name: string,
    value: JToken,
  ) {
    super();
    this.content = this.adopt(value);
  }

  public get value(): JToken {
    return this.content;
  }

  public set value(value: JToken) {
    this.content = this.adopt(value);
  }

  public get count(): number {
    return 1;
  }

  public clone(): JToken {
    consume(COPY);
    return new JProperty(this.name, this.content.clone());
  }

  public deepEquals(other: JToken): boolean {
    return other instanceof JProperty && other.name === this.name && this.content.deepEquals(other.content);
  }

  public children(): Iterable<JToken> {
    return [this.content];
  }

  public add(): void {
    throw raise(
      "Newtonsoft.Json.JsonException",
      "Newtonsoft.Json.Linq.JProperty cannot have multiple values.",
    );
  }

  public removeChild(): void {
    throw raise(
      "Newtonsoft.Json.JsonException",
      "Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.",
    );
  }

  public removeAll(): void {
    this.removeChild();
  }

  public replaceChild(_: JToken, value: JToken): void {
    this.value = value;
  }
}

/** `JObject`: properties in the order in which they were added. */
export class JObject extends JContainer {
  public readonly typeName = "Newtonsoft.Json.Linq.JObject";
  public readonly type = "Object";
  private readonly content = new Map<string, JProperty>();

  public get count(): number {
    return this.content.size;
  }

  public properties(): IterableIterator<JProperty> {
    return this.content.values();
  }

  public children(): Iterable<JToken> {
    return this.content.values();
  }

  public find(name: string): JProperty | undefined {
    return this.content.get(name);
  }

  public override get(key: CsValue): JToken | null {
    if (typeof key !== "string") {
      throw raise(
        "ArgumentException",
        `Accessed JObject values with invalid key value: ${toText(key)}. Object property name expected.`,
      );
    }
    return this.content.get(key)?.value ?? null;
  }

  public override set(key: CsValue, value: JToken): void {
    if (typeof key !== "string") {
      throw raise(
        "ArgumentException",
        `Set JObject values with invalid key value: ${toText(key)}. Object property name expected.`,
      );
    }
    const existing = this.content.get(key);
    if (existing === undefined) {
      this.insert(new JProperty(key, value));
    } else {
      existing.value = value;
    }
  }

  public add(content: CsValue): void {
    if (!(content instanceof JProperty)) {
      const type = content instanceof JToken ? content.typeName : "System.Object";
      throw raise("ArgumentException", `Can not add ${type} to Newtonsoft.Json.Linq.JObject.`);
    }
    this.insert(content);
  }

  public insert(property: JProperty): void {
    if (this.content.has(property.name)) {
      throw raise(
        "ArgumentException",
        `Can not add property ${property.name} to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.`,
      );
    }
    const own = this.adopt(property);
    this.content.set(own.name, own);
  }

  public removeProperty(name: string): boolean {
    return this.content.delete(name);
  }

  public removeChild(child: JToken): void {
    if (child instanceof JProperty) {
      this.content.delete(child.name);
    }
  }

  public removeAll(): void {
    this.content.clear();
  }

  public replaceChild(child: JToken, value: JToken): void {
    if (!(child instanceof JProperty) || !(value instanceof JProperty)) {
      throw raise("ArgumentException", "Can not replace a property by something else.");
    }
    const all = [...this.content.values()].map((property) =>
      property === child ? this.adopt(value) : property,
    );
    this.content.clear();
    all.forEach((property) => this.content.set(property.name, property));
  }

  public clone(): JToken {
    consume(COPY);
    const copy = new JObject();
    for (const property of this.content.values()) {
      copy.insert(property.clone() as JProperty);
    }
    return copy;
  }

  public deepEquals(other: JToken): boolean {
    if (!(other instanceof JObject) || other.count !== this.count) {
      return false;
    }
    return [...this.content.values()].every(({ name, value }) => {
      const counterpart = other.find(name);
      return counterpart !== undefined && value.deepEquals(counterpart.value);
    });
  }

  /** `Merge`: objects merge, arrays grow, everything else is replaced. */
  public merge(other: JObject): void {
    for (const { name, value } of other.content.values()) {
      const existing = this.content.get(name)?.value;
      if (existing instanceof JObject && value instanceof JObject) {
        existing.merge(value);
      } else if (existing instanceof JArray && value instanceof JArray) {
        value.items.forEach((item) => existing.add(item));
      } else if (existing === undefined || value.type !== "Null") {
        this.set(name, value);
      }
    }
  }
}

/** `JArray`. */
export class JArray extends JContainer {
  public readonly typeName = "Newtonsoft.Json.Linq.JArray";
  public readonly type = "Array";
  public readonly items: JToken[] = [];

  public get count(): number {
    return this.items.length;
  }

  public children(): Iterable<JToken> {
    return this.items;
  }

  public override get(key: CsValue): JToken {
    if (typeof key !== "number") {
      throw raise(
        "ArgumentException",
        `Accessed JArray values with invalid key value: ${typeof key === "string" ? `"${key}"` : toText(key)}. Int32 array index expected.`,
      );
    }
    return this.at(key);
  }

  public at(index: number): JToken {
    const item = this.items[index];
    if (item === undefined) {
      throw argumentOutOfRange(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
      );
    }
    return item;
  }

  public override set(key: CsValue, value: JToken): void {
    if (typeof key !== "number") {
      throw raise(
        "ArgumentException",
        `Set JArray values with invalid key value: ${toText(key)}. Int32 array index expected.`,
      );
    }
    this.at(key);
    this.items[key] = this.adopt(value);
  }

  public add(content: CsValue): void {
    this.items.push(this.adopt(content instanceof JToken ? content : new JValue(content)));
  }

  public insert(index: number, token: JToken): void {
    if (index < 0 || index > this.items.length) {
      throw argumentOutOfRange("index", "Insert index was out of range.");
    }
    this.items.splice(index, 0, this.adopt(token));
  }

  public removeChild(child: JToken): void {
    const index = this.items.indexOf(child);
    if (index >= 0) {
      this.items.splice(index, 1);
    }
  }

  public removeAll(): void {
    this.items.length = 0;
  }

  public replaceChild(child: JToken, value: JToken): void {
    const index = this.items.indexOf(child);
    if (index >= 0) {
      this.items[index] = this.adopt(value);
    }
  }

  public clone(): JToken {
    consume(COPY);
    const copy = new JArray();
    this.items.forEach((item) => copy.add(item.clone()));
    return copy;
  }

  public deepEquals(other: JToken): boolean {
    return (
      other instanceof JArray &&
      other.count === this.count &&
      this.items.every((item, index) => item.deepEquals(other.at(index)))
    );
  }
}
