import type { SyntaxNode } from "../syntax/syntax-node";
import {
  ArrayType,
  type CsType,
  type NamedType,
  NullableType,
  SpecialType,
  type TypeDefinition,
} from "../values/cs-type";

/** Where type names are looked up. */
export interface TypeNames {
  /** `int`, `string` and the other keywords. */
  predefined(keyword: string): NamedType | undefined;
  /** @param namespace - empty for a simple name. */
  find(namespace: string, name: string, arity: number): TypeDefinition | undefined;
}

/** What type names mean at a place. */
export interface TypeScope {
  readonly registry: TypeNames;
  readonly typeParameters: ReadonlyMap<string, CsType>;
  /** The library may name types that expressions may not. */
  readonly isLibrary: boolean;
}

/** Takes the report of a type that cannot be used. */
export type TypeProblem = (node: SyntaxNode, message: string) => void;

/** The type that a piece of syntax names; reports and returns the error type if there is none. */
export function resolveType(node: SyntaxNode, scope: TypeScope, report: TypeProblem): CsType {
  switch (node.type) {
    case "predefined_type":
      return (
        scope.registry.predefined(node.text) ??
        refuse(node, report, `type '${node.text}' cannot be used here`)
      );
    case "identifier":
      return scope.typeParameters.get(node.text) ?? named(node, "", node.text, [], scope, report);
    case "generic_name": {
      const { name, list } = genericParts(node);
      const typeArguments = list.map((argument) => resolveType(argument, scope, report));
      if (typeArguments.includes(SpecialType.error)) {
        return SpecialType.error;
      }
      return named(node, "", name, typeArguments, scope, report);
    }
    case "qualified_name":
    case "member_access_expression": {
      const qualifier = (node.fields.qualifier ?? node.fields.expression)?.text.replace(/\s/g, "") ?? "";
      const name = node.fields.name;
      if (name === undefined) {
        return refuse(node, report, "not a type");
      }
      const parts = name.type === "generic_name" ? genericParts(name) : { name: name.text, list: [] };
      const typeArguments = parts.list.map((argument) => resolveType(argument, scope, report));
      return typeArguments.includes(SpecialType.error)
        ? SpecialType.error
        : named(node, qualifier, parts.name, typeArguments, scope, report);
    }
    case "nullable_type": {
      const inner = resolveType(node.fields.type ?? node, scope, report);
      if (inner === SpecialType.error || inner.isValueType) {
        return inner === SpecialType.error ? inner : NullableType.of(inner);
      }
      // A declaration of the library may say `T?` of an open type parameter.
      return inner.kind === "parameter"
        ? NullableType.of(inner)
        : refuse(node, report, `'${inner.display}' is a reference type: C# 7 has no '?' for it`);
    }
    case "array_type": {
      const element = resolveType(node.fields.type ?? node, scope, report);
      if ((node.fields.rank?.children.length ?? 0) > 0) {
        return refuse(node, report, "a type names no array size");
      }
      if (node.fields.rank?.tokens.includes(",") === true) {
        return refuse(node, report, "arrays of more than one dimension are not supported");
      }
      return element === SpecialType.error ? element : ArrayType.of(element);
    }
    default:
      return refuse(node, report, `'${node.text}' is not a type that expressions can use`);
  }
}

function genericParts(node: SyntaxNode): { readonly name: string; readonly list: readonly SyntaxNode[] } {
  const name = node.children.find(({ type }) => type === "identifier")?.text ?? "";
  const list = node.children.find(({ type }) => type === "type_argument_list")?.children ?? [];
  return { name, list };
}

function named(
  node: SyntaxNode,
  namespace: string,
  name: string,
  typeArguments: readonly CsType[],
  scope: TypeScope,
  report: TypeProblem,
): CsType {
  const definition = scope.registry.find(namespace, name, typeArguments.length);
  if (definition === undefined || (!definition.isNameable && !scope.isLibrary)) {
    return refuse(node, report, `type '${node.text}' is not among the types that expressions may use`);
  }
  return definition.fullName === "System.Nullable" && typeArguments[0] !== undefined && !scope.isLibrary
    ? NullableType.of(typeArguments[0])
    : definition.construct(typeArguments);
}

function refuse(node: SyntaxNode, report: TypeProblem, message: string): CsType {
  report(node, message);
  return SpecialType.error;
}
