import type { CsValue } from "./cs-value";
import type { NumericKind } from "./numeric";

/** A C# type at compile time. Equal types are the same object, so `===` compares them. */
export type CsType = NamedType | ArrayType | NullableType | AnonymousType | TypeParameter | SpecialType;

/** A type of the library, open in its type parameters. */
export interface TypeDefinition {
  readonly kind: "class" | "static class" | "struct" | "interface" | "enum" | "delegate";
  readonly name: string;
  readonly fullName: string;
  /** `int`, `string` ... for the predefined types. */
  readonly keyword: string | undefined;
  readonly numericKind: NumericKind | undefined;
  readonly typeParameters: readonly TypeParameter[];
  /** Whether an expression may write the type's name. */
  readonly isNameable: boolean;
  /** Members of an enum, by name. */
  readonly enumValues: Readonly<Record<string, number>>;
  /** Whether the enum is a bit set. */
  readonly isFlags: boolean;
  /** `default(T)`, where it is not null. */
  readonly defaultValue: CsValue;
  /** Whether the generic method may be used with that type. */
  allowsTypeArgument(method: string, type: CsType): boolean;
  /** @throws UnsupportedFeature if the simulator lacks what a call with these constant arguments needs */
  checkConstants(constants: ReadonlyMap<string, CsValue>): void;
  /** The type with these arguments; the same arguments give the same object. */
  construct(typeArguments: readonly CsType[]): NamedType;
  supertypes(): readonly NamedType[];
  members(): readonly Member[];
  /** Members of a name, or one of {@link UNNAMED}; nothing else of the type is read. */
  membersNamed(name: string): readonly Member[];
  /** For delegates. */
  signature(): DelegateSignature | undefined;
}

/** What a lambda must take and return to become a delegate. */
export interface DelegateSignature {
  readonly parameters: readonly CsType[];
  readonly returnType: CsType;
}

/** A class, struct, interface, enum or delegate of the library, with its type arguments. */
export class NamedType {
  public readonly kind = "named";
  private readonly supertypeCache: { value?: readonly NamedType[] } = {};

  /** Use {@link TypeDefinition.construct}. */
  public constructor(
    public readonly definition: TypeDefinition,
    public readonly typeArguments: readonly CsType[],
  ) {}

  /** C#'s spelling, for messages. */
  public get display(): string {
    const { keyword, name } = this.definition;
    const list = this.typeArguments.map((argument) => argument.display).join(", ");
    return keyword ?? (list === "" ? name : `${name}<${list}>`);
  }

  /** .NET's spelling, as `ToString()` of a plain object prints it. */
  public get fullName(): string {
    const { fullName } = this.definition;
    const list = this.typeArguments.map((argument) => argument.fullName).join(",");
    return list === "" ? fullName : `${fullName}\`${this.typeArguments.length}[${list}]`;
  }

  public get isValueType(): boolean {
    return this.definition.kind === "struct" || this.definition.kind === "enum";
  }

  public get numericKind(): NumericKind | undefined {
    return this.definition.numericKind;
  }

  /** Base class and interfaces, with this type's arguments in place. */
  public get supertypes(): readonly NamedType[] {
    this.supertypeCache.value ??= this.definition
      .supertypes()
      .map((type) => substitute(type, this.substitution()) as NamedType);
    return this.supertypeCache.value;
  }

  /** Type parameters of the definition, bound to this type's arguments. */
  public substitution(): Substitution {
    return new Map(
      this.definition.typeParameters.map((parameter, index) => [
        parameter,
        this.typeArguments[index] ?? parameter,
      ]),
    );
  }
}

/** `T[]`. */
export class ArrayType {
  public readonly kind = "array";
  public readonly numericKind = undefined;
  public readonly isValueType = false;
  private static readonly all = new WeakMap<CsType, ArrayType>();

  private constructor(public readonly element: CsType) {}

  public static of(element: CsType): ArrayType {
    let type = ArrayType.all.get(element);
    if (type === undefined) {
      type = new ArrayType(element);
      ArrayType.all.set(element, type);
    }
    return type;
  }

  public get display(): string {
    return `${this.element.display}[]`;
  }

  public get fullName(): string {
    return `${this.element.fullName}[]`;
  }
}

/** `T?` of a value type. */
export class NullableType {
  public readonly kind = "nullable";
  public readonly numericKind = undefined;
  public readonly isValueType = true;
  private static readonly all = new WeakMap<CsType, NullableType>();

  private constructor(public readonly underlying: CsType) {}

  public static of(underlying: CsType): NullableType {
    let type = NullableType.all.get(underlying);
    if (type === undefined) {
      type = new NullableType(underlying);
      NullableType.all.set(underlying, type);
    }
    return type;
  }

  public get display(): string {
    return `${this.underlying.display}?`;
  }

  public get fullName(): string {
    return `System.Nullable\`1[${this.underlying.fullName}]`;
  }
}

/** The type of `new { A = 1 }`. */
export class AnonymousType {
  public readonly kind = "anonymous";
  public readonly numericKind = undefined;
  public readonly isValueType = false;
  private static readonly all = new Map<string, AnonymousType[]>();

  private constructor(
    public readonly names: readonly string[],
    public readonly types: readonly CsType[],
  ) {}

  public static of(names: readonly string[], types: readonly CsType[]): AnonymousType {
    const key = names.join(",");
    const candidates = AnonymousType.all.get(key) ?? [];
    const found = candidates.find((type) => type.types.every((member, index) => member === types[index]));
    if (found !== undefined) {
      return found;
    }
    const type = new AnonymousType(names, types);
    AnonymousType.all.set(key, [...candidates, type]);
    return type;
  }

  public get display(): string {
    return `new { ${this.names.map((name, index) => `${this.types[index]?.display ?? ""} ${name}`).join(", ")} }`;
  }

  public get fullName(): string {
    return "<>f__AnonymousType";
  }
}

/** `T` of a generic declaration of the library. */
export class TypeParameter {
  public readonly kind = "parameter";
  public readonly numericKind = undefined;
  public readonly isValueType = false;

  public constructor(
    public readonly name: string,
    /** Declared with `out`: `IEnumerable<string>` is an `IEnumerable<object>`. */
    public readonly covariant = false,
  ) {}

  public get display(): string {
    return this.name;
  }

  public get fullName(): string {
    return this.name;
  }
}

/** What has no .NET type: `void`, the type of `null`, and the type of an expression already reported. */
export class SpecialType {
  public readonly kind = "special";
  public readonly numericKind = undefined;
  public readonly isValueType = false;
  public readonly fullName: string;

  private constructor(public readonly display: string) {
    this.fullName = display;
  }

  public static readonly void = new SpecialType("void");
  public static readonly null = new SpecialType("<null>");
  /** Suppresses errors that would only follow from an earlier one. */
  public static readonly error = new SpecialType("<error>");
  /** `throw` as an expression, which converts to anything. */
  public static readonly never = new SpecialType("<throw>");
}

export type Substitution = ReadonlyMap<TypeParameter, CsType>;

/** Puts types in the place of type parameters. */
export function substitute(type: CsType, substitution: Substitution): CsType {
  if (substitution.size === 0) {
    return type;
  }
  switch (type.kind) {
    case "parameter":
      return substitution.get(type) ?? type;
    case "array":
      return ArrayType.of(substitute(type.element, substitution));
    case "nullable":
      return NullableType.of(substitute(type.underlying, substitution));
    case "named":
      return type.typeArguments.length === 0
        ? type
        : type.definition.construct(type.typeArguments.map((argument) => substitute(argument, substitution)));
    case "anonymous":
    case "special":
      return type;
  }
}

/** Whether a type still mentions one of `parameters`. */
export function mentions(type: CsType, parameters: ReadonlySet<TypeParameter>): boolean {
  switch (type.kind) {
    case "parameter":
      return parameters.has(type);
    case "array":
      return mentions(type.element, parameters);
    case "nullable":
      return mentions(type.underlying, parameters);
    case "named":
      return type.typeArguments.some((argument) => mentions(argument, parameters));
    case "anonymous":
    case "special":
      return false;
  }
}

/** The type itself, or what `T?` wraps. */
export function underlyingType(type: CsType): CsType {
  return type.kind === "nullable" ? type.underlying : type;
}

/**
 * What a library member does. It gets the receiver (unless the member is static), then the arguments in the
 * order of the declaration, then, if the member or its type is generic, a {@link CallSite}. The binder
 * guarantees the types that the declaration names, except that references may be null.
 */
export type Implementation = (...values: never[]) => CsValue | void;

/** {@link Implementation} as the binder calls it. */
export type CallableImplementation = (...values: (CsValue | CallSite | undefined)[]) => CsValue;

/** The types with which a generic member is used. */
export interface CallSite {
  /** Arguments for the method's own type parameters. */
  readonly typeArguments: readonly CsType[];
  /** The constructed type, for members of generic types. */
  readonly type: NamedType;
}

export interface Parameter {
  readonly name: string;
  readonly type: CsType;
  readonly mode: "value" | "params" | "out";
  /** Present on optional parameters. */
  readonly defaultValue?: { readonly value: CsValue };
}

interface DeclaredMember {
  readonly definition: TypeDefinition;
  /** The C# declaration, for messages. */
  readonly declaration: string;
}

export interface MethodMember extends DeclaredMember {
  readonly kind: "method";
  readonly name: string;
  readonly isStatic: boolean;
  readonly isExtension: boolean;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly returnType: CsType;
  readonly implementation: CallableImplementation;
}

export interface ConstructorMember extends DeclaredMember {
  readonly kind: "constructor";
  readonly parameters: readonly Parameter[];
  readonly implementation: CallableImplementation;
}

export interface PropertyMember extends DeclaredMember {
  readonly kind: "property";
  readonly name: string;
  readonly isStatic: boolean;
  readonly type: CsType;
  readonly get: CallableImplementation;
  readonly set?: CallableImplementation;
  /** Present on `const` members. */
  readonly constant?: { readonly value: CsValue };
}

export interface IndexerMember extends DeclaredMember {
  readonly kind: "indexer";
  readonly parameters: readonly Parameter[];
  readonly type: CsType;
  readonly get: CallableImplementation;
  readonly set?: CallableImplementation;
}

export interface OperatorMember extends DeclaredMember {
  readonly kind: "operator";
  readonly operator: string;
  readonly parameters: readonly Parameter[];
  readonly returnType: CsType;
  readonly implementation: CallableImplementation;
}

export interface ConversionMember extends DeclaredMember {
  readonly kind: "conversion";
  readonly isImplicit: boolean;
  readonly from: CsType;
  readonly to: CsType;
  readonly implementation: CallableImplementation;
}

/** What members without a name are found by. */
export const UNNAMED = {
  constructors: ".ctor",
  conversions: "operator()",
  indexers: "this[]",
  operators: "operator",
} as const;

export type Member =
  MethodMember | ConstructorMember | PropertyMember | IndexerMember | OperatorMember | ConversionMember;
