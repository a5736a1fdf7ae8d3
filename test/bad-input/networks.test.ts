import {
  CertificateStore,
  OpenAiAccount,
  PrivateNetwork,
  type PrivateNetworkProps,
  StateStorage,
} from "../../lib";
import { type GatewayStack, PLACE, REASON, TENANT } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce } from "./refusals";

function network(props: Partial<PrivateNetworkProps>): BadInput["when"] {
  return ({ stack }: GatewayStack) =>
    () =>
      new PrivateNetwork(stack, "network", {
        ...PLACE,
        name: "vnet-ai",
        addressSpace: ["10.20.0.0/16"],
        gatewaySubnetPrefix: "10.20.0.0/26",
        privateEndpointSubnetPrefix: "10.20.1.0/24",
        ...props,
      });
}

const CASES: readonly BadInput[] = [
  {
    input: "an address space that is not a range",
    when: network({ addressSpace: ["10.20.0.0"] }),
    says: [
      "[prod/network] addressSpace must be an IPv4 range in CIDR form that begins at its first address, " +
        'got "10.20.0.0": write it as in 10.20.0.0/24',
    ],
  },
  {
    input: "a NAT gateway and a zone by their names",
    when: network({
      natGatewayId: "ng-hub",
      privateDnsZoneIds: { "privatelink.openai.azure.com": "privatelink.openai.azure.com" },
    }),
    says: [
      "[prod/network] privateDnsZoneIds must hold the ARM id of zone 'privatelink.openai.azure.com', got " +
        '"privatelink.openai.azure.com": copy it from the zone\'s properties',
      '[prod/network] natGatewayId must be the ARM id of a NAT gateway, got "ng-hub": copy it from the NAT ' +
        "gateway's properties",
    ],
  },
  {
    input: "an octet over 255",
    when: network({ addressSpace: ["10.256.0.0/16"] }),
    says: [
      "[prod/network] addressSpace must be an IPv4 range in CIDR form that begins at its first address, " +
        'got "10.256.0.0/16": write it as in 10.20.0.0/24',
    ],
  },
  {
    input: "a range that does not begin at its first address",
    when: network({ addressSpace: ["10.20.0.1/16"] }),
    says: [
      "[prod/network] addressSpace must be an IPv4 range in CIDR form that begins at its first address, " +
        'got "10.20.0.1/16": write it as in 10.20.0.0/24',
    ],
  },
  {
    input: "an IPv6 range",
    when: network({ addressSpace: ["fd00::/48"] }),
    says: [
      "[prod/network] addressSpace must be an IPv4 range in CIDR form that begins at its first address, " +
        'got "fd00::/48": write it as in 10.20.0.0/24',
    ],
  },
  {
    input: "no address space",
    when: network({ addressSpace: [] }),
    says: [
      "[prod/network] addressSpace must hold at least one range: ask for a range that no connected " +
        "network uses",
    ],
  },
  {
    input: "an address space of the whole internet",
    when: network({ addressSpace: ["0.0.0.0/0"] }),
    says: ['[prod/network] addressSpace must be /8 to /29, got "0.0.0.0/0": choose a range of that size'],
  },
  {
    input: "ranges that overlap",
    when: network({ addressSpace: ["10.20.0.0/16", "10.20.128.0/17"] }),
    says: ["[prod/network] ranges 10.20.0.0/16 and 10.20.128.0/17 must not overlap: move one of them"],
  },
  {
    input: "a subnet outside the address space",
    when: network({ privateEndpointSubnetPrefix: "10.21.1.0/24" }),
    says: [
      '[prod/network] subnets must lie in the address space 10.20.0.0/16, got "10.21.1.0/24": move the ' +
        "subnet, or extend the address space",
    ],
  },
  {
    input: "subnets that overlap",
    when: network({ privateEndpointSubnetPrefix: "10.20.0.0/24" }),
    says: ["[prod/network] ranges 10.20.0.0/24 and 10.20.0.0/26 must not overlap: move one of them"],
  },
  {
    input: "a gateway subnet without room for its units",
    when: network({ gatewaySubnetPrefix: "10.20.0.0/29", gatewayUnits: 3 }),
    says: [
      '[prod/network] gatewaySubnetPrefix must have 12 addresses for 3 units, got "10.20.0.0/29": ' +
        "choose a larger range now: the subnet cannot be changed while the gateway is in it",
    ],
  },
  {
    input: "a small subnet for a v2 gateway",
    when: network({ gatewayPlacement: "v2-injected", gatewaySubnetPrefix: "10.20.0.0/28" }),
    says: [
      '[prod/network] gatewaySubnetPrefix must be /27 or larger, got "10.20.0.0/28": choose a range of ' +
        "that size",
    ],
  },
  {
    input: "an external gateway and no word about it",
    when: network({ gatewayPlacement: "external" }),
    says: [
      '[prod/network] an external gateway is reached from the internet, got "external": choose ' +
        "'internal', or opt out of 'gateway-private-network' with the reason",
    ],
  },
  {
    input: "clients of an external gateway: everybody, written as a range",
    when: network({
      gatewayPlacement: "external",
      clientAddressRanges: ["0.0.0.0/0"],
      securityOptOuts: [{ control: "gateway-private-network", reason: REASON }],
    }),
    says: [
      "[prod/network] clientAddressRanges must be IPv4 addresses or ranges, not all addresses, got " +
        '"0.0.0.0/0": write 203.0.113.7 or 203.0.113.0/24, or leave the list out to let anybody in',
    ],
  },
  {
    input: "one DNS server",
    when: network({ dnsServers: ["10.0.0.4"] }),
    says: [
      '[prod/network] dnsServers must name at least two servers, got ["10.0.0.4"]: add a second one, or ' +
        "leave the list out to use Azure's own DNS",
    ],
  },
  {
    input: "a DNS server by name",
    when: network({ dnsServers: ["10.0.0.4", "dns.contoso.com"] }),
    says: [
      '[prod/network] dnsServers must be IPv4 addresses, got "dns.contoso.com": write it as in 10.0.0.4',
    ],
  },
  {
    input: "a port that does not exist",
    when: network({ gatewayOutboundPorts: [65536] }),
    says: ["[prod/network] gatewayOutboundPorts must be TCP ports, 1 to 65535, got 65536: correct the port"],
  },
  {
    input: "public addresses on a closed account",
    when:
      ({ stack }) =>
      () =>
        new OpenAiAccount(stack, "openai", {
          ...PLACE,
          name: "oai-ai",
          allowedAddressRanges: ["203.0.113.0/24"],
        }),
    says: [
      "[prod/openai] allowedAddressRanges needs opt-out 'account-public-network', got " +
        '["203.0.113.0/24"]: use a private endpoint, or opt out with the reason',
    ],
  },
  {
    input: "a private range as a public one",
    when:
      ({ stack }) =>
      () =>
        new CertificateStore(stack, "vault", {
          ...PLACE,
          name: "kv-ai",
          tenantId: TENANT,
          allowedAddressRanges: ["10.0.0.0/8"],
          securityOptOuts: [{ control: "vault-public-network", reason: REASON }],
        }),
    says: [
      "[prod/vault] allowedAddressRanges must be public IPv4 addresses, or ranges of /8 to /30, got " +
        '"10.0.0.0/8": write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint',
    ],
  },
  {
    input: "an opened vault that names nobody",
    when:
      ({ stack }) =>
      () =>
        new CertificateStore(stack, "vault", {
          ...PLACE,
          name: "kv-ai",
          tenantId: TENANT,
          securityOptOuts: [{ control: "vault-public-network", reason: REASON }],
        }),
    says: [
      "[prod/vault] opt-out 'vault-public-network' must come with allowedAddressRanges: list the public " +
        "addresses that may connect",
    ],
  },
  {
    input: "a range of 2^25 public addresses",
    when:
      ({ stack }) =>
      () =>
        new StateStorage(stack, "state", {
          ...PLACE,
          storageAccountName: "stai",
          allowedAddressRanges: ["20.0.0.0/7"],
          securityOptOuts: [{ control: "state-public-network", reason: REASON }],
        }),
    says: [
      "[prod/state] allowedAddressRanges must be public IPv4 addresses, or ranges of /8 to /30, got " +
        '"20.0.0.0/7": write 203.0.113.7 or 203.0.113.0/24; private networks need a private endpoint',
    ],
  },
];

describe("networks", () => {
  refusesAtOnce(CASES);
});
