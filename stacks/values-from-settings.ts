import { AzureNames, GATEWAY_TIERS, GatewaySku } from "../lib";
import type { AccountSettings, EnvironmentSettings, GatewaySettings } from "./environment-settings";

/** @throws ValidationError if the settings make no names */
export function azureNames({ workload, name, location, nameSuffix }: EnvironmentSettings): AzureNames {
  return new AzureNames({ workload, environment: name, region: location, suffix: nameSuffix });
}

/** @throws ValidationError if the tier does not come in that number of units */
export function gatewaySku({ tier, units = GATEWAY_TIERS[tier].minUnits }: GatewaySettings): GatewaySku {
  return GatewaySku.of(`${tier}_${units}`);
}

/** What clients' settings refer to an account by, and part of its construct id. */
export function accountKey({ name, location }: AccountSettings): string {
  return `${name}-${location}`;
}
