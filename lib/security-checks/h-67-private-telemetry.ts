import type { HouseCheck } from "./house-check";

export const privateTelemetry: HouseCheck = {
  id: "H-67",
  title: "where telemetry has a private link scope, it comes and goes through that only",
  check: (stack) => {
    const scopes = stack.ofType("azurerm_monitor_private_link_scope");
    const linked = stack
      .ofType("azurerm_monitor_private_link_scoped_service")
      .map(({ attributes }) => attributes.linked_resource_id);
    return scopes.length === 0
      ? []
      : [
          ...scopes.flatMap(({ address, attributes }) =>
            ["ingestion_access_mode", "query_access_mode"]
              .filter((name) => attributes[name] !== "PrivateOnly")
              .map((name) => `${address}: ${name} must be PrivateOnly`),
          ),
          ...stack
            .ofType("azurerm_log_analytics_workspace", "azurerm_application_insights")
            .flatMap(({ address, attributes }) => [
              ...["internet_ingestion_enabled", "internet_query_enabled"]
                .filter((name) => attributes[name] !== false)
                .map((name) => `${address}: ${name} must be false`),
              ...(linked.includes(`\${${address}.id}`)
                ? []
                : [`${address}: is not in the private link scope`]),
            ]),
        ];
  },
};
