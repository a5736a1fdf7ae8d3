import {
  ApiManagementApi,
  type ApiManagementApiConfig,
} from "@cdktf/provider-azurerm/lib/api-management-api";
import { ApiManagementApiOperation } from "@cdktf/provider-azurerm/lib/api-management-api-operation";
import { ApiManagementApiPolicy } from "@cdktf/provider-azurerm/lib/api-management-api-policy";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import {
  type AuthBinding,
  authBinding,
  type AuthBindOptions,
  type Authenticator,
  type AuthStrategy,
  entraPrincipalAuth,
} from "../auth";
import type { IModelEndpoint } from "../model-endpoint";
import { modelLimits } from "../openai";
import { lateText, terraformLiteral } from "../private";
import { describeProblem, Problems, type SecurityControl, SecurityOptOuts } from "../validation";
import { admitsClient, admitsUnregistered, internetIssuers } from "./admission";
import {
  ANSWER_CACHE_DEFAULTS,
  type AnswerCache,
  checkAnswerCache,
  checkSharingClients,
} from "./answer-cache";
import { ApiRevision, checkRevision, keepsPolicy, type OpenAiApiRevision } from "./api-revision";
import { limitsOf, limitsOfRegion } from "./caller-limits";
import { ownName } from "./child-name";
import type { DeploymentLoad } from "./deployment-load";
import {
  type DeploymentRoute,
  deploymentRoutes,
  hostedDeployment,
  hostedDeployments,
  isHosted,
  servedDeployment,
} from "./deployment-route";
import { type ApiRequirements, type IGatewayService, inService, type RouteTarget } from "./gateway-service";
import {
  checkApiLimits,
  checkApiValues,
  checkBackends,
  checkEndpointOperations,
  checkOperations,
  checkRequestBounds,
  checkRequestMembers,
  checkRoutes,
  checkTier,
} from "./openai-api-checks";
import { OPENAI_API_DEFAULTS, type OpenAiApiOptions } from "./openai-api-props";
import { type ApiBackends, apiBackends } from "./openai-backend";
import { limitValues } from "./policy/client-table";
import { type ComposedPolicy, composePolicy } from "./policy/composed-policy";
import type {
  AnswerCacheDescription,
  CallerLimits,
  ClientDescription,
  ClientRights,
  DeploymentDescription,
  EndpointCall,
  OpenAiApiDescription,
} from "./policy/openai-api-description";
import { checkClientIdentities, verifiedIds } from "./policy/openai-api-description-rules";
import { openAiApiPolicy } from "./policy/openai-api-policy";
import {
  OPENAI_OPERATION_GROUPS,
  type OpenAiOperation,
  type OpenAiOperationGroup,
  openAiOperations,
} from "./policy/openai-operation";
import { queueOperations } from "./policy/queued-operation";
import { SUBSCRIPTION_KEY_PARAMETERS } from "./policy/subscription-key-parameters";
import { USAGE_OPERATION } from "./policy/usage-operation";
import { checkQueuedOperations, queuedGroups } from "./queued-operations";
import { type RoutedDeployment, RouteTargets } from "./route-targets";
import { checkPrices, type LimitedClient } from "./spending-checks";
import type { SpendingSource } from "./spending-source";

/** An API, as `gateway.addOpenAiApi` makes it. */
export interface OpenAiApiProps extends OpenAiApiOptions {
  /** Service that publishes the API. */
  readonly gateway: IGatewayService;
}

const SECONDS_OF_HOUR = 3_600;
const CONTROLS: readonly SecurityControl[] = [
  "api-key-alone-is-not-enough",
  "api-any-client-of-the-issuer",
  "api-multi-tenant",
  "api-stateful-operations",
  "api-batch-models",
  "api-token-limits",
  "api-request-limits",
  "api-remote-content",
  "api-hosted-tools",
  "api-distant-answers",
  "certificate-revocation",
  "certificate-lenient-validation",
];

/**
 * An Azure OpenAI API on a gateway: explicit operations, one policy that authenticates, authorizes, limits
 * and routes every request, and the backends it routes to. Made by `gateway.addOpenAiApi(id, options)`.
 *
 * Source: https://learn.microsoft.com/azure/api-management/genai-gateway-capabilities
 */
export class OpenAiApi extends Construct {
  /** Resource name of the API in API Management. */
  public readonly apiName: string;
  /**
   * Endpoint for the client class `AzureOpenAI`: `https://<gateway>/<path>`. @returns a token, unless the
   * gateway is imported
   */
  public readonly endpoint: string;
  /** Operation groups that are published. */
  public readonly operations: readonly OpenAiOperationGroup[];
  /** Deployments that are served. */
  public readonly deployments: readonly string[];
  /** Authenticators of the API; their names are what client identities refer to. */
  public readonly authenticators: readonly Authenticator[];
  /** Service that publishes the API. */
  public readonly gateway: IGatewayService;
  /** The API itself, for what this class does not offer. */
  public readonly resource: ApiManagementApi;
  /** The policy of the API. */
  public readonly policy: ApiManagementApiPolicy;

  private readonly options: OpenAiApiOptions;
  private readonly optOuts: SecurityOptOuts;
  private readonly binding: AuthBinding;
  private readonly backends: ApiBackends;
  /** Takes the tokens of the queue's worker. @default - the API has no queue */
  private readonly routes: readonly DeploymentRoute[];
  private readonly targets: RouteTargets;
  /** What policies change of requests on their way to model endpoints, by backend. */
  private readonly endpointCalls = new Map<string, EndpointCall>();
  private readonly publishedOperations: readonly OpenAiOperation[];
  private readonly clients = new Map<string, ClientDescription>();
  private readonly identityOwners = new Map<string, string>();
  /** Accounts of clients that have their own. */
  private readonly clientBackends = new Map<string, ApiBackends>();
  private composed?: ComposedPolicy;

  /** @throws ValidationError with everything that is wrong with `props` */
  public constructor(scope: Construct, id: string, props: OpenAiApiProps) {
    super(scope, id);
    const { gateway, name = id } = props;
    const { operations = OPENAI_API_DEFAULTS.operations, urlShapes = OPENAI_API_DEFAULTS.urlShapes } = props;
    const problems = new Problems(this);
    this.options = props;
    this.gateway = gateway;
    this.apiName = ownName(gateway, name);
    this.optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    this.operations = [...operations];
    const published = openAiOperations(operations, urlShapes);
    this.publishedOperations = [
      ...published,
      ...(props.queued ? queueOperations(published, queuedGroups(props.queued, operations)) : []),
      ...(props.spending ? [USAGE_OPERATION] : []),
    ];
    // JavaScript may leave out what has no default; that is reported with everything else.
    this.backends = apiBackends(props.backends);
    this.deployments = [...(props.deployments ?? hostedDeployments(this.backends))];
    this.routes = deploymentRoutes(this.backends, this.deployments);

    checkApiValues(name, props, problems);
    if (props.cache) {
      checkAnswerCache(props.cache, { gateway, operations, optOuts: this.optOuts }, problems);
    }
    if (props.queued) {
      checkQueuedOperations(props.queued, operations, problems);
    }
    checkTier(gateway.sku, problems);
    if (props.revision) {
      checkRevision(props.revision, problems);
    }
    checkRequestMembers(props, this.optOuts, problems);
    checkRequestBounds(props, gateway.sku.rules, problems);
    checkApiLimits(props, this.optOuts, problems);
    const { accounts, endpoints } = this.backends;
    checkOperations(operations, accounts.length + endpoints.length, this.optOuts, problems);
    checkEndpointOperations(operations, endpoints, problems);
    const isAnyKnown = operations.some((group) => OPENAI_OPERATION_GROUPS.includes(group));
    problems.check(!isAnyKnown || published.length > 0, {
      rule: "operations and urlShapes must leave something to publish",
      value: { operations, urlShapes },
      remedy: "add the URL shape in which these operations exist",
    });
    checkBackends(this.backends, problems);
    if (accounts.length + endpoints.length > 0) {
      checkRoutes(this.routes, problems);
    }
    this.binding = bindAuth(props.auth, {
      problems,
      optOuts: this.optOuts,
      certificateAuthoritiesSupported: gateway.sku.rules.certificateAuthorities,
    });
    this.authenticators = this.binding.authenticators;
    const requirements: ApiRequirements = {
      scope: this,
      apiName: this.apiName,
      loads: () => this.loads(),
      path: `${props.path}/openai`,
      operationCount: this.publishedOperations.length,
      negotiatesClientCertificates: this.binding.negotiatesClientCertificates,
      certificateAuthorities: this.trustedAuthorities(),
      cachesAnswers: props.cache !== undefined,
      queued: props.queued !== undefined,
      priced: props.spending !== undefined,
      modelEndpoints: endpoints.map(({ endpoint }) => endpoint),
      internetIssuers: internetIssuers(this.binding),
    };
    gateway.checkApi(requirements, problems);
    problems.throwIfAny();

    gateway.acceptApi(requirements);
    this.endpoint = `${gateway.gatewayUrl}/${props.path}`;
    const config = this.apiConfig(requirements.path, props.displayName ?? name);
    this.resource = new ApiManagementApi(this, "Resource", config);
    this.targets = new RouteTargets(this, {
      gateway,
      apiName: this.apiName,
      trustBoundary: props.trustBoundary ?? name,
      shapes: urlShapes,
    });
    const routed = this.routes.map((route) => this.targets.ofApi(route));
    this.policy = this.createPolicy(routed.flatMap((each) => this.routeTo(each)));
    for (const operation of this.publishedOperations) {
      this.createOperation(operation);
    }
    if (props.revision) {
      this.addRevision(props.revision, config);
    }
    this.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Reports why the API cannot have the client.
   *
   * @internal called by GatewayClient
   */
  public checkClient(client: ClientDescription, problems: Problems): void {
    problems.check(!this.clients.has(client.name), {
      rule: `client '${client.name}' must be allowed on API '${this.apiName}' once`,
      remedy: "merge its rights into one call",
    });
    const { apiName, binding: auth, identityOwners: owners } = this;
    checkClientIdentities({ apiName, auth, owners }, client, problems);
    const { operations = [], deployments = [] } = client.rights ?? {};
    for (const group of operations.filter((each) => !this.operations.some((offered) => offered === each))) {
      problems.add({
        rule: `operations must be offered by API '${this.apiName}': ${this.operations.join(", ")}`,
        value: group,
        remedy: "remove it, or publish it on the API",
      });
    }
    const served = this.deployments.map((deployment) => deployment.toLowerCase());
    for (const deployment of deployments.filter((each) => !served.includes(each.toLowerCase()))) {
      problems.add({
        rule: `deployments must be served by API '${this.apiName}': ${this.deployments.join(", ")}`,
        value: deployment,
        remedy: "remove it, or add it to the API",
      });
    }
  }

  /**
   * Reports a client that could never get in.
   *
   * @param client with all its identities on this API
   * @internal called by GatewayClient
   */
  public checkAdmission({ name, identities }: ClientDescription, problems: Problems): void {
    problems.check(admitsClient(this.binding, identities), {
      rule: `client '${name}' must be able to get in to API '${this.apiName}' with its identities`,
      value: identities.map(({ authenticator }) => authenticator),
      remedy: "give it an identity for every credential of one accepted combination",
    });
  }

  /**
   * Reports accounts that the API cannot send a client's requests to.
   *
   * @internal called by GatewayClient
   */
  public checkClientBackends(
    { name, rights = {} }: ClientDescription,
    backends: ApiBackends,
    problems: Problems,
  ): void {
    checkBackends(backends, problems);
    const hosts = backendUrls(this.backends);
    const foreign = backendUrls(backends).filter((host) => !hosts.includes(host));
    for (const host of new Set(foreign)) {
      problems.add({
        rule: `backends of client '${name}' must be accounts of API '${this.apiName}'`,
        value: host,
        remedy: "add the account to the backends of the API, or remove it here",
      });
    }
    const granted = rights.deployments ?? this.deployments;
    const routes = deploymentRoutes(backends, granted);
    const missing = routes.filter((route) => !isHosted(route)).map(({ deployment }) => deployment);
    const isUseless = rights.deployments ? missing.length > 0 : missing.length === granted.length;
    problems.check(backendUrls(backends).length === 0 || !isUseless, {
      rule: `backends of client '${name}' must host the deployments that it may use`,
      value: missing,
      remedy: "add an account that hosts them, or take them from the client's deployments",
    });
  }

  /**
   * Lets the client in.
   *
   * @param backends accounts that answer it, if they are not those of the API
   * @internal called by GatewayClient once the client was checked
   */
  public acceptClient(client: ClientDescription, backends?: ApiBackends): void {
    const routes = backends && this.routeClient(backends);
    if (backends) {
      this.clientBackends.set(client.name, backends);
    }
    for (const id of verifiedIds(this.binding, client)) {
      this.identityOwners.set(id, client.name);
    }
    this.clients.set(client.name, routes ? { ...client, rights: { ...client.rights, routes } } : client);
    this.composed = undefined;
  }

  private routeClient(backends: ApiBackends): readonly DeploymentDescription[] {
    return deploymentRoutes(backends, this.deployments)
      .filter(isHosted)
      .map((route) => {
        const routed = this.targets.ofClients(route);
        const added = this.routeTo(routed).map(({ resource }) => dependable(resource));
        this.policy.dependsOn = [...new Set([...(this.policy.dependsOn ?? []), ...added])];
        return describeRoute(route, routed);
      });
  }

  private routeTo({ targets: own, elsewhere = {} }: RoutedDeployment): readonly RouteTarget[] {
    const targets = [...own, ...Object.values(elsewhere).flatMap((each) => each.targets)];
    this.gateway.routeTo(targets);
    for (const { name, endpoint } of targets) {
      if (endpoint) {
        this.endpointCalls.set(name, endpoint);
      }
    }
    return targets;
  }

  /** Of clients, and of endpoints that public authorities do not know: the gateway has one store for both. */
  private trustedAuthorities(): ApiRequirements["certificateAuthorities"] {
    const ofEndpoints = this.backends.endpoints.flatMap(({ endpoint }) => endpoint.certificateAuthorities);
    const known = new Map(
      [...this.binding.certificateAuthorities, ...ofEndpoints].map((each) => [each.thumbprint, each]),
    );
    return [...known.values()];
  }

  private apiConfig(path: string, displayName: string): ApiManagementApiConfig {
    return {
      ...inService(this.gateway, this),
      name: this.apiName,
      revision: "1",
      displayName: terraformLiteral(displayName),
      path,
      protocols: ["https"],
      // A worker has no key; the policy refuses whoever else has none.
      subscriptionRequired: this.binding.subscriptionKey === "required" && !this.options.queued,
      subscriptionKeyParameterNames: { ...SUBSCRIPTION_KEY_PARAMETERS },
    };
  }

  /** A copy of the API with the new policy; the policy that callers have is left as it is until everybody has the new one. */
  private addRevision(revision: OpenAiApiRevision, config: ApiManagementApiConfig): void {
    if (keepsPolicy(revision)) {
      this.policy.lifecycle = {
        ...inService(this.gateway, this).lifecycle,
        ignoreChanges: ["xml_content"],
      };
    }
    new ApiRevision(this, "Revision", {
      gateway: this.gateway,
      revision,
      api: this.resource,
      config,
      policyXml: () => this.composePolicy().xml,
      after: [this.policy],
    });
  }

  private createPolicy(targets: readonly RouteTarget[]): ApiManagementApiPolicy {
    const distinct = new Map(targets.map((target) => [target.name, target]));
    const policy = new ApiManagementApiPolicy(this, "Policy", {
      ...inService(this.gateway, this),
      apiName: this.resource.name,
      xmlContent: lateText(() => this.composePolicy().xml),
      dependsOn: [
        this.gateway.refusalFragment,
        this.gateway.auditFragment,
        ...(this.gateway.killSwitch ? [this.gateway.killSwitch] : []),
        ...(this.options.spending ? [this.options.spending.resource] : []),
        ...[...distinct.values()].map(({ resource }) => resource),
        ...(this.options.cache?.kind === "semantic" ? this.options.cache.semanticCache.dependables : []),
      ],
    });
    for (const { account } of this.backends.accounts) {
      account.grantInvoke(this.gateway.identity).applyBefore(policy);
    }
    this.options.queued?.queue.grantAccept(this.gateway.identity).applyBefore(policy);
    this.options.spending?.grantQuery(this.gateway.identity).applyBefore(policy);
    return policy;
  }

  private createOperation(operation: OpenAiOperation): void {
    new ApiManagementApiOperation(this, `operation-${operation.id}`, {
      ...inService(this.gateway, this),
      apiName: this.resource.name,
      operationId: operation.id,
      displayName: operation.displayName,
      method: operation.method,
      urlTemplate: operation.urlTemplate,
      templateParameter: operation.templateParameters.map((name) => ({
        name,
        type: "string",
        required: true,
      })),
      request: {
        queryParameter: operation.queryParameters.map(({ name, required }) => ({
          name,
          type: "string",
          required,
        })),
        representation: representation(operation),
      },
      // Nothing answers before the policy that authenticates is in place, nor after it is gone.
      dependsOn: [this.policy],
    });
  }

  private composePolicy(): ComposedPolicy {
    this.composed ??= composePolicy(() => openAiApiPolicy(this.describe()), this.gateway.tierFacts);
    return this.composed;
  }

  private describe(): OpenAiApiDescription {
    const { gateway, options } = this;
    const deployments = this.routes.map((route) => describeRoute(route, this.targets.ofApi(route)));
    return {
      constructPath: this.node.path,
      apiName: this.apiName,
      auth: this.binding,
      operations: this.publishedOperations,
      deployments,
      defaultBackendId: deployments[0]?.backendId,
      clients: [...this.clients.values()].map(({ rights, ...client }) => ({
        ...client,
        rights: rights && {
          ...rights,
          limits: rights.limits && limitsOfRegion(rights.limits, gateway.countingRegions),
        },
      })),
      unregisteredCallers: options.unregisteredCallers ?? OPENAI_API_DEFAULTS.unregisteredCallers,
      apiVersions: options.apiVersions ?? OPENAI_API_DEFAULTS.apiVersions,
      v1ApiVersions: options.v1ApiVersions ?? OPENAI_API_DEFAULTS.v1ApiVersions,
      limits: limitsOfRegion(this.callerLimits(), gateway.countingRegions),
      bounds: options,
      members: options,
      timeoutSeconds: options.timeoutSeconds ?? OPENAI_API_DEFAULTS.timeoutSeconds,
      retries: options.retries ?? OPENAI_API_DEFAULTS.retries,
      concurrentCalls: gateway.concurrentCallsPerCaller,
      managedIdentityClientId: gateway.identity.clientId,
      subscriptionKeyHeader: SUBSCRIPTION_KEY_PARAMETERS.header,
      subscriptionKeyQueryParameter: SUBSCRIPTION_KEY_PARAMETERS.query,
      hasRevisions: options.revision !== undefined,
      hostNames: this.binding.negotiatesClientCertificates ? gateway.clientCertificateHostNames : undefined,
      tier: gateway.tierFacts,
      ownsGlobalPolicy: gateway.ownsGlobalPolicy,
      cache: options.cache && describeCache(options.cache),
      spending: options.spending && this.describeSpending(options.spending),
      queue: this.describeQueue(),
      endpoints: this.endpointCalls.size > 0 ? [...this.endpointCalls.values()] : undefined,
      refusalFragmentId: gateway.refusalFragmentName,
      auditFragmentId: gateway.auditFragmentName,
      killSwitchName: gateway.killSwitch?.displayNameInput,
      optOuts: this.optOuts,
    };
  }

  /** Without callers that this API refuses, whatever they have left. */
  private describeSpending({
    workspaceGuid,
    functionName,
    limitedClients,
    clientsWithUserBudgets,
  }: SpendingSource): OpenAiApiDescription["spending"] {
    const mayCall = (name: string): boolean => this.isOpen || this.clients.has(name);
    return {
      workspaceGuid,
      functionName,
      limitedClients: limitedClients.filter(mayCall),
      clientsWithUserBudgets: clientsWithUserBudgets.filter(mayCall),
    };
  }

  /** Whom a budget cuts off here. Clients of other APIs come in as unregistered callers, under other names. */
  private limitedClients({ limitedClients }: SpendingSource): readonly LimitedClient[] {
    const registered = [...this.clients.values()]
      .filter(({ name, suspended }) => !suspended && limitedClients.includes(name))
      .map(({ name, rights }) => {
        const backends = this.clientBackends.get(name) ?? this.backends;
        const deployments = this.deployments.filter((deployment) => mayUse(rights, deployment));
        return { name, routes: deploymentRoutes(backends, deployments) };
      });
    const unregistered = this.isOpen ? limitedClients.filter((name) => name.includes("/")) : [];
    return [...registered, ...unregistered.map((name) => ({ name, routes: this.routes }))];
  }

  private describeQueue(): OpenAiApiDescription["queue"] {
    const { queued, path } = this.options;
    if (!queued) {
      return undefined;
    }
    const { queue, tokensPerMinute } = queued;
    const { identity, ...worker } = queue.worker;
    return {
      groups: queuedGroups(queued, this.operations),
      path: `/${path}/openai`,
      messagesUrl: queue.messagesUrl,
      resultsUrl: queue.resultsUrl,
      retentionSeconds: queue.retentionHours * SECONDS_OF_HOUR,
      maxMessageBytes: queue.maxMessageBytes,
      tokensPerMinute: Math.ceil(tokensPerMinute / this.gateway.countingRegions),
      worker: entraPrincipalAuth({
        ...worker,
        name: "queue-worker",
        clientId: identity.clientId,
        principalId: identity.principalId,
      }),
    };
  }

  private callerLimits(): CallerLimits {
    const { requestsPerMinute, tokensPerMinute } = this.options;
    const limited = (control: SecurityControl, value: number) =>
      this.optOuts.has(control) ? undefined : value;
    return {
      ...limitsOf(this.options),
      requestsPerMinute: limited(
        "api-request-limits",
        requestsPerMinute ?? OPENAI_API_DEFAULTS.requestsPerMinute,
      ),
      tokensPerMinute: limited("api-token-limits", tokensPerMinute ?? OPENAI_API_DEFAULTS.tokensPerMinute),
    };
  }

  /** Whether callers come in whom nobody has registered. */
  private get isOpen(): boolean {
    const { unregisteredCallers = OPENAI_API_DEFAULTS.unregisteredCallers } = this.options;
    return this.clients.size === 0 || unregisteredCallers === "allow";
  }

  private loads(): readonly DeploymentLoad[] {
    const limits = this.callerLimits();
    const callers: readonly Pick<ClientDescription, "name" | "rights">[] = [
      ...[...this.clients.values()].filter(({ suspended }) => !suspended),
      // How many they are is not known; one may come at least.
      ...(this.isOpen ? [{ name: `any caller of ${this.apiName}` }] : []),
    ];
    return this.routes.map((route) => ({
      route,
      callers: new Map(
        callers
          .filter(({ rights }) => mayUse(rights, route.deployment))
          .map(({ name, rights }) => {
            const { tokensPerMinute = 0, reservedTokensPerMinute = 0 } = limitValues(
              rights?.limits ?? {},
              limits,
            );
            return [name, Math.max(tokensPerMinute, reservedTokensPerMinute)];
          }),
      ),
    }));
  }

  private validate(): string[] {
    const problems = new Problems(this);
    this.checkCallers(problems);
    const isCalled = !problems.any;
    const { cache, spending } = this.options;
    if (cache) {
      checkSharingClients(cache, [...this.clients.keys()], problems);
    }
    if (spending) {
      checkPrices(spending, this.limitedClients(spending), problems);
    }
    // Without any caller, the policy's rules would ask for restrictions on callers that are not there.
    if (isCalled) {
      this.composePolicy().problems.forEach((problem) => problems.add(problem));
    }
    this.checkLateDeployments(problems);
    return problems.all.map(describeProblem);
  }

  private checkCallers(problems: Problems): void {
    const others = admitsUnregistered(this.binding, this.optOuts.has("api-any-client-of-the-issuer"));
    // Each registered client was checked to be able to get in; a suspended one counts, since it may come
    // back.
    problems.check(this.clients.size > 0 || others, {
      rule: "somebody must be able to get in",
      remedy: "call gateway.addClient(), or name client applications, roles or groups in the authenticator",
    });
  }

  private checkLateDeployments(problems: Problems): void {
    const deployments = this.options.deployments ?? hostedDeployments(this.backends);
    const hosts = (routes: readonly DeploymentRoute[]): string[] =>
      routes.flatMap(({ deployment, members, endpoints = [] }) =>
        [...members.map(({ account }) => account), ...endpoints.map(({ endpoint }) => endpoint)].map(
          ({ node }) => `${deployment} at ${node.path}`,
        ),
      );
    const routed = new Set(hosts(this.routes));
    const late = hosts(deploymentRoutes(this.backends, deployments)).filter((host) => !routed.has(host));
    problems.check(late.length === 0, {
      rule: "deployments must be added to accounts before the API is made",
      value: late,
      remedy: "move addDeployment() before addOpenAiApi()",
    });
  }
}

function mayUse({ deployments }: ClientRights = {}, deployment: string): boolean {
  return deployments?.some((name) => name.toLowerCase() === deployment.toLowerCase()) ?? true;
}

function describeRoute(
  { deployment, members, endpoints = [] }: DeploymentRoute,
  { targets, plan, elsewhere }: RoutedDeployment,
): DeploymentDescription {
  const [first] = members;
  const model = first && hostedDeployment(first.account, deployment)?.model;
  const limits = [
    model === undefined ? undefined : modelLimits(model)?.maxOutputTokens,
    ...endpoints.map(({ endpoint }) => servedDeployment(endpoint, deployment)?.maxOutputTokens),
  ].filter((limit) => limit !== undefined);
  return {
    name: deployment,
    backendId: targets[0]?.name ?? "",
    memberCount: members.length + endpoints.length,
    // Whichever host answers: the request must suit all of them.
    maxOutputTokens: limits.length > 0 ? Math.min(...limits) : undefined,
    plan,
    elsewhere:
      elsewhere &&
      Object.fromEntries(
        Object.entries(elsewhere).map(([location, there]) => [
          location,
          { backendId: there.targets[0]?.name ?? "", plan: there.plan },
        ]),
      ),
  };
}

function backendUrls({ accounts, endpoints }: ApiBackends): readonly string[] {
  return [
    ...accounts.map(({ account }) => account.openAiBaseUrl),
    ...endpoints.map(({ endpoint }: { readonly endpoint: IModelEndpoint }) => endpoint.url),
  ];
}

/** @returns a binding that asks nothing of the gateway if anything is wrong with it: what it says is meaningless then */
function bindAuth(auth: AuthStrategy | undefined, options: AuthBindOptions): AuthBinding {
  const { problems } = options;
  if (typeof auth?.bind !== "function") {
    problems.add({
      rule: "an API needs an authenticator",
      remedy:
        "say in auth how callers prove who they are: Auth.entraId(…), Auth.oidc(…), Auth.clientCertificate(…)",
    });
    return authBinding([], []);
  }
  const before = problems.all.length;
  const binding = auth.bind(options);
  return problems.all.length > before ? authBinding([], []) : binding;
}

function representation({ body }: OpenAiOperation): { contentType: string }[] | undefined {
  const contentTypes = { json: "application/json", multipart: "multipart/form-data", none: undefined };
  const contentType = contentTypes[body];
  return contentType ? [{ contentType }] : undefined;
}

function describeCache(cache: AnswerCache): AnswerCacheDescription {
  const { durationSeconds, onlyAtTemperatureZero = false, sharedBy = {} } = cache;
  const shared = { durationSeconds, onlyAtTemperatureZero, sharedBy };
  if (cache.kind === "exact") {
    return { ...shared, kind: "exact" };
  }
  const {
    maxDistance = ANSWER_CACHE_DEFAULTS.maxDistance,
    maxQuestionCharacters = ANSWER_CACHE_DEFAULTS.maxQuestionCharacters,
    semanticCache: { embeddingsBackendId },
  } = cache;
  return { ...shared, kind: "semantic", maxDistance, maxQuestionCharacters, embeddingsBackendId };
}
