import { recordedKeysOf } from "../../../simulator/terraform/recorded-key-places";
import type { JsonObject } from "../../../simulator/terraform/stack-document";

const KEY = "5f0c2b7e9d4a1836c0ffee1234abcdef";
const BASE64_KEY = "abcdefghijklmnopqrst+vwxyz/0123456789ABCDE==";
/** Of 32 bytes. */
const MADE = "abcdefghijklmnopqrst+vwxyz/0123456789ABCDEF=";
const SIGNATURE = "abc+defghijklmnopqrstuvwxyz=";
const GUID = "0ea10ea1-0ea1-4ea1-8ea1-0ea10ea10ea1";
/** Of each kind of sign that `random_password` draws, and what looks like references. */
const PASSWORD = "{{key}}@(a)<b> c!#$%&*-_+[d]:?";

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
  ["a drawn password of all signs", "random_password", { result: PASSWORD }, PASSWORD],
  ["an application's password of all signs", "azuread_application_password", { value: PASSWORD }, PASSWORD],
  ["a server of all signs", "azurerm_mssql_server", { administrator_login_password: PASSWORD }, PASSWORD],
  ["a server", "azurerm_postgresql_flexible_server", { administrator_password: KEY }, KEY],
  ["a machine", "azurerm_windows_virtual_machine", { admin_password: KEY }, KEY],
  ["a registry", "azurerm_container_registry", { admin_username: KEY.slice(1), admin_password: KEY }, KEY],
  ["a registry's token", "azurerm_container_registry_token_password", { password1: [{ value: KEY }] }, KEY],
  [
    "the other one of a token",
    "azurerm_container_registry_token_password",
    { password2: [{ value: KEY }] },
    KEY,
  ],
  ["a search service", "azurerm_search_service", { query_keys: [{ name: KEY.slice(1), key: KEY }] }, KEY],
  ["extensions", "azurerm_function_app_host_keys", { event_grid_extension_config_key: KEY }, KEY],
  ["an extension", "azurerm_function_app_host_keys", { signalr_extension_key: KEY }, KEY],
  ["a bot", "azurerm_bot_channel_directline", { site: [{ name: KEY.slice(1), key: KEY }] }, KEY],
  ["a site", "azurerm_linux_web_app", { site_credential: [{ name: "$x", password: KEY }] }, KEY],
  ["a cluster", "azurerm_kubernetes_cluster", { kube_config: [{ username: "u", password: KEY }] }, KEY],
  ["a cluster's certificate", "azurerm_kubernetes_cluster", { kube_config: [{ client_key: KEY }] }, KEY],
  ["Application Insights", "azurerm_application_insights", { instrumentation_key: GUID }, GUID],
  ["a setting", "azurerm_linux_web_app", { app_settings: { OPENAI_API_KEY: KEY } }, KEY],
  [
    "a registry, as azapi reads it",
    "azapi_resource_action",
    { output: { passwords: [{ value: KEY }] } },
    KEY,
  ],
  [
    "a search service, as azapi reads it",
    "azapi_resource_action",
    { output: { value: [{ key: KEY }] } },
    KEY,
  ],
  ["what azapi reads by a path", "azapi_resource", { output: { "properties.primaryKey": KEY } }, KEY],
  ["what azapi reads by a name", "azapi_resource", { output: { adminKeys: { first: KEY } } }, KEY],
  ["what azapi reads by another name", "azapi_resource", { output: { search_key: MADE } }, MADE],
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
  [
    "a signature",
    "azurerm_storage_account_sas",
    { sas: `?sv=2024-11-04&sig=${encodeURIComponent(SIGNATURE)}` },
    SIGNATURE,
  ],
  [
    "a signature in lower case",
    "azurerm_storage_account_sas",
    { sas: "?sig=abc%2bdefghijklmnopqrstuvwxyz%3d" },
    SIGNATURE,
  ],
  [
    "a connection string of Application Insights",
    "azurerm_api_management_logger",
    {
      application_insights: [
        { connection_string: `InstrumentationKey=${GUID};IngestionEndpoint=https://x/` },
      ],
    },
    GUID,
  ],
  [
    "a connection string with a reference beside it",
    "azurerm_api_management_logger",
    { eventhub: [{ connection_string: `Endpoint={{endpoint}};SharedAccessKey=${KEY}` }] },
    KEY,
  ],
])("a key of %s is found", (_, type, values, key) => {
  expect(keysOf(type, values)).toEqual([key]);
});

test.each<readonly [string, string, object]>([
  [
    "what was never made",
    "azurerm_cognitive_account",
    { primary_access_key: "", secondary_access_key: null, x_api_key: " " },
  ],
  ["a reference to a named value", "azurerm_api_management_logger", { eventhub: [{ api_key: "{{key}}" }] }],
  [
    "a named value's own reference",
    "azurerm_api_management",
    { tenant_access: [{ primary_key: "a{{k.e-y}}" }] },
  ],
  ["an expression", "azapi_resource", { body: { apiKey: "@(context.Variables)" } }],
  ["an expression of several lines", "azapi_resource", { body: { apiKey: "@{ return 1; }" } }],
  ["a parameter", "azapi_resource", { body: { apiKey: "@parameters('key')" } }],
  ["a function of a template", "azapi_resource", { body: { primaryKey: "[listKeys(x).key1]" } }],
  [
    "a reference to a vault",
    "azurerm_linux_web_app",
    { app_settings: { OPENAI_API_KEY: "@Microsoft.KeyVault(VaultName=v;SecretName=s)" } },
  ],
  ["a sentence of azapi", "azapi_resource", { output: { key: "what is no key, however long the text is" } }],
  ["a short word of azapi", "azapi_resource", { output: { key: KEY.slice(1), keys: ["environments"] } }],
  ["what a backend of azapi sends", "azapi_resource", { body: { header: { "x-api-key": [KEY] } } }],
  ["a public key", "azapi_resource", { output: { publicKey: KEY } }],
  ["one of public keys", "azapi_resource", { output: { publicKeys: { first: KEY } } }],
  ["a password of azapi, which may open a certificate", "azapi_resource", { body: { password: KEY } }],
  [
    "the password of a proxy, which is sent",
    "azurerm_api_management_backend",
    { proxy: [{ url: "https://x", username: "u", password: KEY }] },
  ],
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

test("a signature that is not encoded as usual is found as it stands, and decoded", () => {
  const found = keysOf("azurerm_storage_account_sas", { sas: "?sig=%61bc+defghijklmnopqr%3D" });
  expect(found).toEqual(["%61bc+defghijklmnopqr%3D", "abc+defghijklmnopqr="]);
  expect(keysOf("azurerm_x", { sas: "?sig=abcdefghijklmnopqrs%" })).toEqual(["abcdefghijklmnopqrs%"]);
});

test("names of many words are read at once", () => {
  const name = "primary".repeat(100_000);
  const before = process.cpuUsage();
  expect(keysOf("azurerm_x", { [name]: KEY })).toEqual([]);
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
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
  ["azurerm_application_gateway", { ssl_certificate: [{ data: "MII", password: KEY }] }],
  ["azurerm_key_vault_certificate", { certificate: [{ contents: "MII", password: KEY }] }],
  ["azurerm_api_management", { certificate: [{ encoded_certificate: "MII", certificate_password: KEY }] }],
])("a drawn password that opens the certificate of an %s is none, in whatever document", (type, values) => {
  const resource = (own: string, inside: object): object => ({ address: "x", type: own, values: inside });
  const shown = (each: object): JsonObject => ({ values: { root_module: { resources: [each] } } });
  const password = shown(resource("random_password", { result: KEY }));
  expect(recordedKeysOf([password])).toHaveLength(1);
  expect(recordedKeysOf([password, shown(resource(type, values))])).toEqual([]);
});
