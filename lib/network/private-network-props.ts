import type { Placement } from "../private";
import type { SecurityOptOut } from "../validation";
import type { GatewayPlacement } from "./gateway-placement";

/** A virtual network with subnets for the gateway and for private endpoints. */
export interface PrivateNetworkProps extends Placement {
  /** Name of the virtual network: 2 to 64 letters, digits or -_. */
  readonly name: string;
  /** IPv4 ranges of the virtual network, in CIDR form, /8 to /29 each. */
  readonly addressSpace: readonly string[];
  /**
   * Range of the subnet for private endpoints, /29 or larger: one address for each endpoint, five are
   * Azure's.
   */
  readonly privateEndpointSubnetPrefix: string;
  /**
   * IPv4 ranges, besides the gateway's subnet, that may reach private endpoints: machines from which Terraform writes
   * into the vault, operators who read logs. Nobody else in this network and those connected to it gets that far.
   *
   * @default - none; without a `gatewaySubnetPrefix` the whole network, since clients then come through an endpoint
   */
  readonly privateEndpointClientRanges?: readonly string[];
  /**
   * Range of the gateway's subnet.
   *
   * @default - no subnet: the gateway is reached through a private endpoint
   */
  readonly gatewaySubnetPrefix?: string;
  /**
   * Range of a subnet for workers that empty queues, on Azure Container Apps: /27 or larger.
   *
   * @default - no subnet
   */
  readonly workerSubnetPrefix?: string;
  /** How the gateway is placed into its subnet; each tier takes its own ones. @default "internal" */
  readonly gatewayPlacement?: GatewayPlacement;
  /** Scale units that the gateway's subnet must have room for. @default 1 */
  readonly gatewayUnits?: number;
  /**
   * Public addresses and ranges that may call an `external` gateway.
   *
   * @default - anybody: the service tag `Internet`
   */
  readonly clientAddressRanges?: readonly string[];
  /**
   * TCP ports inside the network that the gateway may reach besides 443 and those of private endpoints that are added,
   * such as 10000 of Azure Managed Redis: 5671 for Event Hubs behind a private endpoint.
   *
   * @default - none
   */
  readonly gatewayOutboundPorts?: readonly number[];
  /**
   * Whether the gateway may reach any host over HTTPS: the keys of an OpenID provider other than Entra ID
   * have no fixed address.
   *
   * @default false
   */
  readonly gatewayOutboundToInternet?: boolean;
  /**
   * ARM id of a NAT gateway for what the gateway calls outside the network: subnets have no default outbound
   * access, and a classic gateway otherwise uses the address of its own load balancer.
   *
   * @default - none
   */
  readonly natGatewayId?: string;
  /** Addresses of DNS servers that know the private zones, at least two. @default - Azure's own DNS */
  readonly dnsServers?: readonly string[];
  /**
   * ARM ids of private DNS zones that exist and are linked to this network already, by zone name
   * (`privatelink.openai.azure.com`). A network takes one zone of a name.
   *
   * @default - every zone that an endpoint needs is made in this resource group, once: further networks of the stack
   * that are in the same resource group are linked to it
   */
  readonly privateDnsZoneIds?: Readonly<Record<string, string>>;
  /** `gateway-private-network`, which an `external` gateway needs. @default - none */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** What is known of a network that another team owns. */
export interface PrivateNetworkAttributes extends Placement {
  /** ARM id of the virtual network. */
  readonly virtualNetworkId: string;
  /** ARM id of the subnet for private endpoints, with network policies for them on. */
  readonly privateEndpointSubnetId: string;
  /**
   * ARM id of the gateway's subnet, with its security rules.
   *
   * @default - the gateway is not in this network
   */
  readonly gatewaySubnetId?: string;
  /**
   * ARM id of a subnet for workers, delegated to `Microsoft.App/environments`, with its security rules.
   *
   * @default - none
   */
  readonly workerSubnetId?: string;
  /** How a gateway is placed into the gateway's subnet. @default "internal" */
  readonly gatewayPlacement?: GatewayPlacement;
  /** ARM ids of the private DNS zones that are linked to the network, by zone name. */
  readonly privateDnsZoneIds: Readonly<Record<string, string>>;
}
