import type { ApiManagementNamedValue } from "@cdktf/provider-azurerm/lib/api-management-named-value";
import type { ApiManagementSubscription } from "@cdktf/provider-azurerm/lib/api-management-subscription";
import {
  type TerraformProvider,
  type TerraformResource,
  type TerraformResourceLifecycle,
  TerraformStack,
} from "cdktf";
import type { IConstruct } from "constructs";
import type { ICertificateAuthority } from "../auth";
import type { IPrincipal, IWorkloadIdentity } from "../identity";
import type { IModelEndpoint } from "../model-endpoint";
import type { IOpenAiAccount } from "../openai";
import type { Problems } from "../validation";
import type { DeploymentLoad } from "./deployment-load";
import type { GatewaySku } from "./gateway-sku";
import type { EndpointCall, GatewayTierFacts } from "./policy/openai-api-description";
import type { OpenAiUrlShape } from "./policy/openai-operation";

/**
 * The API Management service as its APIs and clients see it, whether the service is of this stack or of
 * another team: what they are created in, and what they ask of it.
 */
export interface IGatewayService extends IConstruct {
  /** ARM id. @returns a token, unless imported */
  readonly id: string;
  /** Name of the API Management service. @returns a token, unless imported */
  readonly serviceName: string;
  /** Name of its resource group. */
  readonly resourceGroupName: string;
  /** Its tier and scale units. */
  readonly sku: GatewaySku;
  /** What policies must know of the tier. */
  readonly tierFacts: GatewayTierFacts;
  /** Identity with which the gateway reaches model accounts; attached to the service. */
  readonly identity: IWorkloadIdentity;
  /**
   * URL of the gateway without a trailing slash: `https://ai.contoso.com`. @returns a token, unless imported
   */
  readonly gatewayUrl: string;
  /**
   * Starts the names of what is created in the service, so that several stacks can share it.
   *
   * @default - none
   */
  readonly namePrefix?: string;
  /** Provider of everything that is created in the service. @default - the default provider of the stack */
  readonly provider?: TerraformProvider;
  /**
   * What Terraform watches to replace what was created in the service. Azure deletes the children of a service
   * with it; Terraform would keep those that name it by its name, which stays.
   *
   * @default - nothing: no stack of ours replaces the service
   */
  readonly replacedWith?: readonly string[];

  /** Azure regions in which it answers, its own first. Empty where only its owner knows them. */
  readonly locations: readonly string[];
  /** Regions that count limits each for itself, so that each gets its share of them; 1 to give each the whole. */
  readonly countingRegions: number;
  /** Calls that one caller may have in flight. */
  readonly concurrentCallsPerCaller: number;
  /** Whether this stack writes the service's global policy, which forwards and retries for all its APIs. */
  readonly ownsGlobalPolicy: boolean;
  /** Name of the fragment that refuses requests. */
  readonly refusalFragmentName: string;
  /** The fragment itself: policies that include it are saved after it. */
  readonly refusalFragment: TerraformResource;
  /** Name of the fragment that records what was answered. */
  readonly auditFragmentName: string;
  /** The fragment itself: policies that include it are saved after it. */
  readonly auditFragment: TerraformResource;
  /** Named value that lists who is cut off: policies that read it are saved after it. @default - there is none */
  readonly killSwitch?: ApiManagementNamedValue;
  /** Host names that ask for client certificates. The default host name of the service never does. */
  readonly clientCertificateHostNames: readonly string[];

  /**
   * The service's own identity, beside the one that reaches the models: Key Vault lets no other past its firewall, and
   * a cache asks for embeddings with no other. Switched on when first asked for.
   *
   * @throws ValidationError if the service is imported without `systemAssignedPrincipalId`
   */
  systemAssignedIdentity(): IPrincipal;
  /** The backend of one deployment of one account, shared by the APIs of a trust boundary. */
  backendOf(account: IOpenAiAccount, deployment: string, use: BackendUse): DeploymentBackend;
  /** The backend of one deployment of a model endpoint, shared by the APIs of a trust boundary. */
  endpointBackendOf(endpoint: IModelEndpoint, deployment: string, use: BackendUse): EndpointBackend;
  /** Reports why the service cannot hold the API. */
  checkApi(api: ApiRequirements, problems: Problems): void;
  /** Gives the API what it needs of the service. Called once the API was checked. */
  acceptApi(api: ApiRequirements): void;
  /** Lets the global policy, if it is ours, route to what the API's policy chooses from. */
  routeTo(targets: readonly RouteTarget[]): void;
  /** Reports why the service cannot hold a subscription of that name. */
  checkSubscription(name: string, problems: Problems): void;
  /** Creates subscriptions one after another: API Management refuses many at once (status 412). */
  acceptSubscription(name: string, subscription: ApiManagementSubscription): void;
}

/** What an API needs of its gateway. */
export interface ApiRequirements {
  /** The API's construct: everything of the API is created below it. */
  readonly scope: IConstruct;
  /** Resource name of the API. */
  readonly apiName: string;
  /** What its callers may take of each deployment. Asked for at synthesis, once all clients are known. */
  readonly loads: () => readonly DeploymentLoad[];
  /** Full path of the API below the gateway's URL. */
  readonly path: string;
  /** Operations that it publishes: tiers hold a limited number. */
  readonly operationCount: number;
  /** Whether host names must ask for client certificates. */
  readonly negotiatesClientCertificates: boolean;
  /** Certificate authorities that certificates of clients and of model endpoints are validated against. */
  readonly certificateAuthorities: readonly ICertificateAuthority[];
  /** Whether it gives answers again: then they say in logs who asked. @default false */
  readonly cachesAnswers?: boolean;
  /** Whether it has a queue: then refusals and the audit record know of one. @default false */
  readonly queued?: boolean;
  /** Whether it asks for spending: then the audit record says what prices need. @default false */
  readonly priced?: boolean;
  /** Model endpoints that it sends requests to. @default - none */
  readonly modelEndpoints?: readonly IModelEndpoint[];
  /** Authenticators whose issuers publish their keys somewhere on the internet. */
  readonly internetIssuers: readonly string[];
}

/** How an API uses a backend. */
export interface BackendUse {
  /** Whether another can answer in its place: then it is also left alone while it is throttled. */
  readonly pooled: boolean;
  /** Who shares the backend, and what its circuit breaker learns: the APIs of that boundary. */
  readonly trustBoundary: string;
  /**
   * URL family that the backend's URL begins, so that the path of a request says the operation only.
   *
   * @default - the path of the request says it: requests go to accounts only
   */
  readonly shape?: OpenAiUrlShape;
}

/** The backend of one deployment of one account. */
export interface DeploymentBackend extends RouteTarget {
  /** ARM id. @returns a token */
  readonly id: string;
}

/** The backend of one deployment of a model endpoint. */
export interface EndpointBackend extends RouteTarget {
  /** What policies change of a request on its way there. */
  readonly endpoint: EndpointCall;
}

/** A backend or pool that policies name as text. */
export interface RouteTarget {
  /** Literal name: the `backend-id` of a policy. */
  readonly name: string;
  /** Its resource, which exists before the policies that name it. */
  readonly resource: TerraformResource;
  /** What policies change of a request on its way there. @default - nothing: it goes to accounts */
  readonly endpoint?: EndpointCall;
}

/** What every azurerm child of the service is addressed by. */
export interface ServiceAddress {
  readonly apiManagementName: string;
  readonly resourceGroupName: string;
  /** @default - the default provider of the stack */
  readonly provider?: TerraformProvider;
  /** Replaced with the service. @default - none */
  readonly lifecycle?: TerraformResourceLifecycle;
}

/**
 * @param scope of what is created in the service
 * @returns the arguments by which azurerm finds the service
 */
export function inService(service: IGatewayService, scope: IConstruct): ServiceAddress {
  const sameStack = TerraformStack.of(service) === TerraformStack.of(scope);
  return {
    apiManagementName: service.serviceName,
    resourceGroupName: service.resourceGroupName,
    provider: service.provider,
    lifecycle:
      service.replacedWith && sameStack ? { replaceTriggeredBy: [...service.replacedWith] } : undefined,
  };
}
