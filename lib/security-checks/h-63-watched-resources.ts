import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, type SynthesizedStack } from "./synthesized-stack";

/** Categories that say who did what. */
const WATCHED: Readonly<Record<string, readonly string[]>> = {
  azurerm_api_management: ["GatewayLogs"],
  azurerm_cognitive_account: ["Audit", "RequestResponse"],
  azurerm_key_vault: ["AuditEvent"],
  azurerm_managed_redis: ["ConnectionEvents"],
  azurerm_servicebus_namespace: ["OperationalLogs", "RuntimeAuditLogs"],
};
/** Where Azure keeps the logs of a resource, if not at the resource itself. */
const LOGGED_AT: Readonly<Record<string, string>> = { azurerm_managed_redis: ".default_database[0].id" };

export const watchedResources: HouseCheck = {
  id: "H-63",
  title:
    "a stack that logs one resource logs its gateways, accounts, vaults, caches and queues, and its alerts tell somebody",
  check: (stack) => [
    ...(stack.ofType("azurerm_monitor_diagnostic_setting").length > 0 ? unlogged(stack) : []),
    ...silent(stack),
    ...unwatchedQuotas(stack),
  ],
};

function unlogged(stack: SynthesizedStack): readonly string[] {
  return stack.ofType(...Object.keys(WATCHED)).flatMap(({ type, address }) => {
    const logged = stack
      .ofType("azurerm_monitor_diagnostic_setting")
      .filter(
        ({ attributes }) => attributes.target_resource_id === `\${${address}${LOGGED_AT[type] ?? ".id"}}`,
      )
      .filter(({ attributes }) => hasDestination(attributes))
      .flatMap(({ attributes }) => blocks(attributes.enabled_log))
      .flatMap(({ category, category_group: group }) =>
        group === undefined ? [String(category)] : (WATCHED[type] ?? []),
      );
    return (WATCHED[type] ?? [])
      .filter((category) => !logged.includes(category))
      .map((category) => `${address}: no diagnostic setting sends ${category} anywhere`);
  });
}

function hasDestination(setting: Attributes): boolean {
  return ["log_analytics_workspace_id", "eventhub_authorization_rule_id", "storage_account_id"].some(
    (name) => setting[name] !== undefined,
  );
}

function silent(stack: SynthesizedStack): readonly string[] {
  return stack.ofType("azurerm_monitor_scheduled_query_rules_alert_v2").flatMap(({ address, attributes }) => {
    const groups = blocks(attributes.action).flatMap(
      ({ action_groups }) => (action_groups ?? []) as readonly string[],
    );
    const receivers = stack
      .ofType("azurerm_monitor_action_group")
      .filter((group) => groups.includes(`\${${group.address}.id}`))
      .flatMap((group) => Object.entries(group.attributes))
      .filter(([name]) => name.endsWith("_receiver"))
      .flatMap(([, value]) => blocks(value));
    const isElsewhere = groups.some((group) => !group.startsWith("${azurerm_monitor_action_group."));
    return [
      ...(receivers.length > 0 || isElsewhere ? [] : ["nobody is told"]),
      ...(attributes.enabled === false ? ["must be enabled"] : []),
      ...blocks(attributes.criteria).flatMap(neverMet),
    ].map((problem) => `${address}: ${problem}`);
  });
}

/** A workspace that has reached its quota records nothing until the next day. */
function unwatchedQuotas(stack: SynthesizedStack): readonly string[] {
  const watched = stack
    .ofType("azurerm_monitor_scheduled_query_rules_alert_v2")
    .filter(({ attributes }) =>
      blocks(attributes.criteria).some(({ query }) => String(query).includes("OverQuota")),
    )
    .flatMap(({ attributes }) => (attributes.scopes ?? []) as readonly string[]);
  return stack.ofType("azurerm_log_analytics_workspace").flatMap(({ address, attributes }) => {
    const isWatched = watched.includes(`\${${address}.id}`);
    const hasQuota = Number(attributes.daily_quota_gb ?? -1) > 0;
    return [
      ...(hasQuota && !isWatched ? [`${address}: nobody is told when its daily quota is reached`] : []),
      ...(isWatched && !hasQuota ? [`${address}: an alert waits for a quota that it does not have`] : []),
    ];
  });
}

/** Rows that a query finds are what the alert is about: more of them than it takes, in as many periods as there are. */
function neverMet({ operator, failing_periods }: Attributes): readonly string[] {
  const periods = block(failing_periods);
  return [
    ...(/^(?:Greater|Equal)/.test(String(operator)) ? [] : ["is about rows that are not there"]),
    ...(periods !== undefined &&
    Number(periods.minimum_failing_periods_to_trigger_alert) > Number(periods.number_of_evaluation_periods)
      ? ["waits for more periods than it looks at"]
      : []),
  ];
}
