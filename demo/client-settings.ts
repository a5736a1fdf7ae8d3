import { API_VERSION } from "./api-version";
import { clientSnippet } from "./client-snippet";
import { entraScope, type Requirement, type TokenRequirement } from "./requirement";
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
  /** What a token must be for; none for other credentials, as with the three below. */
  readonly audience?: string;
  /** Application role that a token must have; none where a scope is asked for. */
  readonly role?: string;
  /** Application that must have asked for a token; none where any may. */
  readonly clientId?: string;
  /** Scope to ask the identity provider for; none where the provider knows none. */
  readonly scope?: string;
  readonly credentials: readonly string[];
  readonly headers: readonly string[];
  readonly deployments: readonly string[];
  readonly operations: readonly string[];
  readonly limits: string;
  /** Folder of the client to copy, if one fits. */
  readonly example?: string;
  /** Environment variables of that client; `<…>` stands for what is secret or the client's own. */
  readonly variables: Readonly<Record<string, string>>;
  /** TypeScript module that makes one call. */
  readonly snippet: string;
}

const PERIODS = {
  Hourly: "per hour",
  Daily: "per day",
  Weekly: "per week",
  Monthly: "per month",
  Yearly: "per year",
} as const;

/** Everybody whom the settings of an environment let in, under the names that the demonstration shows. */
export function allCallers(environment: TargetEnvironment): readonly Caller[] {
  return environment.settings.apis.flatMap((api) => callersOf(environment, api).flat());
}

/** What one caller is told. */
export function settingsSheet(environment: TargetEnvironment, caller: Caller): ClientSettingsSheet {
  const { api, requirements, client } = caller;
  const { requestsPerMinute, tokensPerMinute, tokenQuota, tokenQuotaPeriod } = { ...api, ...client };
  const endpoint = `${environment.gatewayUrl}/${api.path}`;
  const entraScope = requirements.map(entraScopeOf).find((each) => each !== undefined);
  const token = requirements.find((each): each is TokenRequirement => each.kind === "token");
  const limits = [
    requestsPerMinute === undefined ? [] : `${requestsPerMinute} requests per minute`,
    tokensPerMinute === undefined ? [] : `${tokensPerMinute} tokens per minute`,
    tokenQuota === undefined || tokenQuotaPeriod === undefined
      ? []
      : `${tokenQuota} tokens ${PERIODS[tokenQuotaPeriod]}`,
  ].flat();
  return {
    client: caller.name,
    target: `${environment.settings.name}/${api.name}`,
    endpoint,
    baseUrl: `${endpoint}/openai/v1`,
    apiVersion: API_VERSION,
    audience: token?.audience,
    role: token?.role,
    clientId: token?.clientIds[0],
    scope: entraScope ?? token?.scope,
    credentials: requirements.map((requirement) => credentialOf(requirement, caller.subscription)),
    headers: requirements.flatMap(headerOf),
    deployments: caller.deployments,
    operations: caller.operations,
    limits: limits.join(", ") || "defaults of the API: docs/scenario-c-keys.md",
    example: exampleOf(requirements),
    variables: {
      AZURE_OPENAI_ENDPOINT: endpoint,
      OPENAI_API_VERSION: API_VERSION,
      AZURE_OPENAI_DEPLOYMENT: caller.deployment,
      ...Object.fromEntries(requirements.flatMap((requirement) => variablesOf(requirement, entraScope))),
    },
    snippet: clientSnippet(caller, endpoint, entraScope),
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
    ["audience", sheet.audience],
    ["role", sheet.role],
    ["client id", sheet.clientId],
    ["scope", sheet.scope],
    ["header", sheet.headers.join(", ") || "none: TLS carries the certificate"],
    ["deployments", sheet.deployments.join(", ")],
    ["operations", sheet.operations.join(", ")],
    ["limits", sheet.limits],
    ["example", sheet.example],
  ];
  const known = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(13)}${value}`]));
  const variables = Object.entries(sheet.variables).map(([name, value]) => `${name}=${value}`);
  const parts = [known, sheet.example === undefined ? [] : variables, [sheet.snippet]];
  return parts.flatMap((part) => (part.length === 0 ? [] : [part.join("\n")])).join("\n\n");
}

/** An application asks for all its roles, a client that acts for a user for the one scope. */
function entraScopeOf(requirement: Requirement): string | undefined {
  if (requirement.kind !== "token" || requirement.tenantId === undefined) {
    return undefined;
  }
  return entraScope(requirement, actsForItself(requirement) ? ".default" : (requirement.scope ?? ""));
}

/** As the client of the example reads them. */
function variablesOf(
  requirement: Requirement,
  scope: string | undefined,
): readonly (readonly [name: string, value: string])[] {
  switch (requirement.kind) {
    case "key":
      return [["AZURE_OPENAI_API_KEY", "<key>"]];
    case "certificate":
      return [
        ["CLIENT_CERTIFICATE", "<PEM file>"],
        ["CLIENT_KEY", "<PEM file>"],
      ];
    case "token": {
      const [clientId = "<client id>"] = requirement.clientIds;
      if (scope === undefined) {
        return [];
      }
      return [
        ["GATEWAY_SCOPE", scope],
        ...(actsForItself(requirement)
          ? [["MANAGED_IDENTITY_CLIENT_ID", clientId] as const]
          : ([
              ["AZURE_TENANT_ID", requirement.tenantId ?? ""],
              ["AZURE_CLIENT_ID", clientId],
            ] as const)),
      ];
    }
  }
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
  if (only === undefined || another !== undefined) {
    return undefined;
  }
  if (only.kind !== "token") {
    return `examples/clients/${only.kind}`;
  }
  if (only.tenantId === undefined) {
    return undefined;
  }
  return `examples/clients/${actsForItself(only) ? "keyless" : "device-code"}`;
}
