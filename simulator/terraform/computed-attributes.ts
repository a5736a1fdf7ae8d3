import { shortRegion } from "../model";
import { armResourceId } from "./arm-resource-id";
import { deterministicGuid, deterministicHex } from "./deterministic-value";
import { type HclValue, isHclList, isHclObject } from "./hcl-value";
import type { Resource } from "./resource";

/** What computed attributes depend on beside the resource itself. */
export interface ComputationContext {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Certificate of an `azurerm_key_vault_certificate`, once it has been read or issued. */
  readonly certificate: (resource: Resource) => KeyVaultCertificateContent | undefined;
}

/** A Key Vault certificate with what its attributes show. */
export interface KeyVaultCertificateContent {
  readonly der: Uint8Array;
  /** SHA-1, upper-case hex. */
  readonly thumbprint: string;
  /** What `/secrets/<name>` of the vault gives out. */
  readonly secret: string;
}

type Computation = (resource: Resource, context: ComputationContext) => HclValue | undefined;

const guid =
  (purpose: string): Computation =>
  (resource) =>
    deterministicGuid(`${resource.seed}/${purpose}`);

const orGuid =
  (name: string): Computation =>
  (resource) =>
    resource.configured(name) ?? deterministicGuid(`${resource.seed}/${name}`);

const orKey =
  (name: string): Computation =>
  (resource) =>
    resource.configured(name) ?? deterministicHex(`${resource.seed}/${name}`, 32);

const orHex =
  (name: string, length: number): Computation =>
  (resource) =>
    resource.configured(name) ?? deterministicHex(`${resource.seed}/${name}`, length);

const tenant: Computation = (_resource, context) => context.tenantId;

/** The `identity` block with the ids that Azure gives a system-assigned identity. */
const identity: Computation = (resource, context) => {
  const configured = resource.configured("identity");
  const block = isHclList(configured) ? configured[0] : configured;
  if (!isHclObject(block)) {
    return undefined;
  }
  const type = block["type"];
  return typeof type === "string" && type.includes("SystemAssigned")
    ? { ...block, principal_id: deterministicGuid(`${resource.seed}/system`), tenant_id: context.tenantId }
    : block;
};

/** Account endpoints carry the custom subdomain, or the region when there is none. */
const accountEndpoint: Computation = (resource) => {
  const subdomain = resource.configured("custom_subdomain_name");
  if (typeof subdomain !== "string") {
    const region = shortRegion(resource.text("location"));
    return `https://${region}.api.cognitive.microsoft.com/`;
  }
  const domain =
    resource.configured("kind") === "OpenAI" ? "openai.azure.com" : "cognitiveservices.azure.com";
  return `https://${subdomain}.${domain}/`;
};

/** Keys are not readable when local authentication is off, and the provider leaves them empty. */
const accountKey =
  (which: string): Computation =>
  (resource) =>
    resource.configured("local_auth_enabled") === false ||
    resource.configured("local_authentication_enabled") === false
      ? ""
      : accountKeyValue(resource, which);

/** One of the two keys of a Cognitive Services account, whether readable or not. */
export function accountKeyValue(resource: Resource, which: string): string {
  return deterministicHex(`${resource.seed}/${which}`, 32);
}

const ACCOUNT: Readonly<Record<string, Computation>> = {
  identity,
  endpoint: accountEndpoint,
  primary_access_key: accountKey("primary"),
  secondary_access_key: accountKey("secondary"),
};

const serviceHost =
  (suffix: string): Computation =>
  (resource) =>
    `https://${resource.text("name")}.${suffix}`;

/** An address of a /24, the last byte by seed. */
const address =
  (network: string): Computation =>
  (resource) => [
    `${network}.${1 + (Number.parseInt(deterministicHex(`${resource.seed}/${network}`, 8), 16) % 254)}`,
  ];

/** Documentation range (RFC 5737): public in shape, and nobody's. */
const publicAddress = address("203.0.113");

/**
 * Tiers that have no public address of their own.
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-ip-addresses
 */
const SHARED_INFRASTRUCTURE = /^(?:Consumption|\w+V2)_/;

const version: Computation = (resource) => deterministicHex(`${resource.seed}/version`, 32);

/** `https://<vault>.vault.azure.net/<collection>/<name>` with or without the version. */
const vaultUrl =
  (collection: string, versioned: boolean): Computation =>
  (resource) => {
    const vault = resource.text("key_vault_id").split("/").at(-1) ?? "";
    const url = `https://${vault}.vault.azure.net/${collection}/${resource.text("name")}`;
    return versioned ? `${url}/${resource.text("version")}` : url;
  };

const vaultArmId =
  (collection: string, versioned: boolean): Computation =>
  (resource) => {
    const id = `${resource.text("key_vault_id")}/${collection}/${resource.text("name")}`;
    return versioned ? `${id}/versions/${resource.text("version")}` : id;
  };

const certificate =
  (read: (content: KeyVaultCertificateContent) => HclValue): Computation =>
  (resource, context) => {
    const content = context.certificate(resource);
    return content === undefined ? undefined : read(content);
  };

const directoryObject = (path: string): Readonly<Record<string, Computation>> => ({
  id: (resource) => `/${path}/${resource.text("object_id")}`,
  object_id: guid("object"),
});

const APPLICATION: Readonly<Record<string, Computation>> = {
  ...directoryObject("applications"),
  client_id: guid("client"),
  password: (resource) => {
    const configured = resource.configured("password");
    const block = isHclList(configured) ? configured[0] : configured;
    return isHclObject(block)
      ? {
          ...block,
          key_id: deterministicGuid(`${resource.seed}/password`),
          value: deterministicHex(`${resource.seed}/password`, 40),
        }
      : undefined;
  },
};

/** A name that every Azure resource may have; the rules of the naming provider are not followed. */
const caf: Computation = (resource) =>
  resource.configured("result") ?? `n${deterministicHex(`${resource.seed}/result`, 10)}`;

const ACCESS_KEYS: Readonly<Record<string, Computation>> = {
  primary_access_key: orKey("primary_access_key"),
  secondary_access_key: orKey("secondary_access_key"),
};

const COMPUTATIONS: Readonly<Record<string, Readonly<Record<string, Computation>>>> = {
  azurerm_user_assigned_identity: {
    client_id: guid("client"),
    principal_id: guid("principal"),
    tenant_id: tenant,
  },
  azurerm_role_assignment: { name: orGuid("name") },
  azurerm_role_definition: {
    role_definition_id: orGuid("role_definition_id"),
    role_definition_resource_id: (resource, context) =>
      `/subscriptions/${context.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${resource.text("role_definition_id")}`,
  },
  azurerm_cognitive_account: ACCOUNT,
  azurerm_ai_services: ACCOUNT,
  azurerm_key_vault: {
    vault_uri: (resource) => `https://${resource.text("name")}.vault.azure.net/`,
  },
  azurerm_key_vault_secret: {
    version,
    id: vaultUrl("secrets", true),
    versionless_id: vaultUrl("secrets", false),
    resource_id: vaultArmId("secrets", true),
    resource_versionless_id: vaultArmId("secrets", false),
  },
  azurerm_key_vault_certificate: {
    version,
    id: vaultUrl("certificates", true),
    versionless_id: vaultUrl("certificates", false),
    secret_id: vaultUrl("secrets", true),
    versionless_secret_id: vaultUrl("secrets", false),
    resource_manager_id: vaultArmId("certificates", true),
    resource_manager_versionless_id: vaultArmId("certificates", false),
    thumbprint: certificate((content) => content.thumbprint),
    certificate_data: certificate((content) => Buffer.from(content.der).toString("hex").toUpperCase()),
    certificate_data_base64: certificate((content) => Buffer.from(content.der).toString("base64")),
  },
  azurerm_key_vault_key: {
    version,
    id: vaultUrl("keys", true),
    versionless_id: vaultUrl("keys", false),
    resource_id: vaultArmId("keys", true),
    resource_versionless_id: vaultArmId("keys", false),
  },
  azurerm_api_management: {
    identity,
    gateway_url: serviceHost("azure-api.net"),
    gateway_regional_url: (resource) => {
      const region = shortRegion(resource.text("location"));
      return `https://${resource.text("name")}-${region}-01.regional.azure-api.net`;
    },
    developer_portal_url: serviceHost("developer.azure-api.net"),
    management_api_url: serviceHost("management.azure-api.net"),
    portal_url: serviceHost("portal.azure-api.net"),
    scm_url: serviceHost("scm.azure-api.net"),
    public_ip_addresses: (resource, context) =>
      SHARED_INFRASTRUCTURE.test(resource.text("sku_name")) ? [] : publicAddress(resource, context),
    private_ip_addresses: address("10.0.0"),
  },
  azurerm_api_management_subscription: {
    subscription_id: orGuid("subscription_id"),
    primary_key: orKey("primary_key"),
    secondary_key: orKey("secondary_key"),
  },
  azurerm_application_insights: {
    app_id: guid("app"),
    instrumentation_key: guid("instrumentation"),
    connection_string: (resource) => `InstrumentationKey=${resource.text("instrumentation_key")}`,
  },
  azurerm_public_ip: {
    ip_address: (resource, context) => (publicAddress(resource, context) as readonly string[])[0],
  },
  azurerm_log_analytics_workspace: { workspace_id: guid("workspace") },
  azurerm_managed_redis: {
    hostname: (resource) => `${resource.text("name")}.${resource.text("location")}.redis.azure.net`,
    default_database: (resource) => {
      const configured = resource.configured("default_database");
      const block = isHclList(configured) ? configured[0] : configured;
      return isHclObject(block)
        ? { ...block, port: 10000, primary_access_key: deterministicHex(`${resource.seed}/redis`, 44) }
        : undefined;
    },
  },
  azurerm_redis_cache: {
    hostname: (resource) => `${resource.text("name")}.redis.cache.windows.net`,
    ssl_port: () => 6380,
    ...ACCESS_KEYS,
    primary_connection_string: (resource) =>
      `${resource.text("hostname")}:6380,password=${resource.text("primary_access_key")},ssl=True,abortConnect=False`,
  },
  azurerm_storage_account: {
    ...ACCESS_KEYS,
    primary_blob_endpoint: (resource) => `https://${resource.text("name")}.blob.core.windows.net/`,
    primary_blob_host: (resource) => `${resource.text("name")}.blob.core.windows.net`,
  },
  azurerm_storage_container: { resource_manager_id: (resource) => resource.text("id") },
  azurerm_servicebus_namespace: {
    identity,
    endpoint: (resource) => `https://${resource.text("name")}.servicebus.windows.net:443/`,
  },
  azurerm_eventgrid_system_topic: { identity },
  azurerm_eventhub_namespace: {
    default_primary_connection_string: (resource) =>
      `Endpoint=sb://${resource.text("name")}.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=${deterministicHex(`${resource.seed}/key`, 44)}`,
  },
  azurecaf_name: { result: caf },
  azurecaf_naming_convention: { result: caf },
  random_id: { hex: orHex("hex", 8), b64_url: orHex("b64", 8), dec: orHex("dec", 8) },
  random_password: { result: orHex("result", 16) },
  random_pet: { id: orHex("id", 8) },
  random_string: { result: orHex("result", 8) },
  random_uuid: { result: guid("result") },
  random_integer: { result: (resource) => resource.configured("min") ?? 0 },
  azuread_application: APPLICATION,
  azuread_application_registration: APPLICATION,
  azuread_application_password: { key_id: guid("key"), value: orKey("value") },
  azuread_service_principal: {
    ...directoryObject("servicePrincipals"),
    application_tenant_id: tenant,
  },
  azuread_group: directoryObject("groups"),
};

/**
 * The value a provider would compute for an attribute after apply: the same in every run.
 * @returns `undefined` for an attribute that is configured or that the simulator does not know
 */
export function computedAttribute(
  resource: Resource,
  name: string,
  context: ComputationContext,
): HclValue | undefined {
  const ofType = Object.hasOwn(COMPUTATIONS, resource.type) ? COMPUTATIONS[resource.type] : undefined;
  const computation = ofType !== undefined && Object.hasOwn(ofType, name) ? ofType[name] : undefined;
  if (computation !== undefined) {
    return computation(resource, context);
  }
  // Whatever has an identity of its own gets it from Azure in the same way.
  if (name === "identity" && resource.type.startsWith("azurerm_")) {
    return identity(resource, context);
  }
  return name === "id" ? armResourceId(resource, context.subscriptionId) : undefined;
}
