/**
 * Regions of Azure's two data zones, the United States and the member states of the European Union, as of 2026-11.
 *
 * Source: https://learn.microsoft.com/azure/foundry/foundry-models/concepts/deployment-types
 */
const DATA_ZONES = {
  EU: [
    "austriaeast",
    "belgiumcentral",
    "denmarkeast",
    "finlandcentral",
    "francecentral",
    "francesouth",
    "germanynorth",
    "germanywestcentral",
    "greececentral",
    "italynorth",
    "northeurope",
    "polandcentral",
    "spaincentral",
    "swedencentral",
    "swedensouth",
    "westeurope",
  ],
  US: [
    "centralus",
    "eastus",
    "eastus2",
    "northcentralus",
    "southcentralus",
    "westcentralus",
    "westus",
    "westus2",
    "westus3",
  ],
} as const;

/** Regions of Azure's public cloud outside them: 'az account list-locations'. */
const OTHER_REGIONS: readonly string[] = [
  "australiacentral",
  "australiacentral2",
  "australiaeast",
  "australiasoutheast",
  "brazilsouth",
  "brazilsoutheast",
  "canadacentral",
  "canadaeast",
  "centralindia",
  "chilecentral",
  "eastasia",
  "indonesiacentral",
  "israelcentral",
  "japaneast",
  "japanwest",
  "jioindiacentral",
  "jioindiawest",
  "koreacentral",
  "koreasouth",
  "malaysiawest",
  "mexicocentral",
  "newzealandnorth",
  "norwayeast",
  "norwaywest",
  "qatarcentral",
  "southafricanorth",
  "southafricawest",
  "southeastasia",
  "southindia",
  "switzerlandnorth",
  "switzerlandwest",
  "taiwannorth",
  "uaecentral",
  "uaenorth",
  "uksouth",
  "ukwest",
  "westindia",
];

/** @internal data zone of a region; `none`: outside both; `unknown`: a region newer than this list, or a mistake */
export function dataZoneOf(region: string): keyof typeof DATA_ZONES | "none" | "unknown" {
  for (const zone of ["EU", "US"] as const) {
    if ((DATA_ZONES[zone] as readonly string[]).includes(region)) {
      return zone;
    }
  }
  return OTHER_REGIONS.includes(region) ? "none" : "unknown";
}
