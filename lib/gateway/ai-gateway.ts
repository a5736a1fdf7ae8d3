import { ApiManagement, type ApiManagementSecurity } from "@cdktf/provider-azurerm/lib/api-management";
import { ApiManagementPolicy } from "@cdktf/provider-azurerm/lib/api-management-policy";
import type { ApiManagementSubscription } from "@cdktf/provider-azurerm/lib/api-management-subscription";
import { dependable, type ITerraformDependable, TerraformResource, TerraformStack, Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import type { ICertificateAuthority } from "../auth";
import { AzapiUpdateResource } from "../azapi";
import { type IPrincipal, Principal } from "../identity";
import { type ICertificateStore, isPkcs12 } from "../key-vault";
import type { IModelEndpoint } from "../model-endpoint";
import { type GatewaySubnet, type IPrivateNetwork, PrivateEndpointTarget } from "../network";
import { lateText, stackPath, terraformLiteral } from "../private";
import { describeProblem, Problems, type SecurityControl, SecurityOptOuts } from "../validation";
import { AiGatewayBase, type IAiGateway } from "./ai-gateway-base";
import { checkGateway, isPlacedPrivately } from "./ai-gateway-checks";
import type { AiGatewayAttributes, AiGatewayProps } from "./ai-gateway-props";
import { GatewayDiagnostics } from "./gateway-diagnostics";
import type { GatewayHostName } from "./gateway-host-name";
import { checkRelease, GatewayRelease } from "./gateway-release";
import type { ApiRequirements, RouteTarget } from "./gateway-service";
import { HostNameBinding } from "./host-name-binding";
import { ImportedAiGateway } from "./imported-ai-gateway";
import { type ComposedPolicy, composePolicy } from "./policy/composed-policy";
import { gatewayPolicy } from "./policy/gateway-policy";
import { UnusedEntrances } from "./unused-entrances";

const CONTROLS: readonly SecurityControl[] = ["gateway-private-network", "gateway-audit-logs"];
/** Oldest version of the management API that Azure still answers. */
const MIN_API_VERSION = "2021-08-01";
/** Certificates that a service's CA store holds. */
const MAX_CERTIFICATE_AUTHORITIES = 10;

/** Children of the service: what is written to it, but for the binding of host names. */
const WRITES = /^(?:azurerm_api_management_(?!custom_domain$)|azapi_resource$)/;

/** Written out although it is what azurerm sends: what was once on, and is then left out, stays on. */
const NO_LEGACY_TLS: ApiManagementSecurity = {
  backendSsl30Enabled: false,
  backendTls10Enabled: false,
  backendTls11Enabled: false,
  frontendSsl30Enabled: false,
  frontendTls10Enabled: false,
  frontendTls11Enabled: false,
  tripleDesCiphersEnabled: false,
  tlsEcdheEcdsaWithAes128CbcShaCiphersEnabled: false,
  tlsEcdheEcdsaWithAes256CbcShaCiphersEnabled: false,
  tlsEcdheRsaWithAes128CbcShaCiphersEnabled: false,
  tlsEcdheRsaWithAes256CbcShaCiphersEnabled: false,
  tlsRsaWithAes128CbcSha256CiphersEnabled: false,
  tlsRsaWithAes128CbcShaCiphersEnabled: false,
  tlsRsaWithAes128GcmSha256CiphersEnabled: false,
  tlsRsaWithAes256CbcSha256CiphersEnabled: false,
  tlsRsaWithAes256CbcShaCiphersEnabled: false,
  tlsRsaWithAes256GcmSha384CiphersEnabled: false,
};

/**
 * An API Management service in front of Azure OpenAI. It reaches model accounts with its managed identity,
 * forwards and retries in one global policy, trusts the certificate authorities that its APIs name, and logs
 * every request without its contents. Its developer portal is closed, which takes an `AzapiProvider` in the stack.
 *
 * ```ts
 * const gateway = new AiGateway(this, "gateway", {
 *   ...place, name: "apim-ai-prod", publisherName: "Contoso", publisherEmail: "ai@contoso.com",
 *   sku: GatewaySku.premium(3), zones: ["1", "2", "3"], identity, network, telemetry,
 * });
 * const claims = gateway.addOpenAiApi("claims", {
 *   path: "claims", backends: [openai], auth: Auth.entraId({ tenantId, audiences: [apiId] }),
 * });
 * gateway.addClient("claims-web", { api: claims, identifiedBy: [ClientIdentity.application(webAppId)] });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-key-concepts
 */
export class AiGateway extends AiGatewayBase {
  /**
   * A gateway that another team owns. Its APIs, backends and clients can be added; the service and its global
   * policy stay as they are, so each API forwards and retries by itself.
   *
   * @throws ValidationError with everything that is wrong with the attributes
   */
  public static fromAiGatewayAttributes(
    scope: Construct,
    id: string,
    attributes: AiGatewayAttributes,
  ): IAiGateway {
    return new ImportedAiGateway(scope, id, attributes);
  }

  public readonly id: string;
  public readonly serviceName: string;
  public readonly resourceGroupName: string;
  public readonly gatewayUrl: string;
  public readonly locations: readonly string[];
  public readonly ownsGlobalPolicy = true;
  public readonly replacedWith: readonly string[];
  /** The service itself, for what this class does not offer. */
  public readonly resource: ApiManagement;
  /** The policy of all APIs. */
  public readonly globalPolicy: ApiManagementPolicy;

  private readonly optOuts: SecurityOptOuts;
  private readonly networks: readonly IPrivateNetwork[];
  private readonly hostNames: readonly GatewayHostName[];
  private readonly trusted = new Map<string, ICertificateAuthority>();
  private readonly routeTargets = new Map<string, RouteTarget>();
  private readonly apiScopes: IConstruct[] = [];
  private readonly subscriptionResources: ApiManagementSubscription[] = [];
  private hostNameBinding?: HostNameBinding;
  private readonly unusedEntrances?: UnusedEntrances;
  private systemIdentity?: IPrincipal;
  private cachesAnswers = false;

  /** @throws ValidationError with everything that is wrong with `props` */
  public constructor(scope: Construct, id: string, props: AiGatewayProps) {
    super(scope, id, props, 1 + (props.additionalLocations?.length ?? 0));
    const problems = new Problems(this);
    this.optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    checkGateway(props, this.optOuts, problems);
    if (props.release !== undefined) {
      checkRelease(props.release, problems);
    }
    problems.throwIfAny();

    this.locations = [props.location, ...(props.additionalLocations ?? []).map(({ location }) => location)];
    this.networks = [
      props.network,
      ...(props.additionalLocations ?? []).map(({ network }) => network),
    ].filter((each) => each !== undefined);
    this.hostNames = props.hostNames ?? [];
    this.resource = this.createService(props);
    this.id = this.resource.id;
    this.replacedWith = [`${dependable(this.resource)}.id`];
    this.serviceName = this.resource.name;
    this.resourceGroupName = props.resourceGroupName;
    const host = this.hostNames.find(({ defaultSslBinding }) => defaultSslBinding) ?? this.hostNames[0];
    this.gatewayUrl = host ? `https://${host.hostName}` : this.resource.gatewayUrl;
    if (props.certificateStore && this.hostNames.length > 0) {
      this.bindHostNames(props.certificateStore);
    }
    // Consumption has no portal, and its gateway no place in anybody's firewall.
    if (this.sku.rules.generation !== "consumption") {
      this.unusedEntrances = new UnusedEntrances(this, "UnusedEntrances", {
        service: this.resource,
        after: () => [
          ...this.writesToService(),
          ...(this.hostNameBinding ? [this.hostNameBinding.resource] : []),
        ],
      });
    }
    if (props.release !== undefined) {
      new GatewayRelease(this, "Release", this, props.release);
    }
    if (props.releaseChannel) {
      new AzapiUpdateResource(this, "ReleaseChannel", {
        // A preview: no stable version has it.
        type: "Microsoft.ApiManagement/service@2024-06-01-preview",
        resourceId: this.id,
        body: { properties: { releaseChannel: props.releaseChannel } },
      });
    }
    if (props.network) {
      this.connect(props.network);
    }
    props.additionalLocations?.forEach(({ network }, index) => {
      const { privateIpAddresses } = this.resource.additionalLocation.get(index);
      if (network && isPlacedPrivately(network)) {
        this.publish(network, this.ownHostNames, privateIpAddresses);
      }
    });

    this.globalPolicy = new ApiManagementPolicy(this, "Policy", {
      apiManagementId: this.id,
      xmlContent: lateText(() => this.composePolicy().xml),
      dependsOn: [this.refusalFragment],
      provider: props.provider,
    });
    if (props.telemetry) {
      new GatewayDiagnostics(this, "Diagnostics", {
        service: this,
        telemetry: props.telemetry,
        resourceLogs: !this.optOuts.has("gateway-audit-logs"),
        loggedRequestHeaders: props.loggedRequestHeaders ?? [],
        cachesAnswers: () => this.cachesAnswers,
      });
    }
    this.node.addValidation({ validate: () => this.composePolicy().problems.map(describeProblem) });
  }

  public get clientCertificateHostNames(): readonly string[] {
    return this.hostNames.map(({ hostName }) => hostName);
  }

  public override checkApi(api: ApiRequirements, problems: Problems): void {
    super.checkApi(api, problems);
    problems.check(!api.negotiatesClientCertificates || this.hostNames.length > 0, {
      rule: "client certificates need a host name of the gateway's own",
      remedy: "give the gateway hostNames: its azure-api.net name never asks for client certificates",
    });
    const isolated = this.networks.some(({ gatewaySubnet }) => gatewaySubnet?.reachesInternet === false);
    problems.check(!isolated || api.internetIssuers.length === 0, {
      rule: "the gateway's network must let it fetch the signing keys of OpenID providers",
      value: api.internetIssuers,
      remedy: "set gatewayOutboundToInternet: true on the network",
    });
    this.checkAuthorities(api.certificateAuthorities, problems);
    this.checkReach(api, problems);
  }

  /** Azure would tell by requests that fail: a gateway without a network of its own has no way to a private host. */
  private checkReach({ modelEndpoints = [] }: ApiRequirements, problems: Problems): void {
    const subnets = this.networks.map(({ gatewaySubnet }) => gatewaySubnet);
    const isInNetwork = subnets.length > 0 && subnets.every((subnet) => subnet !== undefined);
    const paths = (wanted: readonly IModelEndpoint[]): readonly string[] =>
      wanted.map(({ node }) => node.path);
    const isPrivate = modelEndpoints.filter((endpoint) => endpoint.isPrivate);
    problems.check(isInNetwork || isPrivate.length === 0, {
      rule: "a gateway reaches model endpoints through a network of its own",
      value: paths(isPrivate),
      remedy:
        "give the gateway a network with a gateway subnet, or the endpoint the opt-out 'model-endpoint-internet'",
    });
    const isIsolated = subnets.some((subnet) => subnet?.reachesInternet === false);
    const onInternet = modelEndpoints.filter((endpoint) => !endpoint.isPrivate);
    problems.check(!isIsolated || onInternet.length === 0, {
      rule: "the gateway's network must let it reach model endpoints on the internet",
      value: paths(onInternet),
      remedy: "set gatewayOutboundToInternet: true on the network",
    });
  }

  public override acceptApi(api: ApiRequirements): void {
    super.acceptApi(api);
    this.trust(api.certificateAuthorities);
    if (api.negotiatesClientCertificates) {
      this.hostNameBinding?.askForClientCertificates();
    }
    this.apiScopes.push(api.scope);
    this.cachesAnswers ||= api.cachesAnswers === true;
  }

  /**
   * Trusts authorities that APIs of other stacks name: those know this service by its attributes, and cannot upload
   * them. Host names ask for client certificates from then on.
   *
   * @throws ValidationError if the tier, or what it holds, is too small, or an authority is not encoded as Azure takes it
   */
  public trustCertificateAuthorities(authorities: readonly ICertificateAuthority[]): void {
    const problems = new Problems(this);
    problems.check(this.hostNames.length > 0, {
      rule: "client certificates need a host name of the gateway's own",
      remedy: "give the gateway hostNames: its azure-api.net name never asks for client certificates",
    });
    this.checkAuthorities(authorities, problems);
    problems.throwIfAny();
    this.trust(authorities);
    this.hostNameBinding?.askForClientCertificates();
  }

  private checkAuthorities(authorities: readonly ICertificateAuthority[], problems: Problems): void {
    const trusted = new Set([...this.trusted.keys(), ...authorities.map(({ thumbprint }) => thumbprint)]);
    problems.check(trusted.size === 0 || this.sku.rules.certificateAuthorities, {
      rule: `tier ${this.sku.tier} cannot validate client certificates against authorities of your own`,
      value: [...trusted],
      remedy: "use Developer, Basic, Standard or Premium",
    });
    problems.check(trusted.size <= MAX_CERTIFICATE_AUTHORITIES, {
      rule: `a gateway trusts at most ${MAX_CERTIFICATE_AUTHORITIES} certificates`,
      value: trusted.size,
      remedy: "trust fewer authorities, or use a second gateway",
    });
    for (const authority of authorities) {
      checkEncoding(authority, problems);
    }
  }

  private trust(authorities: readonly ICertificateAuthority[]): void {
    for (const authority of authorities) {
      this.trusted.set(authority.thumbprint, authority);
    }
    if (this.trusted.size > 0) {
      this.resource.putCertificate(
        [...this.trusted.values()].map(({ encodedCertificate, isRoot }) => ({
          encodedCertificate,
          storeName: isRoot ? "Root" : "CertificateAuthority",
        })),
      );
    }
  }

  public override acceptSubscription(name: string, subscription: ApiManagementSubscription): void {
    super.acceptSubscription(name, subscription);
    this.subscriptionResources.push(subscription);
  }

  public routeTo(targets: readonly RouteTarget[]): void {
    for (const target of targets.filter(({ name }) => !this.routeTargets.has(name))) {
      this.routeTargets.set(target.name, target);
      dependOn(this.globalPolicy, target.resource);
    }
  }

  private createService(props: AiGatewayProps): ApiManagement {
    const { network, sku, additionalLocations = [], createAfter = [] } = props;
    const subnet = network?.gatewaySubnet;
    return new ApiManagement(this, "Resource", {
      name: props.name,
      location: props.location,
      resourceGroupName: props.resourceGroupName,
      publisherName: terraformLiteral(props.publisherName),
      publisherEmail: terraformLiteral(props.publisherEmail),
      skuName: sku.name,
      identity: { type: "UserAssigned", identityIds: [props.identity.id] },
      minApiVersion: props.minApiVersion ?? MIN_API_VERSION,
      // Azure refuses to create a service with `false`; with a private endpoint it is switched off
      // afterwards.
      publicNetworkAccessEnabled: true,
      virtualNetworkType: subnet?.virtualNetworkType ?? "None",
      virtualNetworkConfiguration: subnetConfiguration(subnet),
      zones: props.zones && [...props.zones],
      additionalLocation:
        additionalLocations.length > 0
          ? additionalLocations.map((region) => ({
              location: region.location,
              capacity: region.units ?? sku.units,
              zones: region.zones && [...region.zones],
              virtualNetworkConfiguration: subnetConfiguration(region.network?.gatewaySubnet),
            }))
          : undefined,
      protocols: { http2Enabled: true },
      security: NO_LEGACY_TLS,
      tags: this.optOuts.tagged(props.tags),
      dependsOn: [
        ...createAfter,
        ...[network, ...additionalLocations.map((region) => region.network)].flatMap(
          (each) => each?.gatewaySubnet?.dependables ?? [],
        ),
      ],
      provider: props.provider,
    });
  }

  /** Makes the gateway reachable from the network and, unless that is accepted, from nowhere else. */
  private connect(network: IPrivateNetwork): void {
    if (isPlacedPrivately(network)) {
      this.publish(network, this.ownHostNames, this.resource.privateIpAddresses);
      return;
    }
    if (network.gatewaySubnet?.placement === "external") {
      return;
    }
    const endpoint = network.addPrivateEndpoint(`gateway-${stackPath(this).join("-")}`, {
      target: PrivateEndpointTarget.apiManagement(this),
    });
    for (const earlier of [this.hostNameBinding?.resource, this.unusedEntrances?.resource]) {
      if (earlier) {
        dependOn(endpoint.resource, earlier);
      }
    }
    this.publish(network, this.clientCertificateHostNames, [endpoint.privateIpAddress]);
    if (this.optOuts.has("gateway-private-network")) {
      return;
    }
    // Terraform must not open it again: it still holds the value of the creation.
    this.resource.lifecycle = { ignoreChanges: ["public_network_access_enabled"] };
    new AzapiUpdateResource(this, "ClosedToPublicNetworks", {
      type: "Microsoft.ApiManagement/service@2024-05-01",
      resourceId: this.id,
      body: { properties: { publicNetworkAccess: "Disabled" } },
      dependsOn: [...endpoint.dependables],
    });
  }

  /**
   * Host names of a gateway that is itself in a network: the one that Azure gives it, and those of our own.
   */
  private get ownHostNames(): readonly string[] {
    const name = this.resource.nameInput ?? "";
    const given = Token.isUnresolved(name) ? [] : [`${name.toLowerCase()}.azure-api.net`];
    return [...given, ...this.hostNames.map(({ hostName }) => hostName)];
  }

  /** Names that public DNS does not know, or knows with an address that does not answer. */
  private publish(network: IPrivateNetwork, hostNames: readonly string[], addresses: string[]): void {
    for (const hostName of hostNames) {
      network.addPrivateHost(`gateway-${hostName.replaceAll(".", "-")}`, { hostName, addresses });
    }
  }

  public systemAssignedIdentity(): IPrincipal {
    if (!this.systemIdentity) {
      this.resource.putIdentity({ type: "SystemAssigned, UserAssigned", identityIds: [this.identity.id] });
      this.systemIdentity = Principal.systemAssigned(this, "SystemIdentity", this.resource);
    }
    return this.systemIdentity;
  }

  private bindHostNames(store: ICertificateStore): void {
    const grant = store.grantReadSecretsPastFirewall(this.systemAssignedIdentity());
    this.hostNameBinding = new HostNameBinding(this, "HostNames", {
      serviceId: this.id,
      hostNames: this.hostNames,
      after: () => [
        ...this.hostNames.flatMap(({ certificate }) => certificate.dependables),
        ...grant.dependables,
        ...this.writesToService(),
      ],
      provider: this.provider,
    });
  }

  /** Everything that this stack writes to the service after creating it, but its host names and its closing. */
  private writesToService(): readonly TerraformResource[] {
    const stack = TerraformStack.of(this);
    return [
      ...new Set(
        [this, ...this.apiScopes, ...this.subscriptionResources].flatMap(({ node }) => node.findAll()),
      ),
    ]
      .filter((each) => TerraformResource.isTerraformResource(each))
      .filter((each) => TerraformStack.of(each) === stack && WRITES.test(each.terraformResourceType));
  }

  private composePolicy(): ComposedPolicy {
    return composePolicy(
      () =>
        gatewayPolicy({
          constructPath: this.node.path,
          backendIds: [...this.routeTargets.keys()],
          endpoints: [...this.routeTargets.values()].flatMap(({ endpoint }) => endpoint ?? []),
          concurrentCalls: this.concurrentCallsPerCaller,
          tier: this.tierFacts,
          refusalFragmentId: this.refusalFragmentName,
        }),
      this.tierFacts,
    );
  }
}

/** Azure says so only once the service is written: 40 minutes into the deployment. */
function checkEncoding(
  { subject, isRoot, encodedCertificate }: ICertificateAuthority,
  problems: Problems,
): void {
  problems.check(
    isRoot || Token.isUnresolved(encodedCertificate) || isPkcs12(Buffer.from(encodedCertificate, "base64")),
    {
      rule: `certificate of '${subject}', which is not a root, must be base64 of a PKCS#12 container`,
      remedy:
        "write it with 'openssl pkcs12 -export -nokeys -passout pass:', or take it from a CertificateStore",
    },
  );
}

function subnetConfiguration(subnet: GatewaySubnet | undefined): { subnetId: string } | undefined {
  return subnet && { subnetId: subnet.id };
}

function dependOn(resource: TerraformResource, earlier: ITerraformDependable): void {
  resource.dependsOn = [...(resource.dependsOn ?? []), dependable(earlier)];
}
