import type { NetworkSecurityGroupSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-group";

/** Traffic that a network security group allows. */
export interface AllowedTraffic {
  /** Completes `Allow…`, in Pascal case. */
  readonly name: string;
  /** What breaks without it. */
  readonly purpose: string;
  readonly direction: "Inbound" | "Outbound";
  /** @default "Tcp" */
  readonly protocol?: "Tcp" | "Udp" | "*";
  /** Service tag, or address ranges. */
  readonly source: string | readonly string[];
  /** Service tag, or address ranges. */
  readonly destination: string | readonly string[];
  /** Ports and ranges, `*` for all. */
  readonly ports: readonly string[];
}

const FIRST_PRIORITY = 100;
const PRIORITY_STEP = 10;
/** The last that can be given: Azure's own rules, which allow the whole virtual network, come after it. */
const LAST_PRIORITY = 4096;

/**
 * Rules that allow exactly `traffic` and deny everything else in both directions. Azure judges in order of
 * priority, which follows the order given.
 */
export function securityRules(traffic: readonly AllowedTraffic[]): NetworkSecurityGroupSecurityRule[] {
  return (["Inbound", "Outbound"] as const).flatMap((direction) => [
    ...traffic
      .filter((allowed) => allowed.direction === direction)
      .map((allowed, index) => allow(allowed, FIRST_PRIORITY + index * PRIORITY_STEP)),
    denyAll(direction),
  ]);
}

function allow(
  { name, purpose, direction, protocol = "Tcp", source, destination, ports }: AllowedTraffic,
  priority: number,
): NetworkSecurityGroupSecurityRule {
  return {
    name: `Allow${name}${direction}`,
    description: purpose,
    priority,
    direction,
    access: "Allow",
    protocol,
    ...(typeof source === "string"
      ? { sourceAddressPrefix: source }
      : { sourceAddressPrefixes: [...source] }),
    sourcePortRange: "*",
    ...(typeof destination === "string"
      ? { destinationAddressPrefix: destination }
      : { destinationAddressPrefixes: [...destination] }),
    ...(ports.length === 1 ? { destinationPortRange: ports[0] } : { destinationPortRanges: [...ports] }),
  };
}

function denyAll(direction: AllowedTraffic["direction"]): NetworkSecurityGroupSecurityRule {
  return {
    name: `DenyAll${direction}`,
    description: "Everything that no rule above allows",
    priority: LAST_PRIORITY,
    direction,
    access: "Deny",
    protocol: "*",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "*",
  };
}
