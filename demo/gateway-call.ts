import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
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
  /**
   * Members that take the place of those of the usual request, or a text to send as it is.
   * @default - the usual request
   */
  readonly body?: object | string;
  /** `api-version` of the dated shape. @default - that of client programs */
  readonly apiVersion?: string;
  /** @default - no credential */
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: ClientIdentity;
  /**
   * Authority of the gateway's own certificate, PEM, for a gateway on this machine.
   * @default - those that Node.js trusts, and the way that HTTPS_PROXY names
   */
  readonly ca?: string;
  /** How to wait when the gateway says so (429). @default - not at all: that is what came of the call */
  readonly wait?: (seconds: number) => Promise<void>;
}

/** Limits of requests and tokens, of a user and of the client: each may ask to wait. */
const MAX_WAITS = 4;

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
  return (await askGateway(props)).outcome;
}

/**
 * The same call over one connection, until one does not get in.
 *
 * @returns what came of the last one, as {@link callGateway} has it
 */
export async function callUntilRefused(props: GatewayCallProps, maxCalls: number): Promise<string> {
  const dispatcher = dispatcherOf(props);
  try {
    let outcome = "200";
    for (let made = 0; made < maxCalls && outcome === "200"; made++) {
      ({ outcome } = await send(props, dispatcher));
    }
    return outcome;
  } finally {
    await dispatcher.close();
  }
}

/** What came of a call. */
export interface GatewayAnswer {
  /** As {@link callGateway} has it. */
  readonly outcome: string;
  /** Tokens that the caller has left in the minute, where the gateway says so. */
  readonly remainingTokens?: number;
  /** How long to wait before the next try, where the gateway says so. */
  readonly retryAfterSeconds?: number;
}

/** As {@link callGateway}, with what else the answer says. */
export async function askGateway(props: GatewayCallProps): Promise<GatewayAnswer> {
  for (let waits = 0; ; waits++) {
    const answer = await askOnce(props);
    const { outcome, retryAfterSeconds } = answer;
    if (
      !outcome.startsWith("429") ||
      props.wait === undefined ||
      retryAfterSeconds === undefined ||
      waits === MAX_WAITS
    ) {
      return answer;
    }
    await props.wait(retryAfterSeconds);
  }
}

async function askOnce(props: GatewayCallProps): Promise<GatewayAnswer> {
  const dispatcher = dispatcherOf(props);
  try {
    return await send(props, dispatcher);
  } finally {
    await dispatcher.close();
  }
}

function dispatcherOf({ certificate, ca }: GatewayCallProps): Dispatcher {
  const identity = { cert: certificate?.chainPem, key: certificate?.privateKeyPem };
  return ca === undefined
    ? new EnvHttpProxyAgent({ connect: identity, requestTls: identity })
    : new Agent({ connect: { ca, ...identity } });
}

async function send(props: GatewayCallProps, dispatcher: Dispatcher): Promise<GatewayAnswer> {
  const { endpoint, headers } = props;
  const { path, body } = requestOf(props);
  const {
    statusCode,
    headers: answered,
    body: answer,
  } = await request(`${endpoint}/openai/${path}`, {
    ...(body === undefined
      ? { method: "GET", headers }
      : {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
    dispatcher,
  }).catch((error: Error) => {
    throw new NoConnection(error.message, { cause: error });
  });
  const text = await answer.text();
  const remaining = answered["x-ratelimit-remaining-tokens"];
  const seconds = Number(answered["retry-after"]);
  return {
    outcome: statusCode === 200 ? "200" : `${statusCode} ${codeOf(text)}`.trimEnd(),
    remainingTokens: remaining === undefined ? undefined : Number(remaining),
    retryAfterSeconds: seconds > 0 ? seconds : undefined,
  };
}

function requestOf(props: GatewayCallProps): { readonly path: string; readonly body?: object | string } {
  const { operation, deployment, shape = "dated", apiVersion = API_VERSION, body: members } = props;
  const { path, body: usual } = OPERATIONS[operation];
  const body = typeof members === "string" ? members : usual && { ...usual, ...members };
  if (shape === "v1") {
    return {
      path: `v1/${path}`,
      body: typeof body === "object" ? { model: deployment, ...body } : body,
    };
  }
  const dated = `${path}?api-version=${apiVersion}`;
  return { path: usual === undefined ? dated : `deployments/${deployment}/${dated}`, body };
}

function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } };
    return typeof error?.code === "string" ? error.code : "";
  } catch {
    return "";
  }
}
