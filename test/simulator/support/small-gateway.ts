import { GATEWAY_RESOURCES, OF_GATEWAY, PLACED, type StackFixture } from "../terraform/stack-fixture";
import { API_ID } from "./api-stack";

const ISSUER = "https://id.example.com";
const OPEN_AI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
const CHAT = { format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" };
const API_NAME = "${azurerm_api_management_api.api.name}";

/**
 * A gateway with one API for two clients, one with a key and one with a token, in front of two accounts: small enough to
 * be tried again and again, each time with one thing changed.
 */
export function smallGateway(): StackFixture {
  const operations = {
    chat: ["POST", "/openai/deployments/{deployment-id}/chat/completions"],
    "v1-chat": ["POST", "/openai/v1/chat/completions"],
    embeddings: ["POST", "/openai/deployments/{deployment-id}/embeddings"],
  };
  return {
    resource: {
      ...GATEWAY_RESOURCES,
      azurerm_cognitive_account: { one: account("one"), two: account("two") },
      azurerm_cognitive_deployment: {
        "one-chat": deployment("one", "chat", CHAT),
        "two-chat": deployment("two", "chat", CHAT),
        "one-mini": deployment("one", "mini", CHAT),
        "one-embeddings": deployment("one", "embeddings", {
          ...CHAT,
          name: "text-embedding-3-small",
          version: "1",
        }),
      },
      azurerm_role_assignment: { one: role("one"), two: role("two") },
      azurerm_api_management_api: {
        api: { ...api("models"), subscription_required: false },
        closed: api("closed"),
      },
      azurerm_api_management_api_operation: Object.fromEntries(
        Object.entries(operations).map(([id, [method = "", template = ""]]) => [
          id,
          operation(id, method, template),
        ]),
      ),
      azurerm_api_management_subscription: {
        claims: subscription("claims", API_ID),
        other: subscription("other", API_ID.replace(".api.", ".closed.")),
      },
      azurerm_api_management_backend: { one: backend("one"), two: backend("two") },
      azapi_resource: {
        pool: {
          type: "Microsoft.ApiManagement/service/backends@2024-05-01",
          name: "pool",
          parent_id: "${azurerm_api_management.gateway.id}",
          body: {
            properties: {
              type: "Pool",
              pool: {
                services: [
                  { id: "${azurerm_api_management_backend.one.id}", priority: 1 },
                  { id: "${azurerm_api_management_backend.two.id}", priority: 2 },
                ],
              },
            },
          },
        },
      },
      azurerm_api_management_api_policy: {
        api: { ...OF_GATEWAY, api_name: API_NAME, xml_content: POLICY },
      },
    },
  };
}

function api(name: string): object {
  return {
    ...OF_GATEWAY,
    name,
    revision: "1",
    display_name: name,
    path: name,
    protocols: ["https"],
    subscription_required: true,
    subscription_key_parameter_names: { header: "api-key", query: "api-key" },
  };
}

function account(name: string): object {
  return {
    ...PLACED,
    name: `account-${name}`,
    kind: "OpenAI",
    sku_name: "S0",
    custom_subdomain_name: `account-${name}`,
    local_auth_enabled: false,
  };
}

function deployment(accountName: string, name: string, model: object): object {
  return {
    name,
    cognitive_account_id: `\${azurerm_cognitive_account.${accountName}.id}`,
    model,
    sku: { name: "DataZoneStandard", capacity: 100 },
  };
}

function role(accountName: string): object {
  return {
    scope: `\${azurerm_cognitive_account.${accountName}.id}`,
    role_definition_id: `/subscriptions/sub-1/providers/Microsoft.Authorization/roleDefinitions/${OPEN_AI_USER}`,
    principal_id: "${azurerm_user_assigned_identity.gateway.principal_id}",
  };
}

function operation(id: string, method: string, template: string): object {
  return {
    ...OF_GATEWAY,
    operation_id: id,
    api_name: API_NAME,
    display_name: id,
    method,
    url_template: template,
    template_parameter: Array.from(template.matchAll(/\{([^{}]+)\}/g), ([, name]) => ({
      name,
      required: true,
      type: "string",
    })),
  };
}

function subscription(name: string, scope: string): object {
  return {
    ...OF_GATEWAY,
    subscription_id: name,
    display_name: name,
    api_id: scope,
    state: "active",
    allow_tracing: false,
  };
}

function backend(accountName: string): object {
  return {
    ...OF_GATEWAY,
    name: `backend-${accountName}`,
    protocol: "http",
    url: `https://account-${accountName}.openai.azure.com`,
    circuit_breaker_rule: {
      name: "failing",
      trip_duration: "PT10S",
      failure_condition: {
        count: 1,
        interval_duration: "PT60S",
        status_code_range: [{ min: 429, max: 429 }],
        error_reasons: ["BackendConnectionFailure"],
      },
    },
  };
}

function refusal(status: number, code: string): string {
  return `<return-response><set-status code="${status}" /><set-body>{"error":{"code":"${code}"}}</set-body></return-response>`;
}

function csharp(code: string): string {
  return code.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

const POLICY = `<policies>
  <inbound>
    <base />
    <choose>
      <when condition="${csharp(`@(context.Request.Headers.ContainsKey("Authorization"))`)}">
        <validate-jwt header-name="Authorization" failed-validation-httpcode="401" require-expiration-time="true" require-signed-tokens="true" output-token-variable-name="token">
          <openid-config url="${ISSUER}/.well-known/openid-configuration" />
          <audiences><audience>api://models</audience></audiences>
          <issuers><issuer>${ISSUER}</issuer></issuers>
        </validate-jwt>
        <choose>
          <when condition="${csharp(`@(!((Jwt)context.Variables["token"]).Claims["scp"].SelectMany(value => value.Split(' ')).Any(value => new[] { "Use" }.Contains(value)))`)}">${refusal(403, "insufficient_scope")}</when>
        </choose>
        <set-variable name="callerClientId" value="${csharp(`@{ switch ("id/" + ((Jwt)context.Variables["token"]).Claims["azp"][0]) { case "id/app-1": return "batch"; default: return ""; } }`)}" />
      </when>
      <when condition="${csharp(`@(context.Subscription != null)`)}">
        <set-variable name="callerClientId" value="@(context.Subscription.Id)" />
      </when>
      <otherwise>${refusal(401, "unauthorized")}</otherwise>
    </choose>
    <set-variable name="model" value="${csharp(`@(context.Request.MatchedParameters.GetValueOrDefault("deployment-id", "") != "" ? context.Request.MatchedParameters["deployment-id"] : (string)context.Request.Body.As<JObject>(preserveContent: true)["model"])`)}" />
    <choose>
      <when condition="${csharp(`@{ var body = context.Request.Body.As<JObject>(preserveContent: true); return (body["n"] != null && (int)body["n"] > 4) || (body["service_tier"] != null && body["service_tier"].ToString() == "priority"); }`)}">${refusal(400, "invalid_request")}</when>
    </choose>
    <set-variable name="allowed" value="${csharp(`@{ switch ((string)context.Variables["callerClientId"] + ":" + context.Operation.Id.Replace("v1-", "") + ":" + (string)context.Variables["model"]) { case "claims:chat:chat": case "batch:chat:chat": case "batch:embeddings:embeddings": return true; default: return false; } }`)}" />
    <choose>
      <when condition="${csharp(`@(!(bool)context.Variables["allowed"])`)}">${refusal(403, "forbidden")}</when>
    </choose>
    <choose>
      <when condition="${csharp(`@((string)context.Variables["callerClientId"] == "batch")`)}">
        <rate-limit-by-key calls="60" renewal-period="60" counter-key="${csharp(`@("requests/" + (string)context.Variables["callerClientId"])`)}" />
        <llm-token-limit counter-key="${csharp(`@("tokens/" + (string)context.Variables["callerClientId"])`)}" tokens-per-minute="1000" token-quota="50000" token-quota-period="Monthly" estimate-prompt-tokens="false" />
      </when>
      <otherwise>
        <rate-limit-by-key calls="30" renewal-period="60" counter-key="${csharp(`@("requests/" + (string)context.Variables["callerClientId"])`)}" />
      </otherwise>
    </choose>
    <set-header name="Authorization" exists-action="delete" />
    <set-header name="api-key" exists-action="delete" />
    <authentication-managed-identity resource="https://cognitiveservices.azure.com" client-id="\${azurerm_user_assigned_identity.gateway.client_id}" />
    <set-backend-service backend-id="pool" />
  </inbound>
  <backend>
    <retry condition="${csharp(`@(context.Response == null || context.Response.StatusCode == 429 || context.Response.StatusCode == 500)`)}" count="2" interval="1" first-fast-retry="true">
      <set-backend-service backend-id="pool" />
      <forward-request buffer-request-body="true" />
    </retry>
  </backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>`;
