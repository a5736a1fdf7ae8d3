import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AZURERM_VERSIONS, BINDING_DIFFERENCES } from "../../scripts/binding-differences";
import {
  type BindingSchemas,
  bindingSchemas,
  boundResources,
  type ResourceSchema,
  schemaDifferences,
} from "../../scripts/binding-schema";
import { synthesizedReferenceEnvironments } from "../support/environments";
import { everyCredentialFolder } from "../support/every-credential-folder";
import { readStacks } from "../support/synthesized-stack";

const ROOT = resolve(__dirname, "../..");
const BINDINGS = join(ROOT, "node_modules/@cdktf");
const META_ARGUMENTS = ["depends_on", "lifecycle", "provider", "count", "for_each", "provisioner"];
const REFERENCE = /(?<!\$)\$\{(?:data\.)?(azure(?:rm|ad)_\w+)\.[\w-]+\.(\w+)/g;

type Json = Readonly<Record<string, unknown>>;

/** A block of configuration, as it stands in a stack. */
interface Used {
  readonly type: string;
  readonly address: string;
  readonly configuration: unknown;
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(ROOT, folder, file), "utf8"));
}

function folderOf(type: string, data: boolean): string {
  const [, provider = "", rest = ""] = /^(azure(?:rm|ad))_(\w+)$/.exec(type) ?? [];
  return `${data ? `data-${provider}-` : ""}${rest.replaceAll("_", "-")}`;
}

/** All resources and data sources of a provider that a stack holds. */
function usedIn(stack: Json, provider: string): readonly Used[] {
  return ["resource", "data"].flatMap((kind) =>
    Object.entries((stack[kind] ?? {}) as Record<string, Record<string, unknown>>)
      .filter(([type]) => type.startsWith(`${provider}_`))
      .flatMap(([type, byName]) =>
        Object.entries(byName).map(([name, configuration]) => ({
          type: folderOf(type, kind === "data"),
          address: `${type}.${name}`,
          configuration,
        })),
      ),
  );
}

/** Paths of arguments of a block: of its own, and of the blocks in it that the schema knows. */
function pathsIn(configuration: unknown, schema: ResourceSchema, prefix = ""): readonly string[] {
  if (Array.isArray(configuration)) {
    return configuration.flatMap((each) => pathsIn(each, schema, prefix));
  }
  if (typeof configuration !== "object" || configuration === null) {
    return [];
  }
  // No block at all may be written as an empty list.
  const written = Object.entries(configuration).filter(
    ([, value]) => !Array.isArray(value) || value.length > 0,
  );
  return written.flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const isBlock = Object.keys(schema.arguments).some((known) => known.startsWith(`${path}.`));
    return [path, ...(isBlock ? pathsIn(value, schema, `${path}.`) : [])];
  });
}

/** What a provider would not take of a block. */
function problemsOf(
  { type, address, configuration }: Used,
  { resources }: BindingSchemas,
): readonly string[] {
  const schema = resources[type];
  if (schema === undefined) {
    return [`${address}: no schema of ${type}`];
  }
  const paths = pathsIn(configuration, schema).filter((path) => !META_ARGUMENTS.includes(path));
  const given = new Set(paths);
  const missing = Object.entries(schema.arguments)
    .filter(([path, use]) => use === "required" && !given.has(path))
    .filter(([path]) => !path.includes(".") || given.has(blockOf(path)));
  return [
    ...[...given].filter((path) => !(path in schema.arguments)).map((path) => `${address}: no ${path}`),
    ...missing.map(([path]) => `${address}: ${path} is missing`),
  ];
}

/** Arguments of a block are asked for where the block is. */
function blockOf(path: string): string {
  return path.slice(0, path.lastIndexOf("."));
}

/** Attributes that a stack reads of resources, `application-insights.connection_string`. */
function readIn(json: unknown): readonly string[] {
  return [...JSON.stringify(json).matchAll(REFERENCE)].map(
    ([whole, type = "", attribute = ""]) => `${folderOf(type, whole.includes("data."))}.${attribute}`,
  );
}

/** The schemas as the other version has them. */
function withDifferences(schemas: BindingSchemas, provider: string): BindingSchemas {
  return {
    provider,
    resources: Object.fromEntries(
      Object.entries(schemas.resources).map(([resource, schema]) => {
        const known = { ...schema.arguments };
        const attributes = new Set(schema.attributes);
        for (const { what, after } of BINDING_DIFFERENCES.filter((each) => each.resource === resource)) {
          delete known[what];
          if (after === undefined) {
            attributes.delete(what);
          } else if (after === "read only") {
            attributes.add(what);
          } else {
            known[what] = after;
          }
        }
        return [resource, { arguments: known, attributes: [...attributes] }];
      }),
    ),
  };
}

const bound = boundResources([...sourcesOf("lib"), ...sourcesOf("stacks")]);
const older = bindingSchemas(join(BINDINGS, "provider-azurerm"), bound);
const younger = withDifferences(older, AZURERM_VERSIONS.cdktn);
const stacks: readonly (readonly [string, Json])[] = [
  ...synthesizedReferenceEnvironments(),
  ...readStacks(resolve(everyCredentialFolder(), "../..")),
].map(([name, { json }]) => [name, json]);

test("the bindings that this is written on carry the version that the differences start from", () => {
  expect(older.provider).toBe(AZURERM_VERSIONS.cdktf);
});

describe.each([
  ["of cdktf", older],
  ["of cdktn", younger],
])("the schemas that the bindings %s carry", (_which, schemas) => {
  it.each(stacks)("take every argument of %s, and miss none", (_name, json) => {
    const used = usedIn(json, "azurerm");
    expect(used.length).toBeGreaterThan(0);
    expect(used.flatMap((each) => problemsOf(each, schemas))).toEqual([]);
  });

  it.each(stacks)("have every attribute that %s reads", (_name, json) => {
    const unknown = readIn(json).filter((read) => {
      const [resource = "", attribute = ""] = read.split(".");
      const schema = schemas.resources[resource];
      return schema !== undefined && !schema.attributes.includes(attribute);
    });
    expect(unknown).toEqual([]);
  });
});

describe("what differs between them", () => {
  /** The compiler holds the constructs to the older one, so that they can set nothing that the younger one lacks. */
  it("takes nothing away, and asks for nothing more", () => {
    const breaking = BINDING_DIFFERENCES.filter(
      ({ before, after }) => (before !== undefined && after === undefined) || after === "required",
    );
    expect(breaking).toEqual([]);
  });

  it("is about resources that the constructs and stacks use", () => {
    expect(
      BINDING_DIFFERENCES.map(({ resource }) => resource).filter((each) => !bound.includes(each)),
    ).toEqual([]);
  });

  it("is what the schemas say", () => {
    expect(schemaDifferences(older, younger)).toEqual(BINDING_DIFFERENCES);
  });
});

describe("the schemas of azuread that bindings of cdktf carry", () => {
  const used = stacks.flatMap(([, json]) => usedIn(json, "azuread"));
  const types = [...new Set(used.map(({ type }) => type))];
  const schemas = bindingSchemas(join(BINDINGS, "provider-azuread"), types);

  it("take every argument of the stacks, and miss none", () => {
    expect(used.length).toBeGreaterThan(0);
    expect(used.flatMap((each) => problemsOf(each, schemas))).toEqual([]);
  });
});

describe("a fault", () => {
  const subnet = { type: "subnet", address: "azurerm_subnet.s" };

  it.each([
    ["an unknown argument", { colour: "red" }, "azurerm_subnet.s: no colour"],
    [
      "an unknown argument of a block",
      { delegation: [{ colour: "red" }] },
      "azurerm_subnet.s: no delegation.colour",
    ],
    ["a missing argument", {}, "azurerm_subnet.s: virtual_network_name is missing"],
    [
      "a missing argument of a block",
      { delegation: [{ name: "d" }] },
      "azurerm_subnet.s: delegation.service_delegation is missing",
    ],
  ])("is found: %s", (_what, configuration, problem) => {
    expect(problemsOf({ ...subnet, configuration }, older)).toContain(problem);
  });
});
