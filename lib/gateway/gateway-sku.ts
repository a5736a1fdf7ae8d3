import type { GatewayPlacement } from "../network";
import { type Problem, ValidationError } from "../validation";

/** Tier of an API Management service, as `sku_name` writes it before the underscore. */
export type GatewayTier =
  "Consumption" | "Developer" | "Basic" | "BasicV2" | "Standard" | "StandardV2" | "Premium" | "PremiumV2";

/**
 * What one tier can do, as far as this library uses it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-features and, for policies, the
 * "Applies to" line of each policy's page
 */
export interface GatewayTierRules {
  /** Classic and v2 services are different platforms: a change from one to the other replaces the service. */
  readonly generation: "consumption" | "classic" | "v2";
  /** Fewest scale units that may be bought. */
  readonly minUnits: number;
  /** Most scale units that may be bought. */
  readonly maxUnits: number;
  /** How the gateway may be placed into a virtual network; empty: not at all. */
  readonly networkPlacements: readonly GatewayPlacement[];
  /** An inbound private endpoint can be attached. */
  readonly privateEndpoint: boolean;
  /**
   * Its public addresses are its own. Those of the other tiers are shared and change, so that no firewall can tell the
   * gateway by them.
   *
   * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-ip-addresses
   */
  readonly ownPublicAddresses: boolean;
  /** `zones` is accepted. PremiumV2 places zones by itself and azurerm refuses the argument there. */
  readonly zones: boolean;
  /** Further regions can be added. */
  readonly additionalLocations: boolean;
  /** More than one custom gateway host name. */
  readonly severalHostNames: boolean;
  /**
   * Chains of client certificates are built with the service's own CA store. v2 tiers ignore that store for
   * backends, and no source says that they use it for clients: what is not certain is not offered.
   */
  readonly certificateAuthorities: boolean;
  /** Resource logs exist. */
  readonly resourceLogs: boolean;
  /** Largest policy document that the tier stores, in KiB. */
  readonly policyDocumentKiB: number;
  /** Subscriptions that the service holds at most. @default - Azure publishes no limit */
  readonly maxSubscriptions?: number;
  /** Operations that the service holds at most, over all APIs. */
  readonly maxOperations: number;
}

const DEDICATED = {
  minUnits: 1,
  networkPlacements: [],
  privateEndpoint: true,
  ownPublicAddresses: false,
  zones: false,
  additionalLocations: false,
  severalHostNames: false,
  certificateAuthorities: true,
  resourceLogs: true,
  // Azure stores more on most services today; 256 KiB is what every dedicated service has always stored.
  policyDocumentKiB: 256,
} as const;

const CLASSIC = { ...DEDICATED, generation: "classic", ownPublicAddresses: true } as const;
const V2 = { ...DEDICATED, generation: "v2", certificateAuthorities: false } as const;

/** Every tier and its rules. */
export const GATEWAY_TIERS: Readonly<Record<GatewayTier, GatewayTierRules>> = {
  Consumption: {
    ...DEDICATED,
    generation: "consumption",
    minUnits: 0,
    maxUnits: 0,
    privateEndpoint: false,
    certificateAuthorities: false,
    resourceLogs: false,
    policyDocumentKiB: 16,
    maxOperations: 3_000,
  },
  Developer: {
    ...CLASSIC,
    maxUnits: 1,
    networkPlacements: ["internal", "external"],
    severalHostNames: true,
    maxSubscriptions: 10_000,
    maxOperations: 3_000,
  },
  Basic: { ...CLASSIC, maxUnits: 2, maxSubscriptions: 15_000, maxOperations: 10_000 },
  BasicV2: {
    ...V2,
    maxUnits: 10,
    privateEndpoint: false,
    maxSubscriptions: 15_000,
    maxOperations: 10_000,
  },
  Standard: { ...CLASSIC, maxUnits: 4, maxSubscriptions: 25_000, maxOperations: 50_000 },
  StandardV2: {
    ...V2,
    maxUnits: 10,
    networkPlacements: ["v2-integrated"],
    maxSubscriptions: 25_000,
    maxOperations: 50_000,
  },
  Premium: {
    ...CLASSIC,
    maxUnits: 99,
    networkPlacements: ["internal", "external"],
    zones: true,
    additionalLocations: true,
    severalHostNames: true,
    maxSubscriptions: 75_000,
    maxOperations: 75_000,
  },
  PremiumV2: {
    ...V2,
    maxUnits: 30,
    networkPlacements: ["v2-injected", "v2-integrated"],
    maxSubscriptions: 75_000,
    maxOperations: 75_000,
  },
};

/**
 * Tier and scale units of a gateway: `GatewaySku.premium(3)`, or `GatewaySku.of("Premium_3")` from
 * configuration.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-features
 */
export class GatewaySku {
  /**
   * Serverless: no resource logs, no private network, no limits by caller. Its 16 KiB of policy are too small
   * for the policy of an `OpenAiApi`, which is then refused.
   */
  public static consumption(): GatewaySku {
    return new GatewaySku("Consumption", 0);
  }

  /**
   * All features of Premium except scale and regions, without a service level agreement: not for production.
   */
  public static developer(): GatewaySku {
    return new GatewaySku("Developer", 1);
  }

  /**
   * Classic; not placed into a network, but reachable through a private endpoint.
   *
   * @param units scale units, 1 to 2
   */
  public static basic(units = 1): GatewaySku {
    return new GatewaySku("Basic", units);
  }

  /**
   * Fast to create; no private network, no certificate authorities of one's own.
   *
   * @param units scale units, 1 to 10
   */
  public static basicV2(units = 1): GatewaySku {
    return new GatewaySku("BasicV2", units);
  }

  /**
   * Classic, with more throughput than Basic; not placed into a network, but reachable through a private
   * endpoint.
   *
   * @param units scale units, 1 to 4
   */
  public static standard(units = 1): GatewaySku {
    return new GatewaySku("Standard", units);
  }

  /**
   * Fast to create; reaches private networks; no certificate authorities of one's own.
   *
   * @param units scale units, 1 to 10
   */
  public static standardV2(units = 1): GatewaySku {
    return new GatewaySku("StandardV2", units);
  }

  /**
   * Classic, with zones, further regions and a place in a private network.
   *
   * @param units scale units, 1 to 99 (more than 12 on request to Azure)
   */
  public static premium(units = 1): GatewaySku {
    return new GatewaySku("Premium", units);
  }

  /**
   * Fast to create, with a place in a private network; no certificate authorities of one's own.
   *
   * @param units scale units, 1 to 30
   */
  public static premiumV2(units = 1): GatewaySku {
    return new GatewaySku("PremiumV2", units);
  }

  /**
   * Reads what `sku_name` holds: `Developer_1`, `PremiumV2_4`.
   *
   * @throws ValidationError if the tier does not exist or does not come in that number of units
   */
  public static of(name: string): GatewaySku {
    const [, tier, units] = /^([A-Za-z0-9]+)_(0|[1-9][0-9]?)$/.exec(name) ?? [];
    if (tier === undefined || !isTier(tier)) {
      throw refusal({
        rule: "sku must be <tier>_<units>",
        value: name,
        remedy: `write one of ${Object.keys(GATEWAY_TIERS).join(", ")} and its units, as in Premium_2`,
      });
    }
    return new GatewaySku(tier, Number(units));
  }

  /** What the tier can do. */
  public readonly rules: GatewayTierRules;

  private constructor(
    public readonly tier: GatewayTier,
    /** Scale units; 0 for Consumption, which scales by itself. */
    public readonly units: number,
  ) {
    this.rules = GATEWAY_TIERS[tier];
    const { minUnits, maxUnits } = this.rules;
    if (!Number.isInteger(units) || units < minUnits || units > maxUnits) {
      throw refusal({
        rule: `units of tier ${tier} must be ${describeRange(minUnits, maxUnits)}`,
        value: units,
        remedy: "correct the number, or choose another tier",
      });
    }
  }

  /** As `sku_name` wants it: `Premium_3`. */
  public get name(): string {
    return `${this.tier}_${this.units}`;
  }
}

function refusal(problem: Problem): ValidationError {
  return new ValidationError("gateway sku", [problem]);
}

function describeRange(min: number, max: number): string {
  return min === max ? `${min}` : `${min} to ${max}`;
}

function isTier(name: string): name is GatewayTier {
  return Object.hasOwn(GATEWAY_TIERS, name);
}
