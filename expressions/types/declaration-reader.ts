import {
  ArrayType,
  type CallableImplementation,
  type CsType,
  type Member,
  NamedType,
  NullableType,
  type Parameter,
  SpecialType,
  TypeParameter,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { DeclarationText } from "./declaration-text";
import type { DeclaredType, ReadHeader, TypeReader } from "./declared-type";
import type { Accessors } from "./type-declaration";
import type { TypeNames } from "./type-resolution";

/** Where a declaration finds the types it names. */
export interface LibraryTypes extends TypeNames {
  require(fullName: string): NamedType;
}

/**
 * Reads the C# text of library types. Its methods throw an Error if the text is wrong: a mistake in the library, not
 * in an expression. Declarations need so little of C# that its parser would take most of their time.
 */
export function declarationReader(registry: LibraryTypes): TypeReader {
  return {
    header: (definition) => new DeclarationReader(definition, registry).header(),
    members: (definition, keys) => {
      const reader = new DeclarationReader(definition, registry);
      return keys.map((key) => reader.member(key));
    },
  };
}

type Types = ReadonlyMap<string, TypeParameter>;

class DeclarationReader {
  private readonly typeParameters: Types;

  public constructor(
    private readonly definition: DeclaredType,
    private readonly registry: LibraryTypes,
  ) {
    this.typeParameters = byName(definition.typeParameters);
  }

  public header(): ReadHeader {
    const { declaration, kind } = this.definition;
    if (kind === "enum") {
      return { supertypes: [this.registry.require("System.Enum")] };
    }
    if (kind === "delegate") {
      return this.delegate(declaration.header);
    }
    return { supertypes: this.supertypes(declaration.header.split(":")[1]) };
  }

  public member(declaration: string): Member {
    const text = new DeclarationText(declaration);
    const member = this.read(text, declaration);
    text.end();
    return member;
  }

  private read(text: DeclarationText, declaration: string): Member {
    const given = this.definition.declaration.members?.[declaration] ?? null;
    const common = { definition: this.definition, declaration };
    const { get, set } = accessors(given);
    const isConstant = text.skip("const");
    const isStatic = text.skip("static") || isConstant;
    const isImplicit = text.skip("implicit");
    if (isImplicit || text.skip("explicit")) {
      text.expect("operator");
      const to = this.type(text, this.typeParameters);
      const [from] = this.parameters(text, this.typeParameters);
      return {
        ...common,
        kind: "conversion",
        isImplicit,
        from: from?.type ?? SpecialType.error,
        to,
        implementation: get,
      };
    }
    if (text.next(1) === "(") {
      text.expect(this.definition.name);
      const parameters = this.parameters(text, this.typeParameters);
      return { ...common, kind: "constructor", parameters, implementation: get };
    }
    // A method's own types, which come after the one that it returns.
    const typeParameters = (/<([\w\s,]+)>\(/.exec(declaration)?.[1] ?? "")
      .split(",")
      .filter((name) => name !== "")
      .map((name) => new TypeParameter(name.trim()));
    const types = new Map([...this.typeParameters, ...byName(typeParameters)]);
    const type = this.type(text, types);
    if (text.skip("operator")) {
      let operator = text.take();
      while (text.next() !== "(") {
        operator += text.take();
      }
      const parameters = this.parameters(text, types);
      return { ...common, kind: "operator", operator, parameters, returnType: type, implementation: get };
    }
    if (text.skip("this")) {
      const parameters = this.parameters(text, types, "[", "]");
      accessorList(text);
      return { ...common, kind: "indexer", parameters, type, get, ...(set && { set }) };
    }
    const name = text.name();
    if (isConstant) {
      const value = given;
      return {
        ...common,
        kind: "property",
        name,
        isStatic,
        type,
        get: () => value,
        constant: { value },
      };
    }
    if (text.next() === "{") {
      accessorList(text);
      return { ...common, kind: "property", name, isStatic, type, get, ...(set && { set }) };
    }
    if (typeParameters.length > 0) {
      text.list("<", ">", () => text.name());
    }
    const isExtension = text.next(1) === "this";
    const parameters = this.parameters(text, types);
    return {
      ...common,
      kind: "method",
      name,
      isStatic,
      isExtension,
      typeParameters,
      parameters,
      returnType: type,
      implementation: get,
    };
  }

  private supertypes(list: string | undefined): readonly NamedType[] {
    const supertypes: CsType[] = [];
    if (list !== undefined) {
      const text = new DeclarationText(list);
      do {
        supertypes.push(this.type(text, this.typeParameters));
      } while (text.skip(","));
      text.end();
    }
    if (!supertypes.every((type) => type instanceof NamedType)) {
      throw new Error(`${this.definition.fullName} derives from something that is not a class or interface.`);
    }
    const object = this.registry.require("System.Object");
    const isRoot = this.definition.fullName === "System.Object";
    return supertypes.some((type) => type.definition.kind === "class") || isRoot
      ? supertypes
      : [...supertypes, object];
  }

  private delegate(header: string): ReadHeader {
    const text = new DeclarationText(header);
    text.expect("delegate");
    const returnType = this.type(text, this.typeParameters);
    while (text.next() !== "(" && text.next() !== "") {
      text.take();
    }
    const parameters = this.parameters(text, this.typeParameters).map(({ type }) => type);
    text.end();
    return { supertypes: [this.registry.require("System.Object")], signature: { parameters, returnType } };
  }

  private parameters(text: DeclarationText, types: Types, open = "(", close = ")"): readonly Parameter[] {
    return text.list(open, close, () => {
      text.skip("this");
      const mode = text.skip("out") ? "out" : text.skip("params") ? "params" : "value";
      const type = this.type(text, types);
      const name = text.name();
      return { name, type, mode, ...(text.skip("=") && { defaultValue: { value: literalOf(text) } }) };
    });
  }

  private type(text: DeclarationText, types: Types): CsType {
    let type = this.namedType(text, types);
    for (;;) {
      if (text.skip("?")) {
        type = NullableType.of(type);
      } else if (text.skip("[")) {
        text.expect("]");
        type = ArrayType.of(type);
      } else {
        return type;
      }
    }
  }

  private namedType(text: DeclarationText, types: Types): CsType {
    const name = text.name();
    const known = name === "void" ? SpecialType.void : (types.get(name) ?? this.registry.predefined(name));
    if (known !== undefined) {
      return known;
    }
    const typeArguments = text.next() === "<" ? text.list("<", ">", () => this.type(text, types)) : [];
    const definition = this.registry.find("", name, typeArguments.length);
    if (definition === undefined) {
      throw text.wrong(`the type ${name}`);
    }
    return definition.construct(typeArguments);
  }
}

function byName(typeParameters: readonly TypeParameter[]): Types {
  return new Map(typeParameters.map((parameter) => [parameter.name, parameter]));
}

function accessors(given: unknown): { get: CallableImplementation; set?: CallableImplementation } {
  if (typeof given === "object" && given !== null && "get" in given && "set" in given) {
    const { get, set } = given as Accessors;
    return { get: get as CallableImplementation, set: set as CallableImplementation };
  }
  return { get: given as CallableImplementation };
}

/** `{ get; }` or `{ get; set; }`. */
function accessorList(text: DeclarationText): void {
  text.expect("{");
  text.expect("get");
  text.expect(";");
  if (text.skip("set")) {
    text.expect(";");
  }
  text.expect("}");
}

function literalOf(text: DeclarationText): CsValue {
  const literal = text.take();
  switch (literal) {
    case "null":
      return null;
    case "true":
    case "false":
      return literal === "true";
    default:
      throw text.wrong(`a default value in the place of '${literal}'`);
  }
}
