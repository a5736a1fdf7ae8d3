import type { CoveredPlace } from "../simulator";

/** Places of generated policies that no request can reach, or none that a test could send. */
export interface UnreachedPlace {
  /** As a coverage has it. @default - any */
  readonly what?: CoveredPlace["what"];
  /** What stands there, C# as C#, on one line. */
  readonly text: RegExp;
  readonly reason: string;
}

const VALIDATED = "The policy before it refuses such tokens; this is for a platform that does not.";
const CLAIM_GUARD = "Part of reading any claim: what is required of this one was checked before.";
const COMPLETE = "Every value that the policies set has a row of its own.";
const REGISTERED =
  "For APIs that mix registered callers with others, or several credentials: these do not, in this order.";
const NEVER_EMPTY = "A list that is written out, or has an entry at least.";
const NO_BODILESS = "Whatever goes on to the account has a body: models are listed by the gateway itself.";
const NOT_PUBLISHED = "For operations that no reference environment publishes.";
const NO_ERROR = "An error that no policy of these documents raises in the simulator.";
const NO_OTHER_OPERATION = "What comes this far is of such an operation: models are listed before.";
const ONE_SERVER =
  "A choice between servers, or a second try at another kind: each model that is not of an account is at one server.";
const DOCUMENTED = "The simulated account words its errors as Azure documents them.";

export const UNREACHED_PLACES: readonly UnreachedPlace[] = [
  {
    what: "set-variable",
    text: /name="policyDigest"/,
    reason: "Follows a fragment that ends the request, so that documents differ for azurerm (H-39).",
  },
  { what: "if", text: /"not_found:operation-unknown"/, reason: COMPLETE },
  {
    what: "no case",
    text: /^switch \(\(\(string\)context\.Variables\["refusalCode"\]\)\)/,
    reason: COMPLETE,
  },
  { what: "no arm", text: /context\.Variables\["routeBackend"\]\) == /, reason: COMPLETE },
  { text: /"unauthorized:token-(?:issuer|expired|client)"/, reason: VALIDATED },
  { what: "left of && decides", text: /^token\.ExpirationTime != null/, reason: VALIDATED },
  {
    text: /token\.Claims(?:\.ContainsKey\("(?:idtyp|typ|azp|cid|oid|sub)"\)|\["(?:idtyp|typ)"\])/,
    reason: CLAIM_GUARD,
  },
  { what: "if", text: /"forbidden:client-suspended"/, reason: "No client of the environments is suspended." },
  { text: /caller(?:TokenId|KeyId|CertificateId)"/, reason: REGISTERED },
  { text: /clientOf(?:Token|Certificate|Key)"/, reason: REGISTERED },
  { text: /\["client"\]\)\.Split\(':'\)\[\d\]\.Contains\("k"\)/, reason: REGISTERED },
  {
    text: /limit-user-(?:requests|tokens|reserved)-\d+/,
    reason: "Either all callers with these limits come for a person, or none does.",
  },
  { what: "loop not entered", text: /^foreach \(var \w+ in /, reason: NEVER_EMPTY },
  { what: "left of && decides", text: /^name != ""$/, reason: NEVER_EMPTY },
  {
    what: "left of && decides",
    text: /^limit > 0$/,
    reason: "For APIs without a limit of tokens: there is none.",
  },
  {
    what: "no arm",
    text: /"reservedOutputTokens"/,
    reason: "For operations without tokens, such as images, where an API publishes no such operation.",
  },
  { text: /"responses" && |^body\["prompt"\]\.Type != JTokenType\.Null$/, reason: NOT_PUBLISHED },
  { text: /^case "(?:body-output-tokens-missing|body-store-missing)"/, reason: NOT_PUBLISHED },
  { text: /\["requestDeployment"\]\) == ""$|"-:[\w-]+:\d+:\d+"/, reason: NO_BODILESS },
  {
    what: "no else",
    text: /^if \(\(\(string\)context\.Variables\["operation"\]\)\.Split\(':'\)\[2\] == "json"\)/,
    reason: NO_BODILESS,
  },
  { what: "after ?", text: /^"not_found"$/, reason: NO_BODILESS },
  { what: "left of && decides", text: /^context\.Request\.Body != null$/, reason: NO_BODILESS },
  {
    what: "after ?",
    text: /^"request_too_large:body-size"$/,
    reason: "A form of 27 MB, which is too dear to send in every run.",
  },
  {
    text: /== "multipart" && !context\.Request\.Headers\.Con|Body\.As<byte\[\]>\(preserveContent: true\)\.Length > 27262976/,
    reason: "A form that names no length: calls of tests name one.",
  },
  {
    what: "left of && decides",
    text: /^link != null/,
    reason: "For links that are null or objects, which no model takes.",
  },
  {
    what: "left of || decides",
    text: /^context\.Response\.StatusCode < 200$/,
    reason: "Interim answers do not come to policies.",
  },
  { what: "left of || decides", text: /^error == null/, reason: DOCUMENTED },
  { what: "left of && decides", text: /^error\["code"\] != null$/, reason: DOCUMENTED },
  {
    what: "left of || decides",
    text: /^context\.Response == null$/,
    reason: "A retry is decided after an answer, or after an error that has made one.",
  },
  {
    text: /^<(?:otherwise> <)?forward-request timeout="240"/,
    reason: "For APIs that others publish on the gateway; the environments have none.",
  },
  {
    text: /routeBackend"\]\) == "devices-[\w-]+-embeddings"|backend-id="devices-[\w-]+-embeddings"|"embeddings:devices-/,
    reason: "The API names no deployments, so it has a route to each, and publishes chat only.",
  },
  { what: "right of ??", text: /^""$/, reason: NO_ERROR },
  { what: "left of && decides", text: /^context\.Variables\.ContainsKey\(left\)$/, reason: NO_ERROR },
  { what: "no case", text: /^switch \(status\)/, reason: NO_ERROR },
  { what: "case", text: /^case (?:400|401|404|502): return "[a-z_]+" \+ rule;/, reason: NO_ERROR },
  {
    text: /"modelNames"|^case "\d": return "[\w,-]+";$|^default: return "[\w-]+(?:,[\w-]+)+";$/,
    reason: "Models of a client to whom the operation that lists them is not granted.",
  },
  {
    what: "left of && decides",
    text: /^fields\.Length > 4$/,
    reason: "Each client of the API has an end, by its contract.",
  },
  {
    what: "no arm",
    text: /^<choose> <when condition="@\((?:new\[\] \{ "chat", "completions", "embeddings"|\(\(string\)context\.Variables\["operation"\]\)\.Split\(':'\)\[0\] == "chat" && )/,
    reason: NO_OTHER_OPERATION,
  },
  {
    what: "left of && decides",
    text: /^new\[\] \{ "chat", "completions", "embeddings" \}\.Contains/,
    reason: NO_OTHER_OPERATION,
  },
  {
    what: "left of || decides",
    text: /^message\.Type != JTokenType\.Object$/,
    reason: "Messages that are not objects are refused before (rule body-messages).",
  },
  {
    what: "left of || decides",
    text: /^context\.Response\.StatusCode != 200$/,
    reason: "An answer of another status is a refusal before it could be kept.",
  },
  {
    what: "left of || decides",
    text: /^part\.Name == "filtered" && /,
    reason: "The simulated account says by `finish_reason` alone that it filtered an answer.",
  },
  {
    what: "catch",
    text: /^\{ return (?:""|0\.0); \}$/,
    reason: "An answer that says that it is JSON and is not: no simulated account gives one.",
  },
  {
    what: "catch",
    text: /^\{ return "invalid_request:deployment-name"; \}$/,
    reason: "The body was read before: one that cannot be read is refused by then.",
  },
  { text: /^\(\(int\)context\.Variables\["routeAttempt"\]\) \+ 1$/, reason: ONE_SERVER },
  {
    text: /^(?:<otherwise> )?<set-body>@\(\(\(string\)context\.Variables\["requestText"\]\)\)/,
    reason: ONE_SERVER,
  },
  { text: /"routeApiVersion"\]\) != ""/, reason: ONE_SERVER },
  { text: /^<set-query-parameter name="api-version" exists-action="override"/, reason: ONE_SERVER },
  { text: /^<set-header name="Authorization".*"routeAccountToken"/, reason: ONE_SERVER },
  { text: /^<authentication-managed-identity .*"routeAccountToken"/, reason: ONE_SERVER },
  { what: "when", text: /"routePlan"\]\)\.Split\(','\)\.Any\(id => !new/, reason: ONE_SERVER },
  { what: "no arm", text: /"routePlan"\]\)\.Split\(','\)\.Contains\(/, reason: ONE_SERVER },
  { what: "loop not entered", text: /^while \(targets\.Count > 0\)/, reason: NEVER_EMPTY },
  { what: "loop entered", text: /^\{ share = share - /, reason: ONE_SERVER },
  { what: "right of &&", text: /^more > 0$/, reason: ONE_SERVER },
  { what: "loop entered", text: /^\{ plan\.Add\(target/, reason: ONE_SERVER },
  {
    text: /^!name\.Success(?: \|\| !status\.Success)?$|^\{ continue; \}$/,
    reason: "Nobody but the gateway and its worker writes results: names and states are as they write them.",
  },
  {
    what: "if",
    text: /^\{ list\.Add\(new JProperty\("next"/,
    reason: "A list of more results than one answer of Blob Storage has room for.",
  },
  { what: "loop not entered", text: /^for \(var index = 0; index < columns/, reason: NEVER_EMPTY },
  {
    text: /^each\.Equals\("user:" \+ |callerUserId", ""\)$|"UserBudget"|found\["UserBudget"\]|"quota_exceeded:budget-(?:owner|user)"/,
    reason:
      "No user of these environments has a budget, or is cut off by name: test/threats/user-budgets and queue-neighbours have some.",
  },
  {
    what: "after ?",
    text: /^context\.Variables\.GetValueOrDefault<string>\("callerUser", ""\)/,
    reason: "No user of these environments has a budget: test/threats/user-budgets has some.",
  },
  {
    text: /^answer\["error"\] == null$|^\(string\)context\.Variables\["spendingFound"\]$|^\{ return \(\(string\)context\.Variables\["spendingFound"\]\); \}$|^\(\(string\)context\.Variables\["spendingFound"\]\)$/,
    reason:
      "An answer of the workspace that is no table, or has an error beside it: the simulated one gives none.",
  },
  {
    what: "after :",
    text: /requests_per_minute/,
    reason: "Limits of the API, for callers without some of their own: those of these APIs all have.",
  },
  {
    what: "right of ??",
    text: /^usage\["input_tokens_details"\]$/,
    reason:
      "Cached tokens in the words of the Responses API, which these APIs do not publish or no test calls without a stream.",
  },
  {
    what: "no arm",
    text: /"spendingFound", ""\) != ""|"operation"\]\)\.Split\(':'\)\[0\] == "usage"/,
    reason: "Each caller of this API has a budget of its own or of its owner, and is asked about.",
  },
  {
    what: "left of && decides",
    text: /"operation"\]\)\.Split\(':'\)\[2\] != "none"/,
    reason: "Operations without a body are answered before, but for the one that asks for it.",
  },
  {
    text: /queued-user"|^Uri\.EscapeDataString\(\(\(string\)context\.Variables\["callerClientId"\]\)\)\.Length > /,
    reason: "No caller of these environments has so long a name; T-324 has one.",
  },
  {
    text: /queuedUnmarked/,
    reason:
      "A place that could not be removed at the first try: the store takes every one in the simulator, or none.",
  },
];
