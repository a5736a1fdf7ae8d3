import type { ITerraformDependable } from "cdktf";
import type { IWorkloadIdentity } from "../identity";
import type { ICertificateStore } from "../key-vault";
import type { IPrivateNetwork } from "../network";
import type { ITelemetry } from "../observability";
import type { Placement } from "../private";
import type { SecurityOptOut } from "../validation";
import type { CircuitBreaker } from "./circuit-breaker";
import type { GatewayHostName } from "./gateway-host-name";
import type { GatewaySku } from "./gateway-sku";

/** An API Management service as a gateway to Azure OpenAI. */
export interface AiGatewayProps extends Placement {
  /**
   * Name in Azure, unique in all of it: 1 to 50 letters, digits or '-'. A deleted one is kept for 48 hours.
   */
  readonly name: string;
  /** Organization that publishes the APIs, 1 to 100 characters. Every developer sees it. */
  readonly publisherName: string;
  /** Its mail address, which gets Azure's notices. */
  readonly publisherEmail: string;
  /** Tier and scale units. A change between classic and v2 tiers replaces the service. */
  readonly sku: GatewaySku;
  /**
   * Identity with which the gateway reaches model accounts and Application Insights. It exists, with its roles, before
   * the service: a system-assigned one would come too late. Key Vault is read with a system-assigned one, which the
   * service gets as soon as it has host names or named values: no other gets past a vault's firewall.
   */
  readonly identity: IWorkloadIdentity;
  /**
   * Network from which the gateway is reached: it is placed into the network's gateway subnet, or gets a
   * private endpoint if there is no such subnet or it is only for outbound calls (`v2-integrated`). Without a
   * network, or in an `external` subnet, the gateway is reachable from the internet, which takes the opt-out
   * `gateway-private-network`. A change of the subnet replaces the service.
   *
   * @default - none
   */
  readonly network?: IPrivateNetwork;
  /**
   * Availability zones, on the Premium tier; units should be a multiple of their number.
   *
   * @default - Azure chooses
   */
  readonly zones?: readonly string[];
  /**
   * Further regions in which the gateway answers, on the Premium tier. Each asks the accounts of its own region first,
   * among those that are preferred alike, and the others where these do not answer.
   *
   * @default - none
   */
  readonly additionalLocations?: readonly AdditionalLocation[];
  /**
   * Host names of your own. APIs that take client certificates need one: the service's own host name never
   * asks for them. @default - the service's `azure-api.net` name only
   */
  readonly hostNames?: readonly GatewayHostName[];
  /**
   * Vault of the host names' certificates: the gateway's system-assigned identity may read its secrets, and trusted
   * services get past its firewall. @default - none
   */
  readonly certificateStore?: ICertificateStore;
  /**
   * Where logs, traces and metrics go. Going without takes the opt-out `gateway-audit-logs`.
   *
   * @default - nowhere
   */
  readonly telemetry?: ITelemetry;
  /**
   * Request headers that are logged besides those for correlation. Credentials are refused.
   *
   * @default - none
   */
  readonly loggedRequestHeaders?: readonly string[];
  /** When a model deployment that throttles or fails is left alone. @default - see {@link CircuitBreaker} */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * What each region gets of the limits of callers, where the gateway answers in several: API Management counts in each
   * region for itself. `share`: its equal part, so that all together hold the limit, and callers that use one region get
   * that part only. `whole`: all of it, so that a caller that uses all regions gets it that many times.
   *
   * @default "share"
   */
  readonly limitsPerRegion?: LimitsPerRegion;
  /** Calls that one caller may have in flight, 1 to 1,000. @default 100 */
  readonly concurrentCallsPerCaller?: number;
  /**
   * Whether operators can cut clients off without a deployment: the named value `ai-gateway-cut-off` lists
   * them, and each request looks there. Costs each API a few lines of its policy.
   *
   * @default false
   */
  readonly killSwitch?: boolean;
  /**
   * What must exist before the service is created, such as the route through which its subnet reaches Azure.
   *
   * @default - what its props refer to
   */
  readonly createAfter?: readonly ITerraformDependable[];
  /** Oldest version of the management API that the service answers, `YYYY-MM-DD`. @default "2021-08-01" */
  readonly minApiVersion?: string;
  /**
   * Version of the stack, such as a tag or a commit: with the library's own it stands on the deployed service, in the
   * named value `ai-gateway-release`.
   *
   * @default - none: nothing says what was deployed
   */
  readonly release?: string;
  /**
   * When Azure brings new versions of the gateway to this service: with the first (`Preview`), with most, or with the
   * last (`Stable`). The hours of updates can be chosen in the portal only.
   *
   * @default - Azure's: `Default`
   */
  readonly releaseChannel?: "Preview" | "Default" | "Stable";
  /** Weakens `gateway-private-network` or `gateway-audit-logs`. @default - every control holds */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** Whether a region gets its share of callers' limits, or the whole. */
export type LimitsPerRegion = "share" | "whole";

/** A further region of a gateway. */
export interface AdditionalLocation {
  /** Azure region in its short form, such as `swedencentral`. */
  readonly location: string;
  /** Scale units there. @default - as many as in the first region */
  readonly units?: number;
  /** Availability zones there; units must be a multiple of their number. @default - Azure chooses */
  readonly zones?: readonly string[];
  /**
   * Network of that region, with a gateway subnet: given if and only if the gateway is placed into one.
   *
   * @default - none
   */
  readonly network?: IPrivateNetwork;
}

/** What is known of a gateway that another team owns. */
export interface AiGatewayAttributes {
  /** ARM id of the API Management service. */
  readonly id: string;
  /** Name of the API Management service. */
  readonly name: string;
  /** Name, not id, of its resource group. */
  readonly resourceGroupName: string;
  /** URL of the gateway without a trailing slash: `https://ai.contoso.com`. */
  readonly gatewayUrl: string;
  /** Its tier and scale units: what the tier cannot do is refused. */
  readonly sku: GatewaySku;
  /** Identity that is attached to the service; it is granted the right to invoke models. */
  readonly identity: IWorkloadIdentity;
  /**
   * Starts the names of what this stack creates in the service, so that teams do not collide: 3 to 40
   * lower-case letters, digits or '-'.
   */
  readonly namePrefix: string;
  /**
   * Its host names that ask for client certificates.
   *
   * @default - none: APIs with client certificates are refused
   */
  readonly clientCertificateHostNames?: readonly string[];
  /**
   * Object id of the service's system-assigned identity, which reads named values from Key Vault: a GUID or a token.
   *
   * @default - none: named values are refused
   */
  readonly systemAssignedPrincipalId?: string;
  /** SHA-1 thumbprints of the certificate authorities that it trusts. @default - none */
  readonly trustedCertificateThumbprints?: readonly string[];
  /** When a model deployment that throttles or fails is left alone. @default - see {@link CircuitBreaker} */
  readonly circuitBreaker?: CircuitBreaker;
  /**
   * What each region gets of the limits of callers, where the gateway answers in several: API Management counts in each
   * region for itself. `share`: its equal part, so that all together hold the limit, and callers that use one region get
   * that part only. `whole`: all of it, so that a caller that uses all regions gets it that many times.
   *
   * @default "share"
   */
  readonly limitsPerRegion?: LimitsPerRegion;
  /** Regions in which it answers, 1 to 100. @default 1 */
  readonly regions?: number;
  /** Calls that one caller may have in flight, 1 to 1,000. @default 100 */
  readonly concurrentCallsPerCaller?: number;
  /**
   * Whether operators can cut clients off without a deployment: the named value `<namePrefix>-ai-gateway-cut-off` lists
   * them, and each request looks there. Costs each API a few lines of its policy.
   *
   * @default false
   */
  readonly killSwitch?: boolean;
  /** Provider of the service's subscription. @default - the default azurerm provider of the stack */
  readonly provider?: Placement["provider"];
}
