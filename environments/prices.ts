import type { PriceList } from "../lib";

/**
 * Not read from Microsoft itself, whose list was out of reach here, but from what others took from it and published. Who
 * pays a bill by them replaces them by those of the agreement.
 */
const COPY = "copies of https://prices.azure.com/api/retail/prices";
const TOKENS = `${COPY} of 2026-07-31 (github.com/nikklavzar/azure-genai-prices) and later (github.com/BerriAI/litellm)`;

/**
 * What models cost, list prices in the EU's data zone, an example to be replaced by the prices of the agreement.
 *
 * Confirmed by two copies of Azure's list that are independent of each other: input and output of `gpt-5.4`. Found in one:
 * its cached input, embeddings, provisioned units. Prompts of `gpt-5.4` with more than 272,000 tokens cost more than is
 * written here, by a price of their own, which this list cannot say. `gpt-image-1.5` has a price for each of five kinds of
 * tokens, where this list knows two, so that it has none: its calls stand under "Calls that no price is known of".
 *
 * Azure's list, without a login:
 * https://prices.azure.com/api/retail/prices?$filter=serviceName eq 'Foundry Models' and armRegionName eq 'westeurope'
 */
export const PRICES: PriceList = {
  currency: "USD",
  prices: [
    {
      model: "gpt-5.4",
      sku: "DataZoneStandard",
      from: "2026-03-01",
      inputPerMillion: 2.75,
      cachedInputPerMillion: 0.275,
      outputPerMillion: 16.5,
      source: TOKENS,
    },
    {
      model: "gpt-5.4",
      sku: "DataZoneProvisionedManaged",
      from: "2026-04-01",
      unitPerHour: 1.1,
      source: `${COPY} of 2026-10-07: Provisioned Managed Data Zone, without a reservation`,
    },
    {
      model: "text-embedding-3-large",
      sku: "DataZoneStandard",
      from: "2026-04-01",
      inputPerMillion: 0.143,
      source: TOKENS,
    },
  ],
};
