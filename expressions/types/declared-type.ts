import {
  type CsType,
  type DelegateSignature,
  type Member,
  NamedType,
  type TypeDefinition,
  TypeParameter,
  UNNAMED,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import type { NumericKind } from "../values/numeric";
import type { TypeDeclaration } from "./type-declaration";

const HEADER =
  /^(static class|class|struct|interface|enum|delegate)\s+(?:[\w<>[\], ]+?\s+)?(\w+)(?:<([^>]*)>)?\s*(?:[:(].*)?$/;

const KEYWORDS: Readonly<Record<string, string>> = {
  "System.Object": "object",
  "System.String": "string",
  "System.Boolean": "bool",
  "System.Char": "char",
  "System.SByte": "sbyte",
  "System.Byte": "byte",
  "System.Int16": "short",
  "System.UInt16": "ushort",
  "System.Int32": "int",
  "System.UInt32": "uint",
  "System.Int64": "long",
  "System.UInt64": "ulong",
  "System.Single": "float",
  "System.Double": "double",
  "System.Decimal": "decimal",
};

/** C#'s keyword for each predefined type, by .NET name. */
export const PREDEFINED_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(KEYWORDS).map(([fullName, keyword]) => [keyword, fullName]),
);

type ConstructedTypes = Map<CsType, { type?: NamedType; readonly next: ConstructedTypes }>;

/** What a type's header says once its C# text has been read. */
export interface ReadHeader {
  readonly supertypes: readonly NamedType[];
  readonly signature?: DelegateSignature;
}

/** Reads the C# text of a type. */
export interface TypeReader {
  header(definition: DeclaredType): ReadHeader;
  /** @param keys declarations, of `members` of the type */
  members(definition: DeclaredType, keys: readonly string[]): readonly Member[];
}

/**
 * A type made from a {@link TypeDeclaration}. Its C# text is read when it is first needed, the members of one name
 * at a time: no policy uses more than a few of the thousands.
 */
export class DeclaredType implements TypeDefinition {
  public readonly kind: TypeDefinition["kind"];
  public readonly name: string;
  public readonly fullName: string;
  public readonly keyword: string | undefined;
  public readonly numericKind: NumericKind | undefined;
  public readonly typeParameters: readonly TypeParameter[];
  private readonly constructed: ConstructedTypes = new Map();
  private readonly plain: NamedType;
  private header: ReadHeader | undefined;
  /** Declarations by the name that they are found by. */
  private keysByName: ReadonlyMap<string, readonly string[]> | undefined;
  private readonly membersByName = new Map<string, readonly Member[]>();

  public constructor(
    public readonly declaration: TypeDeclaration,
    private readonly reader: TypeReader,
  ) {
    const match = HEADER.exec(declaration.header);
    if (match === null) {
      throw new Error(`Not a type header: ${declaration.header}`);
    }
    const [, kind = "", name = "", parameters] = match;
    this.kind = kind as TypeDefinition["kind"];
    this.name = name;
    this.fullName = `${declaration.namespace}.${name}`;
    this.keyword = KEYWORDS[this.fullName];
    this.numericKind =
      this.keyword === undefined || ["object", "string", "bool"].includes(this.keyword)
        ? undefined
        : (this.keyword as NumericKind);
    this.typeParameters = (parameters ?? "")
      .split(",")
      .map((parameter) => parameter.trim())
      .filter((parameter) => parameter !== "")
      .map(
        (parameter) => new TypeParameter(parameter.replace(/^(in|out)\s+/, ""), parameter.startsWith("out ")),
      );
    this.plain = new NamedType(this, this.typeParameters);
  }

  /** Number of type parameters. */
  public get arity(): number {
    return this.typeParameters.length;
  }

  public construct(typeArguments: readonly CsType[]): NamedType {
    if (
      typeArguments.length === 0 ||
      typeArguments.every((argument, index) => argument === this.typeParameters[index])
    ) {
      return this.plain;
    }
    let level = this.constructed;
    let found: { type?: NamedType; readonly next: ConstructedTypes } | undefined;
    for (const argument of typeArguments) {
      found = level.get(argument);
      if (found === undefined) {
        found = { next: new Map() };
        level.set(argument, found);
      }
      level = found.next;
    }
    if (found === undefined) {
      return this.plain;
    }
    found.type ??= new NamedType(this, typeArguments);
    return found.type;
  }

  public supertypes(): readonly NamedType[] {
    return this.readHeader().supertypes;
  }

  public members(): readonly Member[] {
    const members = [...this.names().keys()].flatMap((name) => this.membersNamed(name));
    const order = new Map(Object.keys(this.declaration.members ?? {}).map((key, index) => [key, index]));
    return members.sort((a, b) => (order.get(a.declaration) ?? 0) - (order.get(b.declaration) ?? 0));
  }

  public membersNamed(name: string): readonly Member[] {
    let members = this.membersByName.get(name);
    if (members === undefined) {
      const keys = this.names().get(name) ?? [];
      members = keys.length === 0 ? NONE : this.reader.members(this, keys);
      this.membersByName.set(name, members);
    }
    return members;
  }

  public signature(): DelegateSignature | undefined {
    return this.readHeader().signature;
  }

  public get isNameable(): boolean {
    return this.declaration.unnameable !== true;
  }

  public get isFlags(): boolean {
    return this.declaration.flags === true;
  }

  public get enumValues(): Readonly<Record<string, number>> {
    return this.declaration.values ?? {};
  }

  public get defaultValue(): CsValue {
    return this.declaration.defaultValue ?? null;
  }

  public allowsTypeArgument(method: string, type: CsType): boolean {
    return this.declaration.typeArguments?.[method]?.has(type.fullName) ?? true;
  }

  public checkConstants(constants: ReadonlyMap<string, CsValue>): void {
    this.declaration.checkConstants?.(constants);
  }

  private readHeader(): ReadHeader {
    this.header ??= this.reader.header(this);
    return this.header;
  }

  private names(): ReadonlyMap<string, readonly string[]> {
    if (this.keysByName === undefined) {
      const names = new Map<string, string[]>();
      for (const key of Object.keys(this.declaration.members ?? {})) {
        const name = nameIn(key, this.name);
        const keys = names.get(name) ?? [];
        keys.push(key);
        names.set(name, keys);
      }
      this.keysByName = names;
    }
    return this.keysByName;
  }
}

const NONE: readonly Member[] = [];

/** The name by which the member of a declaration is found. @param typeName of the type that declares it */
function nameIn(declaration: string, typeName: string): string {
  if (/\b(?:implicit|explicit) operator\b/.test(declaration)) {
    return UNNAMED.conversions;
  }
  if (/\boperator\b/.test(declaration)) {
    return UNNAMED.operators;
  }
  if (/\bthis\[/.test(declaration)) {
    return UNNAMED.indexers;
  }
  const method = /(\w+)(?:<[\w\s,]*>)?\(/.exec(declaration);
  if (method !== null) {
    return method.index === 0 && method[1] === typeName ? UNNAMED.constructors : (method[1] ?? "");
  }
  return /(\w+)\s*(?:\{[^{}]*\})?$/.exec(declaration)?.[1] ?? "";
}
