import type { MethodMember, NamedType, TypeDefinition } from "../values/cs-type";
import { declarationReader } from "./declaration-reader";
import { DeclaredType, PREDEFINED_TYPES } from "./declared-type";
import type { TypeDeclaration } from "./type-declaration";

/** Every type that exists for expressions. */
export class TypeRegistry {
  private readonly bySimpleName = new Map<string, DeclaredType>();
  /** Simple names of two types: nobody needs the name of a class to call its extension methods. */
  private readonly ambiguous = new Set<string>();
  private readonly byFullName = new Map<string, DeclaredType>();
  private readonly namespaces = new Set<string>();
  private readonly extensionMethods = new Map<string, readonly MethodMember[]>();

  /** @throws Error if a name is taken: a mistake in the library. */
  public add(declarations: readonly TypeDeclaration[]): void {
    const reader = declarationReader(this);
    for (const declaration of declarations) {
      const definition = new DeclaredType(declaration, reader);
      const simple = key(definition.name, definition.arity);
      const other = this.bySimpleName.get(simple);
      if (other !== undefined && !(holdsExtensions(other) && holdsExtensions(definition))) {
        throw new Error(`Two library types are called ${simple}.`);
      }
      this.bySimpleName.set(simple, definition);
      if (other !== undefined) {
        this.ambiguous.add(simple);
      }
      this.byFullName.set(key(definition.fullName, definition.arity), definition);
      const parts = declaration.namespace.split(".");
      parts.forEach((_, index) => this.namespaces.add(parts.slice(0, index + 1).join(".")));
    }
  }

  /** @param namespace - empty for a simple name: the namespaces of all types are imported. */
  public find(namespace: string, name: string, arity: number): TypeDefinition | undefined {
    if (namespace === "") {
      const simple = key(name, arity);
      return this.ambiguous.has(simple) ? undefined : this.bySimpleName.get(simple);
    }
    return this.byFullName.get(key(`${namespace}.${name}`, arity));
  }

  public isNamespace(name: string): boolean {
    return this.namespaces.has(name);
  }

  /** `int`, `string` and the other keywords. */
  public predefined(keyword: string): NamedType | undefined {
    const fullName = PREDEFINED_TYPES.get(keyword);
    return fullName === undefined ? undefined : this.require(fullName);
  }

  /** @throws Error if the library has no such type. */
  public require(fullName: string, arity = 0): NamedType {
    return this.requireDefinition(fullName, arity).construct([]);
  }

  /** @throws Error if the library has no such type. */
  public requireDefinition(fullName: string, arity = 0): TypeDefinition {
    const definition = this.byFullName.get(key(fullName, arity));
    if (definition === undefined) {
      throw new Error(`The library has no type ${key(fullName, arity)}.`);
    }
    return definition;
  }

  public extensions(name: string): readonly MethodMember[] {
    let methods = this.extensionMethods.get(name);
    if (methods === undefined) {
      methods = [...this.byFullName.values()]
        .filter(holdsExtensions)
        .flatMap((definition) => definition.membersNamed(name))
        .filter((member): member is MethodMember => member.kind === "method" && member.isExtension);
      this.extensionMethods.set(name, methods);
    }
    return methods;
  }

  /** All types, for tests that check the library as a whole. */
  public definitions(): IterableIterator<DeclaredType> {
    return this.byFullName.values();
  }
}

function holdsExtensions({ declaration }: DeclaredType): boolean {
  return declaration.hasExtensions === true;
}

function key(name: string, arity: number): string {
  return arity === 0 ? name : `${name}\`${arity}`;
}

/** The one library. `library/index.ts` fills it. */
export const registry = new TypeRegistry();
