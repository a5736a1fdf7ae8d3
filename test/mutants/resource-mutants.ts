import type { Json, Mutant } from "./mutant";

type Path = readonly (string | number)[];

/** What names things, orders their creation or describes them: of no weight here. */
const OF_NO_WEIGHT = new Set(["//", "tags", "depends_on", "description", "display_name", "name", "provider"]);
/** Documents have operators of their own. */
const DOCUMENTS = new Set(["xml_content", "value"]);
const FACTOR = 1000;
/** Longer texts are certificates and the like. */
const MAX_TEXT = 200;

/**
 * Every resource left out; every attribute, at any depth, left out; every flag turned; every number a thousandfold;
 * every text another one.
 */
export function resourceMutants(json: Json): readonly Mutant[] {
  return Object.entries(json.resource as Record<string, Record<string, Json>>).flatMap(([type, resources]) =>
    Object.entries(resources).flatMap(([id, attributes]) => {
      const address = `${type}.${id}`;
      const at = (
        operator: string,
        path: Path,
        change: string,
        edit: (parent: Json, key: never) => void,
      ) => ({
        operator,
        address,
        change,
        json: () => edited(json, ["resource", type, id, ...path], edit),
      });
      return [
        at("leave-out", [], "the resource", remove),
        ...pathsOf(attributes, []).flatMap(([path, value]) => {
          const name = path.join(".");
          const changed = changedValue(value);
          return [
            at("leave-out", path, name, remove),
            ...(changed === undefined
              ? []
              : [
                  at(changed.operator, path, `${name} → ${String(changed.value)}`, (parent, key) =>
                    Object.assign(parent, { [key]: changed.value }),
                  ),
                ]),
          ];
        }),
      ];
    }),
  );
}

function changedValue(value: unknown): { readonly operator: string; readonly value: unknown } | undefined {
  if (typeof value === "boolean") {
    return { operator: "flip", value: !value };
  }
  if (typeof value === "number") {
    return { operator: "widen", value: (value || 1) * FACTOR };
  }
  return typeof value === "string" && value.length < MAX_TEXT
    ? { operator: "replace", value: `other-${value}` }
    : undefined;
}

function pathsOf(value: unknown, path: Path): readonly (readonly [Path, unknown])[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((each, at) => [at, each as unknown] as const)
    : Object.entries(value);
  return entries
    .filter(([key]) => !OF_NO_WEIGHT.has(String(key)) && !(path.length === 0 && DOCUMENTS.has(String(key))))
    .flatMap(([key, each]) => [[[...path, key], each] as const, ...pathsOf(each, [...path, key])]);
}

function remove(parent: Json, key: never): void {
  if (Array.isArray(parent)) {
    parent.splice(key, 1);
  } else {
    delete parent[key];
  }
}

/** A copy, with something done to what stands at a path. */
function edited(json: Json, path: Path, edit: (parent: Json, key: never) => void): Json {
  const copy = structuredClone(json);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Json)[key], copy);
  edit(parent as Json, path.at(-1) as never);
  return copy;
}
