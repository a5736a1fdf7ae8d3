import type {
  AdditionalLocation,
  AiGatewayProps,
  GatewayAlertsProps,
  GatewayAlertThresholds,
  GatewaySku,
  OpenAiApiOptions,
  SemanticCacheProps,
} from "../gateway";
import type { IWorkloadIdentity } from "../identity";
import type { ICertificateStore } from "../key-vault";
import type { AzureNames } from "../naming";
import type { IPrivateNetwork } from "../network";
import type { ITelemetry } from "../observability";
import type { ModelDeploymentOptions, OpenAiAccountProps } from "../openai";
import type { QueueWorkerIdentity, QueueWorkerProps, RequestQueueProps } from "../request-queue";
import type { EndDate, SecurityOptOut } from "../validation";

/** A gateway with everything that it stands on. */
export interface OpenAiPlatformProps {
  /** Names of everything that is made; their region is that of the gateway and of what stands beside it. */
  readonly names: AzureNames;
  /** Tenant of the subscription: a GUID. */
  readonly tenantId: string;
  /**
   * Subscription of everything, a GUID: the providers azurerm and azapi are added to the stack.
   *
   * @default - the stack has an azurerm provider already, and its other providers as well
   */
  readonly subscriptionId?: string;
  /** Name, not id, of an existing resource group. @default - one is made */
  readonly resourceGroupName?: string;
  /** Organization that publishes the APIs, 1 to 100 characters. */
  readonly publisherName: string;
  /** Its mail address, which gets Azure's notices. */
  readonly publisherEmail: string;
  /**
   * Tier and scale units of the gateway.
   *
   * @default - Developer: the cheapest that can be placed into a network; Azure promises no availability for it
   */
  readonly sku?: GatewaySku;
  /** Availability zones of the gateway, on the Premium tier. @default - Azure chooses */
  readonly zones?: readonly string[];
  /**
   * Further regions in which the gateway answers, on the Premium tier, each through a network of its own where the platform
   * has one. Each asks the accounts of its own region first. Accounts, telemetry, vault, queues and cache get private
   * endpoints in all of the networks; what is not an account stays in the region of `names`, and is gone with it.
   *
   * @default - none
   */
  readonly additionalLocations?: readonly OpenAiPlatformLocation[];
  /** As in {@link AiGatewayProps}. @default "share" */
  readonly limitsPerRegion?: AiGatewayProps["limitsPerRegion"];
  /**
   * Host name of the gateway in lower case, with a certificate that the vault issues and renews. Its DNS record is the
   * caller's to make. APIs that take client certificates need one.
   *
   * @default - the service's own name, `<name>.azure-api.net`
   */
  readonly hostName?: string;
  /** Issuer of the host name's certificate, as it is set up in the vault. @default "Self" - for trying it out */
  readonly hostNameCertificateIssuer?: string;
  /** Whether operators can cut clients off without a deployment, as in `AiGatewayProps`. @default false */
  readonly killSwitch?: boolean;
  /**
   * Name of the host name's certificate in the vault, where your organization's own authority issued it and somebody
   * imported it: with its key, as PKCS#12. It must be there before the host name is bound.
   *
   * @default - the vault has one issued
   */
  readonly hostNameCertificateName?: string;
  /**
   * Models of a first account, `openai`, in the gateway's region: what each is called, and what it is. More accounts
   * come by {@link OpenAiPlatform.addAccount}.
   *
   * @default - no account yet
   */
  readonly deployments?: Readonly<Record<string, ModelDeploymentOptions>>;
  /**
   * Network through which the gateway is reached, and reaches the rest. `none` takes the opt-outs
   * `gateway-private-network`, `account-public-network` and `telemetry-public-network`, and a tier whose gateway has a
   * public address of its own: Developer, Basic, Standard or Premium.
   *
   * @default "own"
   */
  readonly network?: IPrivateNetwork | "own" | "none";
  /** IPv4 range of the platform's own network, /8 to /25. @default "10.20.0.0/22" */
  readonly addressSpace?: string;
  /** Range of the gateway's subnet in the own network. @default - the first 64 addresses */
  readonly gatewaySubnetPrefix?: string;
  /** Range of the subnet for private endpoints in the own network. @default - the second 64 addresses */
  readonly privateEndpointSubnetPrefix?: string;
  /** Range of a subnet for workers of queues in the own network, /27 or larger. @default - no subnet */
  readonly workerSubnetPrefix?: string;
  /**
   * IPv4 ranges that may reach vault, accounts and logs through the own network besides the gateway: machines that run
   * Terraform, operators. @default - none
   */
  readonly privateEndpointClientRanges?: readonly string[];
  /**
   * Whether the gateway may reach any host over HTTPS from the own network: the keys of an OpenID provider other than
   * Entra ID have no fixed address. @default false
   */
  readonly gatewayOutboundToInternet?: boolean;
  /** As in {@link AiGatewayProps}. @default - none: nothing says what was deployed */
  readonly release?: AiGatewayProps["release"];
  /** As in {@link AiGatewayProps}. @default - Azure's: `Default` */
  readonly releaseChannel?: AiGatewayProps["releaseChannel"];
  /** Where logs, metrics and traces go. @default - a workspace and an Application Insights component are made */
  readonly telemetry?: ITelemetry;
  /** GB of logs and traces a day for the own workspace, with an alert once it is reached. @default - no limit */
  readonly dailyLogQuotaGb?: number;
  /** Identity with which the gateway reaches the models. @default - one is made */
  readonly identity?: IWorkloadIdentity;
  /**
   * Vault of certificate authorities, and of the host name's certificate.
   *
   * @default - `own` where there is a host name, else `none`
   */
  readonly certificateStore?: ICertificateStore | "own" | "none";
  /** Public IPv4 addresses and ranges that may connect to the own vault, with `vault-public-network`. @default - none */
  readonly vaultAddressRanges?: readonly string[];
  /** Who hears of all alerts: certificates that end, a log quota that is reached, the gateway. @default - `publisherEmail` */
  readonly alertEmailAddresses?: readonly string[];
  /**
   * Weakens controls of the parts, each with a reason: those of the gateway, its accounts, the own vault and the own
   * telemetry (`gateway-…`, `account-…`, `vault-…`, `telemetry-…`). @default - every control holds
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** A further region of the platform's gateway. */
export interface OpenAiPlatformLocation extends AdditionalLocation {
  /**
   * Its network, with a gateway subnet.
   *
   * @default - one is made in a resource group of its own, from `addressSpace`, where the platform has a network
   */
  readonly network?: IPrivateNetwork;
  /** IPv4 range of the network that is made, /8 to /25, apart from those of other regions. */
  readonly addressSpace?: string;
  /** Range of the gateway's subnet in the network that is made. @default - the first 64 addresses */
  readonly gatewaySubnetPrefix?: string;
  /** Range of the subnet for private endpoints in the network that is made. @default - the second 64 addresses */
  readonly privateEndpointSubnetPrefix?: string;
}

/** An account of the platform. */
export interface OpenAiPlatformAccountOptions extends Pick<
  OpenAiAccountProps,
  "kind" | "foundryAutoUpgrade"
> {
  /** Models: what each is called, and what it is. */
  readonly deployments: Readonly<Record<string, ModelDeploymentOptions>>;
  /** Azure region, in its short form. @default - that of the gateway */
  readonly location?: string;
  /** Tells accounts of one region apart: part of the account's name. @default - nothing: the only one of its region */
  readonly purpose?: string;
}

/** A queue of the platform, with its worker. */
export interface OpenAiPlatformQueueOptions
  extends
    Pick<QueueWorkerIdentity, "audience" | "tokenVersion" | "roles">,
    Pick<
      RequestQueueProps,
      "retentionHours" | "messagingUnits" | "maxSizeInMegabytes" | "maxDeliveryCount" | "securityOptOuts"
    > {
  /** The program that empties it, and how often it runs. @default - none: another stack runs one */
  readonly worker?: Pick<
    QueueWorkerProps,
    | "image"
    | "registry"
    | "minReplicas"
    | "maxReplicas"
    | "messagesPerReplica"
    | "concurrency"
    | "graceSeconds"
    | "zoneRedundant"
  >;
}

/** What somebody is told of. */
export interface OpenAiPlatformAlertOptions extends GatewayAlertThresholds {
  /** Queues of others whose dead letters somebody must look at. @default - those of the platform alone */
  readonly queues?: GatewayAlertsProps["queues"];
  /** What ends besides what the stack knows: credentials of app registrations, certificates of others. @default - none */
  readonly endDates?: readonly EndDate[];
}

/** An API of the platform's gateway. */
export interface OpenAiPlatformApiOptions extends Omit<OpenAiApiOptions, "backends"> {
  /** Accounts that answer. @default - all that the platform has when the API is made */
  readonly backends?: OpenAiApiOptions["backends"];
}

/** Where answers to similar questions are kept. */
export type OpenAiPlatformSemanticCacheOptions = Pick<
  SemanticCacheProps,
  "embeddings" | "sku" | "highAvailability" | "tags"
>;
