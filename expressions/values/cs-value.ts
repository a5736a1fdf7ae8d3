/**
 * A C# value. Every value describes its own type, so a value can sit in an `object` variable without a box:
 *
 * | C#                            | here                                        |
 * |-------------------------------|---------------------------------------------|
 * | `null`, `bool`, `string`      | `null`, `boolean`, `string`                 |
 * | `int`                         | `number`, integral                          |
 * | `long`                        | `bigint`                                    |
 * | other numbers, `char`         | {@link CsNumber}                            |
 * | `decimal`                     | `CsDecimal`                                 |
 * | `byte[]`                      | `Uint8Array`                                |
 * | delegates                     | functions                                   |
 * | other library types           | subclasses of {@link CsObject}              |
 * | objects of the gateway        | the host's own objects (`context.ts`)       |
 */
export type CsValue = null | boolean | number | bigint | string | object;

/** A delegate. */
export type CsFunction = (...args: CsValue[]) => CsValue;

/** An instance of a library type that is not a plain JavaScript value. */
export abstract class CsObject {
  /** Full .NET name of a type without type parameters; generic objects override `genericType` as well. */
  public abstract readonly typeName: string;

  /** `ToString()`. */
  public toText(): string {
    return this.typeName;
  }

  /** `Equals(object)`; reference equality unless the type says otherwise. */
  public equals(other: CsValue): boolean {
    return this === other;
  }

  /** What stands for the value in a hash table; equal values must give equal keys. */
  public hashKey(): unknown {
    return this;
  }
}

/** Numeric types other than `int`, `long` and `decimal`, and `char`. */
export type BoxedNumericKind =
  "sbyte" | "byte" | "short" | "ushort" | "uint" | "ulong" | "float" | "double" | "char";

const FULL_NAMES: Readonly<Record<BoxedNumericKind, string>> = {
  sbyte: "System.SByte",
  byte: "System.Byte",
  short: "System.Int16",
  ushort: "System.UInt16",
  uint: "System.UInt32",
  ulong: "System.UInt64",
  float: "System.Single",
  double: "System.Double",
  char: "System.Char",
};

/** A number, or a `char` by its UTF-16 code unit, that keeps its C# type. `ulong` holds a `bigint`. */
export class CsNumber {
  public constructor(
    public readonly kind: BoxedNumericKind,
    public readonly value: number | bigint,
  ) {}

  public get typeName(): string {
    return FULL_NAMES[this.kind];
  }
}

export function double(value: number): CsNumber {
  return new CsNumber("double", value);
}

const ASCII_CHARS = Array.from({ length: 128 }, (_, code) => new CsNumber("char", code));

export function char(code: number): CsNumber {
  return ASCII_CHARS[code] ?? new CsNumber("char", code);
}

const BYTES = Array.from({ length: 256 }, (_, value) => new CsNumber("byte", value));

export function byte(value: number): CsNumber {
  return BYTES[value] ?? new CsNumber("byte", value & 0xff);
}

/** The variable behind an `out` argument. */
export interface OutReference<T extends CsValue = CsValue> {
  value: T;
}
