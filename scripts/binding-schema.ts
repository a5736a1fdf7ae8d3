import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the bindings say that a provider knows of a resource, a data source or the provider's own block. */
export interface ResourceSchema {
  /** Arguments by their path in Terraform's words, `os_disk.size_gb`, and whether each must be given. */
  readonly arguments: Readonly<Record<string, "required" | "optional">>;
  /** What can be read of it, in Terraform's words: computed attributes and arguments. Those of blocks are left out. */
  readonly attributes: readonly string[];
}

/** Schemas that a package of bindings carries. */
export interface BindingSchemas {
  /** Version of the provider, `4.55.0`. */
  readonly provider: string;
  /** By the folder of the bindings, which is the type in Terraform without `azurerm_`, in kebab case. */
  readonly resources: Readonly<Record<string, ResourceSchema>>;
}

const INTERFACE = /^export interface (\w+)(?: extends [\w.]+)? \{\n([^]*?)^\}$/gm;
/** A property after the link to its page, whose fragment is the argument's name. */
const PROPERTY = /\/docs(?:\/[\w/-]+)?#(\w+) [\w#]+\}[^]*?\n {4}readonly \w+(\?)?: ([^;]+);/g;
const GETTER = /^ {4}get (\w+)\(\): /gm;
const PROVIDER = /\/providers\/hashicorp\/\w+\/([\d.]+)\/docs/;
/** How long Terraform waits: no argument of the resource. */
const TIMEOUTS = "timeouts";
/** Getters that are not attributes. */
const OF_THE_CORE = /^(\w+Input|internalValue|fqn|cdktfType|friendlyUniqueId)$/;

/**
 * Reads the schemas in the declarations of bindings: the only form of them that needs neither Terraform nor a registry.
 *
 * @param bindings folder of the package
 * @param folders of resources, `cognitive-account`
 * @throws Error naming a folder that the bindings do not have
 */
export function bindingSchemas(bindings: string, folders: readonly string[]): BindingSchemas {
  const texts = folders.map((folder) => {
    const path = join(bindings, "lib", folder, "index.d.ts");
    if (!existsSync(path)) {
      throw new Error(`${bindings} has no ${folder}`);
    }
    return [folder, readFileSync(path, "utf8")] as const;
  });
  return {
    provider: PROVIDER.exec(texts[0]?.[1] ?? "")?.[1] ?? "",
    resources: Object.fromEntries(texts.map(([folder, text]) => [folder, resourceSchema(text)])),
  };
}

interface Property {
  readonly name: string;
  readonly required: boolean;
  /** Name of the interface of a block. */
  readonly block: string | undefined;
}

function resourceSchema(text: string): ResourceSchema {
  const interfaces = new Map(
    [...text.matchAll(INTERFACE)].map(([, name = "", body = ""]) => [name, propertiesOf(body)]),
  );
  const [root = ""] = [...interfaces.keys()].filter((name) => name.endsWith("Config"));
  const known: Record<string, "required" | "optional"> = {};
  const add = (name: string, prefix: string): void => {
    for (const property of interfaces.get(name) ?? []) {
      if (property.name === TIMEOUTS) {
        continue;
      }
      const path = `${prefix}${property.name}`;
      known[path] = property.required ? "required" : "optional";
      if (property.block !== undefined && interfaces.has(property.block)) {
        add(property.block, `${path}.`);
      }
    }
  };
  add(root, "");
  const main = text.slice(text.lastIndexOf("export declare class "));
  const attributes = [...main.matchAll(GETTER)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== TIMEOUTS && !OF_THE_CORE.test(name))
    .map(snakeCase);
  return { arguments: known, attributes: attributes.sort() };
}

function propertiesOf(body: string): readonly Property[] {
  return [...body.matchAll(PROPERTY)].map(([, name = "", optional, type = ""]) => ({
    name,
    required: optional === undefined,
    block: /^([A-Z]\w+)(?:\[\])?\b/.exec(type)?.[1],
  }));
}

/** Words of bindings are split at underscores only, so that a digit belongs to the word before it. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What one version of a provider knows and another does not, or demands. */
export interface SchemaDifference {
  readonly resource: string;
  /** Path of an argument, or name of an attribute that is not one. */
  readonly what: string;
  readonly before: "required" | "optional" | "read only" | undefined;
  readonly after: "required" | "optional" | "read only" | undefined;
}

/** Differences of the resources that both hold. */
export function schemaDifferences(
  before: BindingSchemas,
  after: BindingSchemas,
): readonly SchemaDifference[] {
  return Object.entries(before.resources).flatMap(([resource, schema]) => {
    const [old, young] = [uses(schema), uses(after.resources[resource])];
    return [...new Set([...old.keys(), ...young.keys()])]
      .filter((what) => old.get(what) !== young.get(what))
      .map((what) => ({ resource, what, before: old.get(what), after: young.get(what) }));
  });
}

function uses(
  schema: ResourceSchema | undefined,
): ReadonlyMap<string, "required" | "optional" | "read only"> {
  return new Map([
    ...(schema?.attributes ?? []).map((name) => [name, "read only"] as const),
    ...Object.entries(schema?.arguments ?? {}),
  ]);
}

/** The folders of bindings that sources import, sorted. */
export function boundResources(sources: readonly string[]): readonly string[] {
  const found = sources.flatMap((source) =>
    [...source.matchAll(/"@cdktf\/provider-azurerm\/lib\/([\w-]+)"/g)].map(([, folder = ""]) => folder),
  );
  return [...new Set(found)].sort();
}
