import type { AllowedTraffic } from "./security-rule";

/** What decides the traffic of a subnet of workers. */
export interface WorkerTrafficOptions {
  /** Range of the subnet. */
  readonly prefix: string;
  /** Addresses of the network's own DNS servers; empty: Azure's, which no rule applies to. */
  readonly dnsServers: readonly string[];
}

const HERE = "VirtualNetwork";

/**
 * Traffic that Azure Container Apps needs in its subnet, and no more: workers call, and nobody calls them.
 *
 * Source: https://learn.microsoft.com/azure/container-apps/firewall-integration
 */
export function workerTraffic({ prefix, dnsServers }: WorkerTrafficOptions): readonly AllowedTraffic[] {
  const outbound = (
    name: string,
    destination: string | readonly string[],
    purpose: string,
  ): AllowedTraffic => ({
    name,
    direction: "Outbound",
    source: prefix,
    destination,
    ports: ["443"],
    purpose,
  });
  const between = {
    name: "Environment",
    protocol: "*",
    source: prefix,
    destination: prefix,
    ports: ["*"],
    purpose: "Nodes of the environment among themselves",
  } as const;
  return [
    { ...between, direction: "Inbound" },
    {
      name: "LoadBalancer",
      direction: "Inbound",
      source: "AzureLoadBalancer",
      destination: prefix,
      ports: ["30000-32767"],
      purpose: "Health probe of the environment",
    },
    { ...between, direction: "Outbound" },
    outbound("Network", HERE, "The gateway, and private endpoints of queue and results"),
    outbound("SystemImages", "MicrosoftContainerRegistry", "Containers of the platform"),
    outbound(
      "SystemImagesFrontDoor",
      "AzureFrontDoor.FirstParty",
      "Where those containers are downloaded from",
    ),
    outbound("Images", "AzureContainerRegistry", "The worker's image, in a registry with a public name"),
    outbound("EntraId", "AzureActiveDirectory", "Tokens of the worker's identity"),
    outbound("Monitor", "AzureMonitor", "Logs and metrics"),
    ...(dnsServers.length > 0
      ? [
          {
            ...outbound("Dns", dnsServers, "The network's own DNS servers"),
            protocol: "*" as const,
            ports: ["53"],
          },
        ]
      : []),
  ];
}
