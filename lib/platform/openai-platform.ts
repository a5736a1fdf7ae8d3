import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, TerraformProvider, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiProvider } from "../azapi";
import {
  AiGateway,
  GatewayAlerts,
  GatewaySku,
  GatewayWorkbook,
  type OpenAiApi,
  SemanticCache,
} from "../gateway";
import { type IWorkloadIdentity, nameBasedUuid, WorkloadIdentity } from "../identity";
import {
  type CertificateAuthorityOptions,
  CertificateEventAlert,
  CertificateExpiryAlert,
  type CertificateReference,
  CertificateStore,
  type ICertificateStore,
} from "../key-vault";
import type { AzureNames } from "../naming";
import {
  AddressPrefix,
  type IPrivateNetwork,
  type PrivateEndpoint,
  PrivateEndpointTarget,
  PrivateNetwork,
  type PrivateNetworkProps,
} from "../network";
import {
  ActionGroup,
  DailyQuotaAlert,
  DiagnosticTarget,
  EndDateAlert,
  type ITelemetry,
  Telemetry,
} from "../observability";
import { OpenAiAccount } from "../openai";
import { stackPath } from "../private";
import { QueueWorker, RequestQueue } from "../request-queue";
import {
  type EndDate,
  Problems,
  type SecurityControl,
  type SecurityOptOut,
  ValidationError,
} from "../validation";
import type {
  OpenAiPlatformAccountOptions,
  OpenAiPlatformAlertOptions,
  OpenAiPlatformApiOptions,
  OpenAiPlatformLocation,
  OpenAiPlatformProps,
  OpenAiPlatformQueueOptions,
  OpenAiPlatformSemanticCacheOptions,
} from "./openai-platform-props";

const ADDRESS_SPACE = "10.20.0.0/22";
/** Room for 59 addresses: the gateway's units, or as many private endpoints. */
const SUBNET_LENGTH = 26;

/** Parts that can be weakened: the controls of each begin with its name. */
const PARTS = ["gateway", "account", "vault", "telemetry"] as const;
type Part = (typeof PARTS)[number];

/** What is said of a network that the platform makes in a further region. */
const SUBNETS: readonly string[] = ["addressSpace", "gatewaySubnetPrefix", "privateEndpointSubnetPrefix"];

/**
 * A gateway to Azure OpenAI with everything that it stands on: group, private network, telemetry, identity, vault,
 * accounts with their private endpoints and logs. Each part is a member, and can be one that exists.
 *
 * ```ts
 * const platform = new OpenAiPlatform(stack, "platform", {
 *   names: new AzureNames({ workload: "ai", environment: "dev", region: "swedencentral", suffix: "7f3" }),
 *   tenantId, subscriptionId, publisherName: "Contoso", publisherEmail: "ai@contoso.com",
 *   deployments: { chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 100 } },
 * });
 * platform.addOpenAiApi("assistant", { path: "assistant", auth });
 * ```
 */
export class OpenAiPlatform extends Construct {
  /** Names of what is made, and of what is added later. */
  public readonly names: AzureNames;
  /** Name of the resource group. @returns a token, unless it was given */
  public readonly resourceGroupName: string;
  /** Tenant of the subscription: a GUID. */
  public readonly tenantId: string;
  /** Network through which the gateway is reached. @default - `network` is "none" */
  public readonly network?: IPrivateNetwork;
  /** Where logs, metrics and traces go. */
  public readonly telemetry: ITelemetry;
  /** Identity with which the gateway reaches the models. */
  public readonly identity: IWorkloadIdentity;
  /** Vault of certificate authorities and of the host name's certificate. @default - nothing needs one */
  public readonly certificateStore?: ICertificateStore;
  /** The API Management service. */
  public readonly gateway: AiGateway;
  private readonly ownAccounts: OpenAiAccount[] = [];
  private readonly ownQueues: RequestQueue[] = [];
  /** Networks of further regions of the gateway, by region. */
  private readonly networksElsewhere = new Map<string, IPrivateNetwork>();
  private ownProvider?: AzurermProvider;
  private gatewayWatchers?: ActionGroup;

  /** @throws ValidationError with everything that is wrong with a part of the props */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: OpenAiPlatformProps,
  ) {
    super(scope, id);
    const problems = new Problems(this);
    this.checkProps(problems);
    problems.throwIfAny();

    this.names = props.names;
    this.tenantId = props.tenantId;
    this.addProviders();
    this.resourceGroupName =
      props.resourceGroupName ??
      new ResourceGroup(this, "group", { name: this.names.resourceGroup(), location: this.location }).name;
    this.network = this.networkOf();
    for (const region of props.additionalLocations ?? []) {
      const network = this.networkElsewhere(region);
      if (network) {
        this.networksElsewhere.set(region.location, network);
      }
    }
    this.telemetry = props.telemetry ?? this.createTelemetry();
    this.identity =
      props.identity ??
      new WorkloadIdentity(this, "identity", { ...this.place, name: this.names.userAssignedIdentity() });
    const ownStore = this.wantsOwnStore() ? this.createCertificateStore() : undefined;
    this.certificateStore =
      ownStore ?? (typeof props.certificateStore === "object" ? props.certificateStore : undefined);
    if (props.dailyLogQuotaGb !== undefined && this.telemetry instanceof Telemetry) {
      this.addDailyQuotaAlert(this.telemetry);
    }
    this.gateway = this.createGateway(ownStore);
    if (props.deployments) {
      this.addAccount("openai", { deployments: props.deployments });
    }
  }

  /** Azure region of the gateway. */
  public get location(): string {
    return this.names.region;
  }

  /** The accounts, in the order in which they were added. */
  public get accounts(): readonly OpenAiAccount[] {
    return this.ownAccounts;
  }

  /** An account by the id with which it was added. @throws ValidationError if there is none */
  public account(id: string): OpenAiAccount {
    const found = this.ownAccounts.find(({ node }) => node.id === id);
    if (found) {
      return found;
    }
    throw new ValidationError(this.node.path, [
      {
        rule: `account must be one of the platform: ${this.ownAccounts.map(({ node }) => node.id).join(", ") || "none"}`,
        value: id,
        remedy: "add it by addAccount(), or give deployments for the first one, 'openai'",
      },
    ]);
  }

  /**
   * Adds an account, its private endpoint and its logs. Add accounts before the APIs that use them.
   *
   * @param id construct id, below this construct
   * @throws ValidationError with everything that is wrong with the options
   */
  public addAccount(id: string, options: OpenAiPlatformAccountOptions): OpenAiAccount {
    const { deployments, location = this.location, purpose, kind, foundryAutoUpgrade } = options;
    const account = new OpenAiAccount(this, id, {
      resourceGroupName: this.resourceGroupName,
      location,
      name: this.names.in(location).openAiAccount(purpose),
      kind,
      // Without a network the gateway is told by the one public address that it keeps.
      allowedAddressRanges: this.network
        ? undefined
        : [Fn.element(this.gateway.resource.publicIpAddresses, 0) as string],
      foundryAutoUpgrade,
      securityOptOuts: this.optOutsOf("account"),
    });
    for (const [name, deployment] of Object.entries(deployments)) {
      account.addDeployment(name, deployment);
    }
    this.telemetry.addDiagnosticSetting(
      this.idIn(this.telemetry, `${id}-logs`),
      DiagnosticTarget.openAiAccount(account),
    );
    this.addPrivateEndpoints(`${id}-endpoint`, PrivateEndpointTarget.openAiAccount(account));
    this.ownAccounts.push(account);
    return account;
  }

  /**
   * Adds an API to the gateway, in front of the platform's accounts unless `backends` names others.
   *
   * @param id construct id, below the gateway
   * @throws ValidationError with everything that is wrong with the options
   */
  public addOpenAiApi(id: string, options: OpenAiPlatformApiOptions): OpenAiApi {
    return this.gateway.addOpenAiApi(id, { backends: this.accounts, ...options });
  }

  /**
   * Adds a queue for requests that can wait, with the identity of its worker, its private endpoints and logs, and the
   * worker where one is given. APIs take it as `queued`.
   *
   * @param id construct id, below this construct
   * @throws ValidationError without a network of the platform, or with everything that is wrong with the options
   */
  public addRequestQueue(id: string, options: OpenAiPlatformQueueOptions): RequestQueue {
    const { worker, audience, tokenVersion, roles, ...ofQueue } = options;
    const { network } = this;
    const subnet = network?.workerSubnet;
    const problems = new Problems(this, id);
    problems.check(network !== undefined, {
      rule: "a queue needs a network of the platform: results are reached through a private endpoint only",
      remedy: "leave network out, or give one",
    });
    problems.check(network === undefined || worker === undefined || subnet !== undefined, {
      rule: "a worker needs a subnet for workers in the platform's network",
      remedy: "give workerSubnetPrefix, or leave worker out",
    });
    problems.throwIfAny();
    const identity = new WorkloadIdentity(this, `${id}-identity`, {
      ...this.place,
      name: this.names.userAssignedIdentity(id),
    });
    const queue = new RequestQueue(this, id, {
      ...this.place,
      ...ofQueue,
      namespaceName: this.names.serviceBusNamespace(),
      storageAccountName: this.names.storageAccount("results"),
      worker: { identity, tenantId: this.tenantId, audience, tokenVersion, roles },
    });
    if (this.ownProvider) {
      this.ownProvider.features = [{ storage: [{ dataPlaneAvailable: false }] }];
    }
    this.watchQueue(id, queue);
    this.ownQueues.push(queue);
    if (worker && subnet) {
      new QueueWorker(this, `${id}-worker`, {
        ...this.place,
        ...worker,
        name: this.names.containerApp(),
        environmentName: this.names.containerAppsEnvironment(),
        queue,
        gatewayUrl: this.gateway.gatewayUrl,
        subnet,
        telemetry: this.telemetry,
      });
    }
    return queue;
  }

  /** The ways to a queue and its results, and the logs of both. */
  private watchQueue(id: string, queue: RequestQueue): void {
    const { namespace, storageAccount } = queue;
    for (const [part, target] of [
      [id, DiagnosticTarget.serviceBusNamespace(namespace)],
      [`${id}-results`, DiagnosticTarget.blobStorage(storageAccount)],
    ] as const) {
      this.telemetry.addDiagnosticSetting(this.idIn(this.telemetry, `${part}-logs`), target);
    }
    for (const [part, target] of [
      ...(queue.isPrivate ? [[id, PrivateEndpointTarget.serviceBusNamespace(namespace)] as const] : []),
      [`${id}-results`, PrivateEndpointTarget.blobStorage(storageAccount)] as const,
    ]) {
      this.addPrivateEndpoints(`${part}-endpoint`, target);
    }
  }

  /**
   * Adds the cache in which APIs of the gateway find answers to similar questions, behind a private endpoint, and the
   * record of its connections. Add it before these APIs.
   *
   * @param id construct id, below this construct
   * @throws ValidationError if the platform has no network, or with everything that is wrong with the options
   */
  public addSemanticCache(id: string, options: OpenAiPlatformSemanticCacheOptions): SemanticCache {
    const { network } = this;
    if (!network) {
      throw new ValidationError(this.node.path, [
        {
          rule: "a semantic cache is reached through a private network only",
          value: id,
          remedy: "leave network out, or make a SemanticCache with the network that the gateway is in",
        },
      ]);
    }
    const cache = new SemanticCache(this, id, {
      ...options,
      ...this.place,
      name: this.names.managedRedis(),
      gateway: this.gateway,
      network,
      telemetry: this.telemetry,
    });
    const target = PrivateEndpointTarget.managedRedis(cache.resource);
    for (const elsewhere of this.networksElsewhere.values()) {
      elsewhere.addPrivateEndpoint(this.idIn(elsewhere, `${id}-endpoint`), { target });
    }
    return cache;
  }

  /**
   * Adds an authority that issues client certificates.
   *
   * @param id construct id, below the vault; name of the secret
   * @returns the issuing authority, and its issuers up to the root
   * @throws ValidationError if the vault is not the platform's own, or with everything that is wrong with the authority
   */
  public addCertificateAuthority(
    id: string,
    options: CertificateAuthorityOptions,
  ): ReturnType<CertificateStore["addCertificateAuthority"]> {
    if (this.certificateStore instanceof CertificateStore) {
      return this.certificateStore.addCertificateAuthority(id, options);
    }
    throw new ValidationError(this.node.path, [
      {
        rule: "a certificate authority needs a vault of the platform's own",
        value: id,
        remedy:
          'give certificateStore: "own", or name the authority of the other vault by certificateAuthorityByName()',
      },
    ]);
  }

  /**
   * Tells the watchers of the platform what audit records and metrics say about attacks, limits, accounts and capacity,
   * and what of the stack ends soon. Add accounts and queues before.
   *
   * @throws ValidationError with everything that is wrong with the options
   */
  public addGatewayAlerts(options: OpenAiPlatformAlertOptions = {}): GatewayAlerts {
    const { endDates = [], queues = [], ...watched } = options;
    const ownQueues = this.ownQueues.map(({ namespace, queueName, maxSizeInMegabytes, retentionHours }) => ({
      namespaceId: namespace.id,
      queueName,
      maxSizeInMegabytes,
      retentionHours,
    }));
    this.addEndAlerts(endDates);
    return new GatewayAlerts(this, "gateway-alerts", {
      ...this.place,
      ...watched,
      gateway: this.gateway,
      accounts: this.accounts,
      queues: [...ownQueues, ...queues],
      telemetry: this.telemetry,
      actionGroup: this.watchers,
    });
  }

  /** Adds a workbook with what operators look at first: who calls, who is refused, how long answers take. */
  public addGatewayWorkbook(): GatewayWorkbook {
    const service = this.names.apiManagement();
    return new GatewayWorkbook(this, "gateway-workbook", {
      ...this.place,
      name: nameBasedUuid(`${service}/workbook`),
      displayName: service,
      telemetry: this.telemetry,
    });
  }

  /** Everything that is known to end, by a query, and what the vault announces, as it does. */
  private addEndAlerts(others: readonly EndDate[]): void {
    const { telemetry, watchers: actionGroup } = this;
    new EndDateAlert(this, "end-dates", {
      ...this.place,
      name: "end-dates",
      telemetry,
      actionGroup,
      of: TerraformStack.of(this),
      others,
    });
    if (this.certificateStore instanceof CertificateStore) {
      new CertificateEventAlert(this, "certificate-events", {
        ...this.place,
        name: "certificate-events",
        store: this.certificateStore,
        actionGroup,
      });
      this.certificateStore.addCertificateContacts(
        this.props.alertEmailAddresses ?? [this.props.publisherEmail],
      );
    }
  }

  /** Who hears of the gateway, for alerts of your own as well. Made when it is first asked for. */
  public get watchers(): ActionGroup {
    return (this.gatewayWatchers ??= this.createWatchers("gateway-watchers", "gateway", "gateway"));
  }

  /** Id of what is made below a part; one that others share as well tells platforms apart. */
  private idIn(part: IConstruct, id: string): string {
    return part.node.scope === this ? id : [...stackPath(this), id].join("-");
  }

  /** Lets the gateway reach something from each of its regions. */
  private addPrivateEndpoints(id: string, target: PrivateEndpointTarget): readonly PrivateEndpoint[] {
    return [...(this.network ? [this.network] : []), ...this.networksElsewhere.values()].map((network) =>
      network.addPrivateEndpoint(this.idIn(network, id), { target }),
    );
  }

  /** Where things of the platform are made. */
  private get place(): { readonly location: string; readonly resourceGroupName: string } {
    return { location: this.location, resourceGroupName: this.resourceGroupName };
  }

  private checkProps(problems: Problems): void {
    const {
      subscriptionId,
      securityOptOuts = [],
      network = "own",
      addressSpace = ADDRESS_SPACE,
      sku,
    } = this.props;
    problems.check(subscriptionId !== undefined || this.hasProvider(AzurermProvider.tfResourceType), {
      rule: "the stack needs an azurerm provider",
      remedy: "give subscriptionId, or add an AzurermProvider to the stack before the platform",
    });
    for (const { control } of securityOptOuts) {
      problems.check(
        PARTS.some((part) => isControlOf(part, control)),
        {
          rule: `securityOptOuts of a platform may weaken its ${PARTS.join(", ")}`,
          value: control,
          remedy: "remove the opt-out, or give it to the construct that has this control, such as an API",
        },
      );
    }
    problems.check(network !== "none" || (sku?.rules.ownPublicAddresses ?? true), {
      rule: "without a network, accounts tell the gateway by a public address of its own, which its tier must have",
      value: sku?.name,
      remedy: "use Developer, Basic, Standard or Premium, or give the platform a network",
    });
    this.checkOwnParts(problems);
    this.checkLocations(problems);
    if (network === "own") {
      const space = AddressPrefix.parse(addressSpace);
      problems.check(space !== undefined && space.length < SUBNET_LENGTH, {
        rule: `addressSpace must be an IPv4 range with room for two subnets of /${SUBNET_LENGTH}`,
        value: addressSpace,
        remedy: "write a range of /25 or larger, such as '10.20.0.0/22'",
      });
    }
  }

  private checkLocations(problems: Problems): void {
    const { network: own = "own", additionalLocations = [] } = this.props;
    for (const { location, network, addressSpace, ...subnets } of additionalLocations) {
      const isMade = own !== "none" && network === undefined;
      const space = addressSpace === undefined ? undefined : AddressPrefix.parse(addressSpace);
      problems.check(!isMade || (space !== undefined && space.length < SUBNET_LENGTH), {
        rule: `addressSpace of ${location} must be an IPv4 range with room for two subnets of /${SUBNET_LENGTH}`,
        value: addressSpace,
        remedy: "write a range of /25 or larger that no other region has, such as '10.21.0.0/22'",
      });
      const unused = Object.entries({ ...subnets, addressSpace })
        .filter(([name, value]) => SUBNETS.includes(name) && value !== undefined)
        .map(([name]) => name);
      problems.check(isMade || unused.length === 0, {
        rule: `${unused.join(", ")} must be left out where the platform makes no network in ${location}`,
        remedy: network === undefined ? "remove it" : "remove it, or set it on the network that was given",
      });
    }
  }

  /** What is said about a part that is not the platform's own would have no effect. */
  private checkOwnParts(problems: Problems): void {
    const { network = "own", telemetry, certificateStore, hostName, hostNameCertificateName } = this.props;
    const unused = (names: readonly (keyof OpenAiPlatformProps)[], part: string): void => {
      const given = names.filter((name) => this.props[name] !== undefined);
      problems.check(given.length === 0, {
        rule: `${given.join(", ")} must be left out where the platform makes no ${part} of its own`,
        remedy: "remove it, or set it on the part that was given",
      });
    };
    if (network !== "own") {
      unused(
        [
          "addressSpace",
          "gatewaySubnetPrefix",
          "privateEndpointSubnetPrefix",
          "workerSubnetPrefix",
          "privateEndpointClientRanges",
          "gatewayOutboundToInternet",
        ],
        "network",
      );
    }
    if (telemetry !== undefined) {
      unused(["dailyLogQuotaGb"], "telemetry");
      this.checkNoOptOuts("telemetry", problems);
    }
    if (!this.wantsOwnStore()) {
      unused(["vaultAddressRanges"], "vault");
      this.checkNoOptOuts("vault", problems);
    }
    if (hostName === undefined) {
      unused(["hostNameCertificateIssuer", "hostNameCertificateName"], "certificate for a host name");
    }
    problems.check(
      hostNameCertificateName === undefined || this.props.hostNameCertificateIssuer === undefined,
      {
        rule: "hostNameCertificateIssuer has no effect together with hostNameCertificateName",
        value: hostNameCertificateName,
        remedy: "remove one of them: the vault issues the certificate, or somebody brings it",
      },
    );
    const isBrought = hostNameCertificateName !== undefined && typeof certificateStore === "object";
    problems.check(hostName === undefined || isBrought || this.wantsOwnStore(), {
      rule: "hostName needs a vault of the platform's own, which issues its certificate",
      value: hostName,
      remedy:
        typeof certificateStore === "object"
          ? "leave certificateStore out, or name a certificate of that vault as hostNameCertificateName"
          : "leave certificateStore out",
    });
  }

  private checkNoOptOuts(part: Part, problems: Problems): void {
    const controls = this.optOutsOf(part).map(({ control }) => control);
    problems.check(controls.length === 0, {
      rule: `securityOptOuts must not weaken a ${part} that the platform does not make`,
      value: controls,
      remedy: "remove the opt-out, or give it to the part that was given",
    });
  }

  private hasProvider(type: string): boolean {
    return TerraformStack.of(this)
      .node.findAll()
      .some((each) => each instanceof TerraformProvider && each.terraformResourceType === type);
  }

  private addProviders(): void {
    const { subscriptionId, tenantId } = this.props;
    if (subscriptionId === undefined) {
      return;
    }
    if (!this.hasProvider(AzurermProvider.tfResourceType)) {
      this.ownProvider = new AzurermProvider(this, "azurerm", {
        subscriptionId,
        tenantId,
        storageUseAzuread: true,
        features: [{}],
      });
    }
    if (!this.hasProvider(AzapiProvider.tfResourceType)) {
      new AzapiProvider(this, "azapi", { subscriptionId, tenantId });
    }
  }

  private networkOf(): IPrivateNetwork | undefined {
    const { network = "own" } = this.props;
    if (network === "none") {
      return undefined;
    }
    return network === "own" ? this.createNetwork() : network;
  }

  private createNetwork(): PrivateNetwork {
    const {
      addressSpace = ADDRESS_SPACE,
      privateEndpointClientRanges,
      gatewayOutboundToInternet,
    } = this.props;
    return new PrivateNetwork(this, "network", {
      ...this.place,
      name: this.names.virtualNetwork(),
      ...subnetsOf({ ...this.props, addressSpace }),
      workerSubnetPrefix: this.props.workerSubnetPrefix,
      privateEndpointClientRanges,
      gatewayUnits: this.props.sku?.units,
      gatewayOutboundToInternet,
    });
  }

  /** In a group of its own: a group has a private DNS zone once, and each region its own addresses for one name. */
  private networkElsewhere(region: OpenAiPlatformLocation): IPrivateNetwork | undefined {
    const { location, network, addressSpace, units } = region;
    if (network !== undefined || addressSpace === undefined || this.network === undefined) {
      return network;
    }
    const { privateEndpointClientRanges, gatewayOutboundToInternet, sku } = this.props;
    const names = this.names.in(location);
    return new PrivateNetwork(this, `network-${location}`, {
      location,
      resourceGroupName: new ResourceGroup(this, `group-${location}`, {
        name: names.resourceGroup(),
        location,
      }).name,
      name: names.virtualNetwork(),
      ...subnetsOf({ ...region, addressSpace }),
      privateEndpointClientRanges,
      gatewayUnits: units ?? sku?.units,
      gatewayOutboundToInternet,
    });
  }

  private createTelemetry(): Telemetry {
    const telemetry = new Telemetry(this, "telemetry", {
      ...this.place,
      workspaceName: this.names.logAnalyticsWorkspace(),
      applicationInsightsName: this.names.applicationInsights(),
      dailyQuotaGb: this.props.dailyLogQuotaGb,
      securityOptOuts: this.optOutsOf("telemetry"),
    });
    if (telemetry.privateLinkScope) {
      this.addPrivateEndpoints(
        "telemetry-endpoint",
        PrivateEndpointTarget.azureMonitor(telemetry.privateLinkScope),
      );
    }
    return telemetry;
  }

  private addDailyQuotaAlert(telemetry: Telemetry): void {
    new DailyQuotaAlert(this, "daily-log-quota", {
      ...this.place,
      name: "daily-log-quota",
      telemetry,
      actionGroup: this.createWatchers("log-watchers", "logs", "logs"),
    });
  }

  private createWatchers(id: string, purpose: string, shortName: string): ActionGroup {
    return new ActionGroup(this, id, {
      resourceGroupName: this.resourceGroupName,
      name: this.names.actionGroup(purpose),
      shortName,
      emailAddresses: this.props.alertEmailAddresses ?? [this.props.publisherEmail],
    });
  }

  private wantsOwnStore(): boolean {
    const { certificateStore, hostName } = this.props;
    return certificateStore === "own" || (certificateStore === undefined && hostName !== undefined);
  }

  private createCertificateStore(): CertificateStore {
    const store = new CertificateStore(this, "certificates", {
      ...this.place,
      name: this.names.keyVault(),
      tenantId: this.props.tenantId,
      allowedAddressRanges: this.props.vaultAddressRanges,
      securityOptOuts: this.optOutsOf("vault"),
    });
    this.telemetry.addDiagnosticSetting(
      this.idIn(this.telemetry, "certificates-logs"),
      DiagnosticTarget.keyVault(store),
    );
    const endpoints = this.addPrivateEndpoints(
      "certificates-endpoint",
      PrivateEndpointTarget.keyVault(store),
    );
    store.writeContentAfter(...endpoints.flatMap(({ dependables }) => dependables));
    new CertificateExpiryAlert(this, "certificate-expiry", {
      ...this.place,
      name: "certificate-expiry",
      store,
      telemetry: this.telemetry,
      actionGroup: this.createWatchers("certificate-watchers", "certificates", "certs"),
      logsCollected: true,
    });
    return store;
  }

  /** Brought by somebody, or issued by the vault. */
  private hostNameCertificate(ownStore: CertificateStore | undefined): CertificateReference | undefined {
    const { hostName, hostNameCertificateName, hostNameCertificateIssuer: issuerName = "Self" } = this.props;
    if (hostName === undefined) {
      return undefined;
    }
    return hostNameCertificateName === undefined
      ? ownStore?.addServerCertificate("gateway-tls", { hostNames: [hostName], issuerName })
      : this.certificateStore?.certificateByName(hostNameCertificateName);
  }

  private createGateway(ownStore: CertificateStore | undefined): AiGateway {
    const { props } = this;
    const { hostName } = props;
    const certificate = this.hostNameCertificate(ownStore);
    return new AiGateway(this, "gateway", {
      ...this.place,
      name: this.names.apiManagement(),
      publisherName: props.publisherName,
      publisherEmail: props.publisherEmail,
      sku: props.sku ?? GatewaySku.developer(),
      zones: props.zones,
      additionalLocations: props.additionalLocations?.map(({ location, units, zones }) => ({
        location,
        units,
        zones,
        network: this.networksElsewhere.get(location),
      })),
      limitsPerRegion: props.limitsPerRegion,
      identity: this.identity,
      network: this.network,
      telemetry: this.telemetry,
      hostNames: hostName !== undefined && certificate ? [{ hostName, certificate }] : [],
      certificateStore: this.certificateStore,
      killSwitch: props.killSwitch,
      release: props.release,
      releaseChannel: props.releaseChannel,
      securityOptOuts: this.optOutsOf("gateway"),
    });
  }

  private optOutsOf(part: Part): readonly SecurityOptOut[] {
    return (this.props.securityOptOuts ?? []).filter(({ control }) => isControlOf(part, control));
  }
}

function subnetsOf({
  addressSpace,
  gatewaySubnetPrefix,
  privateEndpointSubnetPrefix,
}: Pick<OpenAiPlatformProps, "gatewaySubnetPrefix" | "privateEndpointSubnetPrefix"> & {
  readonly addressSpace: string;
}): Pick<PrivateNetworkProps, "addressSpace" | "gatewaySubnetPrefix" | "privateEndpointSubnetPrefix"> {
  const subnet = (index: number): string =>
    AddressPrefix.parse(addressSpace)?.part(SUBNET_LENGTH, index)?.toString() ?? "";
  return {
    addressSpace: [addressSpace],
    gatewaySubnetPrefix: gatewaySubnetPrefix ?? subnet(0),
    privateEndpointSubnetPrefix: privateEndpointSubnetPrefix ?? subnet(1),
  };
}

function isControlOf(part: Part, control: SecurityControl): boolean {
  return control.startsWith(`${part}-`);
}
