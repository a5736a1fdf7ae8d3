import type { Requirement, TokenRequirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment } from "./target-environment";

/** What the developer of a client needs to know, and nothing secret. */
export interface ClientSettingsSheet {
  readonly client: string;
  readonly target: string;
  /** For `AzureOpenAI` clients: `AZURE_OPENAI_ENDPOINT`. */
  readonly endpoint: string;
  /** For `OpenAI` clients: base URL. */
  readonly baseUrl: string;
  readonly apiVersion: string;
  /** Scope of the token; none for other credentials, and for other identity providers than Entra ID. */
  readonly scope?: string;
  readonly credentials: readonly string[];
  readonly headers: readonly string[];
  readonly deployments: readonly string[];
  readonly operations: readonly string[];
  readonly limits: string;
  /** Folder of the client to copy, if one fits. */
  readonly example?: string;
  readonly snippet: string;
}

const API_VERSION = "2024-10-21";

/** Everybody whom the settings of an environment let in, under the names that the demonstration shows. */
export function allCallers(environment: TargetEnvironment): readonly Caller[] {
  return environment.settings.apis.flatMap((api) => callersOf(environment, api).flat());
}

/** What one caller is told. */
export function settingsSheet(environment: TargetEnvironment, caller: Caller): ClientSettingsSheet {
  const { api, requirements, client } = caller;
  const { requestsPerMinute, tokensPerMinute, tokenQuota, tokenQuotaPeriod } = { ...api, ...client };
  const endpoint = `${environment.gatewayUrl}/${api.path}`;
  const scope = requirements.map(scopeOf).find((each) => each !== undefined);
  const limits = [
    requestsPerMinute === undefined ? [] : `${requestsPerMinute} requests a minute`,
    tokensPerMinute === undefined ? [] : `${tokensPerMinute} tokens a minute`,
    tokenQuota === undefined ? [] : `${tokenQuota} tokens ${tokenQuotaPeriod}`,
  ].flat();
  return {
    client: caller.name,
    target: `${environment.settings.name}/${api.name}`,
    endpoint,
    baseUrl: `${endpoint}/openai/v1`,
    apiVersion: API_VERSION,
    scope,
    credentials: requirements.map((requirement) => credentialOf(requirement, caller.subscription)),
    headers: requirements.flatMap(headerOf),
    deployments: caller.deployments,
    operations: caller.operations,
    limits: limits.join(", ") || "those of the gateway",
    example: exampleOf(requirements),
    snippet: snippetOf(caller, endpoint, scope),
  };
}

/** The sheet as text of 100 columns at most, but for addresses that are longer. */
export function sheetText(sheet: ClientSettingsSheet): string {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["client", `${sheet.client} (${sheet.target})`],
    ["URL", sheet.endpoint],
    ["v1 base URL", sheet.baseUrl],
    ["API version", sheet.apiVersion],
    ["credential", sheet.credentials.join(" and ")],
    ["scope", sheet.scope],
    ["header", sheet.headers.join(", ") || "none: TLS carries the certificate"],
    ["deployments", sheet.deployments.join(", ")],
    ["operations", sheet.operations.join(", ")],
    ["limits", sheet.limits],
    ["example", sheet.example],
  ];
  const known = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(13)}${value}`]));
  return `${known.join("\n")}\n\n${sheet.snippet}`;
}

/** An application asks for all its roles, a client that acts for a user for the one scope. */
function scopeOf(requirement: Requirement): string | undefined {
  if (requirement.kind !== "token" || requirement.tenantId === undefined) return undefined;
  return `api://${requirement.audience}/${actsForItself(requirement) ? ".default" : requirement.scope}`;
}

function actsForItself({ role }: TokenRequirement): boolean {
  return role !== undefined;
}

function credentialOf(requirement: Requirement, subscription: string): string {
  switch (requirement.kind) {
    case "key":
      return `key of subscription ${subscription}`;
    case "certificate":
      return `client certificate ${requirement.commonName} of '${requirement.authority}'`;
    case "token":
      return `access token of ${requirement.issuer}`;
  }
}

function headerOf({ kind }: Requirement): readonly string[] {
  return { key: ["api-key: <key>"], token: ["Authorization: Bearer <token>"], certificate: [] }[kind];
}

function exampleOf(requirements: readonly Requirement[]): string | undefined {
  const [only, another] = requirements;
  if (only === undefined || another !== undefined) return undefined;
  if (only.kind !== "token") return `examples/clients/${only.kind}`;
  if (only.tenantId === undefined) return undefined;
  return `examples/clients/${actsForItself(only) ? "keyless" : "device-code"}`;
}

function snippetOf(
  { requirements, deployment, operation }: Caller,
  endpoint: string,
  scope: string | undefined,
): string {
  const kinds = requirements.map(({ kind }) => kind);
  const options = [
    `endpoint: "${endpoint}",`,
    `apiVersion: "${API_VERSION}",`,
    ...(kinds.includes("token")
      ? []
      : [`apiKey: ${kinds.includes("key") ? "process.env.GATEWAY_KEY" : '"unused"'},`]),
    ...(kinds.includes("token")
      ? [
          `azureADTokenProvider: ${scope === undefined ? "tokenOfYourProvider" : `getBearerTokenProvider(credential, "${scope}")`},`,
        ]
      : []),
    ...(kinds.includes("token") && kinds.includes("key")
      ? [`defaultHeaders: { "api-key": process.env.GATEWAY_KEY },`]
      : []),
    ...(kinds.includes("certificate")
      ? [
          `fetchOptions: { dispatcher: new Agent({ connect: { cert, key } }) },`,
          `defaultHeaders: { "api-key": null },`,
        ]
      : []),
  ];
  const call =
    operation === "chat"
      ? `await client.chat.completions.create({\n  model: "${deployment}",\n  messages: [{ role: "user", content: "Hello" }],\n});`
      : `await client.embeddings.create({ model: "${deployment}", input: "Hello" });`;
  return `const client = new AzureOpenAI({\n${options.map((line) => `  ${line}\n`).join("")}});\n${call}`;
}
