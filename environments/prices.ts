import type { PriceList } from "../lib";

/** Where these were read. Microsoft's own price list was out of reach then: replace them by those of your agreement. */
const GUIDE = "aicosthub.com/guides/azure-openai-pricing-2026 of 2026-04-01: global prices";
const DATA_ZONE = `${GUIDE}, and a tenth more for a data zone, which is an assumption`;

/**
 * What models cost, an example to be verified: the operator replaces it by the prices of the agreement. Of `gpt-image-1.5`,
 * and of cached tokens, no public price was found: calls of the one stand under "Calls that no price is known of", and the
 * others cost what new ones do. Azure's list, by region, model and currency, without a login:
 * https://prices.azure.com/api/retail/prices?$filter=productName eq 'Azure OpenAI'
 */
export const PRICES: PriceList = {
  currency: "USD",
  prices: [
    {
      model: "gpt-5.4",
      sku: "DataZoneStandard",
      from: "2026-04-01",
      inputPerMillion: 2.75,
      outputPerMillion: 16.5,
      source: DATA_ZONE,
    },
    {
      model: "gpt-5.4",
      sku: "DataZoneProvisionedManaged",
      from: "2026-04-01",
      unitPerHour: 1.1,
      source: "an assumption: no public price was found",
    },
    {
      model: "text-embedding-3-large",
      sku: "DataZoneStandard",
      from: "2026-04-01",
      inputPerMillion: 0.143,
      source: DATA_ZONE,
    },
  ],
};
