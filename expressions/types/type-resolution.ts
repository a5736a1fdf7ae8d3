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

/** Takes the report of a type that cannot be used. */
export type TypeProblem = (node: SyntaxNode, message: string) => void;

/** The type that a piece of an expression names; reports and returns the error type if there is none. */
export function resolveType(node: SyntaxNode, names: TypeNames, report: TypeProblem): CsType {
  switch (node.type) {
    case "predefined_type":
      return names.predefined(node.text) ?? refuse(node, report, `type '${node.text}' cannot be used here`);
    case "identifier":
      return named(node, "", node.text, [], names, report);
    case "generic_name": {
      const { name, list } = genericParts(node);
      const typeArguments = list.map((argument) => resolveType(argument, names, report));
      if (typeArguments.includes(SpecialType.error)) {
        return SpecialType.error;
      }
      return named(node, "", name, typeArguments, names, report);
    }
    case "qualified_name":
    case "member_access_expression": {
      const qualifier = (node.fields.qualifier ?? node.fields.expression)?.text.replace(/\s/g, "") ?? "";
      const name = node.fields.name;
      if (name === undefined) {
        return refuse(node, report, "not a type");
      }
      const parts = name.type === "generic_name" ? genericParts(name) : { name: name.text, list: [] };
      const typeArguments = parts.list.map((argument) => resolveType(argument, names, report));
      return typeArguments.includes(SpecialType.error)
        ? SpecialType.error
        : named(node, qualifier, parts.name, typeArguments, names, report);
    }
    case "nullable_type": {
      const inner = resolveType(node.fields.type ?? node, names, report);
      if (inner === SpecialType.error || inner.isValueType) {
        return inner === SpecialType.error ? inner : NullableType.of(inner);
      }
      return refuse(node, report, `'${inner.display}' is a reference type: C# 7 has no '?' for it`);
    }
    case "array_type": {
      const element = resolveType(node.fields.type ?? node, names, report);
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
  names: TypeNames,
  report: TypeProblem,
): CsType {
  const definition = names.find(namespace, name, typeArguments.length);
  if (definition === undefined || !definition.isNameable) {
    return refuse(node, report, `type '${node.text}' is not among the types that expressions may use`);
  }
  return definition.fullName === "System.Nullable" && typeArguments[0] !== undefined
    ? NullableType.of(typeArguments[0])
    : definition.construct(typeArguments);
}

function refuse(node: SyntaxNode, report: TypeProblem, message: string): CsType {
  report(node, message);
  return SpecialType.error;
}
