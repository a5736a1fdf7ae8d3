import { Agent, EnvHttpProxyAgent, request } from "undici";
import { API_VERSION } from "./api-version";
import type { ClientIdentity } from "./credential-source";

/** A family of operations that cases try. */
export type CalledOperation = "chat" | "embeddings" | "models" | "images";

/** Family of URLs: the deployment in the path, or under `/openai/v1` in the body. */
export type UrlShape = "dated" | "v1";

export interface GatewayCallProps {
  /** URL of the API. */
  readonly endpoint: string;
  readonly operation: CalledOperation;
  /** Names no deployment to `models`, which lists them. */
  readonly deployment: string;
  /** @default "dated" */
  readonly shape?: UrlShape;
  /** @default - no credential */
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: ClientIdentity;
  /**
   * Authority of the gateway's own certificate, PEM, for a gateway on this machine.
   * @default - those that Node.js trusts, and the way that HTTPS_PROXY names
   */
  readonly ca?: string;
}

const OPERATIONS: Readonly<Record<CalledOperation, { readonly path: string; readonly body?: object }>> = {
  chat: {
    path: "chat/completions",
    body: { messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 16 },
  },
  embeddings: { path: "embeddings", body: { input: "Hello" } },
  images: { path: "images/generations", body: { prompt: "A greeting" } },
  models: { path: "models" },
};

/** The gateway gave no answer. */
export class NoConnection extends Error {}

/**
 * Calls one model operation, with exactly the credentials given.
 *
 * @returns status, and for a refusal the code in its body: `401 unauthorized`
 * @throws NoConnection if none comes about, or none that gives an answer
 */
export async function callGateway(props: GatewayCallProps): Promise<string> {
  const { endpoint, headers, certificate, ca } = props;
  const { path, body } = requestOf(props);
  const identity = { cert: certificate?.chainPem, key: certificate?.privateKeyPem };
  const dispatcher =
    ca === undefined
      ? new EnvHttpProxyAgent({ connect: identity, requestTls: identity })
      : new Agent({ connect: { ca, ...identity } });
  try {
    const { statusCode, body: answer } = await request(`${endpoint}/openai/${path}`, {
      ...(body === undefined
        ? { method: "GET", headers }
        : {
            method: "POST",
            headers: { "content-type": "application/json", ...headers },
            body: JSON.stringify(body),
          }),
      dispatcher,
    }).catch((error: Error) => {
      throw new NoConnection(error.message, { cause: error });
    });
    const text = await answer.text();
    return statusCode === 200 ? "200" : `${statusCode} ${codeOf(text)}`.trimEnd();
  } finally {
    await dispatcher.close();
  }
}

function requestOf({ operation, deployment, shape = "dated" }: GatewayCallProps): {
  readonly path: string;
  readonly body?: object;
} {
  const { path, body } = OPERATIONS[operation];
  if (shape === "v1") {
    return { path: `v1/${path}`, body: body && { model: deployment, ...body } };
  }
  const dated = `${path}?api-version=${API_VERSION}`;
  return { path: body === undefined ? dated : `deployments/${deployment}/${dated}`, body };
}

function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } };
    return typeof error?.code === "string" ? error.code : "";
  } catch {
    return "";
  }
}
