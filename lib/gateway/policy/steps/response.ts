import {
  type CSharp,
  csharp,
  deleteHeader,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { CALLER } from "../caller";
import type { ClientTable } from "../client-table";
import type { OpenAiApiDescription } from "../openai-api-description";
import { REFUSAL } from "../refusal";
import { operationTrait } from "./operation-table";

/** Headers of the model service that say where and as what a request was served. */
const REVEALING_HEADERS = [
  "Set-Cookie",
  "X-Powered-By",
  "X-AspNet-Version",
  "apim-request-id",
  "azureml-model-session",
  "azureml-model-group",
  "azureml-served-by-cluster",
  "x-aml-cluster",
  "x-envoy-upstream-service-time",
  "x-ms-client-request-id",
  "x-ms-deployment-name",
  "x-ms-rai-invoked",
  "x-ms-region",
  "x-ratelimit-key",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
  "retry-after-ms",
] as const;

/** The same of servers that are not Azure's: TGI, llama.cpp, NIM and the proxies before them. */
const HEADERS_OF_ENDPOINTS = [
  "Via",
  "X-Process-Time",
  "openai-organization",
  "openai-processing-ms",
  "openai-version",
  "x-compute-characters",
  "x-compute-time",
  "x-compute-type",
  "x-generated-tokens",
  "x-inference-time",
  "x-prompt-tokens",
  "x-queue-time",
  "x-time-per-token",
  "x-total-time",
  "x-validation-time",
] as const;

/** What every answer has, wherever it comes from: nobody on the way may keep it. */
export const ANSWER_HEADERS: readonly PolicyElement[] = [
  setHeader("x-request-id", PolicyExpression.of(csharp`context.RequestId.ToString()`)),
  setHeader("Cache-Control", "no-store"),
  setHeader("X-Content-Type-Options", "nosniff"),
];

/** Answers with the gateway's own error where the model service gave one. */
export function refuseErrors(refusalFragmentId: string): readonly PolicyElement[] {
  return [
    when(
      csharp`context.Response.StatusCode < 200 || context.Response.StatusCode >= 300`,
      setVariable(REFUSAL.verdict, PolicyExpression.block(backendVerdict())),
      when(
        csharp`context.Response.StatusCode == 400`,
        setVariable(REFUSAL.detail, PolicyExpression.block(backendDetail())),
      ),
      includeFragment(refusalFragmentId),
    ),
  ];
}

/** Leaves the headers that a client needs. */
export function dressResponse(
  { endpoints = [] }: Pick<OpenAiApiDescription, "endpoints">,
  { limits }: Pick<ClientTable, "limits">,
): readonly PolicyElement[] {
  const hasQuota = limits.some(({ tokenQuota }) => tokenQuota !== undefined);
  return [
    ...[...REVEALING_HEADERS, ...(endpoints.length > 0 ? HEADERS_OF_ENDPOINTS : [])].map(deleteHeader),
    when(
      csharp`context.Variables.ContainsKey(${CALLER.remainingTokens})`,
      setHeader(
        "x-ratelimit-remaining-tokens",
        PolicyExpression.of(csharp`Convert.ToString(context.Variables[${CALLER.remainingTokens}])`),
      ),
    ),
    ...(hasQuota
      ? [
          when(
            csharp`context.Variables.ContainsKey(${CALLER.remainingQuota})`,
            setHeader(
              "x-quota-remaining-tokens",
              PolicyExpression.of(csharp`Convert.ToString(context.Variables[${CALLER.remainingQuota}])`),
            ),
          ),
        ]
      : []),
    ...ANSWER_HEADERS,
  ];
}

/** A deployment that the service does not know looks like one that the caller may not use. */
function backendVerdict(): CSharp {
  return csharp`
    var rule = ":backend-" + context.Response.StatusCode.ToString();
    switch (context.Response.StatusCode) {
      case 404: return (${operationTrait("deploymentIn")} == "none" ? "not_found" : "forbidden") + rule;
      case 400:
      case 409:
      case 422: return "invalid_request" + rule;
      case 408:
      case 504: return "upstream_timeout" + rule;
      case 413: return "request_too_large" + rule;
      case 415: return "unsupported_media_type" + rule;
      case 429: return "rate_limited" + rule;
      case 503: return "upstream_unavailable" + rule;
      default: return "upstream_error" + rule;
    }
  `;
}

/** What a client needs to correct its request, and nothing else of what the service says. */
function backendDetail(): CSharp {
  return csharp`
    try {
      var body = JObject.Parse(context.Response.Body.As<string>(preserveContent: true));
      var error = body["error"];
      if (error == null || error.Type != JTokenType.Object || error["message"] == null) {
        return null;
      }
      var named = error["code"] != null && error["code"].Type == JTokenType.String;
      var detail = new JObject();
      detail.Add(new JProperty("code", named ? error["code"].ToString() : "invalid_request"));
      detail.Add(new JProperty("message", error["message"].ToString()));
      if (error["param"] != null && error["param"].Type == JTokenType.String) {
        detail.Add(new JProperty("param", error["param"].ToString()));
      }
      var inner = error["innererror"];
      if (inner != null && inner.Type == JTokenType.Object && inner["content_filter_result"] != null) {
        detail.Add(new JProperty("innererror", new JObject(
          new JProperty("code", "ResponsibleAIPolicyViolation"),
          new JProperty("content_filter_result", inner["content_filter_result"].DeepClone()))));
      }
      return detail;
    } catch (Exception) {
      return null;
    }
  `;
}
