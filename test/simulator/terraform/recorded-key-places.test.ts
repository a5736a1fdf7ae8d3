import { recordedKeysOf } from "../../../simulator/terraform/recorded-key-places";
import type { JsonObject } from "../../../simulator/terraform/stack-document";

const KEY = "5f0c2b7e9d4a1836c0ffee1234abcdef";
const BASE64_KEY = "abcdefghijklmnopqrst+vwxyz/0123456789ABCDE==";
const SIGNATURE = "abc%2Bdefghijklmnopqrstuvwxyz%3D";

function keysOf(type: string, values: object, mode = "managed"): readonly string[] {
  const resources = [{ address: `${type}.x`, type, name: "x", mode, values }];
  return recordedKeysOf([{ values: { root_module: { resources } } }]).map(({ key }) => key);
}

test.each<readonly [string, string, object, string]>([
  ["a subscription", "azurerm_api_management_subscription", { primary_key: KEY }, KEY],
  ["an account", "azurerm_cognitive_account", { secondary_access_key: KEY }, KEY],
  ["a service's own access", "azurerm_api_management", { tenant_access: [{ primary_key: KEY }] }, KEY],
  ["Storage", "azurerm_storage_account", { primary_access_key: BASE64_KEY }, BASE64_KEY],
  ["a workspace", "azurerm_log_analytics_workspace", { primary_shared_key: BASE64_KEY }, BASE64_KEY],
  ["Cosmos DB", "azurerm_cosmosdb_account", { secondary_readonly_key: BASE64_KEY }, BASE64_KEY],
  ["a namespace", "azurerm_servicebus_namespace", { default_primary_key: BASE64_KEY }, BASE64_KEY],
  ["managed Redis", "azurerm_managed_redis", { default_database: [{ primary_access_key: KEY }] }, KEY],
  ["App Configuration", "azurerm_app_configuration", { primary_read_key: [{ id: "i", secret: KEY }] }, KEY],
  ["a function", "azurerm_function_app_host_keys", { default_function_key: BASE64_KEY }, BASE64_KEY],
  ["azapi's subscription", "azapi_resource", { body: { properties: { primaryKey: KEY } } }, KEY],
  ["accounts, as azapi reads them", "azapi_resource_action", { output: { key1: KEY, x: "x" } }, KEY],
  ["lists of azapi", "azapi_resource_action", { output: { keys: [{ value: KEY }] } }, KEY],
  ["texts of older versions of azapi", "azapi_resource_action", { output: `{"key2":"${KEY}"}` }, KEY],
  ["functions, as azapi reads them", "azapi_resource_action", { output: { functionKeys: { f: KEY } } }, KEY],
  ["an application", "azuread_application", { password: [{ value: KEY }] }, KEY],
  ["an application's password", "azuread_application_password", { value: KEY }, KEY],
  ["a drawn password", "random_password", { result: KEY }, KEY],
  [
    "a connection string",
    "azurerm_servicebus_namespace",
    {
      default_primary_connection_string: `Endpoint=sb://x/;SharedAccessKeyName=R;SharedAccessKey=${BASE64_KEY}`,
    },
    BASE64_KEY,
  ],
  [
    "a connection string of Redis",
    "azurerm_redis_cache",
    { primary_connection_string: `x.redis.cache.windows.net:6380,password=${BASE64_KEY},ssl=True` },
    BASE64_KEY,
  ],
  [
    "a connection string in a vault",
    "azurerm_key_vault_secret",
    { value: `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${BASE64_KEY};EndpointSuffix=y` },
    BASE64_KEY,
  ],
  ["a signature", "azurerm_storage_account_sas", { sas: `?sv=2024-11-04&sig=${SIGNATURE}` }, SIGNATURE],
])("a key of %s is found", (_, type, values, key) => {
  expect(keysOf(type, values)).toEqual([key]);
});

test.each<readonly [string, string, object]>([
  [
    "what was never made",
    "azurerm_cognitive_account",
    { primary_access_key: "", secondary_access_key: null },
  ],
  ["a reference to a named value", "azurerm_api_management_logger", { eventhub: [{ api_key: "{{key}}" }] }],
  ["a named value", "azurerm_api_management_named_value", { value: KEY, secret: true }],
  [
    "what a backend is sent",
    "azurerm_api_management_backend",
    { credentials: [{ header: { apikey: KEY } }] },
  ],
  ["a vault's own secret", "azurerm_key_vault_secret", { value: KEY }],
  ["names of keys", "azurerm_key_vault_key", { name: "key1", key_type: "RSA", key_opts: ["sign"] }],
  ["a drawn name", "random_string", { result: KEY }],
  ["another provider's", "aws_iam_access_key", { access_key: KEY }],
])("%s is no recorded key", (_, type, values) => {
  expect(keysOf(type, values)).toEqual([]);
});

test("keys are found in modules and in what a plan has read before, what is managed first", () => {
  const resource = (mode: string, key: string): object => ({
    address: `${key}.x`,
    type: "azurerm_storage_account",
    mode,
    values: { primary_access_key: key },
  });
  const planned = { root_module: { resources: [resource("data", "a"), resource("managed", "b")] } };
  const before = {
    root_module: { child_modules: [{ child_modules: [{ resources: [resource("managed", "c")] }] }] },
  };
  const found = recordedKeysOf([{ planned_values: planned, prior_state: { values: before } }]);
  expect(found.map(({ key }) => key)).toEqual(["b", "c", "a"]);
});

test.each([
  ["lists", "[", "]"],
  ["objects", '{"a":', "}"],
])("%s that are nested deeper than calls are gone through", (_, open, close) => {
  const depth = 20_000;
  const value = JSON.parse(`${open.repeat(depth)}{"primary_key":"${KEY}"}${close.repeat(depth)}`) as unknown;
  expect(keysOf("azurerm_x", { value })).toEqual([KEY]);
});

test.each<readonly [string, object]>([
  ["azurerm_api_management_certificate", { data: "MII", password: KEY }],
  ["azurerm_key_vault_certificate", { certificate: [{ contents: "MII", password: KEY }] }],
  ["azurerm_api_management", { certificate: [{ encoded_certificate: "MII", certificate_password: KEY }] }],
])("a drawn password that opens the certificate of an %s is none, in whatever document", (type, values) => {
  const resource = (own: string, inside: object): object => ({ address: "x", type: own, values: inside });
  const shown = (each: object): JsonObject => ({ values: { root_module: { resources: [each] } } });
  const password = shown(resource("random_password", { result: KEY }));
  expect(recordedKeysOf([password])).toHaveLength(1);
  expect(recordedKeysOf([password, shown(resource(type, values))])).toEqual([]);
});
