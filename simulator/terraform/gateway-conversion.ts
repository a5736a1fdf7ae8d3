import { readIntermediates } from "../certificates";
import type {
  ApimTier,
  CertificateModel,
  DataMask,
  DataMasking,
  DiagnosticModel,
  GatewayIdentityModel,
  GatewayModel,
  HostNameModel,
  IdentityModel,
  LoggerModel,
  NamedValueModel,
  ProductModel,
  SubscriptionModel,
  TraceSeverity,
  TrustedCertificateModel,
} from "../model";
import { convertApis } from "./api-conversion";
import { armSegment, sameArmId, sameName } from "./arm-resource-id";
import { convertBackends } from "./backend-conversion";
import type { ConfigurationReader } from "./configuration-reader";
import { type AzapiObject, type Conversion, ServiceChildren } from "./conversion";
import type { HclObject } from "./hcl-value";
import { apiName, namedRevision } from "./named-revision";
import { policyOf } from "./policy-of-scope";
import type { Resource } from "./resource";
import { certificateFrom, type VaultSecrets } from "./vault-conversion";

const TIERS: readonly ApimTier[] = [
  "Consumption",
  "Developer",
  "Basic",
  "BasicV2",
  "Standard",
  "StandardV2",
  "Premium",
  "PremiumV2",
];

/** Types that are read with the service that they are of. */
export const CHILD_TYPES = [
  "azurerm_api_management_api",
  "azurerm_api_management_api_diagnostic",
  "azurerm_api_management_api_operation",
  "azurerm_api_management_api_operation_policy",
  "azurerm_api_management_api_policy",
  "azurerm_api_management_api_version_set",
  "azurerm_api_management_backend",
  "azurerm_api_management_certificate",
  "azurerm_api_management_custom_domain",
  "azurerm_api_management_diagnostic",
  "azurerm_api_management_logger",
  "azurerm_api_management_named_value",
  "azurerm_api_management_policy",
  "azurerm_api_management_policy_fragment",
  "azurerm_api_management_product",
  "azurerm_api_management_product_api",
  "azurerm_api_management_product_policy",
  "azurerm_api_management_redis_cache",
  "azurerm_api_management_subscription",
];

/** The day on which every subscription of a stack counts as created. */
const CREATED_DATE = "2026-01-01T00:00:00.000Z";

/** API Management services with everything below them. */
export function convertGateways(
  conversion: Conversion,
  identities: readonly IdentityModel[],
  secrets: VaultSecrets,
): readonly GatewayModel[] {
  const services = conversion.ofType("azurerm_api_management");
  const children = new ServiceChildren(
    conversion,
    services.map(({ resource }) => resource),
    CHILD_TYPES,
  );
  return services.map(({ resource, reader }) =>
    new GatewayConversion(resource, reader, children, identities, secrets).convert(),
  );
}

class GatewayConversion {
  private readonly gatewayIdentities: readonly GatewayIdentityModel[];

  public constructor(
    private readonly service: Resource,
    private readonly reader: ConfigurationReader,
    private readonly children: ServiceChildren,
    identities: readonly IdentityModel[],
    private readonly secrets: VaultSecrets,
  ) {
    this.gatewayIdentities = attachedIdentities(reader, identities);
  }

  public convert(): GatewayModel {
    const { service, reader, children } = this;
    return {
      address: service.address,
      id: reader.string("id"),
      name: reader.string("name"),
      location: reader.string("location"),
      additionalLocations: reader
        .blocks("additional_location")
        .filter((region) => !region.boolean("gateway_disabled", false))
        .map((region) => region.string("location")),
      tier: this.tier(),
      hostNames: this.hostNames(),
      identities: this.gatewayIdentities,
      trustedCertificates: reader.blocks("certificate").flatMap(trustedCertificate),
      certificates: this.certificates(),
      namedValues: this.namedValues(),
      fragments: this.of("policy_fragment").map(({ resource, reader: fragment }) => ({
        address: resource.address,
        name: fragment.string("name"),
        xml: fragment.string("value"),
        format: fragment.word("format", ["xml", "rawxml"], "xml"),
      })),
      policy: policyOf(this.of("policy")),
      ...convertApis(service, children),
      products: this.products(),
      subscriptions: this.subscriptions(),
      backends: convertBackends(service, children, this.tier()),
      loggers: this.loggers(),
      diagnostics: this.diagnostics(),
      externalCaches: this.of("redis_cache").map(({ resource, reader: cache }) => ({
        address: resource.address,
        name: cache.string("name"),
        location: cache.optionalString("cache_location") ?? "default",
      })),
      virtualNetwork: this.virtualNetwork,
      publicIpAddresses: reader.strings("public_ip_addresses"),
    };
  }

  private get virtualNetwork(): boolean {
    return this.reader.block("virtual_network_configuration") !== undefined;
  }

  private of(kind: string): ReturnType<ServiceChildren["of"]> {
    return this.children.of(this.service, `azurerm_api_management_${kind}`);
  }

  private tier(): ApimTier {
    const sku = this.reader.string("sku_name");
    const tier = TIERS.find((candidate) => candidate === sku.split("_")[0]);
    if (tier === undefined) {
      this.reader.refuse(`'sku_name' is '${sku}'; its tier must be one of ${TIERS.join(", ")}`);
    }
    return tier ?? "Developer";
  }

  private hostNames(): readonly HostNameModel[] {
    const defaultHost = `${this.reader.string("name")}.azure-api.net`.toLowerCase();
    const everywhere = this.asksEverywhere();
    const configured = [
      ...(this.reader.block("hostname_configuration")?.blocks("proxy") ?? []),
      ...this.of("custom_domain").flatMap(({ reader }) => reader.blocks("gateway")),
    ].map((host) => {
      this.checkHostCertificate(host);
      const hostName = host.string("host_name").toLowerCase();
      return {
        hostName,
        negotiateClientCertificate: everywhere || this.asks(host),
        isDefault: hostName === defaultHost,
      };
    });
    return configured.some(({ isDefault }) => isDefault)
      ? configured
      : [{ hostName: defaultHost, negotiateClientCertificate: everywhere, isDefault: true }, ...configured];
  }

  /** Consumption asks for client certificates at all its host names or at none. */
  private asksEverywhere(): boolean {
    const everywhere = this.reader.boolean("client_certificate_enabled", false);
    if (everywhere && this.tier() !== "Consumption") {
      this.reader.refuse(
        "'client_certificate_enabled' is for tier Consumption; set 'negotiate_client_certificate' on a host name",
      );
    }
    return everywhere;
  }

  /** Classic tiers ask at each host name that says so. */
  private asks(host: ConfigurationReader): boolean {
    const asks = host.boolean("negotiate_client_certificate", false);
    if (asks && this.tier().endsWith("V2")) {
      host.refuse(
        "'negotiate_client_certificate' does nothing on a v2 tier without 'enableClientCertificate' of the service, which azurerm cannot set and the simulator does not read",
      );
    }
    return asks;
  }

  /** The simulator serves certificates of its own; that the service could read the configured one still counts. */
  private checkHostCertificate(host: ConfigurationReader): void {
    const url = host.optionalString("key_vault_certificate_id") ?? host.optionalString("key_vault_id");
    if (url !== undefined) {
      this.readSecret(host, url, host.optionalString("ssl_keyvault_identity_client_id"));
    }
  }

  private readSecret(
    reader: ConfigurationReader,
    url: string,
    clientId: string | undefined,
  ): string | undefined {
    const identity = this.gatewayIdentities.find((candidate) =>
      clientId === undefined ? candidate.kind === "SystemAssigned" : candidate.clientId === clientId,
    );
    return this.secrets.read(url, { identity, virtualNetwork: this.virtualNetwork }, reader);
  }

  private certificates(): readonly CertificateModel[] {
    return this.of("certificate").flatMap(({ resource, reader }) => {
      const url = reader.optionalString("key_vault_secret_id");
      const content =
        url === undefined
          ? reader.string("data")
          : this.readSecret(reader, url, reader.optionalString("key_vault_identity_client_id"));
      const der =
        content === undefined
          ? undefined
          : certificateFrom(reader, content, reader.optionalString("password"));
      return der === undefined ? [] : [{ address: resource.address, name: reader.string("name"), der }];
    });
  }

  private namedValues(): readonly NamedValueModel[] {
    return this.of("named_value").map(({ resource, reader }) => {
      const vault = reader.block("value_from_key_vault");
      const value =
        vault === undefined
          ? reader.string("value")
          : this.readSecret(vault, vault.string("secret_id"), vault.optionalString("identity_client_id"));
      return {
        address: resource.address,
        displayName: reader.string("display_name"),
        value: value ?? "",
        secret: reader.boolean("secret", false),
        secretUrl: vault && versionless(vault.string("secret_id")),
      };
    });
  }

  private products(): readonly ProductModel[] {
    return this.of("product").map(({ resource, reader }) => {
      const productId = reader.string("product_id");
      const links = this.of("product_api").filter((link) =>
        sameName(link.reader.string("product_id"), productId),
      );
      return {
        address: resource.address,
        id: reader.string("id"),
        productId,
        displayName: reader.string("display_name"),
        subscriptionRequired: reader.boolean("subscription_required", true),
        approvalRequired: reader.boolean("approval_required", false),
        subscriptionsLimit: reader.optionalNumber("subscriptions_limit"),
        published: reader.boolean("published", false),
        apis: links.map((link) => this.apiName(link.reader.string("api_name"))),
        policy: policyOf(
          this.of("product_policy").filter((policy) =>
            sameName(policy.reader.string("product_id"), productId),
          ),
        ),
      };
    });
  }

  private subscriptions(): readonly SubscriptionModel[] {
    return this.of("subscription").map(({ resource, reader }) => {
      return {
        address: resource.address,
        subscriptionId: reader.string("subscription_id"),
        displayName: reader.string("display_name"),
        state: reader.optionalString("state") ?? "submitted",
        scope: this.subscriptionScope(reader),
        primaryKey: reader.string("primary_key"),
        secondaryKey: reader.string("secondary_key"),
        createdDate: CREATED_DATE,
      };
    });
  }

  private subscriptionScope(reader: ConfigurationReader): SubscriptionModel["scope"] {
    const productId = reader.optionalString("product_id");
    const apiId = reader.optionalString("api_id");
    if (productId !== undefined) {
      const product = armSegment(productId, "products") ?? "";
      const type = "azurerm_api_management_product";
      return {
        kind: "product",
        product: this.children.declaredName(this.service, type, "product_id", product),
      };
    }
    if (apiId === undefined) {
      return { kind: "allApis" };
    }
    if (namedRevision(apiId).revision !== undefined) {
      reader.refuse(
        "'api_id' names a revision (';rev='): keys of such a subscription do not work on Azure; cut it off: " +
          'replace(azurerm_api_management_api.<name>.id, "/;rev=.*/", "")',
      );
    }
    return { kind: "api", api: this.apiName(apiId) };
  }

  /** The API that an ARM id or argument names, as it is declared. */
  private apiName(idOrName: string): string {
    return this.children.declaredName(this.service, "azurerm_api_management_api", "name", apiName(idOrName));
  }

  private loggers(): readonly LoggerModel[] {
    return [
      ...this.of("logger").map(({ resource, reader }): LoggerModel => ({
        address: resource.address,
        name: reader.string("name"),
        kind: reader.has("eventhub") ? "eventHub" : "applicationInsights",
      })),
      ...this.children
        .azapi(this.service, "Microsoft.ApiManagement/service/loggers")
        .filter(({ isUpdate }) => !isUpdate)
        .map(({ address, name, properties }): LoggerModel => ({
          address,
          name,
          kind: KINDS[
            properties.word("loggerType", ["applicationInsights", "azureEventHub", "azureMonitor"])
          ],
        })),
    ];
  }

  private diagnostics(): readonly DiagnosticModel[] {
    const ofAzurerm = [...this.of("diagnostic"), ...this.of("api_diagnostic")].map((child) => {
      const { resource, reader } = child;
      const api = reader.optionalString("api_name");
      const made: DiagnosticModel = {
        ...diagnostic(resource, reader),
        api: api === undefined ? undefined : this.apiName(api),
      };
      const properties = this.children.updated(child, armDiagnostic);
      return properties === undefined ? made : { ...made, ...diagnosticSettings(properties) };
    });
    const ofAzapi = [
      "Microsoft.ApiManagement/service/diagnostics",
      "Microsoft.ApiManagement/service/apis/diagnostics",
    ].flatMap((type) => this.children.azapi(this.service, type));
    return [...ofAzurerm, ...ofAzapi.filter(({ isUpdate }) => !isUpdate).map(azapiDiagnostic)];
  }
}

/** A secret is followed by its name alone. */
function versionless(url: string): string | undefined {
  return /^https:\/\/[^/]+\/secrets\/[^/]+$/.test(url) ? url : undefined;
}

const KINDS = {
  applicationInsights: "applicationInsights",
  azureEventHub: "eventHub",
  azureMonitor: "azureMonitor",
} as const;

function attachedIdentities(
  reader: ConfigurationReader,
  identities: readonly IdentityModel[],
): readonly GatewayIdentityModel[] {
  const block = reader.block("identity");
  if (block === undefined) {
    return [];
  }
  const type = block.string("type");
  const assigned = block.strings("identity_ids").flatMap((id): readonly GatewayIdentityModel[] => {
    const identity = identities.find((candidate) => sameArmId(candidate.id, id));
    if (identity === undefined) {
      block.refuse(
        `identity '${id}' is not in the loaded stacks; load its stack, or look it up as a data source`,
      );
      return [];
    }
    return [{ kind: "UserAssigned", clientId: identity.clientId, principalId: identity.principalId }];
  });
  if (!type.includes("SystemAssigned")) {
    return assigned;
  }
  const principalId = block.string("principal_id");
  return [...assigned, { kind: "SystemAssigned", clientId: principalId, principalId }];
}

function trustedCertificate(block: ConfigurationReader): readonly TrustedCertificateModel[] {
  const store = block.word("store_name", ["Root", "CertificateAuthority"]);
  const der = certificateFrom(
    block,
    block.string("encoded_certificate"),
    block.optionalString("certificate_password"),
    store === "CertificateAuthority" ? readIntermediates : undefined,
  );
  return der === undefined ? [] : [{ store, der }];
}

const SIDES = ["frontend_request", "frontend_response", "backend_request", "backend_response"] as const;

function diagnostic(resource: Resource, reader: ConfigurationReader): DiagnosticModel {
  const [frontendRequest, frontendResponse, backendRequest, backendResponse] = SIDES.map((side) =>
    reader.block(side),
  );
  const headers = (block: ConfigurationReader | undefined): readonly string[] =>
    block?.strings("headers_to_log") ?? [];
  return {
    address: resource.address,
    identifier: reader.string("identifier"),
    logger: loggerName(reader, "api_management_logger_id"),
    metrics: false,
    verbosity: severity(reader),
    ...languageModelLogs(undefined),
    headersToLog: {
      frontendRequest: headers(frontendRequest),
      frontendResponse: headers(frontendResponse),
      backendRequest: headers(backendRequest),
      backendResponse: headers(backendResponse),
    },
    bodyBytes: Math.max(
      0,
      ...[frontendRequest, frontendResponse, backendRequest, backendResponse].map(
        (block) => block?.optionalNumber("body_bytes") ?? 0,
      ),
    ),
    masking: {
      frontendRequest: masking(frontendRequest?.block("data_masking"), "query_params"),
      backendRequest: masking(backendRequest?.block("data_masking"), "query_params"),
    },
  };
}

/** `properties` of the object that azurerm makes. */
function armDiagnostic(reader: ConfigurationReader): HclObject {
  const message = (side: (typeof SIDES)[number]): HclObject => {
    const block = reader.block(side);
    const masks = block?.block("data_masking");
    return {
      headers: block?.value("headers_to_log") ?? null,
      body: { bytes: block?.value("body_bytes") ?? null },
      dataMasking: {
        headers: masks?.value("headers") ?? null,
        queryParams: masks?.value("query_params") ?? null,
      },
    };
  };
  return {
    loggerId: reader.value("api_management_logger_id") ?? null,
    verbosity: reader.value("verbosity") ?? null,
    frontend: { request: message("frontend_request"), response: message("frontend_response") },
    backend: { request: message("backend_request"), response: message("backend_response") },
  };
}

function azapiDiagnostic({ address, id, name, properties }: AzapiObject): DiagnosticModel {
  const api = armSegment(id, "apis") === undefined ? undefined : apiName(id);
  return { address, identifier: name, api, ...diagnosticSettings(properties) };
}

function diagnosticSettings(
  properties: ConfigurationReader,
): Omit<DiagnosticModel, "address" | "identifier" | "api"> {
  const sides = ["frontend", "backend"].flatMap((end) =>
    ["request", "response"].map((message) => properties.block(end)?.block(message)),
  );
  const [frontendRequest, frontendResponse, backendRequest, backendResponse] = sides;
  const headers = (block: ConfigurationReader | undefined): readonly string[] =>
    block?.strings("headers") ?? [];
  return {
    logger: loggerName(properties, "loggerId"),
    metrics: properties.boolean("metrics", false),
    verbosity: severity(properties),
    ...languageModelLogs(properties),
    headersToLog: {
      frontendRequest: headers(frontendRequest),
      frontendResponse: headers(frontendResponse),
      backendRequest: headers(backendRequest),
      backendResponse: headers(backendResponse),
    },
    bodyBytes: Math.max(0, ...sides.map((block) => block?.block("body")?.optionalNumber("bytes") ?? 0)),
    masking: {
      frontendRequest: masking(frontendRequest?.block("dataMasking"), "queryParams"),
      backendRequest: masking(backendRequest?.block("dataMasking"), "queryParams"),
    },
  };
}

function severity(reader: ConfigurationReader): TraceSeverity {
  const named = reader.optionalString("verbosity");
  return (["verbose", "information", "error"] as const).find((each) => each === named) ?? "information";
}

function languageModelLogs(
  properties: ConfigurationReader | undefined,
): Pick<DiagnosticModel, "largeLanguageModelLogs" | "largeLanguageModelMessages"> {
  const logs = properties?.block("largeLanguageModel");
  return {
    largeLanguageModelLogs: logs?.optionalString("logs") === "enabled",
    largeLanguageModelMessages: ["requests", "responses"].some(
      (side) => logs?.block(side)?.optionalString("messages") === "all",
    ),
  };
}

function masking(block: ConfigurationReader | undefined, queryArgument: string): DataMasking {
  const masks = (argument: string): readonly DataMask[] =>
    (block?.blocks(argument) ?? []).map((mask) => ({
      name: mask.string("value"),
      mode: mask.word("mode", ["Hide", "Mask"]),
    }));
  return { headers: masks("headers"), queryParameters: masks(queryArgument) };
}

function loggerName(reader: ConfigurationReader, argument: string): string {
  const id = reader.string(argument);
  return armSegment(id, "loggers") ?? "";
}
