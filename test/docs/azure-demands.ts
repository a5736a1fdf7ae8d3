import { Auth } from "../../lib/auth";
import { AzapiUpdateResource } from "../../lib/azapi/azapi-update-resource";
import { GatewaySku } from "../../lib/gateway/gateway-sku";
import { CertificateStore } from "../../lib/key-vault";
import { PrivateEndpointTarget, PrivateNetwork } from "../../lib/network";
import { Telemetry } from "../../lib/observability";
import { OpenAiAccount } from "../../lib/openai";
import { StateStorage } from "../../lib/state";
import { CHAT, type GatewayStack, PLACE, TENANT } from "../lib/gateway/gateway-stack";
import { GATEWAY_RESOURCES, OF_GATEWAY, PLACED } from "../simulator/terraform/stack-fixture";

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** A value that Azure does not take, given to both sides. */
export interface Demand {
  /** Gives it to the constructs. */
  readonly constructs: (stage: GatewayStack) => unknown;
  /** Resources that have it. */
  readonly simulator: Resources;
  /** What the constructs say about it. */
  readonly construction: RegExp;
  /** What the simulator says about it. */
  readonly loading: RegExp;
}

const { gateway: GATEWAY } = GATEWAY_RESOURCES.azurerm_api_management;
const VAULT = { ...PLACED, name: "kv-ai", sku_name: "standard", tenant_id: TENANT };
const ACCOUNT = { ...PLACED, name: "oai", kind: "OpenAI", sku_name: "S0", custom_subdomain_name: "oai" };
const NETWORK = {
  ...PLACE,
  name: "vnet-ai",
  addressSpace: ["10.0.0.0/22"],
  privateEndpointSubnetPrefix: "10.0.1.0/26",
};
const VAULT_ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-ai";
/** Neither a certificate in DER form nor a container. */
const NO_CERTIFICATE = Buffer.from("no certificate").toString("base64");

function service(change: object): Resources {
  return { ...GATEWAY_RESOURCES, azurerm_api_management: { gateway: { ...GATEWAY, ...change } } };
}

function store({ stack }: GatewayStack, change: object = {}): CertificateStore {
  return new CertificateStore(stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT, ...change });
}

function account({ stack }: GatewayStack, change: object = {}): OpenAiAccount {
  return new OpenAiAccount(stack, "openai", { ...PLACE, name: "oai-ai", ...change });
}

function deployment(change: object): Resources {
  return {
    azurerm_cognitive_account: { a: ACCOUNT },
    azurerm_cognitive_deployment: {
      chat: {
        name: "chat",
        cognitive_account_id: "${azurerm_cognitive_account.a.id}",
        model: { format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" },
        sku: { name: "Standard", capacity: 1 },
        ...change,
      },
    },
  };
}

/** By the name of the row. */
export const DEMANDS: Readonly<Record<string, Demand>> = {
  "root certificate": {
    constructs: (stage) => store(stage).addCertificateAuthority("ca", { pem: NO_CERTIFICATE }),
    construction: /pem must contain a CERTIFICATE block/,
    simulator: service({ certificate: [{ store_name: "Root", encoded_certificate: NO_CERTIFICATE }] }),
    loading: /neither a certificate nor a PKCS#12 container/,
  },
  "intermediate certificate": {
    constructs: (stage) => {
      const vault = store(stage);
      const hostNames = [{ hostName: "ai.contoso.com", certificate: vault.certificateByName("tls") }];
      return stage.api(stage.gateway({ certificateStore: vault, hostNames }), {
        auth: Auth.clientCertificate({
          certificateAuthorities: [
            {
              subject: "CN=Partner",
              thumbprint: "A".repeat(40),
              isRoot: false,
              encodedCertificate: NO_CERTIFICATE,
            },
          ],
          identities: [{ name: "CN=claims" }],
        }),
      });
    },
    construction: /must be base64 of a PKCS#12 container/,
    simulator: service({
      certificate: [{ store_name: "CertificateAuthority", encoded_certificate: NO_CERTIFICATE }],
    }),
    loading: /Intermediates must be a Base64-encoded \.pfx file/,
  },
  "size of a policy": {
    constructs: (stage) => {
      const audiences = Array.from({ length: 400 }, (_, index) => `${"a".repeat(700)}-${index}`);
      stage.api(stage.gateway(), {
        auth: Auth.oidc({
          name: "idp",
          issuer: "https://idp.contoso.com",
          audiences,
          clientIds: ["web"],
        }),
      });
      stage.synthesize();
    },
    construction: /policy document must not exceed 262144 bytes/,
    simulator: {
      ...GATEWAY_RESOURCES,
      azurerm_api_management_policy: {
        p: {
          api_management_id: "${azurerm_api_management.gateway.id}",
          xml_content: `<policies><inbound><!--${"x".repeat(262_144)}--></inbound></policies>`,
        },
      },
    },
    loading: /tier Developer stores at most 262144/,
  },
  "name of a service": {
    constructs: (stage) => stage.gateway({ name: "1-ai" }),
    construction: /name must be 1 to 50 letters/,
    simulator: service({ name: "1-ai" }),
    loading: /'name' is '1-ai'; it must be 1 to 50 letters/,
  },
  publisher: {
    constructs: (stage) => stage.gateway({ publisherEmail: "nobody" }),
    construction: /publisherEmail must be a mail address/,
    simulator: service({ publisher_email: "nobody" }),
    loading: /'publisher_email' is 'nobody'; it must be a mail address/,
  },
  "version of the management API": {
    constructs: (stage) => stage.gateway({ minApiVersion: "2021" }),
    construction: /minApiVersion must be a date/,
    simulator: service({ min_api_version: "2021" }),
    loading: /'min_api_version' is '2021'; it must be a date/,
  },
  "tier and units": {
    constructs: () => GatewaySku.premium(0),
    construction: /units of tier Premium must be/,
    simulator: service({ sku_name: "Gold_1" }),
    loading: /'sku_name' is 'Gold_1'/,
  },
  "path of an API": {
    constructs: (stage) => stage.api(stage.gateway(), { path: "/claims" }),
    construction: /path must be a literal/,
    simulator: {
      ...GATEWAY_RESOURCES,
      azurerm_api_management_api: {
        a: {
          ...OF_GATEWAY,
          name: "a",
          revision: "1",
          display_name: "a",
          path: "/claims",
          protocols: ["https"],
        },
      },
    },
    loading: /'path' is '\/claims'; it must be at most 400/,
  },
  "named value": {
    constructs: (stage) => stage.gateway().addNamedValue("a b", { store: store(stage), secretName: "s" }),
    construction: /name must be a literal of 1 to 256/,
    simulator: {
      ...GATEWAY_RESOURCES,
      azurerm_api_management_named_value: {
        n: { ...OF_GATEWAY, name: "n", display_name: "a b", value: "v" },
      },
    },
    loading: /'display_name' is 'a b'; it must be 1 to 256/,
  },
  "resource type and version of azapi": {
    constructs: ({ stack }) =>
      new AzapiUpdateResource(stack, "x", {
        type: "Microsoft.ApiManagement/service",
        resourceId: "/x",
        body: {},
      }),
    construction: /type must be a resource type and API version/,
    simulator: {
      azapi_update_resource: { x: { type: "Microsoft.ApiManagement/service", resource_id: "/x", body: {} } },
    },
    loading: /it must be a resource type and API version/,
  },
  "name of an account": {
    constructs: (stage) => account(stage, { name: "_oai", customSubdomainName: "oai" }),
    construction: /name must be 2 to 64/,
    simulator: { azurerm_cognitive_account: { a: { ...ACCOUNT, name: "_oai" } } },
    loading: /'name' is '_oai'; it must be 2 to 64/,
  },
  "subdomain of an account": {
    constructs: (stage) => account(stage, { customSubdomainName: "oai_ai" }),
    construction: /customSubdomainName must be a literal of 2 to 64/,
    simulator: { azurerm_cognitive_account: { a: { ...ACCOUNT, custom_subdomain_name: "oai_ai" } } },
    loading: /'custom_subdomain_name' is 'oai_ai'; it must be 2 to 64/,
  },
  "name of a deployment": {
    constructs: (stage) => account(stage).addDeployment("a b", CHAT),
    construction: /name of a deployment must be a literal of 2 to 64/,
    simulator: deployment({ name: "a b" }),
    loading: /'name' is 'a b'; it must be 2 to 64/,
  },
  "region of a deployment": {
    constructs: (stage) =>
      account(stage, { location: "australiaeast" }).addDeployment("chat", {
        ...CHAT,
        sku: "DataZoneStandard",
      }),
    construction: /data zone/i,
    simulator: {
      ...deployment({ sku: { name: "DataZoneStandard", capacity: 1 } }),
      azurerm_cognitive_account: { a: { ...ACCOUNT, location: "australiaeast" } },
    },
    loading: /not supported in this region 'australiaeast'/,
  },
  region: {
    constructs: (stage) => account(stage, { location: "West-Europe" }),
    construction: /location must be a literal: a region/,
    simulator: service({ location: "west-europe" }),
    loading: /'location' is 'west-europe'; it must be a region/,
  },
  "name of a resource group": {
    constructs: (stage) => account(stage, { resourceGroupName: "rg." }),
    construction: /resourceGroupName must be 1 to 90/,
    simulator: service({ resource_group_name: "rg." }),
    loading: /'resource_group_name' is 'rg\.'; it must be 1 to 90/,
  },
  tenant: {
    constructs: (stage) => store(stage, { tenantId: "contoso" }),
    construction: /tenantId must be a GUID/,
    simulator: { azurerm_key_vault: { kv: { ...VAULT, tenant_id: "contoso" } } },
    loading: /'tenant_id' is 'contoso'; it must be a GUID/,
  },
  "name of a vault": {
    constructs: (stage) => store(stage, { name: "kv--ai" }),
    construction: /name must be 3 to 24/,
    simulator: { azurerm_key_vault: { kv: { ...VAULT, name: "kv--ai" } } },
    loading: /'name' is 'kv--ai'; it must be 3 to 24/,
  },
  "name of a secret": {
    constructs: (stage) => stage.gateway().addNamedValue("n", { store: store(stage), secretName: "a.b" }),
    construction: /secretName must be 1 to 127/,
    simulator: {
      azurerm_key_vault: { kv: VAULT },
      azurerm_key_vault_secret: {
        s: { name: "a.b", key_vault_id: "${azurerm_key_vault.kv.id}", value: "v" },
      },
    },
    loading: /'name' is 'a\.b'; it must be 1 to 127/,
  },
  "name of a workspace": {
    constructs: ({ stack }) =>
      new Telemetry(stack, "t", { ...PLACE, workspaceName: "log", applicationInsightsName: "appi" }),
    construction: /workspaceName must be 4 to 63/,
    simulator: { azurerm_log_analytics_workspace: { w: { ...PLACED, name: "log" } } },
    loading: /'name' is 'log'; it must be 4 to 63/,
  },
  "name of a storage account": {
    constructs: ({ stack }) => new StateStorage(stack, "s", { ...PLACE, storageAccountName: "St-1" }),
    construction: /storageAccountName must be 3 to 24/,
    simulator: { azurerm_storage_account: { s: { ...PLACED, name: "St-1" } } },
    loading: /'name' is 'St-1'; it must be 3 to 24/,
  },
  "name of a network": {
    constructs: ({ stack }) => new PrivateNetwork(stack, "n", { ...NETWORK, name: "-" }),
    construction: /name must be 2 to 64/,
    simulator: { azurerm_virtual_network: { v: { ...PLACED, name: "-", address_space: ["10.0.0.0/22"] } } },
    loading: /'name' is '-'; it must be 2 to 64/,
  },
  "name of a private endpoint": {
    constructs: ({ stack }) =>
      new PrivateNetwork(stack, "n", NETWORK).addPrivateEndpoint("a b", {
        target: PrivateEndpointTarget.keyVault({ id: VAULT_ID }),
      }),
    construction: /name must be/,
    simulator: { azurerm_private_endpoint: { p: { ...PLACED, name: "pep-a b", subnet_id: "/s" } } },
    loading: /'name' is 'pep-a b'; it must be 1 to 80/,
  },
};
