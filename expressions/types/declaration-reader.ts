import { parseCSharp } from "../syntax/parser";
import type { SyntaxNode } from "../syntax/syntax-node";
import {
  type CallableImplementation,
  type CsType,
  type Member,
  NamedType,
  type Parameter,
  SpecialType,
  TypeParameter,
} from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import type { DeclaredType, ReadHeader, TypeReader } from "./declared-type";
import type { Accessors } from "./type-declaration";
import { resolveType, type TypeNames, type TypeScope } from "./type-resolution";

/** Where a declaration finds the types it names. */
export interface LibraryTypes extends TypeNames {
  require(fullName: string): NamedType;
}

/**
 * Reads the C# text of library types. Its methods throw an Error if the text is wrong: a mistake in the library, not
 * in an expression.
 */
export function declarationReader(registry: LibraryTypes): TypeReader {
  return {
    header: (definition) => new DeclarationReader(definition, registry).header(),
    members: (definition, keys) => new DeclarationReader(definition, registry).members(keys),
  };
}

class DeclarationReader {
  private readonly scope: TypeScope;

  public constructor(
    private readonly definition: DeclaredType,
    private readonly registry: LibraryTypes,
  ) {
    this.scope = {
      registry,
      typeParameters: new Map(definition.typeParameters.map((parameter) => [parameter.name, parameter])),
      isLibrary: true,
    };
  }

  public header(): ReadHeader {
    const { header } = this.definition.declaration;
    if (this.definition.kind === "enum") {
      return { supertypes: [this.registry.require("System.Enum")] };
    }
    if (this.definition.kind === "delegate") {
      return this.readDelegate(header);
    }
    return { supertypes: this.readSupertypes(this.parse("")) };
  }

  public members(keys: readonly string[]): readonly Member[] {
    const { members = {} } = this.definition.declaration;
    const declaration = this.parse(keys.map((key) => (key.endsWith("}") ? key : `${key};`)).join("\n"));
    const list = declaration?.fields.body?.children ?? [];
    if (list.length !== keys.length) {
      throw new Error(
        `Library declaration of ${this.definition.fullName}: ${keys.length} members, ${list.length} read.`,
      );
    }
    return list.map((node, index) => {
      const key = keys[index] ?? "";
      return this.readMember(node, key, members[key] ?? null);
    });
  }

  private parse(body: string): SyntaxNode | undefined {
    const {
      root,
      errors: [wrong],
    } = parseCSharp(`${this.definition.declaration.header} {\n${body}\n}`);
    if (wrong !== undefined) {
      throw new Error(`Library declaration of ${this.definition.fullName} is not C#: ${wrong.node.text}`);
    }
    return root.children[0];
  }

  private readSupertypes(declaration: SyntaxNode | undefined): readonly NamedType[] {
    const bases = declaration?.children.find(({ type }) => type === "base_list")?.children ?? [];
    const supertypes = bases.map((base) => this.type(base, this.scope));
    if (!supertypes.every((type) => type instanceof NamedType)) {
      throw new Error(`${this.definition.fullName} derives from something that is not a class or interface.`);
    }
    const object = this.registry.require("System.Object");
    const isRoot = this.definition.fullName === "System.Object";
    return supertypes.some((type) => type.definition.kind === "class") || isRoot
      ? supertypes
      : [...supertypes, object];
  }

  private readDelegate(header: string): ReadHeader {
    const node = parseCSharp(`${header};`).root.children[0];
    const { parameters, type: returnType } = node?.fields ?? {};
    if (parameters === undefined || returnType === undefined) {
      throw new Error(`Not a delegate: ${header}`);
    }
    return {
      supertypes: [this.registry.require("System.Object")],
      signature: {
        parameters: this.parameters(parameters, this.scope).map(({ type }) => type),
        returnType: this.type(returnType, this.scope),
      },
    };
  }

  private readMember(node: SyntaxNode, declaration: string, given: unknown): Member {
    const common = { definition: this.definition, declaration };
    const modifiers = node.children.filter(({ type }) => type === "modifier").map(({ text }) => text);
    const isStatic = modifiers.includes("static") || modifiers.includes("const");
    const accessors = this.accessors(given);
    switch (node.type) {
      case "method_declaration": {
        const names = node.fields.type_parameters?.children.map(({ text }) => text) ?? [];
        const typeParameters = names.map((name) => new TypeParameter(name));
        const scope: TypeScope = {
          ...this.scope,
          typeParameters: new Map([
            ...this.scope.typeParameters,
            ...typeParameters.map((parameter) => [parameter.name, parameter] as const),
          ]),
        };
        const list = required(node, "parameters");
        return {
          ...common,
          kind: "method",
          name: required(node, "name").text,
          isStatic,
          isExtension:
            list.children[0]?.children.some(({ type, text }) => type === "modifier" && text === "this") ??
            false,
          typeParameters,
          parameters: this.parameters(list, scope),
          returnType: this.type(required(node, "returns"), scope),
          implementation: accessors.get,
        };
      }
      case "constructor_declaration":
        return {
          ...common,
          kind: "constructor",
          parameters: this.parameters(required(node, "parameters"), this.scope),
          implementation: accessors.get,
        };
      case "property_declaration":
        return {
          ...common,
          kind: "property",
          name: required(node, "name").text,
          isStatic,
          type: this.type(required(node, "type"), this.scope),
          ...accessors,
        };
      case "field_declaration": {
        const variable = node.children.find(({ type }) => type === "variable_declaration");
        const name = variable?.children.find(({ type }) => type === "variable_declarator")?.text ?? "";
        const value = given as CsValue;
        return {
          ...common,
          kind: "property",
          name,
          isStatic: true,
          type: this.type(required(variable ?? node, "type"), this.scope),
          get: () => value,
          constant: { value },
        };
      }
      case "indexer_declaration":
        return {
          ...common,
          kind: "indexer",
          parameters: this.parameters(required(node, "parameters"), this.scope),
          type: this.type(required(node, "type"), this.scope),
          ...accessors,
        };
      case "operator_declaration":
        return {
          ...common,
          kind: "operator",
          operator: required(node, "operator").text,
          parameters: this.parameters(required(node, "parameters"), this.scope),
          returnType: this.type(required(node, "type"), this.scope),
          implementation: accessors.get,
        };
      case "conversion_operator_declaration": {
        const [from] = this.parameters(required(node, "parameters"), this.scope);
        return {
          ...common,
          kind: "conversion",
          isImplicit: node.tokens.includes("implicit"),
          from: from?.type ?? SpecialType.error,
          to: this.type(required(node, "type"), this.scope),
          implementation: accessors.get,
        };
      }
      default:
        throw new Error(`${this.definition.fullName}: unexpected ${node.type} in "${declaration}".`);
    }
  }

  private accessors(given: unknown): { get: CallableImplementation; set?: CallableImplementation } {
    if (typeof given === "object" && given !== null && "get" in given && "set" in given) {
      const { get, set } = given as Accessors;
      return { get: get as CallableImplementation, set: set as CallableImplementation };
    }
    return { get: given as CallableImplementation };
  }

  private parameters(list: SyntaxNode, scope: TypeScope): readonly Parameter[] {
    const parameters: Parameter[] = list.children
      .filter(({ type }) => type === "parameter")
      .map((node) => {
        const isOut = node.children.some(({ type, text }) => type === "modifier" && text === "out");
        const fallback = node.children.at(-1);
        const literal = fallback?.type.endsWith("_literal") === true ? fallback : undefined;
        return {
          name: required(node, "name").text,
          type: this.type(required(node, "type"), scope),
          mode: isOut ? "out" : "value",
          ...(literal === undefined ? {} : { defaultValue: { value: literalValue(literal) } }),
        };
      });
    // The grammar puts `params T[] name` into the list itself.
    if (list.tokens.includes("params")) {
      parameters.push({
        name: required(list, "name").text,
        type: this.type(required(list, "type"), scope),
        mode: "params",
      });
    }
    return parameters;
  }

  private type(node: SyntaxNode, scope: TypeScope): CsType {
    if (node.type === "predefined_type" && node.text === "void") {
      return SpecialType.void;
    }
    return resolveType(node, scope, (at, message) => {
      throw new Error(`${this.definition.fullName}: ${message} (${at.text})`);
    });
  }
}

function required(node: SyntaxNode, field: string): SyntaxNode {
  const found = node.fields[field];
  if (found === undefined) {
    throw new Error(`No ${field} in "${node.text}".`);
  }
  return found;
}

function literalValue(node: SyntaxNode): CsValue {
  switch (node.type) {
    case "null_literal":
      return null;
    case "boolean_literal":
      return node.text === "true";
    case "integer_literal":
      return Number(node.text);
    case "string_literal":
      return node.text.slice(1, -1);
    default:
      throw new Error(`Default value ${node.text} is not supported.`);
  }
}
