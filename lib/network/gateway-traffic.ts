import type { GatewayPlacement } from "./gateway-placement";
import type { AllowedTraffic } from "./security-rule";

/** What decides the traffic of a gateway's subnet. */
export interface GatewayTrafficOptions {
  readonly placement: GatewayPlacement;
  /** Who may call an `external` gateway from outside the network: a service tag or address ranges. */
  readonly clients: string | readonly string[];
  /** Addresses of the network's own DNS servers; empty: Azure's, which no rule applies to. */
  readonly dnsServers: readonly string[];
  /** TCP ports inside the network, besides 443. */
  readonly outboundPorts: readonly number[];
  /** HTTPS to any host. */
  readonly outboundToInternet: boolean;
}

const HERE = "VirtualNetwork";

/**
 * Traffic that API Management needs in its subnet, and no more: Azure refuses or loses a gateway without it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/virtual-network-reference
 */
export function gatewayTraffic(options: GatewayTrafficOptions): readonly AllowedTraffic[] {
  const { placement } = options;
  const classic = placement === "internal" || placement === "external";
  return [
    ...(classic ? classicInbound(options) : []),
    ...(placement === "v2-injected" ? V2_INBOUND : []),
    ...SHARED_OUTBOUND,
    ...(classic ? CLASSIC_OUTBOUND : []),
    ...chosenOutbound(options),
  ];
}

function inbound(
  name: string,
  source: string | readonly string[],
  ports: readonly string[],
  purpose: string,
): AllowedTraffic {
  return { name, direction: "Inbound", source, destination: HERE, ports, purpose };
}

function outbound(
  name: string,
  destination: string | readonly string[],
  ports: readonly string[],
  purpose: string,
): AllowedTraffic {
  return { name, direction: "Outbound", source: HERE, destination, ports, purpose };
}

const NETWORK_CLIENTS = inbound(
  "NetworkClients",
  HERE,
  ["443"],
  "Clients in this network and those connected to it",
);

function classicInbound({ placement, clients }: GatewayTrafficOptions): readonly AllowedTraffic[] {
  const external = placement === "external";
  return [
    ...(external ? [inbound("PublicClients", clients, ["443"], "Clients outside the network")] : []),
    NETWORK_CLIENTS,
    inbound("Management", "ApiManagement", ["3443"], "Azure's control of the service"),
    inbound("LoadBalancer", "AzureLoadBalancer", ["6390"], "Health probe of the scale units"),
    ...(external
      ? [inbound("TrafficManager", "AzureTrafficManager", ["443"], "Routing between several regions")]
      : []),
    inbound("Cache", HERE, ["6381-6383"], "Internal cache between scale units"),
    {
      ...inbound("RateLimitCounters", HERE, ["4290"], "Rate-limit counters between scale units"),
      protocol: "Udp",
    },
  ];
}

const V2_INBOUND: readonly AllowedTraffic[] = [
  NETWORK_CLIENTS,
  {
    ...inbound("LoadBalancer", "AzureLoadBalancer", ["*"], "Health probe of the scale units"),
    protocol: "*",
  },
];

const SHARED_OUTBOUND: readonly AllowedTraffic[] = [
  outbound("Storage", "Storage", ["443"], "Configuration and files of the service"),
  outbound("KeyVault", "AzureKeyVault", ["443"], "Certificates and named values"),
  outbound("EntraId", "AzureActiveDirectory", ["443"], "Tokens for managed identities, keys of Entra ID"),
  outbound("Monitor", "AzureMonitor", ["443", "1886"], "Logs, metrics and traces"),
  outbound("EventHubs", "EventHub", ["443", "5671-5672"], "Loggers on Event Hubs, and logs to Azure Monitor"),
  outbound("Revocation", "Internet", ["80"], "Revocation lists and OCSP, which are served over plain HTTP"),
];

const CLASSIC_OUTBOUND: readonly AllowedTraffic[] = [
  outbound("Sql", "Sql", ["1433"], "Configuration database of the service"),
  outbound("Cache", HERE, ["6381-6383"], "Internal cache between scale units"),
  {
    ...outbound("RateLimitCounters", HERE, ["4290"], "Rate-limit counters between scale units"),
    protocol: "Udp",
  },
];

function chosenOutbound({
  dnsServers,
  outboundPorts,
  outboundToInternet,
}: GatewayTrafficOptions): readonly AllowedTraffic[] {
  return [
    outbound(
      "Network",
      HERE,
      ["443", ...outboundPorts.map(String)],
      "Private endpoints of accounts and vaults",
    ),
    ...(dnsServers.length > 0
      ? [{ ...outbound("Dns", dnsServers, ["53"], "The network's own DNS servers"), protocol: "*" as const }]
      : []),
    ...(outboundToInternet
      ? [outbound("Https", "Internet", ["443"], "Keys of OpenID providers outside Entra ID")]
      : []),
  ];
}
