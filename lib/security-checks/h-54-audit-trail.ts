import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, type SynthesizedStack } from "./synthesized-stack";

/** Headers of the request to an account that say on whose behalf it is made. */
const CALLER = [
  "x-ai-gateway-client-id",
  "x-ai-gateway-user-id",
  "x-ai-gateway-auth-method",
  "x-ai-gateway-request-id",
];

export const auditTrail: HouseCheck = {
  id: "H-54",
  title:
    "audit records, callers and tokens reach the workspace whole: nothing is sampled, dropped or turned away",
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
    const loggers = stack
      .ofType("azapi_resource")
      .filter(({ attributes }) => /\/loggers@/.test(String(attributes.type)));
    const recorded = [
      ...traces.map(({ address, properties }) => ({
        address,
        headers: block(block(properties.backend)?.request)?.headers,
      })),
      ...logs.map(({ address, attributes }) => ({
        address,
        headers: block(attributes.backend_request)?.headers_to_log,
      })),
    ];
    return [
      ...stack
        .ofType("azurerm_application_insights")
        .filter(({ attributes }) => attributes.workspace_id === undefined)
        .map(({ address }) => `${address}: has no workspace`),
      ...loggers.flatMap(({ address, attributes }) => {
        const { credentials } = block(block(attributes.sensitive_body)?.properties) ?? {};
        const { resourceId } = block(block(attributes.body)?.properties) ?? {};
        const given: Attributes = { ...block(credentials), resourceId };
        // Without an identity a logger shows the key, and the component takes none.
        return ["connectionString", "identityClientId", "resourceId"]
          .filter((name) => given[name] === undefined)
          .map((name) => `${address}: has no ${name}`);
      }),
      ...recorded.flatMap(({ address, headers = [] }) =>
        CALLER.filter((name) => !(headers as readonly string[]).includes(name)).map(
          (name) => `${address}: does not record ${name}`,
        ),
      ),
      ...traces.flatMap(({ address, properties }) => [
        ...((properties.sampling as Attributes | undefined)?.percentage === 100
          ? []
          : [`${address}: leaves requests out`]),
        ...(properties.verbosity === "information" ? [] : [`${address}: drops audit records`]),
      ]),
      ...logs
        .filter(({ attributes }) => attributes.sampling_percentage !== 100)
        .map(({ address }) => `${address}: leaves requests out`),
      ...unsent(stack, tokens.length > 0),
      ...(logs.length === tokens.length ? [] : ["azapi_update_resource: tokens are not logged"]),
    ];
  },
};

/** What the tables of logs and tokens are made of. */
function unsent(stack: SynthesizedStack, hasTokens: boolean): readonly string[] {
  const services = stack.ofType("azurerm_api_management").map(({ address }) => `\${${address}.id}`);
  return stack
    .ofType("azurerm_monitor_diagnostic_setting")
    .filter(({ attributes }) => services.includes(String(attributes.target_resource_id)))
    .filter(({ attributes }) => attributes.log_analytics_workspace_id !== undefined)
    .flatMap(({ address, attributes }) => {
      const sent = blocks(attributes.enabled_log);
      const sendsTokens = sent.some(
        ({ category, category_group }) => category === "GatewayLlmLogs" || category_group !== undefined,
      );
      return [
        ...(hasTokens && !sendsTokens ? [`${address}: sends no GatewayLlmLogs`] : []),
        ...(attributes.log_analytics_destination_type === "Dedicated"
          ? []
          : [`${address}: log_analytics_destination_type must be Dedicated`]),
      ];
    });
}
