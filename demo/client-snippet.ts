import { API_VERSION } from "./api-version";
import type { CertificateRequirement, Requirement, TokenRequirement } from "./requirement";
import type { Caller } from "./target-environment";

/** Lines of a snippet: imports, what comes before the client, and options of the client. */
interface SnippetParts {
  readonly imports: readonly string[];
  readonly before: readonly string[];
  readonly options: readonly string[];
}

/**
 * A TypeScript module that makes one call as a caller. Secrets are read from the environment or from files; nothing
 * secret stands in it.
 *
 * @param endpoint URL of the API
 * @param scope to ask Entra ID for; none for other providers and other credentials
 */
export function clientSnippet(caller: Caller, endpoint: string, scope: string | undefined): string {
  const parts = caller.requirements.map((requirement) => partsOf(requirement, caller, scope));
  const flat = (name: keyof SnippetParts): readonly string[] => parts.flatMap((part) => part[name]);
  const before = flat("before");
  return [
    ...['import { AzureOpenAI } from "openai";', ...flat("imports")].sort(byModule),
    "",
    ...(before.length === 0 ? [] : [...before, ""]),
    "const client = new AzureOpenAI({",
    `  endpoint: "${endpoint}",`,
    "  baseURL: null, // else OPENAI_BASE_URL would come first",
    `  apiVersion: "${API_VERSION}",`,
    ...flat("options").map((option) => `  ${option}`),
    "});",
    ...callOf(caller),
  ].join("\n");
}

function partsOf(requirement: Requirement, caller: Caller, scope: string | undefined): SnippetParts {
  switch (requirement.kind) {
    case "token":
      return scope === undefined ? externalToken(requirement) : entraToken(requirement, scope);
    case "certificate":
      return certificate(requirement);
    case "key":
      return key(caller.requirements.length > 1);
  }
}

const NO_KEY = ['apiKey: "", // else AZURE_OPENAI_API_KEY would be refused beside the token'];

/** A token that an application gets by itself, or a person by device code. */
function entraToken({ role, tenantId, clientIds }: TokenRequirement, scope: string): SnippetParts {
  const [clientId] = clientIds;
  const [type, options] =
    role === undefined
      ? ["DeviceCodeCredential", `{ tenantId: "${tenantId}", clientId: "${clientId}" }`]
      : [
          "DefaultAzureCredential",
          clientId === undefined ? "" : `{ managedIdentityClientId: "${clientId}" }`,
        ];
  return {
    imports: [`import { ${type}, getBearerTokenProvider } from "@azure/identity";`],
    before: [`const credential = new ${type}(${options});`],
    options: [...NO_KEY, `azureADTokenProvider: getBearerTokenProvider(credential, "${scope}"),`],
  };
}

/** The provider's own library knows how to sign in; it is told for what. */
function externalToken({ issuer, audience, scope }: TokenRequirement): SnippetParts {
  return {
    imports: [],
    before: [
      `// With the library of ${issuer}`,
      `// for audience ${audience}${scope === undefined ? "" : ` and scope ${scope}`}.`,
      "declare function accessToken(): Promise<string>;",
    ],
    options: [...NO_KEY, "azureADTokenProvider: accessToken,"],
  };
}

function certificate({ commonName }: CertificateRequirement): SnippetParts {
  return {
    imports: ['import { readFileSync } from "node:fs";', 'import { Agent } from "undici";'],
    before: [
      `// The certificate of ${commonName}, with its intermediates.`,
      'const identity = { cert: readFileSync("client.pem"), key: readFileSync("client.key") };',
    ],
    options: [
      "fetchOptions: { dispatcher: new Agent({ connect: identity }) },",
      'apiKey: "unused",',
      'defaultHeaders: { "api-key": null },',
    ],
  };
}

/** @param besideAnother whether the client has another credential as well, so that the key is a header of its own */
function key(besideAnother: boolean): SnippetParts {
  // AzureOpenAI takes AZURE_OPENAI_API_KEY for its only credential, and refuses a token beside it.
  const option = besideAnother
    ? 'defaultHeaders: { "api-key": process.env.GATEWAY_KEY },'
    : "apiKey: process.env.AZURE_OPENAI_API_KEY,";
  return { imports: [], before: [], options: [option] };
}

function callOf({ operation, deployment }: Caller): readonly string[] {
  if (operation === "embeddings") {
    return [
      `const { data } = await client.embeddings.create({ model: "${deployment}", input: "Hello" });`,
      "console.log(data[0]?.embedding);",
    ];
  }
  return [
    "const { choices } = await client.chat.completions.create({",
    `  model: "${deployment}",`,
    '  messages: [{ role: "user", content: "Hello" }],',
    "});",
    "console.log(choices[0]?.message.content);",
  ];
}

function byModule(one: string, other: string): number {
  const [left, right] = [one, other].map((line) => line.slice(line.indexOf(" from ")));
  return (left ?? "").localeCompare(right ?? "");
}
