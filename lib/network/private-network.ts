import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { PrivateDnsARecord } from "@cdktf/provider-azurerm/lib/private-dns-a-record";
import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import { Annotations, dependable, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { guardAgainstTemplates, HOST_NAME, type Placement, resourceInGroup, shortenedName } from "../private";
import { Problems, SecurityOptOuts } from "../validation";
import { GATEWAY_PLACEMENTS, type GatewayPlacement } from "./gateway-placement";
import { gatewayTraffic } from "./gateway-traffic";
import { checkPrivateEndpointIsOnlyOne, checkPrivateEndpointName, PrivateEndpoint } from "./private-endpoint";
import type { PrivateEndpointTarget } from "./private-endpoint-target";
import type { PrivateNetworkAttributes, PrivateNetworkProps } from "./private-network-props";
import { checkPrivateNetwork, checkPrivateNetworkAttributes } from "./private-network-rules";
import { type AllowedTraffic, securityRules } from "./security-rule";
import { workerTraffic } from "./worker-traffic";

/** Open in any case. */
const HTTPS_PORT = 443;
const MAX_SECURITY_GROUP_NAME = 80;

/** The subnet of the gateway, ready to take it. */
export interface GatewaySubnet {
  /** ARM id. @returns a token, unless imported */
  readonly id: string;
  /** How a gateway is placed into it. */
  readonly placement: GatewayPlacement;
  /** What the service's `virtualNetworkType` must be. */
  readonly virtualNetworkType: "Internal" | "External";
  /** What must exist before the gateway does and go after it: the subnet with its security rules. */
  readonly dependables: readonly ITerraformDependable[];
  /** Whether its rules let the gateway call any host over HTTPS. @default - imported: only its owner knows */
  readonly reachesInternet?: boolean;
}

/** A subnet of workers, ready to take an environment of Azure Container Apps. */
export interface WorkerSubnet {
  /** ARM id. @returns a token, unless imported */
  readonly id: string;
  /** What must exist before the environment does and go after it: the subnet with its security rules. */
  readonly dependables: readonly ITerraformDependable[];
}

/** A private endpoint of a network. */
export interface PrivateEndpointOptions {
  /** What the endpoint leads to. */
  readonly target: PrivateEndpointTarget;
  /** Name in Azure: 2 to 64 letters, digits or -_. @default - `pep-<id>` */
  readonly name?: string;
}

/**
 * A host name that resolves inside a network only.
 *
 * Source: https://learn.microsoft.com/azure/dns/private-dns-overview
 */
export interface PrivateHostOptions {
  /** Full host name, in lower case; a literal. */
  readonly hostName: string;
  /** Private IPv4 addresses; tokens are allowed. */
  readonly addresses: string[];
}

/** A virtual network through which the gateway and what it needs are reached. */
export interface IPrivateNetwork extends IConstruct {
  /** ARM id. @returns a token, unless imported */
  readonly virtualNetworkId: string;
  /** Region of the network: that of the gateway and of the endpoints. */
  readonly location: string;
  /** Subnet into which a gateway can be placed. @default - the gateway is not in this network */
  readonly gatewaySubnet?: GatewaySubnet;
  /** Subnet into which workers of queues can be placed. @default - none */
  readonly workerSubnet?: WorkerSubnet;
  /**
   * Lets this network reach a resource that public networks cannot.
   *
   * @param id construct id, below this construct
   * @throws ValidationError if a name is not one that Azure takes, or an imported network has no zone for the
   * target
   */
  addPrivateEndpoint(id: string, options: PrivateEndpointOptions): PrivateEndpoint;
  /**
   * Makes one host name resolve to private addresses in this network, and no other name of its domain: an
   * `internal` gateway is in no public DNS.
   *
   * @param id construct id, below this construct
   * @throws ValidationError if the host name is not one
   */
  addPrivateHost(id: string, options: PrivateHostOptions): PrivateDnsARecord;
}

interface ResolvedZone {
  readonly id: string;
  readonly dependables: readonly ITerraformDependable[];
}

abstract class PrivateNetworkBase extends Construct implements IPrivateNetwork {
  public abstract readonly virtualNetworkId: string;
  public abstract readonly gatewaySubnet?: GatewaySubnet;
  public abstract readonly workerSubnet?: WorkerSubnet;
  protected abstract readonly privateEndpointSubnetId: string;
  /** Tells links to one zone apart. */
  protected abstract readonly networkName: string;

  protected constructor(
    scope: Construct,
    id: string,
    protected readonly placement: Placement,
  ) {
    super(scope, id);
  }

  public get location(): string {
    return this.placement.location;
  }

  public addPrivateEndpoint(
    id: string,
    { target, name = `pep-${id}` }: PrivateEndpointOptions,
  ): PrivateEndpoint {
    const problems = new Problems(this, id);
    checkPrivateEndpointName(problems, name);
    this.checkZones(problems, target.zoneNames);
    checkPrivateEndpointIsOnlyOne(problems, this, { ...this.placement, name }, target, (zone) =>
      this.zoneIfKnown(zone),
    );
    problems.throwIfAny();
    const zones = target.zoneNames.map((zone) => this.zone(zone));
    return new PrivateEndpoint(this, id, {
      ...this.placement,
      name,
      target,
      subnetId: this.privateEndpointSubnetId,
      privateDnsZoneIds: zones.map((zone) => zone.id),
      nameResolution: zones.flatMap(({ dependables }) => dependables),
    });
  }

  public addPrivateHost(id: string, { hostName, addresses }: PrivateHostOptions): PrivateDnsARecord {
    const problems = new Problems(this, id);
    problems.checkLiteral(hostName, HOST_NAME.pattern, {
      rule: "hostName must be a DNS name in lower case, and a literal",
      remedy: "write it as in 'apim-aigw-prod.azure-api.net'",
    });
    problems.check(addresses.length > 0, {
      rule: "addresses must hold at least one address",
      remedy: "give the private addresses of the gateway",
    });
    problems.throwIfAny();
    const scope = new Construct(this, id);
    const { zone, link } = this.createZone(scope, hostName);
    const shared = zone.node.scope?.node.tryFindChild("Record");
    if (!(shared instanceof PrivateDnsARecord)) {
      return new PrivateDnsARecord(scope, "Record", {
        name: "@",
        zoneName: zone.name,
        resourceGroupName: this.placement.resourceGroupName,
        ttl: 300,
        records: addresses,
        dependsOn: [link],
        provider: this.placement.provider,
      });
    }
    shared.records = Fn.concat([shared.recordsInput ?? [], addresses]) as string[];
    shared.dependsOn = [...(shared.dependsOn ?? []), dependable(link)];
    Annotations.of(scope).addWarning(
      `'${hostName}' resolves to the addresses of every network of this resource group: peer the networks, or give ` +
        "each a resource group of its own",
    );
    return shared;
  }

  /** Adds every zone that {@link zone} could not give. */
  protected abstract checkZones(problems: Problems, names: readonly string[]): void;

  protected abstract zone(name: string): ResolvedZone;

  /** @returns ARM id of the zone that {@link zone} would give, unless it would make one */
  protected abstract zoneIfKnown(name: string): string | undefined;

  /** The zone, which a resource group has once whatever the number of networks, with a link to this one. */
  protected createZone(
    scope: Construct,
    name: string,
  ): { readonly zone: PrivateDnsZone; readonly link: PrivateDnsZoneVirtualNetworkLink } {
    const { resourceGroupName, tags, provider } = this.placement;
    const zone =
      resourceInGroup(this, PrivateDnsZone, { name, resourceGroupName, provider }) ??
      new PrivateDnsZone(scope, "Zone", { name, resourceGroupName, tags, provider });
    const link = new PrivateDnsZoneVirtualNetworkLink(scope, "Link", {
      name: this.networkName,
      privateDnsZoneName: zone.name,
      resourceGroupName,
      virtualNetworkId: this.virtualNetworkId,
      registrationEnabled: false,
      tags,
      provider,
    });
    return { zone, link };
  }
}

/**
 * A virtual network of its own, with a subnet for private endpoints and one for the gateway. Security rules
 * allow what is needed and end by denying everything else; there is no default way out.
 *
 * ```ts
 * const network = new PrivateNetwork(this, "network", {
 *   ...place,
 *   name: names.virtualNetwork(),
 *   addressSpace: ["10.20.0.0/22"],
 *   gatewaySubnetPrefix: "10.20.0.0/26",
 *   privateEndpointSubnetPrefix: "10.20.1.0/26",
 * });
 * network.addPrivateEndpoint("openai", { target: PrivateEndpointTarget.openAiAccount(openai) });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/api-management/virtual-network-reference
 */
export class PrivateNetwork extends PrivateNetworkBase {
  /**
   * A network that another team owns. Its zones stay theirs: an endpoint whose zone is not listed is refused.
   *
   * @throws ValidationError with everything that is wrong with the attributes
   */
  public static fromPrivateNetworkAttributes(
    scope: Construct,
    id: string,
    attributes: PrivateNetworkAttributes,
  ): IPrivateNetwork {
    return new ImportedPrivateNetwork(scope, id, attributes);
  }

  public readonly virtualNetworkId: string;
  public readonly gatewaySubnet?: GatewaySubnet;
  public readonly workerSubnet?: WorkerSubnet;
  /** The virtual network itself, for what this class does not offer. */
  public readonly resource: VirtualNetwork;

  protected readonly privateEndpointSubnetId: string;
  protected readonly networkName: string;
  private readonly knownZones: Map<string, ResolvedZone>;
  /** TCP ports inside the network that the gateway may reach besides 443. */
  private readonly gatewayOutboundPorts: Set<number>;
  private readonly securityGroups: {
    readonly resource: NetworkSecurityGroup;
    readonly traffic: () => readonly AllowedTraffic[];
  }[] = [];

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    const { resourceGroupName, location, tags, provider } = props;
    super(scope, id, { resourceGroupName, location, tags, provider });
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, ["gateway-private-network"], props.securityOptOuts, problems);
    checkPrivateNetwork(problems, optOuts, props);
    problems.check(!resourceInGroup(this, VirtualNetwork, props), {
      rule: "a resource group takes one virtual network of a name",
      value: props.name,
      remedy: "choose another name",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.networkName = props.name;
    this.gatewayOutboundPorts = new Set(props.gatewayOutboundPorts);
    this.knownZones = new Map(
      Object.entries(props.privateDnsZoneIds ?? {}).map(([name, zoneId]) => [
        name,
        { id: zoneId, dependables: [] },
      ]),
    );
    this.resource = new VirtualNetwork(this, "Resource", {
      name: props.name,
      resourceGroupName,
      location,
      addressSpace: [...props.addressSpace],
      dnsServers: props.dnsServers ? [...props.dnsServers] : undefined,
      tags,
      provider,
    });
    this.virtualNetworkId = this.resource.id;
    const endpoints = this.addSubnet("PrivateEndpoints", {
      prefix: props.privateEndpointSubnetPrefix,
      traffic: () => endpointTraffic(props, this.gatewayOutboundPorts),
    });
    this.privateEndpointSubnetId = endpoints.subnet.id;
    if (props.gatewaySubnetPrefix) {
      this.gatewaySubnet = this.addGatewaySubnet(props.gatewaySubnetPrefix, props);
    }
    if (props.workerSubnetPrefix) {
      this.workerSubnet = this.addWorkerSubnet(props.workerSubnetPrefix, props);
    }
  }

  /** Lets the gateway reach the port of what the endpoint leads to, too. */
  public override addPrivateEndpoint(id: string, options: PrivateEndpointOptions): PrivateEndpoint {
    const endpoint = super.addPrivateEndpoint(id, options);
    const { port } = options.target;
    if (port !== HTTPS_PORT && !this.gatewayOutboundPorts.has(port)) {
      this.gatewayOutboundPorts.add(port);
      for (const { resource, traffic } of this.securityGroups) {
        resource.putSecurityRule(securityRules(traffic()));
      }
    }
    return endpoint;
  }

  protected checkZones(): void {
    // A zone that is missing is made.
  }

  protected zone(name: string): ResolvedZone {
    const known = this.knownZones.get(name);
    if (known) {
      return known;
    }
    const { zone, link } = this.createZone(new Construct(this, name.replaceAll(".", "-")), name);
    const created = { id: zone.id, dependables: [link] };
    this.knownZones.set(name, created);
    return created;
  }

  protected zoneIfKnown(name: string): string | undefined {
    return (
      this.knownZones.get(name)?.id ?? resourceInGroup(this, PrivateDnsZone, { ...this.placement, name })?.id
    );
  }

  private addGatewaySubnet(prefix: string, props: PrivateNetworkProps): GatewaySubnet {
    const placement = props.gatewayPlacement ?? "internal";
    const { virtualNetworkType, delegation } = GATEWAY_PLACEMENTS[placement];
    const reachesInternet = props.gatewayOutboundToInternet ?? false;
    const { scope, subnet, association } = this.addSubnet("Gateway", {
      prefix,
      delegation,
      traffic: () =>
        gatewayTraffic({
          placement,
          clients: props.clientAddressRanges ?? "Internet",
          dnsServers: props.dnsServers ?? [],
          outboundPorts: [...this.gatewayOutboundPorts],
          outboundToInternet: reachesInternet,
        }),
    });
    const dependables = [association, ...this.attachNatGateway(scope, subnet, props.natGatewayId)];
    return { id: subnet.id, placement, virtualNetworkType, dependables, reachesInternet };
  }

  private addWorkerSubnet(
    prefix: string,
    { dnsServers = [], natGatewayId }: PrivateNetworkProps,
  ): WorkerSubnet {
    const { scope, subnet, association } = this.addSubnet("Workers", {
      prefix,
      delegation: "Microsoft.App/environments",
      traffic: () => workerTraffic({ prefix, dnsServers }),
    });
    return {
      id: subnet.id,
      dependables: [association, ...this.attachNatGateway(scope, subnet, natGatewayId)],
    };
  }

  private attachNatGateway(
    scope: Construct,
    { id: subnetId }: Subnet,
    natGatewayId: string | undefined,
  ): readonly ITerraformDependable[] {
    const { provider } = this.placement;
    return natGatewayId === undefined
      ? []
      : [
          new SubnetNatGatewayAssociation(scope, "NatGatewayAssociation", {
            subnetId,
            natGatewayId,
            provider,
          }),
        ];
  }

  private addSubnet(
    id: string,
    options: {
      readonly prefix: string;
      readonly delegation?: string;
      readonly traffic: () => readonly AllowedTraffic[];
    },
  ): {
    readonly scope: Construct;
    readonly subnet: Subnet;
    readonly association: SubnetNetworkSecurityGroupAssociation;
  } {
    const { resourceGroupName, location, tags, provider } = this.placement;
    const scope = new Construct(this, id);
    const kebabCase = id.replace(/\B[A-Z]/g, "-$&").toLowerCase();
    const securityGroup = new NetworkSecurityGroup(scope, "SecurityGroup", {
      // Unique in the resource group, while names of subnets are unique in the network.
      name: shortenedName(`nsg-${kebabCase}-${this.networkName}`, MAX_SECURITY_GROUP_NAME),
      resourceGroupName,
      location,
      securityRule: securityRules(options.traffic()),
      tags,
      provider,
    });
    this.securityGroups.push({ resource: securityGroup, traffic: options.traffic });
    const subnet = new Subnet(scope, "Subnet", {
      name: `snet-${kebabCase}`,
      resourceGroupName,
      virtualNetworkName: this.resource.name,
      addressPrefixes: [options.prefix],
      defaultOutboundAccessEnabled: false,
      // Otherwise no security rule would apply to private endpoints.
      privateEndpointNetworkPolicies: "Enabled",
      delegation: options.delegation
        ? [{ name: kebabCase, serviceDelegation: { name: options.delegation } }]
        : undefined,
      provider,
    });
    const association = new SubnetNetworkSecurityGroupAssociation(scope, "SecurityGroupAssociation", {
      subnetId: subnet.id,
      networkSecurityGroupId: securityGroup.id,
      provider,
    });
    return { scope, subnet, association };
  }
}

class ImportedPrivateNetwork extends PrivateNetworkBase {
  public readonly virtualNetworkId: string;
  public readonly gatewaySubnet?: GatewaySubnet;
  public readonly workerSubnet?: WorkerSubnet;
  protected readonly privateEndpointSubnetId: string;
  protected readonly networkName: string;
  private readonly zoneIds: Readonly<Record<string, string>>;

  public constructor(scope: Construct, id: string, attributes: PrivateNetworkAttributes) {
    const { resourceGroupName, location, tags, provider } = attributes;
    super(scope, id, { resourceGroupName, location, tags, provider });
    const problems = new Problems(this);
    checkPrivateNetworkAttributes(problems, attributes);
    problems.throwIfAny();
    this.virtualNetworkId = attributes.virtualNetworkId;
    this.networkName = Token.isUnresolved(attributes.virtualNetworkId)
      ? this.node.id
      : (attributes.virtualNetworkId.split("/").at(-1) ?? "");
    this.privateEndpointSubnetId = attributes.privateEndpointSubnetId;
    this.zoneIds = attributes.privateDnsZoneIds;
    if (attributes.workerSubnetId) {
      this.workerSubnet = { id: attributes.workerSubnetId, dependables: [] };
    }
    if (attributes.gatewaySubnetId) {
      const placement = attributes.gatewayPlacement ?? "internal";
      const { virtualNetworkType } = GATEWAY_PLACEMENTS[placement];
      this.gatewaySubnet = { id: attributes.gatewaySubnetId, placement, virtualNetworkType, dependables: [] };
    }
  }

  protected checkZones(problems: Problems, names: readonly string[]): void {
    for (const name of names) {
      problems.check(this.zoneIds[name] !== undefined, {
        rule: `privateDnsZoneIds must name zone '${name}' for this target`,
        remedy: "ask the network's owner for the zone, and add its ARM id",
      });
    }
  }

  protected zone(name: string): ResolvedZone {
    return { id: this.zoneIds[name] ?? "", dependables: [] };
  }

  protected zoneIfKnown(name: string): string | undefined {
    return this.zoneIds[name];
  }
}

/** Endpoints answer, and never call. */
function endpointTraffic(
  props: PrivateNetworkProps,
  gatewayOutboundPorts: ReadonlySet<number>,
): readonly AllowedTraffic[] {
  const { gatewaySubnetPrefix, workerSubnetPrefix } = props;
  const subnets = [gatewaySubnetPrefix, gatewaySubnetPrefix && workerSubnetPrefix].filter(
    (each) => each !== undefined,
  );
  const clients = [...subnets, ...(props.privateEndpointClientRanges ?? [])];
  return [
    {
      name: "Network",
      purpose: "The gateway, and whoever else is named",
      direction: "Inbound",
      // Without a gateway in it, callers of the gateway's own endpoint come from anywhere in the network.
      source: clients.length > 0 ? clients : "VirtualNetwork",
      destination: "VirtualNetwork",
      ports: ["443", ...[...gatewayOutboundPorts].map(String)],
    },
  ];
}
