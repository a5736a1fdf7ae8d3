/**
 * What a synthesized stack describes, as far as a request can notice: the hand-over between the loader
 * (`terraform/`), which fills it from `cdk.tf.json`, and the parts that run it. Plain data; every object
 * carries the Terraform address it came from, so that each error can name it.
 */

/** Everything the simulator runs for one or more stacks. */
export interface StackModel {
  readonly gateways: readonly GatewayModel[];
  readonly accounts: readonly AccountModel[];
  readonly identities: readonly IdentityModel[];
  readonly vaults: readonly VaultModel[];
  /** @default - none */
  readonly serviceBusNamespaces?: readonly ServiceBusNamespaceModel[];
  /** @default - none */
  readonly storageAccounts?: readonly StorageAccountModel[];
  /** Programs that run beside the gateway. @default - none */
  readonly containerApps?: readonly ContainerAppModel[];
  /** @default - none */
  readonly logWorkspaces?: readonly LogWorkspaceModel[];
  readonly roleAssignments: readonly RoleAssignmentModel[];
  /** Entra applications of the stack: the clients and resources its tenants know. */
  readonly applications: readonly ApplicationModel[];
  readonly tenantIds: readonly string[];
  /** Resources that have no effect on the data plane, by address: listed, never silently dropped. */
  readonly irrelevant: readonly string[];
  /** Of `ignoredTypes`, those by which nothing is left out. @default - none */
  readonly unusedIgnoredTypes?: readonly string[];
  /** What a plan does not say, and what it is taken for. @default - nothing */
  readonly assumptions?: readonly string[];
}

export interface GatewayModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** Further regions in which it answers. @default - none */
  readonly additionalLocations?: readonly string[];
  readonly tier: ApimTier;
  /** Custom host names and the default `<name>.azure-api.net`. */
  readonly hostNames: readonly HostNameModel[];
  /** User-assigned identities attached to the service, and the system-assigned one if it has one. */
  readonly identities: readonly GatewayIdentityModel[];
  /** `certificate[]` of the service: CAs trusted for client and backend chains. */
  readonly trustedCertificates: readonly TrustedCertificateModel[];
  /** `service/certificates`: what `issuer-certificate-id` and `context.Deployment.Certificates` refer to. */
  readonly certificates: readonly CertificateModel[];
  readonly namedValues: readonly NamedValueModel[];
  readonly fragments: readonly FragmentModel[];
  readonly policy?: PolicyDocumentModel;
  readonly apis: readonly ApiModel[];
  /** Revisions of `apis` that are not current: they answer at `;rev=` behind the path only. @default - none */
  readonly revisions?: readonly ApiModel[];
  readonly products: readonly ProductModel[];
  readonly subscriptions: readonly SubscriptionModel[];
  readonly backends: readonly BackendModel[];
  readonly loggers: readonly LoggerModel[];
  readonly diagnostics: readonly DiagnosticModel[];
  /** External Redis caches by location; `default` serves every location without its own. */
  readonly externalCaches: readonly ExternalCacheModel[];
  /** Whether the gateway sends from a virtual network, so that it reaches private endpoints. */
  readonly virtualNetwork: boolean;
  /** Addresses from which the gateway calls public endpoints. */
  readonly publicIpAddresses: readonly string[];
}

/** All revisions of the APIs of a gateway, the current ones first. */
export function allRevisions({
  apis,
  revisions = [],
}: Pick<GatewayModel, "apis" | "revisions">): readonly ApiModel[] {
  return [...apis, ...revisions];
}

/** A region in its short form: Azure takes `West Europe` for `westeurope`. */
export function shortRegion(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

export interface ExternalCacheModel {
  readonly address: string;
  readonly name: string;
  readonly location: string;
}

export type ApimTier =
  "Consumption" | "Developer" | "Basic" | "BasicV2" | "Standard" | "StandardV2" | "Premium" | "PremiumV2";

export interface HostNameModel {
  readonly hostName: string;
  readonly negotiateClientCertificate: boolean;
  readonly isDefault: boolean;
}

export interface GatewayIdentityModel {
  readonly kind: "UserAssigned" | "SystemAssigned";
  readonly clientId: string;
  readonly principalId: string;
}

export interface TrustedCertificateModel {
  readonly store: "Root" | "CertificateAuthority";
  readonly der: Uint8Array;
  /** DER of the authority that counts as this one, once its key exists. @default - none */
  readonly standIn?: Uint8Array;
}

export interface CertificateModel {
  readonly address: string;
  /** The certificate id that policies use. */
  readonly name: string;
  readonly der: Uint8Array;
  /** DER of the authority that counts as this one, once its key exists. @default - none */
  readonly standIn?: Uint8Array;
}

export interface NamedValueModel {
  readonly address: string;
  readonly displayName: string;
  readonly value: string;
  readonly secret: boolean;
  /** Secret of Key Vault that it is read from, by URL without version. @default - its value stands in the stack */
  readonly secretUrl?: string;
}

export interface FragmentModel {
  readonly address: string;
  readonly name: string;
  readonly xml: string;
  /** `rawxml`: C# stands unescaped, as in all policy documents; `xml`: it is escaped as XML demands. */
  readonly format: "xml" | "rawxml";
}

export interface PolicyDocumentModel {
  readonly address: string;
  readonly xml: string;
}

export interface ApiModel {
  readonly address: string;
  readonly name: string;
  readonly displayName: string;
  readonly path: string;
  readonly revision: string;
  /** Whether it answers at the path itself. @default true */
  readonly isCurrent?: boolean;
  readonly version: string;
  /** How the API's versions are told apart; none for an API without versions. */
  readonly versionSet?: VersionSetModel;
  readonly protocols: readonly string[];
  readonly serviceUrl?: string;
  readonly subscriptionRequired: boolean;
  readonly subscriptionKeyParameterNames: { readonly header: string; readonly query: string };
  readonly operations: readonly OperationModel[];
  /** Whether the description that makes operations could not be read: there may be more. @default false */
  readonly hasUnreadDescription?: boolean;
  readonly policy?: PolicyDocumentModel;
}

export interface VersionSetModel {
  readonly address: string;
  readonly scheme: "Segment" | "Header" | "Query";
  /** Header or query parameter that carries the version; none for `Segment`. */
  readonly parameterName?: string;
}

export interface OperationModel {
  readonly address: string;
  readonly operationId: string;
  readonly displayName: string;
  readonly method: string;
  readonly urlTemplate: string;
  /** Parameters of the template's query that a request may lack. @default - it must have all */
  readonly optionalParameters?: readonly string[];
  /** Whether its description has representations of responses, from which `mock-response` makes a body. */
  readonly hasSampleResponses?: boolean;
  readonly policy?: PolicyDocumentModel;
}

export interface ProductModel {
  readonly address: string;
  readonly id: string;
  readonly productId: string;
  readonly displayName: string;
  readonly subscriptionRequired: boolean;
  readonly approvalRequired: boolean;
  readonly subscriptionsLimit?: number;
  readonly published: boolean;
  /** Names of the APIs in the product. */
  readonly apis: readonly string[];
  readonly policy?: PolicyDocumentModel;
}

export interface SubscriptionModel {
  readonly address: string;
  readonly subscriptionId: string;
  readonly displayName: string;
  readonly state: string;
  readonly scope:
    | { readonly kind: "api"; readonly api: string }
    | { readonly kind: "product"; readonly product: string }
    | { readonly kind: "allApis" };
  readonly primaryKey: string;
  readonly secondaryKey: string;
  readonly createdDate: string;
}

export interface BackendModel {
  readonly address: string;
  /** ARM id. */
  readonly id: string;
  readonly name: string;
  readonly single?: SingleBackendModel;
  readonly pool?: readonly PoolMemberModel[];
}

export interface SingleBackendModel {
  readonly url: string;
  readonly validateCertificateChain: boolean;
  readonly validateCertificateName: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly circuitBreaker?: CircuitBreakerModel;
  /** Whether its title says that an OpenAI-compatible server is behind it. @default false */
  readonly openAiCompatible?: boolean;
  /** Credential of the backend: a token of the gateway's identity replaces the caller's `Authorization`. */
  readonly managedIdentity?: { readonly resource: string; readonly clientId?: string };
}

export interface CircuitBreakerModel {
  readonly name: string;
  readonly count?: number;
  readonly percentage?: number;
  readonly intervalSeconds: number;
  readonly tripSeconds: number;
  readonly acceptRetryAfter: boolean;
  readonly statusCodeRanges: readonly { readonly min: number; readonly max: number }[];
  readonly errorReasons: readonly string[];
}

export interface PoolMemberModel {
  /** Name of the member backend. */
  readonly backend: string;
  readonly priority: number;
  readonly weight: number;
}

export interface LoggerModel {
  readonly address: string;
  readonly name: string;
  readonly kind: "applicationInsights" | "eventHub" | "azureMonitor";
}

export type TraceSeverity = "verbose" | "information" | "error";

export interface DiagnosticModel {
  readonly address: string;
  readonly identifier: string;
  /** Name of the API for an API diagnostic; none for the service's. */
  readonly api?: string;
  readonly logger: string;
  readonly metrics: boolean;
  /** The least severity of messages of `trace` policies that it writes. @default "information" */
  readonly verbosity?: TraceSeverity;
  /** Whether the tokens of calls to language models are logged (`largeLanguageModel.logs`). */
  readonly largeLanguageModelLogs: boolean;
  /** Whether prompts and completions are logged with them (`messages`). @default false */
  readonly largeLanguageModelMessages?: boolean;
  readonly headersToLog: {
    readonly frontendRequest: readonly string[];
    readonly frontendResponse: readonly string[];
    readonly backendRequest: readonly string[];
    readonly backendResponse: readonly string[];
  };
  readonly bodyBytes: number;
  /** What is left out or made unreadable in records of requests. @default - nothing */
  readonly masking?: { readonly frontendRequest: DataMasking; readonly backendRequest: DataMasking };
}

/** Headers by name, and query parameters by name or `*`. */
export interface DataMasking {
  readonly headers: readonly DataMask[];
  readonly queryParameters: readonly DataMask[];
}

export interface DataMask {
  readonly name: string;
  readonly mode: "Hide" | "Mask";
}

export interface AccountModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly kind: string;
  /** Host names at which the account answers, from its custom subdomain. */
  readonly hostNames: readonly string[];
  readonly localAuthEnabled: boolean;
  /**
   * The two account keys, and those that another document has read of the account; what they open depends on
   * `localAuthEnabled`.
   */
  readonly keys: readonly [string, string, ...string[]];
  /** Tenant whose tokens the account accepts. */
  readonly tenantId: string;
  readonly deployments: readonly DeploymentModel[];
  /** Names of the account's own content filters. @default - none */
  readonly contentFilters?: readonly string[];
  readonly network: NetworkAccessModel;
}

/** Who can open a connection to an account or a vault. */
export interface NetworkAccessModel {
  readonly publicAccess: boolean;
  /** What happens to public callers that no rule names. */
  readonly defaultAction: "Allow" | "Deny";
  /** Whether an `azurerm_private_endpoint` of the stack leads to it. */
  readonly privateEndpoint: boolean;
  /** Whether any subnet is let in by rule. */
  readonly subnetRules: boolean;
  /** Public addresses that are let in by rule: IPv4 addresses and CIDR ranges. */
  readonly addressRules: readonly string[];
}

export interface DeploymentModel {
  readonly address: string;
  readonly name: string;
  readonly modelFormat: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly sku: string;
  /** Thousands of tokens per minute for standard SKUs, provisioned units for provisioned ones. */
  readonly capacity: number;
}

export interface IdentityModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly tenantId: string;
}

/** A Log Analytics workspace. */
export interface LogWorkspaceModel {
  readonly address: string;
  readonly id: string;
  /** GUID by which it is queried. */
  readonly workspaceId: string;
  /** Tenant whose tokens it accepts. */
  readonly tenantId: string;
  /** Whether it answers queries from public networks. */
  readonly publicQueries: boolean;
  readonly functions: readonly LogFunctionModel[];
}

/** A saved query with a name, and parameters of which the names are kept. */
export interface LogFunctionModel {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly query: string;
}

export interface ServiceBusNamespaceModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  /** Tenant whose tokens the namespace accepts. */
  readonly tenantId: string;
  readonly network: NetworkAccessModel;
  readonly queues: readonly QueueModel[];
}

/** A queue of Service Bus. Durations are milliseconds. */
export interface QueueModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly lockMs: number;
  /** Times that a message is handed out before it is dead-lettered. */
  readonly maxDeliveryCount: number;
  /** Longest life of a message; shorter ones say so themselves. */
  readonly timeToLiveMs: number;
  /** Whether expired messages are dead-lettered, not dropped. */
  readonly deadLettersExpired: boolean;
  /** How long a message id is remembered. @default - duplicates are not noticed */
  readonly duplicateWindowMs?: number;
  readonly maxBytes: number;
  readonly maxMessageBytes: number;
}

export interface StorageAccountModel {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  /** Tenant whose tokens the account accepts. */
  readonly tenantId: string;
  readonly network: NetworkAccessModel;
  readonly containers: readonly { readonly address: string; readonly name: string }[];
}

/** A Container App: nothing here runs its program, but whoever does can give it what it would get in Azure. */
export interface ContainerAppModel {
  readonly address: string;
  readonly name: string;
  /** Environment variables of its first container that are no secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface VaultModel {
  readonly address: string;
  readonly id: string;
  readonly uri: string;
  /** Tenant whose tokens the vault accepts. */
  readonly tenantId: string;
  readonly secrets: readonly { readonly address: string; readonly name: string; readonly value: string }[];
  readonly certificates: readonly VaultCertificateModel[];
  /** Whether role assignments decide (RBAC); otherwise `accessPolicies` do. */
  readonly rbacAuthorization: boolean;
  readonly network: NetworkAccessModel;
  /** Whether Azure services that Key Vault trusts pass its network rules (`bypass`). */
  readonly trustedServices: boolean;
  readonly accessPolicies: readonly VaultAccessPolicyModel[];
}

export interface VaultCertificateModel {
  readonly address: string;
  readonly name: string;
  readonly der: Uint8Array;
  /** What the vault gives out at `/secrets/<name>`: PEM with key, or PKCS#12 in base64, as imported. */
  readonly secret: string;
}

/** Permission words as Azure spells them, in lower case. */
export interface VaultAccessPolicyModel {
  readonly objectId: string;
  readonly secretPermissions: readonly string[];
  readonly certificatePermissions: readonly string[];
}

export interface RoleAssignmentModel {
  readonly address: string;
  readonly scope: string;
  readonly principalId: string;
  /** GUID of the role definition, lower case. */
  readonly roleDefinitionId: string;
  /** What a custom role allows. @default - it is a built-in role, found by its GUID */
  readonly customRole?: DataActions;
}

/** What a role allows on data planes. */
export interface DataActions {
  /** Data actions, with `*` for any characters. */
  readonly dataActions: readonly string[];
  /** Data actions taken out of these. @default - none */
  readonly notDataActions?: readonly string[];
}

export interface ApplicationModel {
  readonly address: string;
  /** `appid` of tokens. */
  readonly clientId: string;
  readonly objectId: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly identifierUris: readonly string[];
  /** Version of the access tokens issued for this application as a resource. */
  readonly accessTokenVersion: 1 | 2;
  /** Whether it may use public-client flows such as device code. */
  readonly publicClient: boolean;
  readonly appRoles: readonly {
    readonly id: string;
    readonly value: string;
    readonly memberTypes: readonly string[];
  }[];
  readonly scopes: readonly { readonly id: string; readonly value: string }[];
  /** `azuread_application_password` and inline passwords. */
  readonly secrets: readonly ApplicationSecretModel[];
  /** Which of its access tokens have the optional claim `idtyp`. @default - none */
  readonly tokenTypeClaim?: "applicationTokens" | "allTokens";
  readonly federatedCredentials: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly audiences: readonly string[];
  }[];
  /** Its service principal in the tenant; without one it gets no tokens. */
  readonly servicePrincipal?: {
    readonly objectId: string;
    readonly appRoleAssignmentRequired: boolean;
    /** App roles of this application that principals hold: token claim `roles`. */
    readonly assignedRoles: readonly { readonly principalId: string; readonly appRoleId: string }[];
  };
}

export interface ApplicationSecretModel {
  readonly value: string;
  /** ISO 8601. @default - valid from the beginning */
  readonly validFrom?: string;
  /** ISO 8601. @default - valid for as long as a simulation runs */
  readonly validUntil?: string;
}
