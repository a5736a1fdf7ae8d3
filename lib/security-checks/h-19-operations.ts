import type { HouseCheck } from "./house-check";

export const operations: HouseCheck = {
  id: "H-19",
  title: "operations are explicit",
  check: (stack) =>
    stack
      .ofType("azurerm_api_management_api_operation")
      .flatMap(({ address, attributes }) => [
        ...(String(attributes.url_template).includes("*") ? [`${address}: url_template has a wildcard`] : []),
        ...(["GET", "POST", "DELETE"].includes(String(attributes.method))
          ? []
          : [`${address}: method ${String(attributes.method)}`]),
      ]),
};
