/**
 * How the gateway is placed in the network.
 *
 * - `internal`: injected, classic tiers Developer and Premium; reached from private networks only.
 * - `external`: injected, classic tiers; reached from the internet too, needs opt-out
 *   `gateway-private-network`.
 * - `v2-injected`: tier PremiumV2; reached from private networks only. Chosen when the gateway is created,
 *   for good.
 * - `v2-integrated`: tiers StandardV2 and PremiumV2; only what the gateway calls is in the network, the
 *   gateway is reached through a private endpoint or publicly.
 *
 * Source: https://learn.microsoft.com/azure/api-management/virtual-network-concepts
 */
export type GatewayPlacement = "internal" | "external" | "v2-injected" | "v2-integrated";

/** What a placement asks of the subnet. */
export interface GatewayPlacementRules {
  /** `virtualNetworkType` of the service. */
  readonly virtualNetworkType: "Internal" | "External";
  /**
   * Service that the subnet is delegated to.
   *
   * @default - none: Azure refuses classic injection into a delegated one
   */
  readonly delegation?: string;
  /** Longest prefix that Azure accepts. */
  readonly maxPrefix: number;
  /** Addresses for each scale unit, and for the internal load balancer. */
  readonly addressesPerUnit: number;
  readonly loadBalancerAddresses: number;
}

/** Source: https://learn.microsoft.com/azure/api-management/virtual-network-injection-resources */
export const GATEWAY_PLACEMENTS: Readonly<Record<GatewayPlacement, GatewayPlacementRules>> = {
  internal: {
    virtualNetworkType: "Internal",
    maxPrefix: 29,
    addressesPerUnit: 2,
    loadBalancerAddresses: 1,
  },
  external: {
    virtualNetworkType: "External",
    maxPrefix: 29,
    addressesPerUnit: 2,
    loadBalancerAddresses: 0,
  },
  "v2-injected": {
    virtualNetworkType: "Internal",
    delegation: "Microsoft.Web/hostingEnvironments",
    maxPrefix: 27,
    addressesPerUnit: 2,
    loadBalancerAddresses: 1,
  },
  "v2-integrated": {
    virtualNetworkType: "External",
    delegation: "Microsoft.Web/serverFarms",
    maxPrefix: 27,
    addressesPerUnit: 2,
    loadBalancerAddresses: 0,
  },
};
