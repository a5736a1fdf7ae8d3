import { loadStacks, StackLoadError } from "../../../simulator/terraform";
import { GATEWAY_RESOURCES, OF_GATEWAY, writeStack } from "./stack-fixture";

const api = (name: string, more: object = {}): object => ({
  ...OF_GATEWAY,
  name,
  revision: "1",
  display_name: name,
  path: name,
  protocols: ["https"],
  ...more,
});

const operation = (id: string, more: object = {}): object => ({
  ...OF_GATEWAY,
  api_name: "a",
  operation_id: id,
  display_name: id,
  method: "GET",
  url_template: `/${id}`,
  ...more,
});

/** Parameters of the template; `{a}` alone is optional. */
function templated(url_template: string): object {
  const names = Array.from(url_template.matchAll(/\{\*?([^{}]+)\}/g), ([, name = ""]) => name);
  const isOptional = url_template.endsWith("?a={a}");
  return {
    url_template,
    template_parameter: names.map((name) => ({ name, required: !isOptional, type: "string" })),
  };
}

const namedValue = (name: string, display: string): object => ({
  ...OF_GATEWAY,
  name,
  display_name: display,
  value: "v",
});

const product = (id: string, subscription_required: boolean): object => ({
  ...OF_GATEWAY,
  product_id: id,
  display_name: id,
  published: true,
  subscription_required,
});

const link = (product_id: string): object => ({ ...OF_GATEWAY, api_name: "a", product_id });

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

async function problemsOf(resources: Resources): Promise<readonly string[]> {
  const directory = writeStack("main", { resource: { ...GATEWAY_RESOURCES, ...resources } });
  try {
    await loadStacks(directory);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StackLoadError);
    return (error as StackLoadError).problems.map(({ address, message }) => `${address}: ${message}`);
  }
}

const VERSIONED = {
  azurerm_api_management_api_version_set: {
    set: { ...OF_GATEWAY, name: "set", display_name: "set", versioning_scheme: "Segment" },
  },
};
const IN_SET = { path: "a", version_set_id: "${azurerm_api_management_api_version_set.set.id}" };

test.each<[string, Resources, string]>([
  [
    "two APIs of one path",
    { azurerm_api_management_api: { a: api("a"), b: api("b", { path: "A" }) } },
    "azurerm_api_management_api.b: it is the API at path 'A', which azurerm_api_management_api.a is already",
  ],
  [
    "two revisions of one API",
    { azurerm_api_management_api: { a: api("a"), b: api("a", { revision: "2", path: "b" }) } },
    "azurerm_api_management_api.b: it is the API 'a', which azurerm_api_management_api.a is already",
  ],
  [
    "one version twice in a set",
    {
      ...VERSIONED,
      azurerm_api_management_api: {
        a: api("a", { ...IN_SET, version: "v1" }),
        b: api("b", { ...IN_SET, version: "v1" }),
      },
    },
    "azurerm_api_management_api.b: it is the API at path 'a' with version 'v1'",
  ],
  [
    "two named values of one display name",
    { azurerm_api_management_named_value: { a: namedValue("a", "key"), b: namedValue("b", "KEY") } },
    "azurerm_api_management_named_value.b: it is the named value 'KEY'",
  ],
  [
    "operations that take the same requests",
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_api_operation: {
        x: operation("x", {
          url_template: "/items/{id}",
          template_parameter: { name: "id", required: true, type: "string" },
        }),
        y: operation("y", {
          url_template: "/Items/{name}",
          template_parameter: { name: "name", required: true, type: "string" },
        }),
      },
    },
    "azurerm_api_management_api_operation.y: it is the operation 'GET /Items/{name}' of API 'a'",
  ],
  ...[
    ["/items?a={a}&b=1", "/items?b=1&a={x}", "the query in another order"],
    ["/items", "/items?a={a}", "an optional parameter besides"],
    ["/items/*", "/items/{*rest}", "a wildcard of another spelling"],
    ["/items", "items", "no slash at the start"],
  ].map(([one = "", other = "", what = ""]): [string, Resources, string] => [
    `operations that differ by ${what}`,
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_api_operation: {
        x: operation("x", templated(one)),
        y: operation("y", templated(other)),
      },
    },
    `azurerm_api_management_api_operation.y: it is the operation 'GET ${other}' of API 'a'`,
  ]),
  [
    "an API in two open products",
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_product: { p: product("p", false), q: product("q", false) },
      azurerm_api_management_product_api: { p: link("p"), q: link("q") },
    },
    "azurerm_api_management_product.q: it is the open product of API 'a'",
  ],
])("refuses %s, with both addresses", async (_name, resources, message) => {
  expect(await problemsOf(resources)).toEqual([expect.stringContaining(message)]);
});

test.each<[string, Resources]>([
  [
    "versions of a set at one path",
    {
      ...VERSIONED,
      azurerm_api_management_api: {
        a: api("a", { ...IN_SET, version: "v1" }),
        b: api("b", { ...IN_SET, version: "v2" }),
      },
    },
  ],
  [
    "operations of one template with other methods",
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_api_operation: {
        x: operation("x", { url_template: "/items" }),
        y: operation("y", { url_template: "/items", method: "POST" }),
      },
    },
  ],
  [
    "operations that differ by what a query must have",
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_api_operation: Object.fromEntries(
        ["/items", "/items?b={b}", "/items?b=1", "/items?b=1&c={c}"].map((template, index) => [
          `o${index}`,
          operation(`o${index}`, templated(template)),
        ]),
      ),
    },
  ],
  [
    "an API in an open and in a closed product",
    {
      azurerm_api_management_api: { a: api("a") },
      azurerm_api_management_product: { p: product("p", false), q: product("q", true) },
      azurerm_api_management_product_api: { p: link("p"), q: link("q") },
    },
  ],
])("takes %s", async (_name, resources) => {
  expect(await problemsOf(resources)).toEqual([]);
});

const NETWORK = { location: "westeurope", resource_group_name: "rg" };
const ZONE = { name: "privatelink.openai.azure.com", resource_group_name: "rg" };
const ZONE_LINK = { name: "network", resource_group_name: "rg", private_dns_zone_name: ZONE.name };

test.each<[string, Resources, string]>([
  [
    "security groups",
    {
      azurerm_network_security_group: {
        a: { ...NETWORK, name: "nsg-gateway" },
        b: { ...NETWORK, name: "NSG-Gateway" },
      },
    },
    "networkSecurityGroups/NSG-Gateway",
  ],
  ["private DNS zones", { azurerm_private_dns_zone: { a: ZONE, b: ZONE } }, `privateDnsZones/${ZONE.name}`],
  [
    "links of one zone",
    {
      azurerm_private_dns_zone_virtual_network_link: {
        a: { ...ZONE_LINK, virtual_network_id: "v1" },
        b: { ...ZONE_LINK, virtual_network_id: "v2" },
      },
    },
    `privateDnsZones/${ZONE.name}/virtualNetworkLinks/network`,
  ],
])("two %s of one name are refused in the words of the provider", async (_what, resources, id) => {
  expect(await problemsOf(resources)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^azurerm_\\w+\\.b: A resource with the ID "/subscriptions/.*/providers/Microsoft\\.Network/${id}" already exists - `,
      ),
    ),
  ]);
});

test("names of different resource groups, or of different types, do not meet", async () => {
  expect(
    await problemsOf({
      azurerm_private_dns_zone: { a: ZONE, b: { ...ZONE, resource_group_name: "rg-other" } },
      azurerm_network_security_group: { a: { ...NETWORK, name: "xy" } },
      azurerm_virtual_network: { a: { ...NETWORK, name: "xy", address_space: ["10.0.0.0/24"] } },
    }),
  ).toEqual([]);
});
