import type { HouseCheck } from "./house-check";

export const endedOperations: HouseCheck = {
  id: "H-45",
  title: "no operation is published that Azure has switched off",
  check: (stack) =>
    stack
      .ofType("azurerm_api_management_api_operation")
      .filter(({ attributes }) => /\/(assistants|threads)(\/|$)/.test(String(attributes.url_template)))
      .map(({ address, attributes }) => `${address}: ${String(attributes.url_template)} ended on 2026-08-26`),
};
