import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json } from "./mutant";

/** What a block of a resource must have, and the blocks in it. */
interface Block {
  readonly required: readonly string[];
  readonly blocks: Readonly<Record<string, Block>>;
}

/** Arguments that azapi demands: it has no bindings of its own in this repository's dependencies. */
const AZAPI: Readonly<Record<string, Block>> = {
  azapi_resource: { required: ["type"], blocks: {} },
  azapi_update_resource: { required: ["type"], blocks: {} },
};
const KNOWN = new Map<string, Block | undefined>(Object.entries(AZAPI));

/**
 * What `terraform validate` ends at: arguments that the provider demands and a stack does not give, by the types of
 * the bindings, which are made of the provider's schema; references to what is not there.
 *
 * @returns one line for each
 */
export function terraformRefusals(json: Json): readonly string[] {
  return [...missingArguments(json), ...danglingReferences(json)];
}

function danglingReferences(json: Json): readonly string[] {
  const resources = json.resource as Record<string, Json>;
  const declared = new Set(
    Object.entries(resources).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${type}.${id}`)),
  );
  const text = JSON.stringify(resources);
  const places = [
    ...[...text.matchAll(/(?<!\$)\$\{[^{}]*\}/g)].map(([expression]) => expression),
    ...[...text.matchAll(/"(?:depends_on|replace_triggered_by)":\[[^\]]*\]/g)].map(([list]) => list),
  ];
  const named = places.flatMap((place) => [
    ...place.matchAll(/(?<![\w.])(?:azurerm|azuread|azapi)_\w+\.[A-Za-z_][\w-]*/g),
  ]);
  return [...new Set(named.map(([address]) => address))]
    .filter((address) => !declared.has(address))
    .map((address) => `${address}: named, and not there`);
}

function missingArguments(json: Json): readonly string[] {
  return Object.entries(json.resource as Record<string, Record<string, Json>>).flatMap(
    ([type, resources]) => {
      const schema = schemaOf(type);
      return schema === undefined
        ? []
        : Object.entries(resources).flatMap(([id, attributes]) =>
            missing(schema, attributes).map((path) => `${type}.${id}: ${path}`),
          );
    },
  );
}

function missing({ required, blocks }: Block, value: unknown): readonly string[] {
  const items = (Array.isArray(value) ? value : [value]) as readonly Json[];
  return items.flatMap((item) => [
    ...required.filter((name) => isAbsent(item[name])),
    ...Object.entries(blocks).flatMap(([name, schema]) =>
      isAbsent(item[name]) || typeof item[name] !== "object"
        ? []
        : missing(schema, item[name]).map((path) => `${name}.${path}`),
    ),
  ]);
}

/** A list without an item is a block that is not there. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function schemaOf(type: string): Block | undefined {
  if (!KNOWN.has(type)) {
    KNOWN.set(type, readSchema(type));
  }
  return KNOWN.get(type);
}

function readSchema(type: string): Block | undefined {
  const [, provider = "", name = ""] = /^([a-z]+)_(.+)$/.exec(type) ?? [];
  const file = join(
    dirname(require.resolve(`@cdktf/provider-${provider}/package.json`)),
    "lib",
    name.replaceAll("_", "-"),
    "index.d.ts",
  );
  if (!existsSync(file)) {
    return undefined;
  }
  const text = readFileSync(file, "utf8");
  const interfaces = new Map(
    [...text.matchAll(/^export interface (\w+)(.*?)\{\n(.*?)^\}/gms)].map(
      ([, interfaceName = "", head = "", body = ""]) =>
        [interfaceName, { isResource: head.includes("TerraformMetaArguments"), body }] as const,
    ),
  );
  const blockOf = (body: string): Block => {
    const members = [...body.matchAll(/#(\w+) \w+#\w+\}[^;]*?readonly \w+(\??): (\w+)/g)];
    return {
      required: members.flatMap(([, argument = "", optional]) => (optional === "" ? [argument] : [])),
      blocks: Object.fromEntries(
        members.flatMap(([, argument = "", , memberType = ""]) => {
          const nested = interfaces.get(memberType);
          return nested === undefined ? [] : [[argument, blockOf(nested.body)] as const];
        }),
      ),
    };
  };
  const resource = [...interfaces.values()].find(({ isResource }) => isResource);
  return resource === undefined ? undefined : blockOf(resource.body);
}
