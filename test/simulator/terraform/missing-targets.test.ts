import { readFileSync } from "node:fs";
import { simulate } from "../../../simulator";
import { loadStacks, type StackInputs, StackLoadError } from "../../../simulator/terraform";
import { SERVICE_REFERENCES, SERVICE_TARGETS } from "../../../simulator/terraform/service-references";
import { apiStack } from "../support/api-stack";
import { type PlannedFixture, writePlan } from "./shown-fixture";
import { GATEWAY_RESOURCES, OF_GATEWAY, writeStack } from "./stack-fixture";

const SERVICE = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-x";
const REFUSING = `<policies><inbound><base /><return-response><set-status code="401" /></return-response></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

async function problemsOf(
  stacks: string | readonly string[],
  inputs: StackInputs = {},
): Promise<readonly string[]> {
  const failure: unknown = await loadStacks(stacks, inputs).then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure instanceof StackLoadError
    ? failure.problems.map(({ address, message }) => `${address}: ${message}`)
    : [];
}

const problemsWith = (resources: Resources, inputs?: StackInputs): Promise<readonly string[]> =>
  problemsOf(apiStack({ resources }), inputs);

describe("a resource that hangs on nothing is refused", () => {
  test.each<[type: string, config: object, problem: string]>([
    [
      "azurerm_api_management_api_operation_policy",
      { api_name: "api", operation_id: "nope", xml_content: REFUSING },
      "'operation_id' is 'nope': API 'api' has no such operation, but 'operation-0', 'operation-1'; name one that it " +
        "has, or load the stack, plan or state that creates it too",
    ],
    [
      "azurerm_api_management_api_operation_policy",
      { api_name: "nope", operation_id: "operation-0", xml_content: REFUSING },
      "'api_name' is 'nope': service 'apim-x' has no such API, but 'api'",
    ],
    [
      "azurerm_api_management_api_policy",
      { api_name: "nope", xml_content: REFUSING },
      "'api_name' is 'nope'",
    ],
    [
      "azurerm_api_management_api_operation",
      { api_name: "nope", operation_id: "o", display_name: "o", method: "GET", url_template: "/o" },
      "'api_name' is 'nope'",
    ],
    [
      "azurerm_api_management_product_policy",
      { product_id: "nope", xml_content: REFUSING },
      "'product_id' is 'nope': service 'apim-x' has no such product, but none at all",
    ],
    [
      "azurerm_api_management_product_api",
      { product_id: "starter", api_name: "nope" },
      "'api_name' is 'nope'",
    ],
    ["azurerm_api_management_product_api", { product_id: "nope", api_name: "api" }, "'product_id' is 'nope'"],
    ["azurerm_api_management_product_group", { product_id: "starter", group_name: "nope" }, "such group"],
    [
      "azurerm_api_management_api_diagnostic",
      { api_name: "nope", identifier: "azuremonitor", api_management_logger_id: `${SERVICE}/loggers/nope` },
      "'api_name' is 'nope'",
    ],
    [
      "azurerm_api_management_diagnostic",
      { identifier: "azuremonitor", api_management_logger_id: `${SERVICE}/loggers/nope` },
      "has no such logger",
    ],
    [
      "azurerm_api_management_diagnostic",
      { identifier: "azuremonitor", api_management_logger_id: "nope" },
      "'api_management_logger_id' must be the ARM id of a logger, not 'nope'",
    ],
    [
      "azurerm_api_management_subscription",
      { subscription_id: "s", display_name: "s", state: "active", product_id: `${SERVICE}/products/nope` },
      "has no such product",
    ],
    [
      "azurerm_api_management_subscription",
      { subscription_id: "s", display_name: "s", state: "active", api_id: `${SERVICE}/apis/nope` },
      "has no such API",
    ],
    [
      "azurerm_api_management_subscription",
      {
        subscription_id: "s",
        display_name: "s",
        state: "active",
        api_id: `${SERVICE.replace("apim-x", "apim-y")}/apis/api`,
      },
      "which is of service 'apim-y', and the resource of 'apim-x'",
    ],
  ])("%s (%#)", async (type, config, problem) => {
    expect(await problemsWith({ [type]: { tried: { ...OF_GATEWAY, ...config } } })).toContainEqual(
      expect.stringMatching(new RegExp(`^${type}\\.tried: .*${escaped(problem)}`)),
    );
  });

  test.each<[type: string, config: object, problem: string]>([
    ["azurerm_api_management_api_tag", { api_id: `${SERVICE}/apis/nope`, name: "t" }, "has no such API"],
    ["azurerm_api_management_api_release", { api_id: `${SERVICE}/apis/nope`, name: "r" }, "has no such API"],
    [
      "azurerm_api_management_api_release",
      { api_id: `${SERVICE.replace("apim-x", "apim-y")}/apis/api`, name: "r" },
      "API Management service 'apim-y' is not in the loaded stacks",
    ],
    [
      "azurerm_api_management_group",
      { api_management_name: "apim-y", resource_group_name: "rg", name: "g", display_name: "g" },
      "API Management service 'apim-y' is not in the loaded stacks",
    ],
    [
      "azapi_resource",
      {
        type: "Microsoft.ApiManagement/service/apis/policies@2024-05-01",
        parent_id: `${SERVICE}/apis/nope`,
        name: "policy",
        body: { properties: { format: "rawxml", value: REFUSING } },
      },
      `'parent_id' is '${SERVICE}/apis/nope': service 'apim-x' has no such API`,
    ],
    [
      "azapi_resource",
      {
        type: "Microsoft.ApiManagement/service/backends@2024-05-01",
        parent_id: SERVICE.replace("apim-x", "apim-y"),
        name: "b",
        body: { properties: { url: "https://b.example", protocol: "http" } },
      },
      "API Management service 'apim-y' is not in the loaded stacks",
    ],
    [
      "azapi_resource",
      {
        type: "Microsoft.ApiManagement/service/diagnostics@2024-05-01",
        parent_id: SERVICE,
        name: "azuremonitor",
        body: { properties: { loggerId: `${SERVICE}/loggers/nope` } },
      },
      "'body.properties.loggerId' is",
    ],
  ])("%s by an id (%#)", async (type, config, problem) => {
    expect(await problemsWith({ [type]: { tried: config } })).toContainEqual(
      expect.stringMatching(new RegExp(`^${type}\\.tried: .*${escaped(problem)}`)),
    );
  });

  test("all at once, and each where the first part of its path is missing", async () => {
    const guard = { ...OF_GATEWAY, operation_id: "nope", xml_content: REFUSING };
    const problems = await problemsWith({
      azurerm_api_management_api_operation_policy: {
        a: { ...guard, api_name: "api" },
        b: { ...guard, api_name: "nope" },
      },
      azurerm_api_management_product_policy: {
        c: { ...OF_GATEWAY, product_id: "nope", xml_content: REFUSING },
      },
    });
    expect(problems.map((problem) => /'\w+' is/.exec(problem)?.[0])).toEqual([
      "'operation_id' is",
      "'api_name' is",
      "'product_id' is",
    ]);
  });

  test("also where a plan names it", async () => {
    const planned: readonly PlannedFixture[] = [
      {
        address: "azurerm_api_management.this",
        values: { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, identity: [] },
      },
      {
        address: "azurerm_api_management_api_policy.this",
        values: {
          api_management_name: "apim-x",
          resource_group_name: "rg",
          api_name: "nope",
          xml_content: REFUSING,
        },
      },
    ];
    expect(await problemsOf(writePlan(planned))).toEqual([
      expect.stringContaining("azurerm_api_management_api_policy.this: 'api_name' is 'nope'"),
    ]);
  });
});

describe("a resource may hang on", () => {
  const guard = (api_name: string, operation_id = "operation-0"): Resources => ({
    azurerm_api_management_api_operation_policy: {
      tried: { ...OF_GATEWAY, api_name, operation_id, xml_content: REFUSING },
    },
  });

  test("what a service has from its creation on", async () => {
    const problems = await problemsWith({
      ...guard("echo-api", "retrieve-resource"),
      azurerm_api_management_product_api: {
        a: { ...OF_GATEWAY, product_id: "starter", api_name: "api" },
        b: { ...OF_GATEWAY, product_id: "unlimited", api_name: "echo-api" },
      },
      azurerm_api_management_product_group: Object.fromEntries(
        ["administrators", "developers", "guests"].map((group_name) => [
          group_name,
          { ...OF_GATEWAY, product_id: "starter", group_name },
        ]),
      ),
      azurerm_api_management_diagnostic: {
        tried: {
          ...OF_GATEWAY,
          identifier: "azuremonitor",
          api_management_logger_id: `${SERVICE}/loggers/azuremonitor`,
        },
      },
    });
    expect(problems).toEqual([]);
  });

  test("what another stack of the same run has", async () => {
    const other = writeStack("team", {
      resource: {
        azurerm_api_management_api_policy: {
          tried: {
            api_management_name: "apim-x",
            resource_group_name: "rg",
            api_name: "api",
            xml_content: REFUSING,
          },
        },
      },
    });
    expect(await problemsOf([apiStack(), other])).toEqual([]);
    expect(await problemsOf([apiStack({ api: { name: "renamed" } }), other])).toEqual([
      expect.stringContaining("team/azurerm_api_management_api_policy.tried: 'api_name' is 'api'"),
    ]);
  });

  test("what the stacks look up, of which nothing else is known", async () => {
    const directory = writeStack("main", {
      data: { azurerm_api_management_api: { theirs: { ...OF_GATEWAY, name: "theirs", revision: "1" } } },
      resource: { ...GATEWAY_RESOURCES, ...guard("theirs", "whatever") },
    });
    expect(await problemsOf(directory)).toEqual([]);
  });

  test("what azapi makes, though nothing simulates it", async () => {
    const type = "Microsoft.ApiManagement/service/groups";
    const resources: Resources = {
      azapi_resource: {
        group: { type: `${type}@2024-05-01`, parent_id: SERVICE, name: "g", body: { properties: {} } },
      },
      azurerm_api_management_product_group: {
        tried: { ...OF_GATEWAY, product_id: "starter", group_name: "g" },
      },
    };
    expect(await problemsWith(resources, { ignoredTypes: [type] })).toEqual([]);
  });

  test("nothing, where its type is ignored", async () => {
    const resources = {
      azurerm_api_management_product_group: {
        tried: { ...OF_GATEWAY, product_id: "starter", group_name: "nope" },
      },
    };
    const inputs = { ignoredTypes: ["azurerm_api_management_product_group"] };
    expect(await problemsWith(resources, inputs)).toEqual([]);
  });

  test("what is only known after apply", async () => {
    const file = writePlan([
      {
        address: "azurerm_api_management.this",
        values: { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, identity: [] },
      },
      {
        address: "azurerm_api_management_api.this",
        values: {
          api_management_name: "apim-x",
          resource_group_name: "rg",
          revision: "1",
          path: "api",
          display_name: "api",
          protocols: ["https"],
        },
        references: { name: { references: ["random_string.suffix.result", "random_string.suffix"] } },
        unknown: { name: true },
      },
      {
        address: "azurerm_api_management_api_policy.this",
        values: { api_management_name: "apim-x", resource_group_name: "rg", xml_content: REFUSING },
        references: {
          api_name: {
            references: ["azurerm_api_management_api.this.name", "azurerm_api_management_api.this"],
          },
        },
        unknown: { api_name: true },
      },
    ]);
    const { gateways } = await loadStacks(file);
    expect(gateways[0]?.apis[0]?.policy?.xml).toBe(REFUSING);
  });

  test("a product of an assumed service, which is said, but not on an API that is not there", async () => {
    const service = { api_management_name: "apim-platform", resource_group_name: "rg-platform" };
    const team = (api_name: string): string =>
      writeStack("team", {
        resource: {
          azurerm_api_management_api: {
            api: { ...service, name: "models", revision: "1", path: "models", display_name: "models" },
          },
          azurerm_api_management_product_api: {
            link: { ...service, product_id: "platform", api_name },
          },
        },
      });
    const { assumptions } = await loadStacks(team("models"), { assumeGateways: true });
    expect(assumptions).toContain(
      "team/azurerm_api_management_product_api.link: 'product_id' is 'platform', which 'apim-platform' is taken to have",
    );
    expect(await problemsOf(team("modles"), { assumeGateways: true })).toEqual([
      expect.stringContaining(
        "'api_name' is 'modles': service 'apim-platform' has no such API, but 'models'",
      ),
    ]);
  });

  test("a name in another letter case, which guards the same", async () => {
    const stack = apiStack({
      product: {},
      productPolicy: REFUSING,
      resources: {
        ...guard("API", "Operation-0"),
        azurerm_api_management_product_api: {
          product: { ...OF_GATEWAY, product_id: "PRODUCT", api_name: "Api" },
        },
        azurerm_api_management_product_policy: {
          product: { ...OF_GATEWAY, product_id: "Product", xml_content: REFUSING },
        },
      },
      subscriptions: { keyed: { product_id: `${SERVICE}/products/pRoduct` } },
    });
    const simulation = await simulate(stack);
    try {
      const { products, subscriptions } = simulation.model.gateways[0] ?? {};
      expect(products).toMatchObject([{ apis: ["api"], policy: { xml: REFUSING } }]);
      expect(subscriptions).toMatchObject([{ scope: { kind: "product", product: "product" } }]);
      expect((await simulation.call("/api/ping")).status).toBe(401);
    } finally {
      await simulation.close();
    }
  });
});

test.each([
  ...[...SERVICE_REFERENCES].flatMap(([type, references]) =>
    references.map(({ argument, path = "" }) => [type, `{${argument}}${path}`] as const),
  ),
  ...SERVICE_TARGETS,
])("%s has the arguments of %s in the provider", (type, path) => {
  const binding = require.resolve(
    `@cdktf/provider-azurerm/lib/${type.replace("azurerm_", "").replaceAll("_", "-")}/index.d.ts`,
  );
  const members = new Set(readFileSync(binding, "utf8").match(/\w+/g));
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = ""]) =>
    name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
  );
  expect(names.filter((name) => !members.has(name))).toEqual([]);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
