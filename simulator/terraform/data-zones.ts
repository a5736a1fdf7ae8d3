import { shortRegion } from "../model";

/** Regions are named after the country, and data zones are the member states of the European Union, and the US. */
const EU_REGION =
  /^(?:austria|belgium|denmark|finland|france|germany|greece|italy|poland|spain|sweden)[a-z]+$|^(?:north|west)europe$/;
const US_REGION = /^(?:east|west|central|northcentral|southcentral|westcentral)us[23]?$/;

/**
 * Whether Azure offers a deployment's SKU in a region: `DataZone…` needs a region of a data zone.
 * @param location in its short form or as it is displayed
 *
 * Source: https://learn.microsoft.com/azure/foundry/foundry-models/concepts/deployment-types
 */
export function isOffered(sku: string, location: string): boolean {
  const region = shortRegion(location);
  return !sku.startsWith("DataZone") || EU_REGION.test(region) || US_REGION.test(region);
}
