import type {
  AiGatewayProps,
  BackendPreference,
  CallerLimits,
  ClientCertificateAuthProps,
  ClientIdentitySettings,
  DeploymentSku,
  EndpointDeploymentOptions,
  EntraIdAuthProps,
  ExactAnswerCache,
  GatewayTier,
  ModelEndpointProps,
  OidcAuthProps,
  OpenAiAccountProps,
  OpenAiApiOptions,
  OpenAiOperationGroup,
  OpenAiPlatformAlertOptions,
  OpenAiPlatformQueueOptions,
  PriceList,
  QueuedOperations,
  SecurityOptOut,
  SemanticAnswerCache,
  SemanticCacheProps,
} from "../lib";

/**
 * Everything in which environments differ. Data only: one stack class serves them all, and no code asks which
 * environment it is in.
 */
export interface EnvironmentSettings {
  /** Name of the environment and of its stack: 2 to 8 lower-case letters or digits. */
  readonly name: string;
  /** What the resources are for: part of every Azure name. */
  readonly workload: string;
  /** GUID of the Azure subscription. */
  readonly subscriptionId: string;
  /** GUID of the tenant in which the gateway, the accounts and the vault live. */
  readonly tenantId: string;
  /** Region of the gateway, the vault and the network, such as `westeurope`. */
  readonly location: string;
  /** Makes names unique that all of Azure shares: 2 to 6 lower-case letters or digits. */
  readonly nameSuffix: string;
  /** Tags of every resource that can have them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether Terraform must refuse to destroy what cannot be made again, and leaves deleted things recoverable. */
  readonly deletionProtection: boolean;
  /** Where the Terraform state lives. @default - in a file beside the clone, for one person only */
  readonly state?: RemoteStateSettings;
  /** Who hears of alerts: certificates that are about to expire, logs that have reached their quota, `alerts`. */
  readonly alertEmailAddresses: readonly string[];
  /** Alerts about attacks, limits, accounts and capacity, from when on, and a workbook. @default - none; `{}` has the usual thresholds */
  readonly alerts?: OpenAiPlatformAlertOptions;
  /** GB of logs and traces a day, after which nothing is recorded until the next. @default - no limit, and no alert */
  readonly dailyLogQuotaGb?: number;
  readonly gateway: GatewaySettings;
  /** @default - no private network: the gateway has a public address, and each thing that is open says why */
  readonly network?: NetworkSettings;
  /** Registration of the gateway's API in the tenant. @default - registered by hand; APIs name its ids */
  readonly registration?: RegistrationSettings;
  /** Authorities that issue client certificates, by the name that APIs refer to. @default - none */
  readonly certificateAuthorities?: Readonly<Record<string, CertificateAuthoritySettings>>;
  readonly accounts: readonly AccountSettings[];
  /** Model services that are not accounts, by the name that APIs refer to. @default - none */
  readonly modelEndpoints?: Readonly<Record<string, ModelEndpointSettings>>;
  /** Requests that can wait, and the worker that asks for them. @default - none */
  readonly requestQueue?: RequestQueueSettings;
  /** Where answers to similar questions are kept; needs `network`. @default - nowhere */
  readonly semanticCache?: SemanticCacheSettings;
  readonly apis: readonly ApiSettings[];
  /** @default - none: authenticators alone decide who gets in */
  readonly clients?: readonly ClientSettings[];
  /** What models cost: then there is a report of it. @default - none */
  readonly priceList?: PriceList;
  /**
   * Whether APIs refuse clients that have used up a budget which cuts off, and tell each caller what it has used; needs
   * `priceList`. @default - budgets are told to `alertEmailAddresses`, and refuse nobody
   */
  readonly budgets?: BudgetSettings;
  /** Controls that are weakened, by the part of the stack that has them. @default - none */
  readonly securityOptOuts?: SecurityOptOutSettings;
}

/** Azure Storage backend, as the environment's own `<name>-state` stack makes it. */
export interface RemoteStateSettings {
  readonly resourceGroupName: string;
  readonly storageAccountName: string;
  readonly containerName: string;
}

export interface GatewaySettings {
  readonly tier: GatewayTier;
  /** Scale units; with zones a multiple of their number. @default 1 */
  readonly units?: number;
  /** @default - none */
  readonly zones?: readonly string[];
  /**
   * Further regions in which the gateway answers, on the Premium tier. Each asks the accounts of its own region first.
   *
   * @default - none
   */
  readonly additionalLocations?: readonly AdditionalLocationSettings[];
  /** As in `AiGatewayProps`. @default "share" */
  readonly limitsPerRegion?: AiGatewayProps["limitsPerRegion"];
  readonly publisherName: string;
  readonly publisherEmail: string;
  /** Host name with a certificate that Key Vault issues and renews. @default - the default host name only */
  readonly hostName?: string;
  /** Issuer of that certificate, as it is set up in the vault. @default "Self" - for trying it out */
  readonly hostNameCertificateIssuer?: string;
  /** Name of a certificate that somebody imported into the vault in its place. @default - the vault has one issued */
  readonly hostNameCertificateName?: string;
  /** As in `AiGatewayProps`. @default - none: nothing on the service says what was deployed */
  readonly release?: AiGatewayProps["release"];
  /** As in `AiGatewayProps`. @default - Azure's */
  readonly releaseChannel?: AiGatewayProps["releaseChannel"];
  /** Names of `certificateAuthorities` that APIs of other stacks on this gateway take certificates of. @default - none */
  readonly trustedCertificateAuthorities?: readonly string[];
  /** Whether clients can be cut off without a deployment. @default false */
  readonly killSwitch?: boolean;
}

/** A further region of the gateway. */
export interface AdditionalLocationSettings {
  /** Region, in its short form. */
  readonly location: string;
  /** Scale units there; with zones a multiple of their number. @default - as many as in the first region */
  readonly units?: number;
  /** @default - none */
  readonly zones?: readonly string[];
  /** Its own network: given if and only if the environment has one. */
  readonly network?: Pick<NetworkSettings, "addressSpace" | "gatewaySubnet" | "privateEndpointSubnet">;
}

export interface NetworkSettings {
  /** Address space of the virtual network, in CIDR form. */
  readonly addressSpace: string;
  readonly gatewaySubnet: string;
  readonly privateEndpointSubnet: string;
  /** Subnet of the worker that empties `requestQueue`. @default - none */
  readonly workerSubnet?: string;
  /** Ranges of the machines that run Terraform, and of operators: they reach the vault, accounts and logs. */
  readonly operatorRanges?: readonly string[];
}

export interface RegistrationSettings {
  readonly displayName: string;
  /** Delegated permissions, each with what users read when they consent. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Object id of the group whose members may get tokens. */
  readonly usersGroupId: string;
  /** Public client for device code and desktop use. */
  readonly publicClientDisplayName: string;
}

export interface CertificateAuthoritySettings {
  /** PEM: the issuing authority first, then its issuers up to the root. */
  readonly pem: string;
}

export interface AccountSettings {
  /** Purpose within its region, part of the account's name. Unique in the environment. */
  readonly name: string;
  readonly location: string;
  readonly deployments: Readonly<Record<string, DeploymentSettings>>;
  /** As in `OpenAiAccountProps`. @default - Azure decides whether it upgrades the account */
  readonly foundryAutoUpgrade?: OpenAiAccountProps["foundryAutoUpgrade"];
}

export interface DeploymentSettings {
  readonly model: string;
  readonly modelVersion: string;
  readonly sku?: DeploymentSku;
  /** Thousands of tokens per minute, or provisioned throughput units. */
  readonly capacity: number;
}

/** A model service that is not an account. */
export interface ModelEndpointSettings extends Pick<
  ModelEndpointProps,
  "url" | "operations" | "securityOptOuts"
> {
  /** How the gateway proves itself: a key or certificate of the environment's vault by name, or a token. */
  readonly credential:
    | { readonly kind: "key"; readonly secretName: string; readonly header?: string }
    | { readonly kind: "certificate"; readonly certificateName: string }
    | { readonly kind: "managedIdentity"; readonly audience: string };
  /** Name of one of `certificateAuthorities`, which issued its certificate. @default - a public one */
  readonly certificateAuthority?: string;
  readonly deployments: Readonly<Record<string, EndpointDeploymentOptions>>;
}

/** A queue with its worker. */
export interface RequestQueueSettings extends Omit<OpenAiPlatformQueueOptions, "worker"> {
  readonly worker: NonNullable<OpenAiPlatformQueueOptions["worker"]>;
}

/** Budgets beside those of contracts. */
export interface BudgetSettings {
  /** Money for a calendar month of all clients of a team together, by team. @default - none */
  readonly owners?: Readonly<Record<string, number>>;
}

/** Redis beside the gateway. */
export interface SemanticCacheSettings extends Pick<SemanticCacheProps, "sku" | "highAvailability"> {
  /** Name and location of the account that makes embeddings: `payg-westeurope`. */
  readonly account: string;
  /** Name of its deployment of a model for embeddings. */
  readonly deployment: string;
}

/** How callers of an API prove who they are, as data: each kind becomes the `Auth` factory of that name. */
export type AuthSettings =
  | ({ readonly kind: "oidc" } & OidcAuthProps)
  | ({ readonly kind: "entraId" } & EntraIdAuthProps)
  /** Entra ID tokens for the environment's own registration, and from its own public client only. */
  | { readonly kind: "registration" }
  | ({
      readonly kind: "clientCertificate";
      /** One of `certificateAuthorities`, or several: the old one and its successor, while clients change over. */
      readonly certificateAuthority: string | readonly string[];
    } & Omit<ClientCertificateAuthProps, "certificateAuthorities" | "issuers">)
  | { readonly kind: "subscriptionKey" }
  | { readonly kind: "anyOf" | "allOf"; readonly of: readonly AuthSettings[] };

export interface ApiSettings extends Omit<
  OpenAiApiOptions,
  "auth" | "backends" | "cache" | "queued" | "securityOptOuts"
> {
  /** Resource name of the API, and what clients refer to. */
  readonly name: string;
  readonly auth: AuthSettings;
  /** Operations whose requests may wait in `requestQueue`. @default - none */
  readonly queued?: Omit<QueuedOperations, "queue">;
  /** Model endpoints that answer beside the accounts, by name. @default - none: accounts alone answer */
  readonly modelEndpoints?: Readonly<Record<string, BackendPreference>>;
  /** Answers that are given again; those of kind `semantic` from `semanticCache` of the environment. @default - none */
  readonly cache?: ExactAnswerCache | Omit<SemanticAnswerCache, "semanticCache">;
  /** @default - none */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

export interface ClientSettings extends CallerLimits {
  readonly name: string;
  /** Name of the API. */
  readonly api: string;
  readonly identifiedBy: readonly ClientIdentitySettings[];
  /** @default - all that the API publishes */
  readonly operations?: readonly OpenAiOperationGroup[];
  /** @default - all that the API serves */
  readonly deployments?: readonly string[];
  /** Accounts that answer this client. @default - all of the environment */
  readonly backends?: readonly ClientBackendSettings[];
  /** @default false */
  readonly suspended?: boolean;
  /** Last day on which it is let in, `YYYY-MM-DD`, in UTC. @default - its access does not end */
  readonly expires?: string;
  /** Who answers and pays for it. @default - nobody is known to */
  readonly contract?: ClientContractSettings;
}

/** What a contract says that no policy reads. */
export interface ClientContractSettings {
  readonly owner: { readonly team: string; readonly email: string };
  readonly costCentre: string;
  /** Amounts for a calendar month, in the currency of the price list. @default - none */
  readonly budget?: {
    readonly monthlyAmount: number;
    /** As `atBudget` of `CostClient`. @default "alert" */
    readonly atLimit?: "alert" | "cutOff";
    /** As `monthlyBudgetPerUser` of `CostClient`. @default - none */
    readonly monthlyAmountPerUser?: number;
  };
}

/** An account that answers a client, with the client's own order of preference. */
export interface ClientBackendSettings extends BackendPreference {
  /** Name and location of the account: `payg-westeurope`. */
  readonly account: string;
}

/** Opt-outs by part. Those of an API stand with the API. */
export interface SecurityOptOutSettings {
  readonly gateway?: readonly SecurityOptOut[];
  readonly accounts?: readonly SecurityOptOut[];
  readonly vault?: readonly SecurityOptOut[];
  readonly telemetry?: readonly SecurityOptOut[];
  readonly state?: readonly SecurityOptOut[];
  /** Addresses that may connect to the vault and to the state account where those opted out. */
  readonly allowedAddressRanges?: readonly string[];
}
