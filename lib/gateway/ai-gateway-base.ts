import { ApiManagementNamedValue } from "@cdktf/provider-azurerm/lib/api-management-named-value";
import { ApiManagementPolicyFragment } from "@cdktf/provider-azurerm/lib/api-management-policy-fragment";
import type { ApiManagementSubscription } from "@cdktf/provider-azurerm/lib/api-management-subscription";
import { Annotations, Aspects, dependable, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IPrincipal, IWorkloadIdentity } from "../identity";
import type { ICertificateStore } from "../key-vault";
import type { IModelEndpoint } from "../model-endpoint";
import type { IOpenAiAccount } from "../openai";
import type { PolicyFragment } from "../policy";
import { guardAgainstTemplates, lateText, NAME_RULES } from "../private";
import { Problems } from "../validation";
import type { LimitsPerRegion } from "./ai-gateway-props";
import { ownName } from "./child-name";
import { type CircuitBreaker, tripSeconds } from "./circuit-breaker";
import { DeploymentBackends } from "./deployment-backends";
import { overloadedDeployments } from "./deployment-load";
import { EndpointBackends } from "./endpoint-backends";
import { GatewayClient, type GatewayClientOptions } from "./gateway-client";
import {
  type ApiRequirements,
  type BackendUse,
  type DeploymentBackend,
  type EndpointBackend,
  type IGatewayService,
  inService,
  type RouteTarget,
} from "./gateway-service";
import type { GatewaySku } from "./gateway-sku";
import { OpenAiApi } from "./openai-api";
import type { OpenAiApiOptions } from "./openai-api-props";
import { AUDIT_FRAGMENT_ID, auditFragment } from "./policy/audit-record";
import type { GatewayTierFacts } from "./policy/openai-api-description";
import { REFUSAL_FRAGMENT_ID, refusalFragment } from "./policy/refusal-fragment";

/** A gateway to Azure OpenAI, of this stack or of another team. */
export interface IAiGateway extends IGatewayService {
  /**
   * Publishes an Azure OpenAI API.
   *
   * @param id construct id, and the API's name unless `name` is given
   * @throws ValidationError with everything that is wrong with the options
   */
  addOpenAiApi(id: string, options: OpenAiApiOptions): OpenAiApi;
  /**
   * Registers a client of one API; `client.allow()` lets it use further ones.
   *
   * @param name name in logs, metrics and counters: 3 to 40 lower-case letters, digits or '-'
   * @throws ValidationError if the name is taken, or with everything that is wrong with the options
   */
  addClient(name: string, options: GatewayClientOptions): GatewayClient;
  /**
   * Makes a secret of Key Vault available to policies as `{{name}}`. The gateway follows its new versions.
   *
   * @param name letters, digits, '-', '_' or '.'
   * @throws ValidationError if the name or that of the secret is not one that Azure takes, or if the gateway is
   * imported without `systemAssignedPrincipalId`
   */
  addNamedValue(name: string, options: NamedValueOptions): ApiManagementNamedValue;
}

/**
 * A secret that policies refer to by name.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export interface NamedValueOptions {
  /** Vault of the secret: the gateway's system-assigned identity may read its secrets. */
  readonly store: ICertificateStore;
  /** Name of the secret in the vault: 1 to 127 letters, digits or '-'. */
  readonly secretName: string;
}

/** What both kinds of gateway are made with. */
export interface AiGatewayBaseProps {
  readonly sku: GatewaySku;
  readonly identity: IWorkloadIdentity;
  readonly circuitBreaker?: CircuitBreaker;
  readonly concurrentCallsPerCaller?: number;
  readonly limitsPerRegion?: LimitsPerRegion;
  readonly namePrefix?: string;
  readonly provider?: TerraformProvider;
  readonly killSwitch?: boolean;
}

/** Display name of the named value that lists who is cut off. */
const KILL_SWITCH_NAME = "ai-gateway-cut-off";
/** Azure takes no empty value; no client has a name of one letter. */
const NOBODY = "-";

const DEFAULT_CONCURRENT_CALLS = 100;

/** What every gateway does, whoever owns the service. */
export abstract class AiGatewayBase extends Construct implements IAiGateway {
  public abstract readonly id: string;
  public abstract readonly serviceName: string;
  public abstract readonly resourceGroupName: string;
  public abstract readonly gatewayUrl: string;
  public abstract readonly locations: readonly string[];
  public abstract readonly ownsGlobalPolicy: boolean;
  public abstract readonly clientCertificateHostNames: readonly string[];
  public abstract readonly replacedWith?: readonly string[];

  public readonly sku: GatewaySku;
  public readonly identity: IWorkloadIdentity;
  public readonly namePrefix?: string;
  public readonly provider?: TerraformProvider;
  public readonly concurrentCallsPerCaller: number;
  public readonly countingRegions: number;
  public readonly refusalFragmentName: string;
  public readonly auditFragmentName: string;

  /** How often each limit is given to a caller that uses all regions. */
  private readonly timesEachLimit: number;
  private readonly circuitBreaker: CircuitBreaker;
  private readonly apis: ApiRequirements[] = [];
  private readonly subscriptions = new Map<string, ApiManagementSubscription>();
  private refusals?: ApiManagementPolicyFragment;
  private records?: ApiManagementPolicyFragment;
  private readonly hasKillSwitch: boolean;
  private cutOff?: ApiManagementNamedValue;
  private deploymentBackends?: DeploymentBackends;
  private endpointBackends?: EndpointBackends;
  private latestSubscription?: ApiManagementSubscription;

  /** @param regions in which the gateway answers */
  protected constructor(scope: Construct, id: string, props: AiGatewayBaseProps, regions: number) {
    super(scope, id);
    this.countingRegions = props.limitsPerRegion === "whole" ? 1 : regions;
    this.timesEachLimit = regions / this.countingRegions;
    this.sku = props.sku;
    this.identity = props.identity;
    this.namePrefix = props.namePrefix;
    this.provider = props.provider;
    this.circuitBreaker = props.circuitBreaker ?? {};
    this.hasKillSwitch = props.killSwitch ?? false;
    this.concurrentCallsPerCaller = props.concurrentCallsPerCaller ?? DEFAULT_CONCURRENT_CALLS;
    this.refusalFragmentName = ownName(props, REFUSAL_FRAGMENT_ID);
    this.auditFragmentName = ownName(props, AUDIT_FRAGMENT_ID);
    guardAgainstTemplates(this);
    Aspects.of(this).add({ visit: (node) => node === this && this.warnOfOverload() });
  }

  public get tierFacts(): GatewayTierFacts {
    const { generation, policyDocumentKiB } = this.sku.rules;
    return { tier: generation, policyDocumentBytes: policyDocumentKiB * 1024 };
  }

  public addOpenAiApi(id: string, options: OpenAiApiOptions): OpenAiApi {
    const problems = new Problems(this);
    this.checkId(id, problems);
    problems.throwIfAny();
    return makeOrRemove(this, id, () => new OpenAiApi(this, id, { ...options, gateway: this }));
  }

  public addClient(name: string, options: GatewayClientOptions): GatewayClient {
    const problems = new Problems(this);
    problems.check(this.node.tryFindChild(clientId(name)) === undefined, {
      rule: "names of clients must be unique on a gateway",
      value: name,
      remedy: "use client.allow() to let a client use a further API",
    });
    problems.throwIfAny();
    const id = clientId(name);
    return makeOrRemove(this, id, () => new GatewayClient(this, id, { ...options, gateway: this, name }));
  }

  public addNamedValue(name: string, { store, secretName }: NamedValueOptions): ApiManagementNamedValue {
    const id = `named-value-${name}`;
    const problems = new Problems(this, id);
    this.checkId(id, problems);
    problems.checkLiteral(name, NAME_RULES.namedValue.pattern, {
      rule: `name must be a literal of ${NAME_RULES.namedValue.words}`,
      remedy: "shorten or change it",
    });
    problems.checkPattern(secretName, NAME_RULES.keyVaultItem.pattern, {
      rule: `secretName must be ${NAME_RULES.keyVaultItem.words}`,
      remedy: "give the name, not the id, of the secret",
    });
    problems.throwIfAny();
    const reader = this.systemAssignedIdentity();
    const namedValue = new ApiManagementNamedValue(this, id, {
      ...inService(this, this),
      name: ownName(this, name),
      displayName: name,
      secret: true,
      valueFromKeyVault: {
        // Without a client id, the service reads with its system-assigned identity.
        secretId: `${store.vaultUri}secrets/${secretName}`,
      },
    });
    store.grantReadSecretsPastFirewall(reader).applyBefore(namedValue);
    return namedValue;
  }

  private checkId(id: string, problems: Problems): void {
    problems.check(this.node.tryFindChild(id) === undefined, {
      rule: "construct ids must be unique on a gateway",
      value: id,
      remedy: "use another id, or what was made with this one",
    });
  }

  public get refusalFragment(): ApiManagementPolicyFragment {
    this.refusals ??= this.fragment(
      this.refusalFragmentName,
      "Answers a refused request in one form, counts and records it",
      () => refusalFragment({ tripSeconds: tripSeconds(this.circuitBreaker), queued: this.queues }),
    );
    return this.refusals;
  }

  public get auditFragment(): ApiManagementPolicyFragment {
    this.records ??= this.fragment(
      this.auditFragmentName,
      "Records a request that gets what it asked for",
      () =>
        auditFragment(
          this.queues,
          this.apis.some(({ priced }) => priced === true),
        ),
    );
    return this.records;
  }

  public get killSwitch(): ApiManagementNamedValue | undefined {
    if (this.hasKillSwitch) {
      this.cutOff ??= this.createKillSwitch();
    }
    return this.cutOff;
  }

  private createKillSwitch(): ApiManagementNamedValue {
    const name = ownName(this, KILL_SWITCH_NAME);
    const address = inService(this, this);
    return new ApiManagementNamedValue(this, KILL_SWITCH_NAME, {
      ...address,
      name,
      displayName: name,
      value: NOBODY,
      // Operators change it: the next apply must not let in whom they cut off.
      lifecycle: { ...address.lifecycle, ignoreChanges: ["value"] },
    });
  }

  /** Known once all APIs are. */
  private get queues(): boolean {
    return this.apis.some(({ queued }) => queued === true);
  }

  private fragment(
    name: string,
    description: string,
    policies: () => PolicyFragment,
  ): ApiManagementPolicyFragment {
    return new ApiManagementPolicyFragment(this, name, {
      apiManagementId: this.id,
      name,
      description,
      // The other form would have expressions escaped as XML, which policy documents do not.
      format: "rawxml",
      value: lateText(() => policies().render()),
      provider: this.provider,
    });
  }

  public backendOf(account: IOpenAiAccount, deployment: string, use: BackendUse): DeploymentBackend {
    this.deploymentBackends ??= new DeploymentBackends(this, "Backends", this, this.circuitBreaker);
    return this.deploymentBackends.of(account, deployment, use);
  }

  public endpointBackendOf(endpoint: IModelEndpoint, deployment: string, use: BackendUse): EndpointBackend {
    this.endpointBackends ??= new EndpointBackends(this, "EndpointBackends", {
      service: this,
      circuitBreaker: this.circuitBreaker,
      addNamedValue: (name, options) => this.addNamedValue(name, options),
    });
    return this.endpointBackends.of(endpoint, deployment, use);
  }

  public checkApi(api: ApiRequirements, problems: Problems): void {
    problems.check(!this.apis.some(({ apiName }) => apiName === api.apiName), {
      rule: "names of APIs must be unique on a gateway",
      value: api.apiName,
      remedy: "set name",
    });
    problems.check(!this.apis.some(({ path }) => path.toLowerCase() === api.path.toLowerCase()), {
      rule: "paths of APIs must be unique on a gateway",
      value: api.path,
      remedy: "choose another path",
    });
    const operations = [...this.apis, api].reduce((sum, { operationCount }) => sum + operationCount, 0);
    problems.check(operations <= this.sku.rules.maxOperations, {
      rule: `tier ${this.sku.tier} holds at most ${this.sku.rules.maxOperations} operations`,
      value: operations,
      remedy: "publish fewer operation groups or URL shapes",
    });
  }

  public acceptApi(api: ApiRequirements): void {
    this.apis.push(api);
  }

  /** Each client within its limits, all together beyond what the accounts have: one of them will be without. */
  private warnOfOverload(): void {
    const loads = this.apis.flatMap((api) =>
      api.loads().map(({ route, callers }) => ({
        route,
        callers: new Map([...callers].map(([name, tokens]) => [name, tokens * this.timesEachLimit])),
      })),
    );
    for (const { deployment, accounts, tokensPerMinute, reservable } of overloadedDeployments(loads)) {
      Annotations.of(this).addWarning(
        `clients may take ${reservable} tokens per minute of deployment '${deployment}', which has ${tokensPerMinute} at ` +
          `${accounts.join(", ")}: raise its capacity, lower tokensPerMinute or reservedTokensPerMinute of clients, or ` +
          "give those that are trusted less a deployment of their own",
      );
    }
  }

  public abstract routeTo(targets: readonly RouteTarget[]): void;

  public abstract systemAssignedIdentity(): IPrincipal;

  public checkSubscription(name: string, problems: Problems): void {
    const { maxSubscriptions = Infinity } = this.sku.rules;
    problems.check(!this.subscriptions.has(name), {
      rule: "names of subscriptions, made of API and client, must be unique on a gateway",
      value: name,
      remedy: "rename the client or the API",
    });
    problems.check(this.subscriptions.size < maxSubscriptions, {
      rule: `tier ${this.sku.tier} holds at most ${maxSubscriptions} subscriptions`,
      value: this.subscriptions.size + 1,
      remedy: "identify clients by tokens or certificates, or choose another tier",
    });
  }

  public acceptSubscription(name: string, subscription: ApiManagementSubscription): void {
    if (this.latestSubscription) {
      subscription.dependsOn = [...(subscription.dependsOn ?? []), dependable(this.latestSubscription)];
    }
    this.latestSubscription = subscription;
    this.subscriptions.set(name, subscription);
  }
}

/** Makes a child, or leaves nothing of it: after a refusal, the id can be used for a better attempt. */
function makeOrRemove<T extends Construct>(scope: Construct, id: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    scope.node.tryRemoveChild(id);
    throw error;
  }
}

function clientId(name: string): string {
  return `client-${name}`;
}
