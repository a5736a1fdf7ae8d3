import type { HouseCheck } from "./house-check";
import { isReference } from "./synthesized-stack";

export const subscriptions: HouseCheck = {
  id: "H-06",
  title: "keys open one API or product, are never traced and never literal",
  check: (stack) =>
    stack.ofType("azurerm_api_management_subscription").flatMap(({ address, attributes }) => {
      const found: string[] = [];
      if ((attributes.product_id === undefined) === (attributes.api_id === undefined)) {
        found.push("exactly one of product_id and api_id must be set");
      }
      if (
        /;rev=/.test(String(attributes.api_id)) ||
        /azurerm_api_management_api\.[\w-]+\.id\}/.test(String(attributes.api_id))
      ) {
        found.push("api_id must not carry a revision: such a key does not work");
      }
      if (attributes.allow_tracing !== false) {
        found.push("allow_tracing must be false");
      }
      if (!["active", "suspended"].includes(String(attributes.state))) {
        found.push("state must be explicit");
      }
      for (const key of ["primary_key", "secondary_key"]) {
        if (attributes[key] !== undefined && !isReference(attributes[key])) {
          found.push(`literal ${key}`);
        }
      }
      return found.map((problem) => `${address}: ${problem}`);
    }),
};
