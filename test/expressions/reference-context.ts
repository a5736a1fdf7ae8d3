import { BufferedBody, jwtFromParts, type PolicyContext, type Url } from "../../expressions";
import { parseJson } from "../../expressions/json/reader";
import { headers, policyContext, response } from "./policy-context";

const PATH = "/openai/deployments/gpt-4o/chat/completions";
const CLAIMS = { iss: "https://issuer", sub: "u1", aud: "api://app", appid: "app-1" };
const JWT_HEADER = { alg: "RS256", typ: "JWT" };

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

const AUTHORIZATION = `Bearer ${encode(JWT_HEADER)}.${encode(CLAIMS)}.c2ln`;
// A context is made for thousands of rows: what none of them can change is made once.
const REQUEST_BODY = Buffer.from(
  JSON.stringify({ model: "gpt-4o", stream: true, messages: [{ role: "user", content: "hi" }] }),
);
const REGION_BODY = Buffer.from(
  JSON.stringify({
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    model: "gpt-4o",
  }),
);
const STORED_BODY = Buffer.from('{"a":1,"list":[1,2,3]}');
const JWT = jwtFromParts(JWT_HEADER, { ...CLAIMS, roles: ["Reader", "Writer"], exp: 1_790_000_000 });
const REQUEST_HEADERS = headers({
  Authorization: [AUTHORIZATION],
  "x-multi": ["a", "b"],
  "Content-Type": ["application/json"],
});
const REGION_HEADERS = headers({ "x-ms-region": ["East US"], "Content-Type": ["application/json"] });
const STORED_HEADERS = headers({ "x-a": ["1"] });

function url(host: string, path = PATH): Url {
  const isCall = path === PATH;
  return {
    scheme: "https",
    host,
    port: 443,
    path,
    queryString: isCall ? "?api-version=2024-10-21" : "",
    query: new Map(isCall ? [["api-version", ["2024-10-21"]]] : []),
  };
}

const CALL = url("oai.openai.azure.com");
const ORIGINAL = url("apim-test.azure-api.net");
const SERVICE = url("oai.openai.azure.com", "/openai");

/** The request that the rows of `reference.jsonl` saw when their outcomes were recorded. Anew for each row. */
export function referenceContext(): PolicyContext {
  const base = policyContext();
  return policyContext({
    variables: new Map<string, unknown>([
      ["jwt", JWT],
      ["count", 3],
      ["name", "team-a"],
      ["flag", true],
      ["resp", { ...response(200, STORED_BODY), headers: STORED_HEADERS }],
      ["json", parseJson('{"a":{"b":[1,2,{"c":"d"}]},"n":2.5,"s":"x"}')],
    ]),
    request: {
      ...base.request,
      headers: REQUEST_HEADERS,
      url: CALL,
      originalUrl: ORIGINAL,
      body: new BufferedBody(REQUEST_BODY),
      matchedParameters: new Map([["deployment-id", "gpt-4o"]]),
    },
    response: { ...response(200, REGION_BODY), headers: REGION_HEADERS },
    api: {
      id: "openai",
      name: "OpenAI",
      path: "openai",
      revision: "1",
      version: "",
      isCurrentRevision: true,
      serviceUrl: SERVICE,
      protocols: ["https"],
      subscriptionKeyParameterNames: { header: "api-key", query: "api-key" },
    },
    operation: {
      id: "chat",
      name: "Chat",
      method: "POST",
      urlTemplate: "/deployments/{deployment-id}/chat/completions",
    },
    subscription: {
      id: "sub-1",
      name: "Team A",
      key: "k1",
      primaryKey: "k1",
      secondaryKey: "second",
      createdDate: new Date("2026-01-01T00:00:00Z"),
      startDate: null,
      endDate: null,
    },
    product: {
      id: "gold",
      name: "Gold",
      approvalRequired: false,
      subscriptionRequired: true,
      state: "Published",
      subscriptionsLimit: null,
      groups: [],
    },
    deployment: { ...base.deployment, region: "East US", serviceName: "apim-test.azure-api.net" },
    requestId: "11111111-2222-3333-4444-555555555555",
    timestamp: new Date("2026-11-21T10:00:00Z"),
    elapsed: 13,
    now: () => new Date("2026-11-28T12:00:00Z"),
    lastError: {
      source: "validate-jwt",
      reason: "TokenExpired",
      message: "expired. Access denied.",
      scope: "api",
      section: "inbound",
      path: "validate-jwt",
      policyId: null,
    },
  });
}
