import { readFileSync, writeFileSync } from "node:fs";
import { loadStacks } from "../../../simulator/terraform";
import { type PlannedFixture, writePlan } from "./shown-fixture";
import { GATEWAY_RESOURCES, PLACED } from "./stack-fixture";

const ENDPOINT = {
  references: ["azurerm_cognitive_account.this.endpoint", "azurerm_cognitive_account.this"],
};
const OF_SERVICE = { api_management_name: "apim-x", resource_group_name: "rg" };

/**
 * A backend at an account whose endpoint is known after apply, and an API of some paths before it.
 *
 * @param importFormat format of the description that has the paths @default - operations are declared
 */
function planOf(paths: readonly string[], importFormat?: string): string {
  const declared = paths.map((path, index): PlannedFixture => ({
    address: `azurerm_api_management_api_operation.this[${index}]`,
    values: {
      ...OF_SERVICE,
      api_name: "models",
      operation_id: `o${index}`,
      display_name: "o",
      method: "POST",
      url_template: path,
      template_parameter: Array.from(path.matchAll(/\{(.+?)\}/g), ([, name]) => ({
        name,
        type: "string",
        required: true,
      })),
    },
  }));
  const description =
    importFormat === "openapi"
      ? `paths:\n${paths.map((path) => `  ${path}: { post: {} }\n`).join("")}`
      : JSON.stringify({ paths: Object.fromEntries(paths.map((path) => [path, { post: {} }])) });
  return planWith([
    {
      address: "azurerm_api_management_backend.this",
      values: { ...OF_SERVICE, name: "oai", protocol: "http" },
      references: { url: ENDPOINT },
      unknown: { url: true },
    },
    {
      address: "azurerm_api_management_api.this",
      values: {
        ...OF_SERVICE,
        name: "models",
        revision: "1",
        display_name: "models",
        path: "models",
        protocols: ["https"],
        import:
          importFormat !== undefined
            ? [
                {
                  content_format: importFormat,
                  content_value: description,
                  wsdl_selector: [],
                },
              ]
            : [],
      },
    },
    ...(importFormat !== undefined ? [] : declared),
  ]);
}

/** A plan with a gateway, an account whose endpoint is known after apply, and more. */
function planWith(resources: readonly PlannedFixture[]): string {
  return writePlan([
    {
      address: "azurerm_api_management.this",
      values: { ...GATEWAY_RESOURCES.azurerm_api_management.gateway, identity: [] },
    },
    {
      address: "azurerm_cognitive_account.this",
      values: {
        ...PLACED,
        name: "oai",
        kind: "OpenAI",
        sku_name: "S0",
        custom_subdomain_name: "oai",
      },
      unknown: { endpoint: true },
    },
    ...resources,
  ]);
}

test.each<[path: string, url: string]>([
  ["/deployments/{deployment-id}/chat/completions", "https://oai.openai.azure.com/openai"],
  ["/chat/completions", "https://oai.openai.azure.com/openai/v1"],
  ["/images/generations", "https://oai.openai.azure.com/openai/v1"],
  ["/openai/v1/responses", "https://oai.openai.azure.com/"],
])("before %s stands %s, declared and imported from JSON and YAML", async (path, url) => {
  for (const importFormat of [undefined, "openapi+json", "openapi"]) {
    const { gateways } = await loadStacks(planOf([path], importFormat));
    expect(gateways[0]?.backends[0]?.single?.url).toBe(url);
  }
});

test("a description that cannot be read tells nothing of it, and is refused as such", async () => {
  const file = planOf(["/x"], "openapi+json");
  const description = JSON.stringify('{"paths":{"/x":{"post":{}}}}');
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(description, '"openapi: 3"'));
  await expect(loadStacks(file)).rejects.toThrow("the description is not JSON");
});

/** An API with some paths, whose service is the account; or that names a backend in its policy. */
function apiOf(name: string, paths: readonly string[], backend?: string): readonly PlannedFixture[] {
  const description = { paths: Object.fromEntries(paths.map((path) => [path, { post: {} }])) };
  const xml = `<policies><inbound><set-backend-service backend-id="${backend}" /></inbound></policies>`;
  return [
    {
      address: `azurerm_api_management_api.${name}`,
      values: {
        ...OF_SERVICE,
        name,
        revision: "1",
        display_name: name,
        path: name,
        protocols: ["https"],
        import: [
          { content_format: "openapi+json", content_value: JSON.stringify(description), wsdl_selector: [] },
        ],
      },
      ...(backend === undefined
        ? { references: { service_url: ENDPOINT }, unknown: { service_url: true } }
        : {}),
    },
    ...(backend === undefined
      ? []
      : [
          {
            address: `azurerm_api_management_api_policy.${name}`,
            values: { ...OF_SERVICE, api_name: name, xml_content: xml },
          },
        ]),
  ];
}

const backend = (name: string): PlannedFixture => ({
  address: `azurerm_api_management_backend.${name}`,
  values: { ...OF_SERVICE, name, protocol: "http" },
  references: { url: ENDPOINT },
  unknown: { url: true },
});

const DATED = "/deployments/{deployment-id}/chat/completions";

test("a dated version has responses beside its deployments", async () => {
  const { gateways } = await loadStacks(planWith(apiOf("dated", [DATED, "/responses"])));
  expect(gateways[0]?.apis[0]?.serviceUrl).toBe("https://oai.openai.azure.com/openai");
});

test("each API has what its own operations lack", async () => {
  const { gateways } = await loadStacks(
    planWith([
      ...apiOf("dated", [DATED]),
      ...apiOf("v1", ["/responses"]),
      ...apiOf("whole", [`/openai${DATED}`]),
    ]),
  );
  expect(gateways[0]?.apis.map(({ name, serviceUrl }) => [name, serviceUrl])).toEqual([
    ["dated", "https://oai.openai.azure.com/openai"],
    ["v1", "https://oai.openai.azure.com/openai/v1"],
    ["whole", "https://oai.openai.azure.com/"],
  ]);
});

test("a backend has what the operations of those APIs lack whose policies name it", async () => {
  const { gateways } = await loadStacks(
    planWith([
      ...apiOf("dated", [DATED], "a"),
      ...apiOf("v1", ["/responses"], "b"),
      backend("a"),
      backend("b"),
    ]),
  );
  expect(gateways[0]?.backends.map(({ name, single }) => [name, single?.url])).toEqual([
    ["a", "https://oai.openai.azure.com/openai"],
    ["b", "https://oai.openai.azure.com/openai/v1"],
  ]);
});

test("a backend is refused where APIs that name it lack different parts", async () => {
  const plan = planWith([...apiOf("dated", [DATED], "a"), ...apiOf("v1", ["/responses"], "a"), backend("a")]);
  await expect(loadStacks(plan)).rejects.toThrow(
    "'openai' for the operations of azurerm_api_management_api.dated, 'openai/v1' for the operations of " +
      "azurerm_api_management_api.v1; read a state",
  );
});
