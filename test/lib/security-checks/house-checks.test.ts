import { checkStack } from "../../../lib/security-checks/check-stack";
import { HOUSE_CHECKS } from "../../../lib/security-checks/house-checks";
import { synthesizedReferenceEnvironments } from "../../support/environments";
import { type Attributes, SynthesizedStack } from "../../support/synthesized-stack";

type Json = Record<string, unknown>;
type Mutation = (json: Json) => void;

const PROD = JSON.stringify(synthesizedReferenceEnvironments().get("prod")?.json);
const API = {
  requested_access_token_version: 2,
  oauth2_permission_scope: [{ id: "scope", value: "Models.Invoke", type: "Admin" }],
};
const ENDPOINT = {
  name: "models",
  url: "https://models.corp.contoso.com/v1",
  tls: { validate_certificate_chain: true, validate_certificate_name: true },
};
const CREATE_FIRST = { lifecycle: { create_before_destroy: true } };

/** For each check, ways to break a good stack that it must notice. */
const KNOWN_BAD: Readonly<Record<string, Readonly<Record<string, Mutation>>>> = {
  "H-01": {
    "account open to public networks": set("azurerm_cognitive_account", {
      public_network_access_enabled: true,
      network_acls: undefined,
    }),
    "queue with keys": add("azurerm_servicebus_namespace", { local_auth_enabled: true }),
    "queue whose messages outlive their time": add("azurerm_servicebus_queue", {
      dead_lettering_on_message_expiration: true,
    }),
    "environment of workers that is called": add("azurerm_container_app_environment", {
      internal_load_balancer_enabled: false,
    }),
    "results in one place": add("azurerm_storage_account", { account_replication_type: "LRS" }),
    "account with local authentication": set("azurerm_cognitive_account", { local_auth_enabled: true }),
    "security boolean as a reference": set("azurerm_cognitive_account", {
      local_auth_enabled: "${var.local_auth}",
    }),
    "account that may call any host": set("azurerm_cognitive_account", {
      outbound_network_access_restricted: false,
    }),
    "vault that can be purged": set("azurerm_key_vault", { purge_protection_enabled: false }),
    "vault in access-policy mode": set("azurerm_key_vault", { rbac_authorization_enabled: undefined }),
    "vault open by an IP rule for everyone": set("azurerm_key_vault", {
      public_network_access_enabled: true,
      network_acls: { default_action: "Allow", bypass: "None", ip_rules: ["0.0.0.0/0"] },
    }),
    "workspace with key ingestion": set("azurerm_log_analytics_workspace", {
      local_authentication_enabled: true,
    }),
    "storage that other tenants copy": add("azurerm_storage_account", {
      cross_tenant_replication_enabled: true,
    }),
    "storage without https": add("azurerm_storage_account", { https_traffic_only_enabled: false }),
    "storage without network rules": add("azurerm_storage_account", { https_traffic_only_enabled: true }),
  },
  "H-02": {
    "TLS 1.0 under its current name": setBlock("azurerm_api_management", "security", {
      frontend_tls10_enabled: true,
    }),
    "TLS 1.1 towards backends": setBlock("azurerm_api_management", "security", {
      backend_tls11_enabled: true,
    }),
    "SSL 3 under its old name": setBlock("azurerm_api_management", "security", {
      enable_backend_ssl30: true,
    }),
    "triple DES": setBlock("azurerm_api_management", "security", { triple_des_ciphers_enabled: true }),
    "no security block": set("azurerm_api_management", { security: undefined }),
  },
  "H-03": {
    "tenant access": set("azurerm_api_management", { tenant_access: { enabled: true } }),
    "sign-up": set("azurerm_api_management", { sign_up: { enabled: true } }),
    "an API of management that shows secrets": set("azurerm_api_management", {
      min_api_version: "2018-01-01",
    }),
    "nothing said of the portals": (json) => {
      delete (json.resource as Json).azapi_update_resource;
    },
    "open developer portal": closing("developerPortalStatus", "Enabled"),
    "open legacy portal": closing("legacyPortalStatus", undefined),
    "other services that trust the gateway": closing("customProperties", {}),
    "passwords at the portal": closing("enableBasicAuth", true),
    "delegation without a key": set("azurerm_api_management", {
      delegation: { url: "https://contoso.example" },
    }),
  },
  "H-04": {
    "plain http": set("azurerm_api_management_api", { protocols: ["http", "https"] }),
    "default key parameter in the query": set("azurerm_api_management_api", {
      subscription_key_parameter_names: { header: "api-key", query: "subscription-key" },
    }),
    "open API": (json) => {
      set("azurerm_api_management_api", { subscription_required: false })(json);
      replaceInPolicies("azurerm_api_management_api_policy", /<(validate-[\w-]+)\b[\s\S]*?<\/\1>/g, "")(json);
    },
    "http service URL": set("azurerm_api_management_api", { service_url: "http://contoso.example" }),
  },
  "H-05": {
    "http hidden by a query": set("azurerm_api_management_backend", {
      url: "http://a.openai.azure.com/?https",
    }),
    "foreign host": set("azurerm_api_management_backend", {
      url: "https://openai.azure.com.evil.example/openai",
    }),
    "user info": set("azurerm_api_management_backend", { url: "https://u:p@a.openai.azure.com/openai" }),
    "no chain validation": set("azurerm_api_management_backend", {
      tls: { validate_certificate_chain: false, validate_certificate_name: true },
    }),
    "no circuit breaker": set("azurerm_api_management_backend", { circuit_breaker_rule: undefined }),
  },
  "H-06": {
    "key for all APIs": add("azurerm_api_management_subscription", { state: "active", allow_tracing: false }),
    "key that may be traced": add("azurerm_api_management_subscription", {
      state: "active",
      api_id: "a",
      allow_tracing: true,
    }),
    "literal key": add("azurerm_api_management_subscription", {
      state: "active",
      api_id: "a",
      allow_tracing: false,
      primary_key: "0123",
    }),
    "key of a revision": add("azurerm_api_management_subscription", {
      state: "active",
      api_id: "a;rev=1",
      allow_tracing: false,
    }),
    "state left to the provider": add("azurerm_api_management_subscription", {
      api_id: "a",
      allow_tracing: false,
    }),
  },
  "H-07": {
    "secret in plain text": add("azurerm_api_management_named_value", {
      display_name: "client-secret",
      value: "x",
    }),
    "pinned secret version": add("azurerm_api_management_named_value", {
      display_name: "s",
      secret: true,
      value_from_key_vault: { secret_id: "https://v.vault.azure.net/secrets/s/0123" },
    }),
    "value that is an expression": add("azurerm_api_management_named_value", {
      display_name: "v",
      value: "@(context.Subscription.Key)",
    }),
  },
  "H-08": {
    "policy by link": set("azurerm_api_management_api_policy", {
      xml_link: "https://contoso.example/policy.xml",
    }),
  },
  "H-09": {
    "section that does not inherit": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(<inbound>\s*)<base ?\/>/,
      "$1",
    ),
    "something before base": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<outbound>/,
      '<outbound><set-status code="200" />',
    ),
    "no on-error section": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<on-error>[\s\S]*<\/on-error>/,
      "",
    ),
    "two backend policies": replaceInPolicies(
      "azurerm_api_management_policy",
      /<\/backend>/,
      "<forward-request /></backend>",
    ),
    "document beyond the limit": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<\/inbound>/,
      `${" ".repeat(262_144)}</inbound>`,
    ),
  },
  "H-10": {
    "limit before authentication": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(<inbound>\s*<base ?\/>)/,
      '$1<llm-token-limit counter-key="x" tokens-per-minute="1" estimate-prompt-tokens="true" />',
    ),
    "cache lookup before authentication": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(<inbound>\s*<base ?\/>)/,
      '$1<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />',
    ),
  },
  "H-11": {
    "multi-tenant endpoint": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /tenant-id="[^"]*"/,
      'tenant-id="common"',
    ),
    "no audience": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<audiences>[\s\S]*?<\/audiences>/,
      "",
    ),
    "unsigned tokens": addToInbound(
      '<validate-jwt header-name="Authorization" require-scheme="Bearer" require-signed-tokens="false" />',
    ),
    "token in the query": addToInbound('<validate-jwt query-parameter-name="access_token" />'),
    "inline symmetric key": addToInbound(
      '<validate-jwt header-name="Authorization" require-scheme="Bearer"><openid-config url="https://a.example" /><issuer-signing-keys><key>c2VjcmV0</key></issuer-signing-keys><audiences><audience>a</audience></audiences><issuers><issuer>i</issuer></issuers></validate-jwt>',
    ),
  },
  "H-12": {
    "failure ignored": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /ignore-error="false"/,
      'ignore-error="true"',
    ),
    "a token that is more than for records, and may be missing": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /output-token-variable-name="spendingToken"/,
      'output-token-variable-name="routeAccountToken"',
    ),
    "token for another service": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /resource="https:\/\/cognitiveservices.azure.com"/,
      'resource="https://management.azure.com"',
    ),
  },
  "H-13": {
    "backend from the request": addToInbound(
      '<set-backend-service backend-id="@(context.Request.Headers.GetValueOrDefault(&quot;x-backend&quot;, &quot;&quot;))" />',
    ),
    "backend by URL": addToInbound('<set-backend-service base-url="https://a.openai.azure.com" />'),
  },
  "H-14": {
    "counter keyed by a header": addToInbound(
      '<rate-limit-by-key calls="1" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;x-user&quot;, &quot;&quot;))" />',
    ),
    "token counter keyed by address": addToInbound(
      '<llm-token-limit tokens-per-minute="1" estimate-prompt-tokens="true" counter-key="@(context.Request.IpAddress)" />',
    ),
    "one counter for everybody": addToInbound(
      '<rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />',
    ),
  },
  "H-15": {
    "api-key forwarded": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<set-header name="api-key"[^>]*\/>/i,
      "",
    ),
    "Authorization forwarded": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<set-header name="Authorization" exists-action="delete"[^>]*\/>/i,
      "",
    ),
    "query key forwarded": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<set-query-parameter name="subscription-key"[^>]*\/>/,
      "",
    ),
  },
  "H-16": {
    "claims of a raw token": addToInbound(
      '<set-variable name="roles" value="@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;, &quot;&quot;).AsJwt().Claims[&quot;roles&quot;])" />',
    ),
    TryParseJwt: addToInbound(
      '<set-variable name="x" value="@{ Jwt jwt; return &quot;t&quot;.TryParseJwt(out jwt); }" />',
    ),
  },
  "H-17": {
    trace: addToInbound('<trace source="x"><message>y</message></trace>'),
    "audit record with a prompt": addToInbound(
      '<trace source="ai-gateway"><message>y</message>' +
        '<metadata name="Prompt" value="@(context.Request.Body.As&lt;string&gt;())" /></trace>',
    ),
    "audit record with a header": addToInbound(
      '<trace source="ai-gateway"><message>y</message>' +
        '<metadata name="Agent" value="@(context.Response.Headers.GetValueOrDefault(&quot;x&quot;, &quot;&quot;))" /></trace>',
    ),
    "body in an event": addToInbound(
      '<log-to-eventhub logger-id="l">@(context.Request.Body.As&lt;string&gt;())</log-to-eventhub>',
    ),
    "internal message in an answer": addToInbound("<set-body>@(context.LastError.Message)</set-body>"),
  },
  "H-18": {
    "body bytes": setBlock("azurerm_api_management_diagnostic", "frontend_request", { body_bytes: 1024 }),
    "credential header": setBlock("azurerm_api_management_diagnostic", "frontend_request", {
      headers_to_log: ["Authorization"],
    }),
    "client address": set("azurerm_api_management_diagnostic", { log_client_ip: true }),
    "key parameter shown to accounts only": setBlock("azurerm_api_management_diagnostic", "backend_request", {
      data_masking: undefined,
    }),
    "key parameter shown in traces": changeTraces({ frontend: undefined }),
    "key parameter shown": (json) => {
      for (const side of ["frontend_request", "frontend_response", "backend_request", "backend_response"]) {
        setBlock("azurerm_api_management_diagnostic", side, { data_masking: undefined })(json);
      }
    },
    "prompts logged": add("azapi_resource", {
      type: "Microsoft.ApiManagement/service/apis/diagnostics@2024-10-01-preview",
      body: {
        properties: {
          logClientIp: false,
          largeLanguageModel: { logs: "enabled", requests: { messages: "all" } },
        },
      },
    }),
  },
  "H-19": {
    "wildcard operation": set("azurerm_api_management_api_operation", { url_template: "/*" }),
    "method that is not offered": set("azurerm_api_management_api_operation", { method: "PUT" }),
  },
  "H-20": { "account without endpoint": removePrivateEndpoints("account") },
  "H-21": { "vault without endpoint": removePrivateEndpoints("vault") },
  "H-22": {
    "namespace without endpoint": add("azurerm_eventhub_namespace", { public_network_access_enabled: false }),
  },
  "H-23": {
    "state account without endpoint": add("azurerm_storage_account", {
      public_network_access_enabled: false,
    }),
  },
  "H-24": {
    "cache without endpoint": add("azurerm_redis_cache", { public_network_access_enabled: false }),
    "managed Redis without endpoint": add("azurerm_managed_redis", { public_network_access: "Disabled" }),
  },
  "H-25": {
    Contributor: set("azurerm_role_assignment", {
      role_definition_id:
        "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
    }),
    "resource group scope": set("azurerm_role_assignment", { scope: "${azurerm_resource_group.group.id}" }),
    "role by name": set("azurerm_role_assignment", {
      role_definition_id: undefined,
      role_definition_name: "Owner",
    }),
    "custom role that lists keys": (json) => {
      add("azurerm_role_definition", {
        permissions: [
          {
            actions: ["Microsoft.CognitiveServices/accounts/listKeys/action"],
            data_actions: ["Microsoft.CognitiveServices/accounts/MaaS/*"],
          },
        ],
      })(json);
      set("azurerm_role_assignment", {
        role_definition_id:
          "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${azurerm_role_definition.known_bad.role_definition_id}",
      })(json);
    },
    "principal type left out": set("azurerm_role_assignment", { principal_type: undefined }),
  },
  "H-26": {
    "any source on port 22 as the second rule": addRule({
      source_address_prefix: "0.0.0.0/0",
      destination_port_range: "22",
      protocol: "Tcp",
    }),
    "Internet over UDP": addRule({
      source_address_prefix: "Internet",
      destination_port_range: "53",
      protocol: "Udp",
    }),
    "IPv6 in a list": addRule({
      source_address_prefixes: ["10.0.0.0/8", "::/0"],
      destination_port_range: "443",
      protocol: "Tcp",
    }),
  },
  "H-27": {
    "any branch": federated("repo:contoso/app:*"),
    "any repository": federated("repo:contoso/*:environment:prod"),
    "pull requests": federated("repo:contoso/app:pull_request"),
  },
  "H-28": {
    "key in an output": (json) => {
      json.output = { key: { value: "${azurerm_api_management_subscription.a.primary_key}" } };
    },
    "connection string in an output": (json) => {
      json.output = {
        insights: { value: "${azurerm_application_insights.a.connection_string}", sensitive: false },
      };
    },
  },
  "H-29": {
    "file of the deploying machine": set("azurerm_api_management_api", {
      description: '${file("/etc/passwd")}',
    }),
    "template directive": set("azurerm_api_management_api", { description: "%{ if true }x%{ endif }" }),
  },
  "H-30": {
    "Redis without authentication": add("azurerm_redis_cache", {
      redis_configuration: { authentication_enabled: false },
    }),
    "public managed Redis": add("azurerm_managed_redis", {
      default_database: { client_protocol: "Encrypted" },
    }),
    "plaintext managed Redis": add("azurerm_managed_redis", {
      public_network_access: "Disabled",
      default_database: { client_protocol: "Plaintext" },
    }),
    "search with the defaults": add("azurerm_managed_redis", {
      public_network_access: "Disabled",
      default_database: { module: [{ name: "RediSearch" }] },
    }),
    "a cache that is reached without TLS": add("azurerm_api_management_redis_cache", {
      connection_string: "h:6379,password=${azurerm_managed_redis.r.default_database[0].primary_access_key}",
    }),
    "a cache whose key is written down": add("azurerm_api_management_redis_cache", {
      connection_string: "h:10000,password=secret,ssl=True,abortConnect=False",
    }),
  },
  "H-31": {
    "intermediate in DER form": (json) => {
      const secrets = Object.values(resourcesOf(json, "azurerm_key_vault_secret"));
      const root = secrets.find(({ content_type }) => content_type === "application/pkix-cert");
      secrets.forEach((secret) => Object.assign(secret, { value: root?.value }));
    },
    "root in a container": (json) => {
      const secrets = Object.values(resourcesOf(json, "azurerm_key_vault_secret"));
      const issuing = secrets.find(({ content_type }) => content_type === "application/x-pkcs12");
      secrets.forEach((secret) => Object.assign(secret, { value: issuing?.value }));
    },
    "certificate as PEM text": setBlock("azurerm_api_management", "certificate", {
      encoded_certificate: "-----BEGIN CERTIFICATE-----",
    }),
  },
  "H-32": {
    "account in Australia": set("azurerm_cognitive_account", { location: "australiaeast" }),
    "account in Great Britain": set("azurerm_cognitive_account", { location: "uksouth" }),
  },
  "H-33": {
    "model of another publisher, for OpenAI's role": setBlock("azurerm_cognitive_deployment", "model", {
      format: "DeepSeek",
    }),
  },
  "H-34": {
    "provider that asks the data plane": add("azurerm_storage_account", {
      public_network_access_enabled: false,
      network_rules: { default_action: "Deny", bypass: ["None"] },
    }),
  },
  "H-35": {
    "two security groups of one name": set("azurerm_network_security_group", { name: "nsg" }),
    "two zones of one name": set("azurerm_private_dns_zone", { name: "privatelink.openai.azure.com" }),
    "two endpoints of one name, in different subnets": (json) => {
      const [one, other] = Object.values(resourcesOf(json, "azurerm_private_endpoint"));
      Object.assign(one!, { name: "pep", subnet_id: "a" });
      Object.assign(other!, { name: "PEP", subnet_id: "b" });
    },
    "two links of one name in one zone": set("azurerm_private_dns_zone_virtual_network_link", {
      name: "network",
      private_dns_zone_name: "privatelink.openai.azure.com",
    }),
  },
  "H-36": {
    "masking of addresses": set("azurerm_application_insights", { disable_ip_masking: false }),
    "what is open anyway": set("azurerm_log_analytics_workspace", { internet_query_enabled: true }),
    "old name of a vault's argument": set("azurerm_key_vault", { enable_rbac_authorization: true }),
    "argument in a block": setBlock("azurerm_api_management", "protocols", { enable_http2: true }),
  },
  "H-37": {
    "what policies name": set("azurerm_api_management_backend", CREATE_FIRST),
    "an assignment that refers to what it is for": set("azurerm_role_assignment", CREATE_FIRST),
    "what only waits for something": add("time_sleep", {
      ...CREATE_FIRST,
      depends_on: ["azurerm_api_management.gateway_B15F83BA"],
    }),
    "what only a provider refers to": (json) => {
      const { azurerm } = json.provider as Record<string, Json[]>;
      azurerm?.push({ alias: "late", subscription_id: "${azurerm_resource_group.group.id}" });
      add("azurerm_role_assignment", { ...CREATE_FIRST, provider: "azurerm.late" })(json);
    },
  },
  "H-38": {
    "fields separated by blanks": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /return &quot;(\d+):(\d+):/,
      "return &quot;$1 $2 ",
    ),
    "a character that is a blank": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /Split\(':'\)/,
      "Split(' ')",
    ),
  },
  "H-39": {
    "a document without a digest": replaceInPolicies(
      "azurerm_api_management_policy",
      /<set-variable name="policyDigest"[^>]*>/,
      "",
    ),
    "a digest that says nothing": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(name="policyDigest" value=")[^"]*/,
      "$1",
    ),
    "a fragment without a digest": (json) =>
      Object.values(resourcesOf(json, "azurerm_api_management_policy_fragment")).forEach((fragment) => {
        fragment.value = String(fragment.value).replace("policyDigest", "other");
      }),
  },
  "H-40": {
    "an account whose kind counts": setBlock("azurerm_cognitive_account", "lifecycle", {
      ignore_changes: ["project_management_enabled"],
    }),
    "an account without a lifecycle": set("azurerm_cognitive_account", { lifecycle: undefined }),
    "an endpoint with the zones of one kind": (json) => {
      for (const [id, zone] of Object.entries(resourcesOf(json, "azurerm_private_dns_zone"))) {
        if (zone.name === "privatelink.services.ai.azure.com") {
          delete resourcesOf(json, "azurerm_private_dns_zone")[id];
        }
      }
    },
  },
  "H-41": {
    "answer without record": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<include-fragment fragment-id="[^"]*ai-gateway-audit" ?\/>\s*<\/outbound>/,
      "</outbound>",
    ),
    "list of models without record": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<include-fragment fragment-id="[^"]*ai-gateway-audit" ?\/>\s*<return-response>/,
      "<return-response>",
    ),
    "refusal without record": (json) =>
      Object.values(resourcesOf(json, "azurerm_api_management_policy_fragment")).forEach((fragment) => {
        fragment.value = String(fragment.value).replace(/<trace[\s\S]*<\/trace>/, "");
      }),
  },
  "H-54": {
    "sampled logs": set("azurerm_api_management_diagnostic", { sampling_percentage: 10 }),
    "sampled traces": changeTraces({ sampling: { samplingType: "fixed", percentage: 50 } }),
    "records that are dropped": changeTraces({ verbosity: "error" }),
    "tokens that are not logged": closing("largeLanguageModel", undefined),
    "callers that are not logged": setBlock("azurerm_api_management_diagnostic", "backend_request", {
      headers_to_log: ["traceparent"],
    }),
    "a logger with a key": (json) => {
      for (const { type, sensitive_body: body } of Object.values(resourcesOf(json, "azapi_resource"))) {
        if (String(type).includes("/loggers@")) {
          delete (body as { properties: { credentials: Json } }).properties.credentials.identityClientId;
        }
      }
    },
    "tokens that stay in the gateway": set("azurerm_monitor_diagnostic_setting", {
      enabled_log: [{ category: "GatewayLogs" }],
    }),
    "logs in a table of everything": set("azurerm_monitor_diagnostic_setting", {
      log_analytics_destination_type: undefined,
    }),
    "a component without a workspace": set("azurerm_application_insights", { workspace_id: undefined }),
  },
  "H-42": {
    "a host name that asks for no certificate": (json) => {
      for (const domain of Object.values(resourcesOf(json, "azurerm_api_management_custom_domain"))) {
        domain.gateway = (domain.gateway as Json[]).map((each) => ({
          ...each,
          negotiate_client_certificate: false,
        }));
      }
    },
  },
  "H-43": {
    "model that nobody can deploy any more": setBlock("azurerm_cognitive_deployment", "model", {
      name: "gpt-image-1",
      version: "2025-04-15",
    }),
    "model that only those deploy who have it": setBlock("azurerm_cognitive_deployment", "model", {
      name: "gpt-4.1-mini",
      version: "2025-04-14",
    }),
  },
  "H-44": {
    "a version that nobody serves": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /2025-04-01-preview/,
      "2025-05-01-preview",
    ),
    "one version only": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /2025-04-01-preview/g,
      "2024-10-21",
    ),
  },
  "H-45": {
    "threads of the Assistants API": set("azurerm_api_management_api_operation", {
      url_template: "/threads/runs",
    }),
  },
  "H-46": {
    "a key in the stack": add("azurerm_api_management_backend", {
      ...ENDPOINT,
      credentials: { authorization: { scheme: "Bearer", parameter: "sk-1234" } },
    }),
    "a key of a named value that is not of a vault": (json) => {
      add("azurerm_api_management_named_value", { display_name: "models-key", value: "sk-1234" })(json);
      add("azurerm_api_management_backend", {
        ...ENDPOINT,
        credentials: { header: { "x-api-key": "{{models-key}}" } },
      })(json);
    },
    "a key that a policy names": (json) => {
      add("azurerm_api_management_named_value", {
        display_name: "models-key",
        value_from_key_vault: { secret_id: "https://kv.vault.azure.net/secrets/models" },
      })(json);
      add("azurerm_api_management_backend", {
        ...ENDPOINT,
        credentials: { header: { "x-api-key": "{{models-key}}" } },
      })(json);
      addToInbound('<set-header name="x-api-key"><value>{{models-key}}</value></set-header>')(json);
    },
  },
  "H-47": {
    "a breaker that a 500 opens": countFailures({ status_code_range: [{ min: 500, max: 599 }] }),
    "a breaker that a slow answer opens": countFailures({ error_reasons: ["Timeout"] }),
    "two APIs with the backends of one": (json) => {
      const [first, second] = Object.values(resourcesOf(json, "azurerm_api_management_api_policy"));
      if (first && second) {
        second.xml_content = first.xml_content;
      }
    },
  },
  "H-48": {
    "an endpoint that is called as an account is": add("azurerm_api_management_backend", ENDPOINT),
    "an endpoint that keeps the token for accounts": (json) => {
      add("azurerm_api_management_backend", ENDPOINT)(json);
      replaceInPolicies(
        "azurerm_api_management_policy",
        /<forward-request/,
        '<choose><when condition="@(x == &quot;models&quot;)"><set-body>@(y)</set-body></when><otherwise /></choose><forward-request',
      )(json);
    },
  },
  "H-49": {
    "an endpoint in a pool": (json) => {
      add("azurerm_api_management_backend", ENDPOINT)(json);
      for (const pool of Object.values(resourcesOf(json, "azapi_resource"))) {
        pool.body = { pool: { services: [{ id: "${azurerm_api_management_backend.known_bad.id}" }] } };
      }
    },
  },
  "H-50": {
    "a cache of whole responses": addToInbound(
      '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />',
    ),
    "a key that everybody has": addToInbound(
      '<cache-lookup-value key="answers" variable-name="x" caching-type="internal" />',
    ),
    "what was spent, by a key that everybody has": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /callerClientId(?<=name="spendingKey" value="[^"]*)/g,
      "everybody",
    ),
    "a cache of similar questions for everybody": addToInbound(
      '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="e" embeddings-backend-auth="system-assigned" />',
    ),
    "a cache that takes anything for similar": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(?<=<llm-semantic-cache-lookup score-threshold=")[^"]*/,
      "0.5",
    ),
    "a cache that compares system messages": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /ignore-system-messages="true"/,
      'ignore-system-messages="false"',
    ),
    "a second partition, which may run into the first one": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(?=<vary-by>)/,
      '<vary-by>@((string)context.Variables["callerUserId"])</vary-by>',
    ),
    "a cache that keeps whatever is answered": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<llm-semantic-cache-store/,
      '<choose><when condition="@(true)"><llm-semantic-cache-store duration="60" /></when></choose><llm-semantic-cache-store',
    ),
    "a store of similar questions for ever": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(?<=<llm-semantic-cache-store duration=")[^"]*/,
      "31536000",
    ),
    "a store for ever": addToInbound(
      '<cache-store-value key="a" value="b" duration="31536000" caching-type="internal" />',
    ),
  },
  "H-53": {
    "a lookup before anything else": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /(?<=<inbound>\s*<base \/>)/,
      '<cache-lookup-value key="answers" variable-name="x" caching-type="internal" />',
    ),
    "a lookup of tokens that are spent already": addToInbound(
      '<cache-lookup-value key="answers" variable-name="x" caching-type="internal" />',
    ),
  },
  "H-51": {
    "one header more": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /&quot;user-agent&quot;/,
      "&quot;user-agent&quot;, &quot;x-policy-id&quot;",
    ),
    "a number that is left out": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /unlistedHeaders&quot;\]\)\.Split\(':'\)\[17\]/,
      "unlistedHeaders&quot;]).Split(':')[16]",
    ),
    "a policy that says nothing about headers": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /name="unlistedHeaders"/,
      'name="other"',
    ),
  },
  "H-52": {
    "endpoints for the whole network": (json) => {
      for (const group of Object.values(resourcesOf(json, "azurerm_network_security_group"))) {
        for (const rule of group.security_rule as Attributes[]) {
          if (rule.name === "AllowNetworkInbound") {
            Object.assign(rule, {
              source_address_prefix: "VirtualNetwork",
              source_address_prefixes: undefined,
            });
          }
        }
      }
    },
    "the internet where only Entra ID issues tokens": replaceInPolicies(
      "azurerm_api_management_api_policy",
      /<openid-config url="[^"]+"/,
      '<openid-config url="https://login.microsoftonline.com/x"',
    ),
  },
  "H-55": {
    "a filter that lets content out first": set("azurerm_cognitive_account_rai_policy", {
      mode: "Asynchronous_filter",
    }),
    "a filter that only notes": changeFilters((filter) => ({ ...filter, block_enabled: false })),
    "a filter that is off": changeFilters((filter) => ({ ...filter, filter_enabled: false })),
    "a filter of the gravest content only": changeFilters((filter) => ({
      ...filter,
      severity_threshold: "High",
    })),
    "a filter without its detector of attacks": changeFilters((filter) =>
      filter.name === "Jailbreak" ? undefined : filter,
    ),
    "a filter that adds to one of somebody else": set("azurerm_cognitive_account_rai_policy", {
      base_policy_name: "open",
    }),
    "a deployment without a filter": set("azurerm_cognitive_deployment", { rai_policy_name: undefined }),
    "a deployment with a filter by its name": set("azurerm_cognitive_deployment", {
      rai_policy_name: "open",
    }),
    "a deployment with the filter of another account": set("azurerm_cognitive_deployment", {
      cognitive_account_id: "${azurerm_cognitive_account.other.id}",
    }),
  },
  "H-56": {
    "a model that follows Azure's default": set("azurerm_cognitive_deployment", {
      version_upgrade_option: "OnceNewDefaultVersionAvailable",
    }),
    "nothing said of upgrades": set("azurerm_cognitive_deployment", { version_upgrade_option: undefined }),
    "a model of any version": set("azurerm_cognitive_deployment", {
      model: { format: "OpenAI", name: "gpt-5.4" },
    }),
  },
  "H-57": {
    "an API for whoever asks": registration({}, { app_role_assignment_required: false }),
    "nothing said of assignments": registration({}, { app_role_assignment_required: undefined }),
    "an API of which nobody is a member": registration(
      {},
      { client_id: "${azuread_application.other.client_id}" },
    ),
    "an API for all tenants": registration({ sign_in_audience: "AzureADMultipleOrgs" }),
    "an API with tokens of the first version": registration({
      api: { ...API, requested_access_token_version: 1 },
    }),
    "an API that users open to any application": registration({
      api: { ...API, oauth2_permission_scope: [{ value: "Models.Invoke", type: "User" }] },
    }),
    "an API that is a public client": registration({ fallback_public_client_enabled: true }),
    "an API whose tokens look like ID tokens": registration({ optional_claims: undefined }),
    "tokens for whoever listens": registration({
      public_client: { redirect_uris: ["https://*.contoso.com"] },
    }),
    "tokens in a fragment": registration({
      web: { implicit_grant: { access_token_issuance_enabled: true } },
    }),
    "a secret": (json) => {
      registration({})(json);
      add("azuread_application_password", { application_id: "${azuread_application.known_bad.id}" })(json);
    },
  },
  "H-58": {
    "a vault that virtual machines read": set("azurerm_key_vault", { enabled_for_deployment: true }),
    "a vault that templates read": set("azurerm_key_vault", { enabled_for_template_deployment: true }),
  },
  "H-59": {
    "a subnet with a way out": set("azurerm_subnet", { default_outbound_access_enabled: true }),
    "nothing said of a subnet's way out": set("azurerm_subnet", {
      default_outbound_access_enabled: undefined,
    }),
  },
  "H-60": {
    "a breaker that hears of no throttling": countFailures({ status_code_range: [{ min: 502, max: 504 }] }),
    "a breaker that never opens": countFailures({
      count: 1000,
      status_code_range: [
        { min: 429, max: 429 },
        { min: 502, max: 504 },
      ],
    }),
  },
  "H-61": {
    "an account that may be destroyed": set("azurerm_cognitive_account", { lifecycle: undefined }),
    "state without versions": (json) => {
      add("azurerm_storage_account", { lifecycle: { prevent_destroy: true } })(json);
    },
  },
  "H-62": {
    "an API that its service leaves behind": set("azurerm_api_management_api", { lifecycle: undefined }),
    "logs of tokens that their diagnostic leaves behind": (json) => {
      for (const resource of Object.values(resourcesOf(json, "azapi_update_resource"))) {
        delete resource.lifecycle;
      }
    },
    "severities that every plan writes": set("azurerm_cognitive_account_rai_policy", {
      lifecycle: undefined,
    }),
    "a value of operators that every plan writes": set("azurerm_api_management_named_value", {
      lifecycle: undefined,
    }),
    "identifier URIs that every plan removes": (json) => {
      registration({})(json);
      add("azuread_application_identifier_uri", { application_id: "${azuread_application.known_bad.id}" })(
        json,
      );
    },
  },
  "H-63": {
    "accounts without logs": set("azurerm_monitor_diagnostic_setting", { enabled_log: undefined }),
    "logs without requests": set("azurerm_monitor_diagnostic_setting", {
      enabled_log: [{ category: "Trace" }],
    }),
    "logs that go nowhere": set("azurerm_monitor_diagnostic_setting", {
      log_analytics_workspace_id: undefined,
    }),
    "a quota that nobody watches": set("azurerm_monitor_scheduled_query_rules_alert_v2", { scopes: [] }),
    "an alert about no quota": set("azurerm_log_analytics_workspace", { daily_quota_gb: undefined }),
    "an alert for nobody": set("azurerm_monitor_action_group", { email_receiver: [] }),
    "an alert that is off": set("azurerm_monitor_scheduled_query_rules_alert_v2", { enabled: false }),
    "an alert about what is not there": setBlock(
      "azurerm_monitor_scheduled_query_rules_alert_v2",
      "criteria",
      { operator: "LessThan" },
    ),
    "an alert that waits for ever": setBlock("azurerm_monitor_scheduled_query_rules_alert_v2", "criteria", {
      failing_periods: {
        minimum_failing_periods_to_trigger_alert: 2,
        number_of_evaluation_periods: 1,
      },
    }),
  },
  "H-64": {
    "a certificate without a policy": set("azurerm_key_vault_certificate", { certificate_policy: undefined }),
    "a short key": setKey({ key_size: 1024 }),
    "a key for ever": setKey({ reuse_key: true }),
    "a certificate that ends": setPolicy({ lifetime_action: [] }),
    "a certificate of clients": setPolicy({
      x509_certificate_properties: { extended_key_usage: ["1.3.6.1.5.5.7.3.2"] },
    }),
    "a certificate for another name": setPolicy({
      x509_certificate_properties: {
        subject: "CN=a.example",
        subject_alternative_names: { dns_names: ["b.example"] },
      },
    }),
  },
  "H-65": {
    "a gateway outside of its network": set("azurerm_api_management", { virtual_network_type: "None" }),
    "a gateway without a subnet": set("azurerm_api_management", { virtual_network_configuration: undefined }),
    "private names of a public gateway": set("azurerm_api_management", { virtual_network_type: "External" }),
    "a group that refuses nothing": changeRules((rule) => (rule.access === "Deny" ? undefined : rule)),
    "a gateway that cannot be managed": changeRules((rule) =>
      rule.source_address_prefix === "ApiManagement" ? undefined : rule,
    ),
    "units that count alone": changeRules((rule) =>
      rule.destination_port_range === "4290" ? { ...rule, destination_port_range: "4291" } : rule,
    ),
    "a subnet without a group": (json) => {
      json.resource = { ...(json.resource as Json), azurerm_subnet_network_security_group_association: {} };
    },
    "endpoints that no rule holds for": set("azurerm_subnet", {
      private_endpoint_network_policies: "Disabled",
    }),
    "a zone of no network": (json) => {
      json.resource = { ...(json.resource as Json), azurerm_private_dns_zone_virtual_network_link: {} };
    },
    "a zone without a record": (json) => {
      json.resource = { ...(json.resource as Json), azurerm_private_dns_a_record: {} };
    },
    "a zone that machines write to": set("azurerm_private_dns_zone_virtual_network_link", {
      registration_enabled: true,
    }),
    "endpoints beside the gateway": (json) => {
      const [gateway] = Object.values(resourcesOf(json, "azurerm_api_management"));
      const { subnet_id } = (gateway?.virtual_network_configuration ?? {}) as Json;
      set("azurerm_private_endpoint", { subnet_id })(json);
    },
  },
  "H-66": {
    "a client that its API does not know": clientApplication({}, {}),
    "a client that asks for what is not there": clientApplication({
      required_resource_access: [access({ id: "other" })],
    }),
    "a client that asks for a role of applications": clientApplication({
      required_resource_access: [access({ type: "Role" })],
    }),
    "a client without an address": clientApplication({ public_client: undefined }),
    "a client that asks for nothing": clientApplication({ required_resource_access: undefined }),
  },
  "H-67": {
    "a scope that lets everybody ask": set("azurerm_monitor_private_link_scope", {
      query_access_mode: "Open",
    }),
    "a component that takes records from everywhere": set("azurerm_application_insights", {
      internet_ingestion_enabled: true,
    }),
    "a workspace outside of the scope": (json) => {
      json.resource = { ...(json.resource as Json), azurerm_monitor_private_link_scoped_service: {} };
    },
  },
  "H-68": {
    "a worker with an identity of its host": worker({ identity: [{ type: "SystemAssigned" }] }),
    "a worker with a secret": worker({ configuration: { secrets: [{ name: "key", value: "x" }] } }),
    "a worker that is called": worker({ configuration: { ingress: { targetPort: 8080 } } }),
    "a worker that pulls with a password": worker({
      configuration: { registries: [{ server: "contoso.azurecr.io", username: "x" }] },
    }),
    "an image by its tag": worker({ container: { image: "contoso.azurecr.io/worker:latest" } }),
    "a variable from a secret": worker({ container: { env: [{ name: "KEY", secretRef: "key" }] } }),
    "a scale rule with a connection string": worker({
      rule: { type: "azure-servicebus", auth: [{ secretRef: "key", triggerParameter: "connection" }] },
    }),
  },
  "H-69": {
    "a call to somebody else": addToInbound(call("https://example.com/", "storageToken")),
    "a result whose place a caller could name": addToInbound(
      call("https://st.blob.core.windows.net/results/x", "storageToken"),
    ),
    "spending of whom the request names": addToInbound(
      call("https://api.loganalytics.io/v1/workspaces/x/query", "spendingToken"),
    ),
    "a call without a token": addToInbound(call("https://sb.servicebus.windows.net/q/messages", "")),
    "a call that nobody waits for": addToInbound(
      call("https://example.com/", "storageToken").replaceAll("send-request", "send-one-way-request"),
    ),
  },
  "H-70": {
    "results that stay": keptFor(undefined),
    "results that stay too long": keptFor({ days: 31 }),
    "results below another prefix": keptFor({ prefix: "other/" }),
    "a rule that is off": keptFor({ enabled: false }),
  },
};

interface WorkerParts {
  readonly identity?: readonly Json[];
  readonly configuration?: Json;
  readonly container?: Json;
  readonly rule?: Json;
}

/** Adds a worker that is good but for these parts. */
function worker({ identity, configuration, container, rule }: WorkerParts): Mutation {
  const id = "${azurerm_user_assigned_identity.worker.id}";
  return add("azapi_resource", {
    type: "Microsoft.App/containerApps@2025-01-01",
    identity: identity ?? [{ type: "UserAssigned", identity_ids: [id] }],
    body: {
      properties: {
        configuration,
        template: {
          containers: [{ image: `contoso.azurecr.io/worker@sha256:${"a".repeat(64)}`, ...container }],
          scale: { rules: [{ custom: rule ?? { type: "azure-servicebus", identity: id } }] },
        },
      },
    },
  });
}

/** Lets policies keep results in an account. @param rule that deletes them, none without */
function keptFor(
  rule: { readonly days?: number; readonly prefix?: string; readonly enabled?: boolean } | undefined,
): Mutation {
  const { days = 3, prefix = "results/", enabled = true } = rule ?? {};
  return (json) => {
    addToInbound(call("https://st.blob.core.windows.net/results/x", "storageToken"))(json);
    add("azurerm_storage_account", { name: "st" })(json);
    if (rule !== undefined) {
      add("azurerm_storage_management_policy", {
        storage_account_id: "${azurerm_storage_account.known_bad.id}",
        rule: [
          {
            enabled,
            actions: { base_blob: { delete_after_days_since_modification_greater_than: days } },
            filters: { blob_types: ["blockBlob"], prefix_match: [prefix] },
          },
        ],
      })(json);
    }
  };
}

/** A policy that calls. @param token variable that it sends, none without a name */
function call(url: string, token: string): string {
  const header = `<set-header name="Authorization"><value>@((string)context.Variables["${token}"])</value></set-header>`;
  return `<send-request response-variable-name="x"><set-url>${url}</set-url>${token === "" ? "" : header}</send-request>`;
}

describe.each(HOUSE_CHECKS.map((check) => [check.id, check.title, check] as const))(
  "%s: %s",
  (id, _title, check) => {
    const mutations = Object.entries(KNOWN_BAD[id] ?? {});
    test("has a stack that it must refuse", () => expect(mutations.length).toBeGreaterThan(0));

    test.each(mutations)("notices: %s", (_name, mutate) => {
      expect(check.check(broken(mutate))).not.toEqual([]);
    });
  },
);

test("a registration that is in order is none of those", () => {
  expect(checkStack(broken(registration({})).json)).toEqual([]);
});

test("a client application that is in order is none of those", () => {
  expect(checkStack(broken(clientApplication({})).json)).toEqual([]);
});

test("findings name the check, the resource and what is wrong with it", () => {
  const stack = broken(set("azurerm_cognitive_deployment", { version_upgrade_option: undefined }));
  expect(checkStack(stack.json)[0]).toEqual({
    id: "H-56",
    title: "no model changes but by a plan",
    address: expect.stringMatching(/^azurerm_cognitive_deployment\.[\w-]+$/) as unknown,
    problem: "version_upgrade_option must be NoAutoUpgrade",
  });
});

function broken(mutate: Mutation): SynthesizedStack {
  const json = JSON.parse(PROD) as Json;
  mutate(json);
  if (JSON.stringify(json) === PROD) {
    throw new Error("the mutation changed nothing: prod has no such resource");
  }
  return new SynthesizedStack("broken", json);
}

function resourcesOf(json: Json, type: string): Record<string, Json> {
  const resources = json.resource as Record<string, Record<string, Json>>;
  return (resources[type] ??= {});
}

function set(type: string, attributes: Attributes): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, type)).forEach((resource) => Object.assign(resource, attributes));
}

/** Changes the policy of certificates that a vault makes. */
function setPolicy(attributes: Attributes): Mutation {
  return setBlock("azurerm_key_vault_certificate", "certificate_policy", attributes);
}

function setKey(attributes: Attributes): Mutation {
  return (json) => {
    for (const { certificate_policy: policy } of Object.values(
      resourcesOf(json, "azurerm_key_vault_certificate"),
    )) {
      Object.assign((policy as { readonly key_properties: Json }).key_properties, attributes);
    }
  };
}

function changeRules(change: (rule: Attributes) => Attributes | undefined): Mutation {
  return (json) => {
    for (const group of Object.values(resourcesOf(json, "azurerm_network_security_group"))) {
      group.security_rule = (group.security_rule as Attributes[]).map(change).filter(Boolean);
    }
  };
}

function access(entry: Attributes): Attributes {
  return {
    resource_app_id: "${azuread_application.known_bad.client_id}",
    resource_access: [{ id: "scope", type: "Scope", ...entry }],
  };
}

/** A client application beside an API that is in order. */
function clientApplication(
  attributes: Attributes,
  known: Attributes = { permission_ids: ["scope"] },
): Mutation {
  return (json) => {
    registration({})(json);
    const applications = resourcesOf(json, "azuread_application");
    applications.known_client = {
      sign_in_audience: "AzureADMyOrg",
      public_client: { redirect_uris: ["http://localhost"] },
      required_resource_access: [access({})],
      ...attributes,
    };
    add("azuread_application_pre_authorized", {
      application_id: "${azuread_application.known_bad.id}",
      authorized_client_id: "${azuread_application.known_client.client_id}",
      permission_ids: [],
      ...known,
    })(json);
  };
}

function setBlock(type: string, name: string, attributes: Attributes): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, type)).forEach((resource) => {
      const current = (Array.isArray(resource[name]) ? (resource[name] as Json[])[0] : resource[name]) as
        Json | undefined;
      resource[name] = { ...current, ...attributes };
    });
}

/** Changes what is written to the service, or to its portal, beside azurerm. */
function closing(property: string, value: unknown): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, "azapi_update_resource")).forEach((resource) => {
      const { properties } = resource.body as { readonly properties: Json };
      if (property in properties) {
        properties[property] = value;
      }
    });
}

function changeTraces(properties: Attributes): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, "azapi_resource"))
      .filter(({ type, name }) => /\/diagnostics@/.test(String(type)) && name === "applicationinsights")
      .forEach(({ body }) => Object.assign((body as { readonly properties: Json }).properties, properties));
}

function add(type: string, attributes: Attributes): Mutation {
  return (json) => Object.assign(resourcesOf(json, type), { known_bad: { ...attributes } });
}

function replaceInPolicies(type: string, pattern: RegExp, replacement: string): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, type)).forEach((resource) => {
      resource.xml_content = String(resource.xml_content).replace(pattern, replacement);
    });
}

function addToInbound(element: string): Mutation {
  return replaceInPolicies(
    "azurerm_api_management_api_policy",
    /<\/inbound>/,
    `${element.replace(/\$/g, "$$$$")}</inbound>`,
  );
}

function changeFilters(change: (filter: Json) => Json | undefined): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, "azurerm_cognitive_account_rai_policy")).forEach((policy) => {
      policy.content_filter = (policy.content_filter as Json[]).flatMap((filter) => change(filter) ?? []);
    });
}

/** A registration that would be in order, but for what is given. */
function registration(application: Attributes, servicePrincipal: Attributes = {}): Mutation {
  return (json) => {
    add("azuread_application", {
      sign_in_audience: "AzureADMyOrg",
      fallback_public_client_enabled: false,
      api: API,
      optional_claims: { access_token: [{ name: "idtyp" }] },
      ...application,
    })(json);
    add("azuread_service_principal", {
      client_id: "${azuread_application.known_bad.client_id}",
      app_role_assignment_required: true,
      ...servicePrincipal,
    })(json);
  };
}

function removePrivateEndpoints(group: string): Mutation {
  return (json) => {
    const endpoints = resourcesOf(json, "azurerm_private_endpoint");
    for (const [id, endpoint] of Object.entries(endpoints)) {
      if (JSON.stringify(endpoint.private_service_connection).includes(`"${group}"`)) {
        delete endpoints[id];
      }
    }
  };
}

function addRule(rule: Attributes): Mutation {
  return (json) =>
    Object.values(resourcesOf(json, "azurerm_network_security_group")).forEach((group) => {
      (group.security_rule as Attributes[]).push({
        name: "known-bad",
        access: "Allow",
        direction: "Inbound",
        priority: 4000,
        ...rule,
      });
    });
}

function federated(subject: string): Mutation {
  return add("azurerm_federated_identity_credential", {
    issuer: "https://token.actions.githubusercontent.com",
    subject,
  });
}

function countFailures(condition: Attributes): Mutation {
  return set("azurerm_api_management_backend", {
    circuit_breaker_rule: { name: "failing", failure_condition: { count: 1, ...condition } },
  });
}
