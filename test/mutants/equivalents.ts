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
    operator: "replace",
    place: /_policy\..*(name="other-(Client-Cert|Forwarded|Cookie)"|: Proxy-Authorization → )/,
    reason:
      "Removed by its name, and as a header that is not on the list of those that go on to the account (T-87, T-258).",
  },
  {
    place: /<set-query-parameter name="(other-)?(api-key|subscription-key|refused-key-\w+)"/,
    reason:
      "A parameter of the query that the operation does not take is refused before (rule query-parameter).",
  },
  {
    place:
      /: (<set-header name="(Set-Cookie|X-Powered-By|X-AspNet-Version|Via|azureml-[\w-]+|openai-[\w-]+|x-(aml|envoy|queue|total|served)[\w-]*|retry-after-ms)" exists-action="delete" \/>|(azureml|openai|x-aml|x-envoy)-[\w-]+|retry-after-ms) → |name="other-(Set-Cookie|X-Powered-By|X-AspNet-Version|Via|x-queue-time|x-total-time|x-inference-time|x-served-by)"/,
    reason:
      "No simulated account says this of itself; T-93 and T-282 let one that does answer, and look for each name.",
  },
  {
    place: /<set-header name="(other-)?Content-Type" exists-action="override"> <v/,
    reason:
      "The media type is JSON already, or the request was refused (rule content-type): written anew, it loses its parameters.",
  },
  {
    operator: "leave-out",
    place: /: <set-status code="200" \/> → /,
    reason: "200 is what return-response answers without a status.",
  },
  {
    place:
      /set-backend-service|routeBackend"\]\)\) == "|"routeBackend"\]\) == "|: [\w-]+-(pool|chat|chat-small|embeddings|images)(-\w+)? → other-/,
    reason:
      "The backend is chosen twice, when a request is routed and for each try: the other place stands in, and H-13 holds both to the backends of the stack.",
  },
  {
    place: /"(other-)?caller(Issuer|Scopes|Roles)"/,
    reason:
      "What a token said, for policies that a team adds (CALLER): these read rights from the client table.",
  },
  {
    place: /id="limit-address"/,
    reason:
      "1,200 failures a minute from one address take too long to try: T-152 and T-261 try the limit with a smaller number.",
  },
  {
    place:
      /limit-user-(requests|tokens|reserved)|user-requests\/|callerTokensOfMinute|"callerUserId", "("\) != ""|…)|-minute="\d+" estimate-prompt-tokens="false"/,
    reason:
      "Limits of persons. Clients with keys and certificates have none here, so some of these lines are for nobody; T-137 and T-250 try those that are for somebody.",
  },
  {
    place: /reservedTokensStep|limit-reserved-\d+|ncrement-count="\d+"/,
    reason:
      "A step above what the callers of the stack may reserve: the steps are one table for all stacks, and T-247 tries it.",
  },
  {
    operator: "turn",
    place: /estimate-prompt-tokens/,
    reason: "How exact the count is before the answer says; T-137 holds the limits that estimate.",
  },
  {
    place:
      /"not_found:operation-unknown"|\["refusal"\]\) != ""|<include-fragment fragment-id="ai-gateway-refusal"|: (ai-gateway-)?refusal → other-/,
    reason:
      "Each operation of an API is known to its policy (H-19): the arm waits for one that is added by hand. Other refusals go through the same words, and are tried.",
  },
  {
    operator: "refuse-nothing",
    place:
      /"(unauthorized:token-(client|issuer|expired)|forbidden:client-unknown|invalid_request:(path|body-duplicate-member|body-input|body-images|body-unexpected|body-length))"/,
    reason:
      "Whoever is next on the way refuses it with the same code: a later rule, the platform or the account. T-231 reads the rule's name in the record.",
  },
  {
    place:
      /forbidden:client-suspended|name="other-refusal" value="@\{ |name="refusal" value="@\{ (if \(\(?context\.Variables\.ContainsKey\("callerKeyId|if \(\(\(string\)context\.Variables\["c|return "")/,
    reason:
      "No client of these environments is suspended in its settings, and every key and certificate belongs to one; T-119 suspends one, T-50 takes its key.",
  },
  {
    place:
      /"refusalDetail"|: refusalDetail → |error\["(param|message)"\]|error == null|inner != null|inner\.Type == |body\[name\] != null && body\[name\]\.Type == JTokenType\.Integer\)|StatusCode == 400\)/,
    reason:
      "Which words a refusal has beside its status and code: where they cannot be made, the gateway's own are sent. T-162 and T-260 read them.",
  },
  {
    place: /variable-name="(queued|spending)\w+" timeout="\d+"/,
    reason: "How long a part that does not answer holds one caller: the answer afterwards is the same.",
  },
  {
    operator: "turn",
    place: /uedUnmarked" timeout="\d+" ignore-error/,
    reason:
      "The place of a request that did not get into the queue: if it cannot be removed, a rule removes it.",
  },
  {
    place: /queuedUnmark|nmarked", null|If-None-Match|: (other-)?\* → other-\*|<value>\*<\/value>/,
    reason:
      "Removed in two tries, where one is enough; and written for an id that is random, so that nothing is there before.",
  },
  {
    operator: "tighten",
    place: /if \(!name\.Success/,
    reason:
      "Storage lists what the gateway and the worker wrote below the caller's own hash (T-290): each has a name, a status and that hash.",
  },
  {
    place: /\.Length > (1024|2048)/,
    reason: "No caller of these environments has so long a name; T-324 has one.",
  },
  {
    place: /routePlan"\]\)\.Split\(','\)\.(Any|Contains)\(/,
    reason:
      "Whether a token is got for accounts, or for a model endpoint: one too many goes nowhere, and one that is missing is refused by the other side.",
  },
  {
    operator: "loosen",
    place: /\[2\] != "none" && new\[\]|!= "embeddings" && context\.Response\.Headers/,
    reason:
      "The workspace is asked about a client without a budget, or an answer is read that has no such count: nobody is answered differently.",
  },
  {
    operator: "replace",
    place: /: er> <set-header name="x-ms-version"|="override"> <value>2023-11-03/,
    reason: "The second try to remove what did not get into the queue; of the first, both are tried.",
  },
  {
    operator: "refuse-nothing",
    place: /"not_found:queued-unknown"/,
    reason: "An id of another shape is found nowhere: the same answer, from the store.",
  },
  {
    operator: "refuse-nothing",
    place: /"invalid_request:queued-user"/,
    reason: "No caller of these environments has so long a name; T-324 has one.",
  },
  {
    operator: "leave-out",
    place: /value="@\{ try \{ var body = JObject\.Parse\(\(\(string\)context\.Va/,
    reason:
      "A model named twice, or in other letters, is refused as a body before (body-duplicate-member): this is the second look at what was cut out (test/lib/gateway/policy/steps/routing.test.ts).",
  },
  {
    operator: "loosen",
    place: /while \(spare > 0 && more > 0\)/,
    reason:
      "Each account of a planned route has a try of its own in these environments: a longer plan asks one of them again, after all others.",
  },
  {
    operator: "flip",
    place: /^azurerm_api_management_api\.\S+ subscription_required → false/,
    reason: "What the platform no longer asks for, the policy does: without a key it refuses (T-43).",
  },
  {
    operator: "always",
    place: /spendingAnswer", null\) == null \? 0 : /,
    reason:
      "What does not answer the query has no figures: those known before stay, and are kept a day longer.",
  },
  {
    place:
      /"quota_exceeded:budget-|var found = JObject\.Parse\(\(\(string\)context\.Variabl… → nothing|"refusalRetryAfter" value="@\{ var now = context\.Timestamp|found\["month"\]|found\["OwnerBudget"\]|und"\]\)\)\["month"\]/,
    reason:
      "No client of the demonstration uses its money up, or comes into the next month with it: test/scenarios/budgets.test.ts and test/threats/user-budgets.test.ts do.",
  },
  {
    place:
      /answer\["error"\] == null && |able-name="spendingToken" ignore-error|<set-header name="Content-Type" exists-action="override"> → header>/,
    reason:
      "The simulated workspace takes JSON by any name, and says no error beside a table; the identity always gets a token. When nothing is known, requests go on (the case 'while nobody can say').",
  },
  {
    operator: "tighten",
    place: /\|\| Uri\.UnescapeDataString\(each\)\.Equals\(&qu|\|\| listed\.Any\(each => each\.Equals\(&quot/,
    reason: "Nobody calls these environments as a person where access can be cut off by name; T-323 does.",
  },
  {
    operator: "always",
    place: /"spendingFound", ""\) != ""\)|"spendingRemaining"\]\) != ""\)/,
    reason:
      "Each caller of this API has a budget, and what is left of it is known; in test/scenarios/budgets.test.ts one has none.",
  },
  {
    operator: "widen",
    place: /> 0{4}/,
    reason: "A thousand times nothing is nothing: the same number.",
  },
  {
    operator: "widen",
    place: /text\.Length > 4194304/,
    reason: "Spares the parser a body that the next rule refuses by its size (body-size).",
  },
  {
    operator: "widen",
    place: /"image_url"\)\.Count\(\) > /,
    reason:
      "The account takes no more images either, and says so with the same code; T-231 reads the rule's name.",
  },
  {
    operator: "forget",
    place: /: "(nonce|at_hash)", → /,
    reason: "An ID token has several of these claims, and each of them is enough.",
  },
  {
    operator: "forget",
    place: /line 34\d: "\w+", → |: "(functions|response_format|text|embeddings|completions)", → /,
    reason:
      "Names in small letters pass the test of letters before they are looked up; the others are members and operations that the API does not publish.",
  },
  {
    operator: "forget",
    place: /: "(host|connection|keep-alive|content-type|content-length|transfer-encoding)", → /,
    reason: "The gateway writes it anew for its own connection to the account, whatever the client sent.",
  },
  {
    operator: "add",
    place: /new\[\] \{ "other"/,
    reason:
      "A name more, of nothing that there is: no issuer, host, claim, member or operation is called 'other'. Versions, tools and tiers of that name are tried, and are not on this list when they are let in.",
  },
  {
    place: /Claims\.ContainsKey\("(azp|idtyp|oid|sub|scp|roles|cid|appid)"\) (&&|\|\|) /,
    reason:
      "Guards against a claim that is not there: without it the expression fails, and whoever fails is not let in.",
  },
  {
    place:
      /content == "multipart"|\[2\] == "(json|mu)|"multipart" |"chat", "completions"|\.Split\(':'\)\[[03]\]\) |\.Split\(':'\)\[[03]\] == "|reservableTokens"\]\) > |ContainsKey\("(reservedOutputTokens|callerRemainingTokens|routeBackend)"\)|nsKey\("reservedOutputTokens"\)/,
    reason:
      "Tells operations apart that an API need not publish, or callers that need not be there: every stack has some of both, and what one does not try another does.",
  },
  {
    operator: "loosen",
    place: /name != "" && |"datasources"\) && |model != null && /,
    reason:
      "Holds for lists without an entry, and for letters that the rule after it refuses: here each list has one.",
  },
  {
    place: /\{1,12\}\\\\z|length != "0"|Eaeflnrstu-|JTokenType\.Object \|\| \(\(\(string/,
    reason:
      "Two ways to see that a body is not as it says: each refuses what the other would (T-101, T-231).",
  },
  {
    place:
      /routeApiVersion|name="(other-)?routeBackend" value="@\(\(\(string\)context\.Variabl|<set-body>@\(\(\(string\)context\.Variables\["requestText"|_management_policy\..*<set-query-parameter name="(other-)?api-version"/,
    reason:
      "A try at an account after one at a model endpoint, or the other way round: T-277 to T-279 and the scenarios of model endpoints let the first one fail.",
  },
  {
    place:
      /: <(choose> <when|when) condition="@\(\(\(string\)context\.Variables\["routePlan"\]\)\.Split\(','\)\.Any|: <authentication-managed-identity resource="https:\/\/cognitiveservices\.azure\.com" client-id/,
    reason:
      "Tokens for accounts beside another server of the same model: each model of these environments is at one kind of server, and T-277 to T-279 try both.",
  },
  {
    place: /<forward-request timeout="\d+"/,
    reason: "Every API of these stacks chooses a backend: the arm waits for one that is added by hand.",
  },
  {
    operator: "turn",
    place: /first-fast-retry|buffer-(request-body|response)/,
    reason:
      "When a second try begins and how bytes are handed on: scenarios of streams and retries measure it, in time.",
  },
  {
    place: /tokenSource|isReported|dimension name="(other-)?Tokens"/,
    reason:
      "Whether tokens of a stream were counted by the account or estimated: T-234 and T-141 read what is recorded of streams.",
  },
  {
    place:
      /boundary\.Success|parts\[0\] != ""|end != "|header\.Groups|header\.Value|part\.Length|formModel|27262976|Request\.Body != null && context\.Request\.Body\.As<byte|value="@\{ return context\.Req|routeBodyBeforeModel|routeBodyAfterModel|members\.Pr/,
    reason:
      "How strictly forms, and bodies whose model is replaced, are read: T-241 tries 40 of them, each with what its reader would take it for.",
  },
  {
    place:
      /part\.Name == "(filtered|finish_reason|refusal)"|stopped \|\| answer|usage == null|usage\.Type|Length > 262144|StatusCode != 200 \|\| |ring\(\) == "True"\) \|\| |answerKe/,
    reason:
      "What is not kept in a cache: T-119 to T-129 try answers that were cut short, filtered, refused, in error or too large.",
  },
  {
    operator: "forget",
    place: /: "(quota_exceeded|param)", → /,
    reason:
      "What a refusal says beside its code: T-136 reads Retry-After of a quota, T-162 and T-260 the member that is at fault.",
  },
  {
    operator: "always",
    place: /"claimedIssuer"\]\) == |"presentedCredentials"\]\) == "token\+key"/,
    reason:
      "The last of the ways in: who comes by none of those before it is refused by what validates its token, with the same status.",
  },
  {
    operator: "replace",
    place: /CN=Contoso Devices Issuing CA 1/,
    reason:
      "The issuer's name beside its thumbprint: one of them is enough to know it, and a sibling's certificate is refused by both (T-63).",
  },
  {
    operator: "loosen",
    place: /"unauthorized" && Regex\.IsMatch/,
    reason: "Adds advice about headers to the words of a refusal; status and code stay.",
  },
  {
    operator: "tighten",
    place: /clientOfKey"\]\) != "" \|\| /,
    reason:
      "Where a key and a token say who calls, each alone names a client of the table, and the case 'key alone' is refused.",
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
      /^(azurerm_api_management_diagnostic|azapi_resource)\.\S+ (body\.properties\.)?(frontend|backend)[._]request\.data_?[mM]asking\.(headers(\.\d+(\.(mode|value))?)?|query_?[pP]arams\.\d+(\.value)?)( |$)/,
    reason:
      "What is hidden is not recorded anyway: of headers only those that are listed (H-18), and of parameters none, by `*`.",
  },
  {
    place:
      /^(azurerm_api_management_diagnostic|azapi_resource)\.\S+ (body\.properties\.)?(frontend|backend)[._](request|response)(\.headers(_to_log)?(\.\d+)?)?( |$)|^azapi_resource\.\S+ body\.properties\.metrics/,
    reason: "Ids that join records with those of others; what says who asked for what, H-54 demands.",
  },
  {
    operator: "leave-out",
    place: /^azurerm_monitor_diagnostic_setting\.\S+ (the resource|enabled_log(\.\d+\.category_group)?)$/,
    reason:
      "Logs of services behind the gateway: those that say who did what are demanded by name (H-54, H-63).",
  },
  {
    operator: "replace",
    place: /^azurerm_monitor_diagnostic_setting\.\S+ enabled_log\.\d+\.category(_group)? → other-/,
    reason: REFUSED,
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

  // Alerts and views
  {
    operator: "leave-out",
    place:
      /^azurerm_monitor_(metric_alert|scheduled_query_rules_alert_v2)\.\S+ (the resource|action(\.\d+)?|criteria\.\d+\.dimension(\.\d+)?|criteria(\.\d+)?)$/,
    reason:
      "An alert lets nobody in. Which ones there are, of what and for whom, gateway-alerts.test.ts, metric-alert.test.ts and openai-platform.test.ts hold.",
  },
  {
    place:
      /^azurerm_monitor_metric_alert\.\S+ (criteria\.\d+\.(skip_metric_validation|threshold|operator|dimension\.\d+\.(operator|values\.\d+))|frequency|severity|window_size|scopes\.\d+|action\.\d+\.action_group_id)( |$)/,
    reason:
      "When somebody is told, of which deployment or queue, and who: metric-alert.test.ts and openai-platform.test.ts hold it.",
  },
  {
    operator: "replace",
    place:
      /^azurerm_monitor_metric_alert\.\S+ criteria\.\d+\.(aggregation|metric_name|metric_namespace) |^azurerm_monitor_(metric_alert|scheduled_query_rules_alert_v2)\.\S+ (frequency|window_size) → other-/,
    reason: REFUSED,
  },
  {
    operator: "replace",
    place:
      /^azurerm_monitor_scheduled_query_rules_alert_v2\.\S+ (action\.action_groups\.\d+|criteria\.\d+\.dimension\.\d+\.(operator|values\.\d+)) /,
    reason:
      "Another group of the stack is told, or one mail for all in place of one for each: gateway-alerts.test.ts holds it.",
  },
  {
    operator: "leave-out",
    place: /^azurerm_monitor_action_group\.\S+ email_receiver\.\d+$/,
    reason: "One receiver of several; that there is one, H-63 demands.",
  },
  {
    place: /^azurerm_(application_insights_workbook|log_analytics_saved_search)\.\S+ /,
    reason: "A view of what is recorded: nothing is decided by it.",
  },
  {
    place:
      /^azapi_resource\.\S+ (the resource|body(\.properties)?|body\.properties\.(destination|eventDeliverySchema|filter)\b.*)$|^azurerm_eventgrid_system_topic\.\S+ (source_resource_id|topic_type)|^azurerm_key_vault_certificate_contacts\.\S+ (the resource|contact)/,
    reason:
      "Who is told of a certificate that ends, and how: certificate-event-alert.test.ts and openai-platform.test.ts hold it. It is renewed without them (H-64).",
  },

  // The worker of a queue
  {
    place:
      /^azapi_resource\.\S+ (body\.properties\.(configuration|environmentId|template|workloadProfileName)\b.*|identity\.0\.identity_ids.*|location( .*)?|sensitive_body\.properties\.credentials\.identityClientId .*)$/,
    reason:
      "How the worker and the logger are run, and what they are told: with another place, identity or image they do not start, or reach nothing (H-68, queue-worker.test.ts).",
  },
  {
    place:
      /^azurerm_container_app_environment\.\S+ (infrastructure_subnet_id|workload_profile|zone_redundancy_enabled)/,
    reason: FAILS_CLOSED,
  },
  {
    place:
      /^azurerm_servicebus_(namespace|queue)\.\S+ (capacity|premium_messaging_partitions|duplicate_detection_history_time_window|lock_duration|max_delivery_count|max_message_size_in_kilobytes|max_size_in_megabytes)( |$)/,
    reason: CHOICE,
  },

  {
    operator: "leave-out",
    place: /^azurerm_storage_management_policy\.\S+ rule\.\d+\.filters\.prefix_match(\.\d+)?$/,
    reason: "Deletes what is old in the whole account: there is nothing but results in it.",
  },

  // Networks
  {
    operator: "leave-out",
    place: /^azurerm_network_security_group\.\S+ security_rule(\.\d+)?$/,
    reason:
      "A rule that lets through: its traffic ends at the rule that denies the rest, which H-65 demands.",
  },
  {
    place:
      /^azurerm_network_security_group\.\S+ security_rule\.\d+\.(access|direction|priority|protocol|source_port_range|(source|destination)_address_prefix(es)?(\.\d+)?|destination_port_ranges?(\.\d+)?)( |$)/,
    reason:
      "Not a rule that Azure takes, or one that lets less through; rules that let more through H-26 and H-65 refuse, and that they end in one that denies the rest.",
  },
  {
    place: /^azurerm_(subnet|virtual_network)\.\S+ (address_prefixes|address_space|delegation)/,
    reason: REFUSED,
  },
  {
    place: /^azurerm_subnet\.\S+ private_endpoint_network_policies( → Disabled)?$/,
    reason: "Of a subnet without private endpoints: of one that has some, H-65 demands it.",
  },
  {
    operator: "leave-out",
    place:
      /^azurerm_private_endpoint\.\S+ (the resource|private_dns_zone_group|private_service_connection\.(private_connection_resource_id|subresource_names(\.\d+)?))$/,
    reason: FAILS_CLOSED,
  },
  {
    operator: "replace",
    place: /^azurerm_private_endpoint\.\S+ private_service_connection\.subresource_names\.\d+ /,
    reason: REFUSED,
  },
  {
    place:
      /^azurerm_private_dns_a_record\.\S+ ttl|^azurerm_private_dns_zone_virtual_network_link\.\S+ registration_enabled$/,
    reason: "Left out it is the default; how long a name is remembered opens nothing.",
  },

  // Sizes, caches, keys and certificates
  {
    place:
      /^azurerm_api_management\.\S+ zones|^azurerm_managed_redis\.\S+ (high_availability_enabled|sku_name)|^azurerm_key_vault\.\S+ (sku_name|soft_delete_retention_days)/,
    reason: CHOICE,
  },
  {
    operator: "leave-out",
    place:
      /^azurerm_key_vault\.\S+ enabled_for_\w+$|^azurerm_api_management_api\.\S+ subscription_required$|^azurerm_managed_redis\.\S+ default_database\.client_protocol$/,
    reason: DEFAULT,
  },
  {
    place:
      /^azurerm_managed_redis\.\S+ default_database(\.access_keys_authentication_enabled|\.client_protocol|\.module(\.\d+)?)?( |$)|^azurerm_api_management_redis_cache\.\S+ (cache_location|lifecycle|redis_cache_id)/,
    reason:
      "The gateway does not reach its cache, and asks the account anew: T-310 and H-30 hold what a cache may give.",
  },
  {
    place:
      /^azurerm_key_vault_certificate\.\S+ certificate_policy\.(key_properties\.(exportable|key_size|key_type)|lifetime_action\.\d+\.trigger\.days_before_expiry|secret_properties\.content_type|x509_certificate_properties\.(extended_key_usage|key_usage\.\d+|subject_alternative_names(\.dns_names(\.\d+)?)?|validity_in_months))( |$)/,
    reason:
      "A certificate that API Management or its authority does not take: the plan that makes it fails. What would make it weak, H-64 refuses.",
  },
  {
    place: /^azurerm_key_vault_secret\.\S+ (content_type|expiration_date) /,
    reason: "Describes the secret; a date that is none is refused.",
  },
  {
    place:
      /^azurerm_api_management_custom_domain\.\S+ gateway(\.\d+)?(\.(default_ssl_binding|key_vault_certificate_id|host_name))?( |$)/,
    reason:
      "The gateway answers without its name's certificate, or not under the name at all: clients do not trust it.",
  },
  {
    operator: "replace",
    place: /^azurerm_role_assignment\.\S+ role_definition_id → \/subscriptions\//,
    reason: "A role of another subscription: Azure refuses the assignment.",
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
    place:
      /^azurerm_(cognitive_account|key_vault|storage_account)\.\S+ (network_acls|public_network_access_enabled)( |$)/,
    reason:
      "The network is closed twice, by rules and altogether: one of them is enough, and H-01 holds that.",
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
