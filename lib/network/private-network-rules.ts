import { Token } from "cdktf";
import ipaddr from "ipaddr.js";
import { checkPlacement, NAME_RULES, resourceIdPattern } from "../private";
import type { Problems, SecurityOptOuts } from "../validation";
import { AddressPrefix } from "./address-prefix";
import { GATEWAY_PLACEMENTS } from "./gateway-placement";
import type { PrivateNetworkAttributes, PrivateNetworkProps } from "./private-network-props";

/** Addresses that Azure keeps in every subnet. */
const RESERVED_ADDRESSES = 5;
const MIN_NETWORK_PREFIX = 8;
const MAX_PREFIX = 29;
/** Of a subnet of Container Apps with workload profiles. */
const MAX_WORKER_PREFIX = 27;

/** Adds everything that is wrong with the props of a private network. */
export function checkPrivateNetwork(
  problems: Problems,
  optOuts: SecurityOptOuts,
  props: PrivateNetworkProps,
): void {
  problems.checkPattern(props.name, NAME_RULES.virtualNetwork.pattern, {
    rule: `name must be ${NAME_RULES.virtualNetwork.words}`,
    remedy: "shorten or change it",
  });
  checkPlacement(problems, props);
  checkAddresses(problems, props);
  checkGateway(problems, optOuts, props);
  checkEndpointClients(problems, props.privateEndpointClientRanges);
  checkDnsServers(problems, props.dnsServers);
  checkZoneIds(problems, props.privateDnsZoneIds);
  if (props.natGatewayId === undefined) {
    return;
  }
  problems.checkPattern(props.natGatewayId, resourceIdPattern("Microsoft.Network/natGateways"), {
    rule: "natGatewayId must be the ARM id of a NAT gateway",
    remedy: "copy it from the NAT gateway's properties",
  });
}

/** Adds everything that is wrong with what is known of another team's network. */
export function checkPrivateNetworkAttributes(
  problems: Problems,
  attributes: PrivateNetworkAttributes,
): void {
  checkPlacement(problems, attributes);
  problems.checkPattern(attributes.virtualNetworkId, resourceIdPattern("Microsoft.Network/virtualNetworks"), {
    rule: "virtualNetworkId must be the ARM id of a virtual network",
    remedy: "copy it from the network's properties",
  });
  for (const name of ["privateEndpointSubnetId", "gatewaySubnetId", "workerSubnetId"] as const) {
    const subnetId = attributes[name];
    if (subnetId === undefined) {
      continue;
    }
    problems.checkPattern(subnetId, resourceIdPattern("Microsoft.Network/virtualNetworks/subnets"), {
      rule: `${name} must be the ARM id of a subnet`,
      remedy: "copy it from the subnet's properties",
    });
  }
  checkZoneIds(problems, attributes.privateDnsZoneIds);
}

function checkZoneIds(problems: Problems, zoneIds: Readonly<Record<string, string>> = {}): void {
  for (const [zone, id] of Object.entries(zoneIds)) {
    problems.checkPattern(
      id,
      resourceIdPattern("Microsoft.Network/privateDnsZones", zone.replaceAll(".", "\\.")),
      {
        rule: `privateDnsZoneIds must hold the ARM id of zone '${zone}'`,
        remedy: "copy it from the zone's properties",
      },
    );
  }
}

function checkAddresses(problems: Problems, props: PrivateNetworkProps): void {
  problems.check(props.addressSpace.length > 0, {
    rule: "addressSpace must hold at least one range",
    remedy: "ask for a range that no connected network uses",
  });
  const space = props.addressSpace.flatMap((range) =>
    parse(problems, "addressSpace", range, MIN_NETWORK_PREFIX, MAX_PREFIX),
  );
  space.forEach((range, index) => {
    for (const other of space.slice(index + 1)) {
      checkApart(problems, range, other);
    }
  });
  const { maxPrefix } = GATEWAY_PLACEMENTS[props.gatewayPlacement ?? "internal"];
  const subnets = [
    ...parse(problems, "privateEndpointSubnetPrefix", props.privateEndpointSubnetPrefix, 0, MAX_PREFIX),
    ...parse(problems, "gatewaySubnetPrefix", props.gatewaySubnetPrefix, 0, maxPrefix),
    ...parse(problems, "workerSubnetPrefix", props.workerSubnetPrefix, 0, MAX_WORKER_PREFIX),
  ];
  const complete = space.length > 0 && space.length === props.addressSpace.length;
  for (const subnet of subnets) {
    problems.check(!complete || space.some((range) => range.contains(subnet)), {
      rule: `subnets must lie in the address space ${space.join(", ")}`,
      value: subnet.toString(),
      remedy: "move the subnet, or extend the address space",
    });
  }
  subnets.forEach((subnet, index) => {
    for (const other of subnets.slice(index + 1)) {
      checkApart(problems, subnet, other);
    }
  });
}

function checkGateway(problems: Problems, optOuts: SecurityOptOuts, props: PrivateNetworkProps): void {
  const { gatewayPlacement: placement = "internal", gatewayUnits: units = 1, gatewaySubnetPrefix } = props;
  const isPublic = placement === "external";
  problems.check(!isPublic || optOuts.has("gateway-private-network"), {
    rule: "an external gateway is reached from the internet",
    value: placement,
    remedy: "choose 'internal', or opt out of 'gateway-private-network' with the reason",
  });
  problems.check(isPublic || !optOuts.has("gateway-private-network"), {
    rule: "opt-out 'gateway-private-network' has an effect for an external gateway only",
    value: placement,
    remedy: "remove it here",
  });
  problems.check(isPublic || props.clientAddressRanges === undefined, {
    rule: "clientAddressRanges has an effect for an external gateway only",
    value: props.clientAddressRanges,
    remedy: "remove it: clients come from this network and those connected to it",
  });
  for (const range of props.clientAddressRanges ?? []) {
    problems.check(
      ipaddr.IPv4.isValidFourPartDecimal(range) || (AddressPrefix.parse(range)?.length ?? 0) > 0,
      {
        rule: "clientAddressRanges must be IPv4 addresses or ranges, not all addresses",
        value: range,
        remedy: "write 203.0.113.7 or 203.0.113.0/24, or leave the list out to let anybody in",
      },
    );
  }
  problems.check(props.clientAddressRanges?.length !== 0, {
    rule: "clientAddressRanges must not be empty",
    remedy: "list the clients, or choose an internal gateway",
  });
  problems.checkRange(units, 1, 99, {
    rule: "gatewayUnits must be 1 to 99",
    remedy: "give the largest number of scale units that is planned",
  });
  const range = gatewaySubnetPrefix ? AddressPrefix.parse(gatewaySubnetPrefix) : undefined;
  const { addressesPerUnit, loadBalancerAddresses, maxPrefix } = GATEWAY_PLACEMENTS[placement];
  const needed = RESERVED_ADDRESSES + units * addressesPerUnit + loadBalancerAddresses;
  problems.check(!range || range.length > maxPrefix || range.size >= needed, {
    rule: `gatewaySubnetPrefix must have ${needed} addresses for ${units} units`,
    value: gatewaySubnetPrefix,
    remedy: "choose a larger range now: the subnet cannot be changed while the gateway is in it",
  });
  for (const port of props.gatewayOutboundPorts ?? []) {
    problems.checkRange(port, 1, 65_535, {
      rule: "gatewayOutboundPorts must be TCP ports, 1 to 65535",
      remedy: "correct the port",
    });
  }
}

function checkEndpointClients(problems: Problems, ranges: readonly string[] | undefined): void {
  problems.check(ranges?.length !== 0, {
    rule: "privateEndpointClientRanges must not be empty",
    remedy: "name who besides the gateway needs endpoints, or leave it out",
  });
  for (const range of ranges ?? []) {
    problems.check(Token.isUnresolved(range) || (AddressPrefix.parse(range)?.length ?? 0) > 0, {
      rule: "privateEndpointClientRanges must be IPv4 ranges in CIDR form, not all addresses",
      value: range,
      remedy: "write it as in 10.61.0.0/24",
    });
  }
}

function checkDnsServers(problems: Problems, servers: readonly string[] | undefined): void {
  if (!servers) {
    return;
  }
  problems.check(servers.length >= 2, {
    rule: "dnsServers must name at least two servers",
    value: servers,
    remedy: "add a second one, or leave the list out to use Azure's own DNS",
  });
  for (const server of servers) {
    if (Token.isUnresolved(server)) {
      continue;
    }
    problems.check(ipaddr.IPv4.isValidFourPartDecimal(server), {
      rule: "dnsServers must be IPv4 addresses",
      value: server,
      remedy: "write it as in 10.0.0.4",
    });
  }
}

/** @returns nothing for a token, whose range only Terraform knows, and for what is among the problems now */
function parse(
  problems: Problems,
  name: string,
  text: string | undefined,
  minPrefix: number,
  maxPrefix: number,
): AddressPrefix[] {
  if (text === undefined || Token.isUnresolved(text)) {
    return [];
  }
  const range = AddressPrefix.parse(text);
  problems.check(range !== undefined, {
    rule: `${name} must be an IPv4 range in CIDR form that begins at its first address`,
    value: text,
    remedy: "write it as in 10.20.0.0/24",
  });
  if (!range) {
    return [];
  }
  const bounds = minPrefix > 0 ? `/${minPrefix} to /${maxPrefix}` : `/${maxPrefix} or larger`;
  const fits = range.length >= minPrefix && range.length <= maxPrefix;
  problems.check(fits, {
    rule: `${name} must be ${bounds}`,
    value: text,
    remedy: "choose a range of that size",
  });
  return fits ? [range] : [];
}

function checkApart(problems: Problems, one: AddressPrefix, other: AddressPrefix): void {
  problems.check(!one.overlaps(other), {
    rule: `ranges ${one.toString()} and ${other.toString()} must not overlap`,
    remedy: "move one of them",
  });
}
