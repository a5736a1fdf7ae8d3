import { Agent, EnvHttpProxyAgent, request } from "undici";
import type { ClientIdentity } from "./credential-source";

export interface GatewayCallProps {
  /** URL of the API. */
  readonly endpoint: string;
  readonly operation: "chat" | "embeddings";
  readonly deployment: string;
  /** @default - no credential */
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: ClientIdentity;
  /**
   * Authority of the gateway's own certificate, PEM, for a gateway on this machine.
   * @default - those that Node.js trusts, and the way that HTTPS_PROXY names
   */
  readonly ca?: string;
}

const API_VERSION = "2024-10-21";
const OPERATIONS = {
  chat: {
    path: "chat/completions",
    body: { messages: [{ role: "user", content: "Hello" }], max_tokens: 16 },
  },
  embeddings: { path: "embeddings", body: { input: "Hello" } },
} as const;

/**
 * Calls one model operation, with exactly the credentials given.
 *
 * @returns status, and for a refusal the code in its body: `401 unauthorized`
 * @throws Error if no connection comes about
 */
export async function callGateway(props: GatewayCallProps): Promise<string> {
  const { endpoint, deployment, headers, certificate, ca } = props;
  const { path, body } = OPERATIONS[props.operation];
  const identity = { cert: certificate?.chainPem, key: certificate?.privateKeyPem };
  const dispatcher =
    ca === undefined
      ? new EnvHttpProxyAgent({ connect: identity, requestTls: identity })
      : new Agent({ connect: { ca, ...identity } });
  try {
    const response = await request(
      `${endpoint}/openai/deployments/${deployment}/${path}?api-version=${API_VERSION}`,
      {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
        dispatcher,
      },
    );
    const text = await response.body.text();
    return response.statusCode === 200 ? "200" : `${response.statusCode} ${codeOf(text)}`.trimEnd();
  } finally {
    await dispatcher.close();
  }
}

function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } };
    return typeof error?.code === "string" ? error.code : "";
  } catch {
    return "";
  }
}
