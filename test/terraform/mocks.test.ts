import { join } from "node:path";
import { synthesizedReferenceEnvironments } from "../support/environments";
import type { SynthesizedStack } from "../support/synthesized-stack";
import { type MockValues, readMocks, readTests, type TerraformTest } from "./hcl-files";
import { azapiIdPattern, idPattern, isGuid, VERSIONLESS_SECRET_PATTERN } from "./resource-id";

/** Types of which every resource must be named in the test of its stack: who may do what, and where things lead. */
const TESTED_ONE_BY_ONE = [
  "azurerm_api_management_api",
  "azurerm_api_management_backend",
  "azurerm_api_management_subscription",
  "azurerm_cognitive_account",
  "azurerm_cognitive_deployment",
  "azurerm_private_endpoint",
  "azurerm_role_assignment",
  "azurerm_storage_account",
];

const REFERENCE = /\b((?:azurerm|azuread|azapi)_\w+)\.([\w-]+)(?:\.(\w+))?/g;

const stacks = synthesizedReferenceEnvironments();
let mocks: ReadonlyMap<string, MockValues>;
let tests: ReadonlyMap<string, TerraformTest>;

beforeAll(async () => {
  mocks = await readMocks(join(__dirname, "mocks"));
  tests = await readTests(__dirname);
});

const eachStack = [...stacks.values()].map((stack) => [stack.name, stack] as const);

describe("mocks", () => {
  it("give every resource type of the stacks an id", () => {
    const types = new Set(eachStack.flatMap(([, stack]) => stack.resources.map(({ type }) => type)));
    expect([...types].filter((type) => typeof mocks.get(type)?.id !== "string")).toEqual([]);
  });

  it("are there for every data source of the stacks: none has any", () => {
    expect(eachStack.filter(([, stack]) => stack.json.data !== undefined)).toEqual([]);
  });

  it("exist only for types that a stack uses", () => {
    const types = new Set(eachStack.flatMap(([, stack]) => stack.resources.map(({ type }) => type)));
    expect([...mocks.keys()].filter((type) => !types.has(type))).toEqual([]);
  });

  it("give ids in the shape that Azure gives them", () => {
    const wrong = [...mocks].filter(([type, { id }]) => !shapeOf(type).test(String(id)));
    expect(wrong.map(([type, { id }]) => `${type}: ${String(id)}`)).toEqual([]);
  });

  it("give GUIDs where Entra ID gives them", () => {
    const names = ["client_id", "object_id", "principal_id", "tenant_id", "workspace_id", "app_id"];
    const wrong = [...mocks].flatMap(([type, values]) =>
      names
        .filter((name) => values[name] !== undefined && !isGuid(values[name]))
        .map((name) => `${type}.${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("give the gateway a certificate without its version", () => {
    const { versionless_secret_id } = mocks.get("azurerm_key_vault_certificate") ?? {};
    expect(versionless_secret_id).toMatch(VERSIONLESS_SECRET_PATTERN);
  });

  it.each(eachStack)(
    "give %s every computed attribute that it reads, instead of a random text",
    (_, stack) => {
      const configured = new Map(stack.resources.map(({ address, attributes }) => [address, attributes]));
      const missing = [...JSON.stringify(stack.json).matchAll(REFERENCE)].filter(
        ([, type = "", name = "", attribute = ""]) =>
          attribute !== "" &&
          configured.get(`${type}.${name}`)?.[attribute] === undefined &&
          mocks.get(type)?.[attribute] === undefined,
      );
      expect(missing.map(([reference]) => reference)).toEqual([]);
    },
  );
});

describe("Terraform tests", () => {
  it("exist for every stack, and for nothing else", () => {
    expect([...tests.keys()].sort()).toEqual([...stacks.keys()].sort());
  });

  describe.each(eachStack)("of %s", (name, stack) => {
    it("mock every provider of the stack", () => {
      const providers = Object.keys(stack.json.provider as object);
      expect([...testOf(name).mockSources]).toEqual(
        expect.arrayContaining(providers.map((provider) => [provider, `./mocks/${provider}`])),
      );
    });

    it("name resources that the stack has", () => {
      const known = new Set(stack.resources.map(({ address }) => address));
      const named = [...testOf(name).text.matchAll(REFERENCE)].map(([, type, id]) => `${type}.${id}`);
      expect(named.filter((address) => !known.has(address))).toEqual([]);
    });

    it("name attributes that the resource or its mock has", () => {
      expect(
        attributesIn(testOf(name))
          .filter((it) => !isKnown(stack, it))
          .map(describeAttribute),
      ).toEqual([]);
    });

    it("name outputs that the stack has", () => {
      const outputs = Object.keys(stack.json.output ?? {});
      const named = [...testOf(name).text.matchAll(/\boutput\.(\w+)/g)].map(([, output]) => output);
      expect(outputs).toEqual(expect.arrayContaining(named));
    });

    it("leave no role, account, route, key, endpoint or API out", () => {
      const conditions = testOf(name).conditions.join("\n");
      const untested = stack
        .ofType(...TESTED_ONE_BY_ONE)
        .filter(({ address }) => !conditions.includes(address));
      expect(untested.map(({ address }) => address)).toEqual([]);
    });

    it("override ids in the shape that Azure gives them", () => {
      const wrong = [...testOf(name).overrides].filter(([address, { id }]) => {
        const [type = ""] = address.split(".");
        return !shapeOf(type, azapiType(stack, address)).test(String(id));
      });
      expect(wrong.map(([address, { id }]) => `${address}: ${String(id)}`)).toEqual([]);
    });

    it("override the id of every azapi resource that is not what the mock says", () => {
      const { id } = mocks.get("azapi_resource") ?? {};
      const others = stack
        .ofType("azapi_resource")
        .filter(({ attributes }) => !azapiIdPattern(String(attributes.type)).test(String(id)))
        .map(({ address }) => address);
      expect([...testOf(name).overrides.keys()]).toEqual(expect.arrayContaining(others));
    });
  });
});

function testOf(stack: string): TerraformTest {
  const test = tests.get(stack);
  if (!test) {
    throw new Error(`no test of ${stack}`);
  }
  return test;
}

/** @throws Error for a type whose id nobody has described: describe it in resource-id.ts */
function shapeOf(type: string, azapi?: string): RegExp {
  const shape =
    type === "azapi_resource"
      ? azapiIdPattern(azapi ?? "Microsoft.ApiManagement/service/loggers")
      : idPattern(type);
  if (!shape) {
    throw new Error(`no shape of the id of ${type}`);
  }
  return shape;
}

function azapiType(stack: SynthesizedStack, address: string): string | undefined {
  const resource = stack.resources.find((each) => each.address === address);
  return resource?.type === "azapi_resource" ? String(resource.attributes.type) : undefined;
}

interface NamedAttribute {
  readonly address: string;
  readonly attribute: string;
}

/** Attributes read off resources, directly and through the variable of a `for` over a list of resources. */
function attributesIn({ conditions }: TerraformTest): readonly NamedAttribute[] {
  return conditions.flatMap((condition) => {
    const direct = [...condition.matchAll(REFERENCE)].flatMap(([, type, name, attribute]) =>
      attribute === undefined ? [] : [{ address: `${type}.${name}`, attribute }],
    );
    const loops = [...condition.matchAll(/\bfor (\w+) in \[([^\]]*)\]/g)].flatMap(
      ([, variable = "", list = ""]) =>
        [...list.matchAll(REFERENCE)]
          .filter(([, , , attribute]) => attribute === undefined)
          .flatMap(([, type, name]) =>
            [...condition.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, "g"))].map(([, attribute = ""]) => ({
              address: `${type}.${name}`,
              attribute,
            })),
          ),
    );
    return [...direct, ...loops];
  });
}

function isKnown(stack: SynthesizedStack, { address, attribute }: NamedAttribute): boolean {
  const resource = stack.resources.find((each) => each.address === address);
  return (
    resource !== undefined &&
    (resource.attributes[attribute] !== undefined || mocks.get(resource.type)?.[attribute] !== undefined)
  );
}

function describeAttribute({ address, attribute }: NamedAttribute): string {
  return `${address}.${attribute}`;
}
