import { ArrayType, type CsType, NamedType, type TypeDefinition } from "../values/cs-type";
import { registry } from "./type-registry";

function isReference(type: CsType): boolean {
  return !type.isValueType;
}

/** Base class and interfaces, of arrays too. */
export function supertypesOf(type: CsType): readonly NamedType[] {
  switch (type.kind) {
    case "named":
      return type.supertypes;
    case "array":
      return [
        registry.require("System.Array"),
        registry.requireDefinition("System.Collections.Generic.IList", 1).construct([type.element]),
        registry.requireDefinition("System.Collections.Generic.IReadOnlyList", 1).construct([type.element]),
      ];
    case "nullable":
      return [
        registry.requireDefinition("System.Nullable", 1).construct([type.underlying]),
        registry.require("System.Object"),
      ];
    case "anonymous":
    case "parameter":
      return [registry.require("System.Object")];
    case "special":
      return [];
  }
}

/** Identity, base class, interface, and variance: everything that keeps the object as it is. */
export function isSubtype(type: CsType, target: CsType): boolean {
  if (type === target) {
    return true;
  }
  if (type instanceof ArrayType && target instanceof ArrayType) {
    return (
      isReference(type.element) && isReference(target.element) && isSubtype(type.element, target.element)
    );
  }
  if (type instanceof NamedType && target instanceof NamedType && type.definition === target.definition) {
    return type.definition.typeParameters.every((parameter, index) => {
      const [from, to] = [type.typeArguments[index], target.typeArguments[index]];
      if (from === undefined || to === undefined || from === to) {
        return true;
      }
      return parameter.covariant && isReference(from) && isReference(to) && isSubtype(from, to);
    });
  }
  return supertypesOf(type).some((supertype) => isSubtype(supertype, target));
}

/** Every construction of `definition` that `type` is or derives from: C# infers nothing from two. */
export function constructionsOf(type: CsType, definition: TypeDefinition): readonly NamedType[] {
  const found = new Set<NamedType>();
  addConstructions(type, definition, found);
  return [...found];
}

function addConstructions(type: CsType, definition: TypeDefinition, found: Set<NamedType>): void {
  if (type instanceof NamedType && type.definition === definition) {
    found.add(type);
  }
  for (const supertype of supertypesOf(type)) {
    addConstructions(supertype, definition, found);
  }
}

/** The construction of `definition` that `type` is or derives from. */
export function constructionOf(type: CsType, definition: TypeDefinition): NamedType | undefined {
  if (type instanceof NamedType && type.definition === definition) {
    return type;
  }
  for (const supertype of supertypesOf(type)) {
    const found = constructionOf(supertype, definition);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
