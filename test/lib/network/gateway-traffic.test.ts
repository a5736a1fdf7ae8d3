import type { GatewayPlacement } from "../../../lib/network/gateway-placement";
import { gatewayTraffic, type GatewayTrafficOptions } from "../../../lib/network/gateway-traffic";

function table(placement: GatewayPlacement, change: Partial<GatewayTrafficOptions> = {}): string[] {
  const traffic = gatewayTraffic({
    placement,
    clients: "Internet",
    dnsServers: [],
    outboundPorts: [],
    outboundToInternet: false,
    ...change,
  });
  return traffic.map(({ direction, protocol = "Tcp", source, destination, ports }) =>
    [
      direction === "Inbound" ? "in" : "out",
      String(source),
      String(destination),
      ports.join(","),
      protocol,
    ].join(" "),
  );
}

const SHARED_OUTBOUND = [
  "out VirtualNetwork Storage 443 Tcp",
  "out VirtualNetwork AzureKeyVault 443 Tcp",
  "out VirtualNetwork AzureActiveDirectory 443 Tcp",
  "out VirtualNetwork AzureMonitor 443,1886 Tcp",
  "out VirtualNetwork EventHub 443,5671-5672 Tcp",
  "out VirtualNetwork Internet 80 Tcp",
];
const CLASSIC_OUTBOUND = [
  "out VirtualNetwork Sql 1433 Tcp",
  "out VirtualNetwork VirtualNetwork 6381-6383 Tcp",
  "out VirtualNetwork VirtualNetwork 4290 Udp",
];
const NETWORK_OUTBOUND = "out VirtualNetwork VirtualNetwork 443 Tcp";

describe("gatewayTraffic", () => {
  it("lets private networks call an internal gateway, and Azure control it", () => {
    expect(table("internal")).toEqual([
      "in VirtualNetwork VirtualNetwork 443 Tcp",
      "in ApiManagement VirtualNetwork 3443 Tcp",
      "in AzureLoadBalancer VirtualNetwork 6390 Tcp",
      "in VirtualNetwork VirtualNetwork 6381-6383 Tcp",
      "in VirtualNetwork VirtualNetwork 4290 Udp",
      ...SHARED_OUTBOUND,
      ...CLASSIC_OUTBOUND,
      NETWORK_OUTBOUND,
    ]);
  });

  it("lets clients and the traffic manager call an external gateway too, over HTTPS only", () => {
    expect(table("external").filter((row) => row.startsWith("in"))).toEqual([
      "in Internet VirtualNetwork 443 Tcp",
      "in VirtualNetwork VirtualNetwork 443 Tcp",
      "in ApiManagement VirtualNetwork 3443 Tcp",
      "in AzureLoadBalancer VirtualNetwork 6390 Tcp",
      "in AzureTrafficManager VirtualNetwork 443 Tcp",
      "in VirtualNetwork VirtualNetwork 6381-6383 Tcp",
      "in VirtualNetwork VirtualNetwork 4290 Udp",
    ]);
  });

  it("lets only listed clients call an external gateway", () => {
    expect(table("external", { clients: ["203.0.113.0/24"] })[0]).toBe(
      "in 203.0.113.0/24 VirtualNetwork 443 Tcp",
    );
  });

  it("needs no control plane in the subnet of a v2 gateway", () => {
    expect(table("v2-injected")).toEqual([
      "in VirtualNetwork VirtualNetwork 443 Tcp",
      "in AzureLoadBalancer VirtualNetwork * *",
      ...SHARED_OUTBOUND,
      NETWORK_OUTBOUND,
    ]);
  });

  it("lets nothing into the subnet of a gateway that only calls out through it", () => {
    expect(table("v2-integrated")).toEqual([...SHARED_OUTBOUND, NETWORK_OUTBOUND]);
  });

  it("reaches the network's own DNS servers over both protocols", () => {
    expect(table("internal", { dnsServers: ["10.0.0.4", "10.0.0.5"] })).toContain(
      "out VirtualNetwork 10.0.0.4,10.0.0.5 53 *",
    );
  });

  it("reaches further ports of the network", () => {
    expect(table("internal", { outboundPorts: [10_000] })).toContain(
      "out VirtualNetwork VirtualNetwork 443,10000 Tcp",
    );
  });

  it("reaches every host over HTTPS if told so", () => {
    expect(table("internal", { outboundToInternet: true }).at(-1)).toBe(
      "out VirtualNetwork Internet 443 Tcp",
    );
  });
});
