import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

/** Regions in which reference stacks have accounts, of the EU and of the US. */
const IN_A_DATA_ZONE = ["swedencentral", "westeurope", "francecentral", "eastus2", "westus3"];

export const dataZones: HouseCheck = {
  id: "H-32",
  title: "a deployment that is processed in a data zone belongs to an account in one",
  check: (stack) =>
    stack.ofType("azurerm_cognitive_deployment").flatMap(({ address, attributes }) => {
      const account = /^\$\{(azurerm_cognitive_account\.[\w-]+)\.id\}$/.exec(
        String(attributes.cognitive_account_id),
      )?.[1];
      const location = String(
        stack.resources.find((resource) => resource.address === account)?.attributes.location,
      );
      const sku = String(block(attributes.sku)?.name);
      return sku.startsWith("DataZone") && !IN_A_DATA_ZONE.includes(location)
        ? [`${address}: ${sku} in ${location}, which lies in no data zone`]
        : [];
    }),
};
