import type { HouseCheck } from "./house-check";

export const subnetEgress: HouseCheck = {
  id: "H-59",
  title: "no subnet has a way out that nobody asked for",
  check: (stack) =>
    stack
      .ofType("azurerm_subnet")
      // Left out means that Azure gives one.
      .filter(({ attributes }) => attributes.default_outbound_access_enabled !== false)
      .map(({ address }) => `${address}: default_outbound_access_enabled must be false`),
};
