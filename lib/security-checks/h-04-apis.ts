import type { HouseCheck } from "./house-check";
import { allElements, block } from "./synthesized-stack";

const AUTHENTICATING = ["validate-jwt", "validate-azure-ad-token", "validate-client-certificate"];

export const apis: HouseCheck = {
  id: "H-04",
  title: "APIs are https only, name their key parameters, and are never open",
  check: (stack) =>
    stack.ofType("azurerm_api_management_api").flatMap(({ address, attributes }) => {
      const found: string[] = [];
      const names = block(attributes.subscription_key_parameter_names);
      if (JSON.stringify(attributes.protocols) !== '["https"]') {
        found.push("protocols must be https only");
      }
      if (!names?.header || !names.query) {
        found.push("subscription_key_parameter_names must be set");
      }
      if (names?.query === "subscription-key") {
        found.push("the query parameter for keys must not be the default one");
      }
      if (attributes.service_url !== undefined && !/^https:/.test(attributes.service_url as string)) {
        found.push("service_url must be https");
      }
      if (attributes.subscription_required === false && !isAuthenticated(String(attributes.name))) {
        found.push("subscription_required is false and no policy authenticates");
      }
      return found.map((problem) => `${address}: ${problem}`);

      function isAuthenticated(name: string): boolean {
        return stack.policies.some(
          (policy) =>
            policy.scope === "api" &&
            policyApiName(policy.address) === name &&
            AUTHENTICATING.some((element) => allElements(policy.document, element).length > 0),
        );
      }

      function policyApiName(policyAddress: string): string {
        const policy = stack.resources.find((resource) => resource.address === policyAddress);
        const apiName = String(policy?.attributes.api_name);
        const reference = /^\$\{(azurerm_api_management_api\.[\w-]+)\.name\}$/.exec(apiName)?.[1];
        const api = stack.resources.find((resource) => resource.address === reference);
        return reference ? String(api?.attributes.name) : apiName;
      }
    }),
};
