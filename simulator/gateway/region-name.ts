import { shortRegion } from "../model";

/** Regions of the public cloud as Azure writes them for people. Source: https://learn.microsoft.com/azure/reliability/regions-list */
const NAMES = [
  "Australia Central",
  "Australia Central 2",
  "Australia East",
  "Australia Southeast",
  "Austria East",
  "Belgium Central",
  "Brazil South",
  "Brazil Southeast",
  "Canada Central",
  "Canada East",
  "Central India",
  "Central US",
  "Chile Central",
  "Denmark East",
  "East Asia",
  "East US",
  "East US 2",
  "France Central",
  "France South",
  "Germany North",
  "Germany West Central",
  "Indonesia Central",
  "Israel Central",
  "Italy North",
  "Japan East",
  "Japan West",
  "Jio India Central",
  "Jio India West",
  "Korea Central",
  "Korea South",
  "Malaysia West",
  "Mexico Central",
  "New Zealand North",
  "North Central US",
  "North Europe",
  "Norway East",
  "Norway West",
  "Poland Central",
  "Qatar Central",
  "South Africa North",
  "South Africa West",
  "South Central US",
  "South India",
  "Southeast Asia",
  "Spain Central",
  "Sweden Central",
  "Sweden South",
  "Switzerland North",
  "Switzerland West",
  "UAE Central",
  "UAE North",
  "UK South",
  "UK West",
  "West Central US",
  "West Europe",
  "West India",
  "West US",
  "West US 2",
  "West US 3",
] as const;

const BY_SHORT_NAME: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [shortRegion(name), name]));

/**
 * A region as policies see it: `West Europe`, however the stack writes it. One that is not known stays as it is written.
 *
 * Source: the policy of https://learn.microsoft.com/azure/api-management/api-management-howto-deploy-multi-region
 */
export function regionName(location: string): string {
  return BY_SHORT_NAME.get(shortRegion(location)) ?? location;
}
