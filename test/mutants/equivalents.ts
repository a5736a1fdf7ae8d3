/** Mutants that nobody can notice, or that change nothing of weight. */
export interface Equivalent {
  /** @default - all */
  readonly operator?: string;
  /** Of the address and the change: `azurerm_… line 3: … → …`. */
  readonly place: RegExp;
  readonly reason: string;
}

const DESCRIBES = "Describes, for people and portals: nothing is decided by it.";
const DEFAULT = "Left out it is the same: the provider's default, or Azure's, is what stands there.";
const CHOICE = "A size that the environment chooses: another is another choice, and a plan shows it.";
const REFUSED =
  "Not a value of this argument: the provider or Azure refuses the plan, so nothing is deployed.";
const FAILS_CLOSED = "Takes a way away and opens none: the deployment that misses it fails, and says where.";
const ALL_IS_RECORDED =
  "Everything is recorded already, without sampling (H-54): there is nothing left to add.";

export const EQUIVALENTS: readonly Equivalent[] = [
  // Policies
  {
    place:
      /_management(_api)?_policy\..*: (<set-header name="[\w-]+" exists-action="delete" \/>|(x-ai-gateway|X|Client-Cert|Forwarded|Ocp|Apim)[\w-]*) → /i,
    reason:
      "The header is removed three times: at the service, at the API, and by the list of headers that go on to the account (T-85 to T-87, T-258).",
  },
  {
    place: /<set-variable name="policyDigest"|: policyDigest → /,
    reason: "Never read: it makes documents that azurerm takes for equal differ (H-39).",
  },

  // The gateway
  {
    place: /^azurerm_api_management\.\S+ (publisher_email|publisher_name)/,
    reason: DESCRIBES,
  },
  {
    place: /^azurerm_api_management\.\S+ protocols/,
    reason: "HTTP/1.1 stays, which every client speaks: HTTP/2 saves round trips.",
  },
  {
    operator: "leave-out",
    place:
      /^azurerm_api_management\.\S+ (public_network_access_enabled|virtual_network_type|security\.tls_\w+_ciphers_enabled)$/,
    reason: DEFAULT,
  },
  {
    operator: "flip",
    place: /^azurerm_api_management\.\S+ public_network_access_enabled/,
    reason:
      "API Management can be closed only once it has a private endpoint of its own: azurerm refuses to create it like that.",
  },
  {
    place: /^azurerm_api_management_api_operation\.\S+ (request|template_parameter)/,
    reason:
      "Describes the operation for the portal and exports: the gateway matches method and path, and the policy checks versions and media types.",
  },

  // Records
  {
    place:
      /^azurerm_api_management_diagnostic\.\S+ always_log_errors|^azapi_resource\.\S+ body\.properties\.alwaysLog/,
    reason: ALL_IS_RECORDED,
  },
  {
    place: /^azapi_resource\.\S+ body\.properties\.sampling\.samplingType/,
    reason: "How a part would be chosen; it is all of them (H-54).",
  },
  {
    operator: "leave-out",
    place:
      /^azurerm_api_management_diagnostic\.\S+ (\w+\.body_bytes|verbosity)$|^azapi_resource\.\S+ body\.properties\.\w+\.\w+\.body(\.bytes)?$/,
    reason: DEFAULT,
  },
  {
    place:
      /^azurerm_api_management_diagnostic\.\S+ http_correlation_protocol|^azapi_resource\.\S+ body\.properties\.(httpCorrelationProtocol|operationNameFormat|isBuffered)/,
    reason: "How records are written, joined and named, not which ones there are.",
  },
  {
    place:
      /^azurerm_monitor_diagnostic_setting\.\S+ (enabled_metric|enabled_log\.\d+(\.category)?( → .*(Trace|AzureOpenAIRequestUsage|WebSocketConnectionLogs|AzurePolicyEvaluationDetails))?$)/,
    reason:
      "Metrics and further logs of a resource: those that say who did what are demanded by name (H-54, H-63).",
  },
  {
    place: /^azurerm_application_insights\.\S+ application_type/,
    reason: DESCRIBES,
  },
  {
    place: /^azurerm_log_analytics_workspace\.\S+ (daily_quota_gb|retention_in_days)/,
    reason: CHOICE,
  },
  {
    operator: "leave-out",
    place: /^azurerm_log_analytics_workspace\.\S+ sku$/,
    reason: DEFAULT,
  },
  {
    operator: "replace",
    place: /^azurerm_log_analytics_workspace\.\S+ sku/,
    reason: "How the workspace is paid for.",
  },
  {
    place: /^azurerm_monitor_action_group\.\S+ (short_name|email_receiver\.\d+\.use_common_alert_schema)/,
    reason: DESCRIBES,
  },
  {
    operator: "replace",
    place: /^azurerm_monitor_action_group\.\S+ email_receiver\.\d+\.email_address/,
    reason: "Who is told is the environment's choice, and a plan shows it; that somebody is, H-63 demands.",
  },
  {
    place:
      /^azurerm_monitor_scheduled_query_rules_alert_v2\.\S+ (auto_mitigation_enabled|criteria\.\d+\.failing_periods|criteria\.\d+\.threshold|evaluation_frequency|mute_actions_after_alert_duration|severity|window_duration|skip_query_validation)/,
    reason:
      "When and how often somebody is told, within what Azure takes; that somebody is, and of what, H-63 demands.",
  },
  {
    operator: "replace",
    place:
      /^azurerm_monitor_scheduled_query_rules_alert_v2\.\S+ criteria\.\d+\.(query|time_aggregation_method)/,
    reason:
      "A query of no table and an aggregation without a column: Azure refuses the rule when it is created.",
  },

  // Accounts and registrations
  {
    operator: "replace",
    place: /^azurerm_cognitive_account\.\S+ (sku_name|identity\.type)/,
    reason: REFUSED,
  },
  {
    operator: "replace",
    place: /^azurerm_cognitive_account\.\S+ fqdns\.\d+/,
    reason:
      "Hosts that the account itself may call; no published operation makes it call any, so the list only has to be closed (H-01).",
  },
  {
    operator: "leave-out",
    place: /^azurerm_cognitive_account\.\S+ public_network_access_enabled$/,
    reason:
      "Open to all networks is the default, and what network_acls deny stays denied (H-01 demands one or the other).",
  },
  {
    place: /^azuread_application\.\S+ api\.oauth2_permission_scope\.\d+\.(admin|user)_consent_/,
    reason: DESCRIBES,
  },
  {
    operator: "leave-out",
    place: /^azuread_application\.\S+ api\.oauth2_permission_scope\.\d+\.enabled$/,
    reason: DEFAULT,
  },
  {
    place: /^azuread_application\.\S+ prevent_duplicate_names/,
    reason:
      "Keeps a second apply from registering an application twice; tokens are of one of them, by its id.",
  },
  {
    place: /^azapi_update_resource\.\S+ update_headers/,
    reason:
      "With or without a condition on its version, the portal's settings are written; Azure refuses a write that lacks it, and the plan fails.",
  },

  // State
  {
    place: /^azurerm_management_lock\.\S+ notes/,
    reason: DESCRIBES,
  },
  {
    operator: "leave-out",
    place:
      /^azurerm_storage_account\.\S+ (account_kind|public_network_access_enabled|cross_tenant_replication_enabled)$/,
    reason: DEFAULT,
  },
  {
    operator: "replace",
    place: /^azurerm_storage_account\.\S+ (account_kind|account_tier|location|network_rules\.ip_rules\.\d+)/,
    reason: REFUSED,
  },
  {
    place: /^azurerm_storage_account\.\S+ blob_properties\.change_feed_enabled/,
    reason: "A log of changes beside the versions, which are what state is restored from (H-61).",
  },
  {
    operator: "widen",
    place: /^azurerm_storage_account\.\S+ blob_properties\.\w+\.days/,
    reason: REFUSED,
  },
  {
    place: /^azurerm_storage_account\.\S+ infrastructure_encryption_enabled/,
    reason: "A second encryption below the one that Azure always has.",
  },
  {
    place: /^azurerm_storage_account\.\S+ network_rules\.bypass/,
    reason:
      "Services of Azure come past network rules, and need a role like everybody else: there are no keys (H-01).",
  },
  {
    operator: "leave-out",
    place: /^azurerm_storage_account\.\S+ network_rules\.ip_rules/,
    reason: FAILS_CLOSED,
  },
  {
    operator: "leave-out",
    place: /^azurerm_storage_container\.\S+ storage_account_id$/,
    reason: REFUSED,
  },
];

/** Why a mutant that nobody noticed is none. */
export function equivalenceOf(mutant: {
  readonly operator: string;
  readonly address: string;
  readonly change: string;
}): Equivalent | undefined {
  const place = `${mutant.address} ${mutant.change}`;
  return EQUIVALENTS.find(
    (each) => (each.operator === undefined || each.operator === mutant.operator) && each.place.test(place),
  );
}
