import {
  BufferedBody,
  jwtFromParts,
  type MessageHeaders,
  type PolicyContext,
  type PolicyResponse,
} from "../../expressions";

/** Headers as the gateway keeps them: names in any case. */
export function headers(content: Readonly<Record<string, readonly string[]>>): MessageHeaders {
  const byName = new Map(Object.entries(content).map(([name, values]) => [name.toLowerCase(), values]));
  return { get: (name) => byName.get(name.toLowerCase()), entries: () => Object.entries(content) };
}

const JSON_HEADERS = headers({ "Content-Type": ["application/json"] });

export function response(statusCode: number, body: string | Uint8Array): PolicyResponse {
  return {
    csType: "IResponse",
    body: new BufferedBody(body),
    headers: JSON_HEADERS,
    statusCode,
    statusReason: "OK",
  };
}

// A context is made for thousands of rows: what none of them can change is made once.
const REQUEST_BODY = Buffer.from(
  JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] }),
);
const REQUEST_HEADERS = headers({ "Content-Type": ["application/json"], "X-Many": ["a", "b"] });
const EMPTY_BODY = Buffer.from("{}");
const ACTIVE_BODY = Buffer.from('{"active":"yes"}');
const JWT = jwtFromParts(
  { alg: "RS256", typ: "JWT" },
  { sub: "alice", aud: "api://gateway", roles: ["reader", "writer"], exp: 1_800_000_000 },
);

/** The request that the table's `context` rows see. Call it anew for each row: bodies are consumed. */
export function policyContext(overrides: Partial<PolicyContext> = {}): PolicyContext {
  const url = {
    scheme: "https",
    host: "gateway.example",
    port: 443,
    path: "/openai/deployments/gpt-4o/chat/completions",
    queryString: "?api-version=2024-10-21",
    query: new Map([["api-version", ["2024-10-21"]]]),
  };
  return {
    api: {
      id: "openai",
      name: "Azure OpenAI",
      path: "openai",
      revision: "1",
      version: "",
      isCurrentRevision: true,
      serviceUrl: null,
      protocols: ["https"],
      subscriptionKeyParameterNames: { header: "api-key", query: "api-key" },
    },
    deployment: {
      region: "Sweden Central",
      serviceId: "apim-dev",
      serviceName: "apim-dev.azure-api.net",
      gatewayId: "managed",
      gateway: { id: "managed", instanceId: "managed", isManaged: true },
      certificates: new Map(),
    },
    elapsed: 12.5,
    lastError: {
      source: "validate-jwt",
      reason: "TokenExpired",
      message: "expired",
      scope: "api",
      section: "inbound",
      path: "validate-jwt",
      policyId: null,
    },
    operation: {
      id: "chat-completions",
      name: "Chat completions",
      method: "POST",
      urlTemplate: "/deployments/{deployment}/chat/completions",
    },
    product: null,
    request: {
      body: new BufferedBody(REQUEST_BODY),
      certificate: null,
      headers: REQUEST_HEADERS,
      ipAddress: "203.0.113.7",
      matchedParameters: new Map([["deployment", "gpt-4o"]]),
      method: "POST",
      originalUrl: url,
      url,
      privateEndpointConnection: null,
    },
    requestId: "8f3c2a10-0000-4000-8000-000000000001",
    response: response(429, EMPTY_BODY),
    subscription: null,
    timestamp: new Date("2024-02-29T10:11:12Z"),
    tracing: false,
    user: null,
    variables: new Map<string, unknown>([
      ["text", "hello"],
      ["number", 5],
      ["flag", true],
      ["response", response(200, ACTIVE_BODY)],
      ["jwt", JWT],
    ]),
    workspace: null,
    trace: () => undefined,
    now: () => new Date("2024-02-29T10:11:12.500Z"),
    ...overrides,
  };
}
