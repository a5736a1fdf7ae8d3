import { block } from "../support/synthesized-stack";
import type { HouseCheck } from "./house-check";

export const managementAccess: HouseCheck = {
  id: "H-03",
  title: "no direct management access, no sign-up, no unsigned delegation",
  check: (stack) =>
    stack.ofType("azurerm_api_management").flatMap(({ address, attributes }) => {
      const delegation = block(attributes.delegation);
      return [
        ...(block(attributes.tenant_access)?.enabled ? [`${address}: tenant_access is enabled`] : []),
        ...(block(attributes.sign_up)?.enabled ? [`${address}: sign_up is enabled`] : []),
        ...(delegation && !delegation.validation_key ? [`${address}: delegation has no validation_key`] : []),
      ];
    }),
};
