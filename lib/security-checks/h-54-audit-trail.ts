import type { HouseCheck } from "./house-check";
import type { Attributes } from "./synthesized-stack";

export const auditTrail: HouseCheck = {
  id: "H-54",
  title: "audit records and tokens reach the workspace whole: no sampling, no verbosity that drops them",
  check: (stack) => {
    if (!stack.policies.some(({ address }) => address.includes("ai-gateway-audit"))) {
      return [];
    }
    const azapi = stack
      .ofType("azapi_resource", "azapi_update_resource")
      .filter(({ attributes }) => /\/diagnostics@/.test(String(attributes.type)))
      .map(({ address, attributes }) => ({
        address,
        name: String(attributes.name ?? attributes.resource_id),
        properties: (attributes.body as { properties?: Attributes } | undefined)?.properties ?? {},
      }));
    const traces = azapi.filter(({ name }) => name.endsWith("applicationinsights"));
    const logs = stack.ofType("azurerm_api_management_diagnostic");
    const tokens = azapi.filter(
      ({ properties }) => (properties.largeLanguageModel as Attributes | undefined)?.logs === "enabled",
    );
    return [
      ...traces.flatMap(({ address, properties }) => [
        ...((properties.sampling as Attributes | undefined)?.percentage === 100
          ? []
          : [`${address}: leaves requests out`]),
        ...(properties.verbosity === "information" ? [] : [`${address}: drops audit records`]),
      ]),
      ...logs
        .filter(({ attributes }) => attributes.sampling_percentage !== 100)
        .map(({ address }) => `${address}: leaves requests out`),
      ...(logs.length === tokens.length ? [] : ["azapi_update_resource: tokens are not logged"]),
    ];
  },
};
