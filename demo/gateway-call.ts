import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { API_VERSION } from "./api-version";
import type { ClientIdentity } from "./credential-source";
import type { LocalConnections } from "./local-connections";

/** A family of operations that cases try. */
export type CalledOperation = "chat" | "embeddings" | "models" | "one model" | "images" | "image edits";

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
  /** `api-version`. @default - that of client programs for the dated shape, none for the other */
  readonly apiVersion?: string;
  /** @default - no credential */
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: ClientIdentity;
  /**
   * To a gateway on this machine.
   * @default - one for the call, by the authorities that Node.js trusts and the way that HTTPS_PROXY names
   */
  readonly connections?: LocalConnections;
  /** Name by which a gateway in this process is called. @default - its own */
  readonly hostName?: string;
  /** Hands the request to a gateway in this process. @default - it goes over the network */
  readonly perform?: PerformCall;
  /** How to wait when the gateway says so (429). @default - not at all: that is what came of the call */
  readonly wait?: (seconds: number) => Promise<void>;
}

/** A gateway in this process, without a connection. @param target path and query */
export type PerformCall = (
  target: string,
  call: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
    readonly certificate?: ClientIdentity;
    readonly hostName?: string;
  },
) => Promise<RawAnswer>;

/** An answer as it came. */
interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Limits of requests and tokens, of a user and of the client: each may ask to wait. */
const MAX_WAITS = 4;

interface UsualRequest {
  readonly path: string;
  /** @default - it has none, or a form */
  readonly body?: object;
  readonly form?: Readonly<Record<string, string>>;
}

const OPERATIONS: Readonly<Record<CalledOperation, UsualRequest>> = {
  chat: {
    path: "chat/completions",
    body: { messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 16 },
  },
  embeddings: { path: "embeddings", body: { input: "Hello" } },
  images: { path: "images/generations", body: { prompt: "A greeting" } },
  "image edits": { path: "images/edits", form: { prompt: "A greeting" } },
  models: { path: "models" },
  "one model": { path: "models" },
};

const BOUNDARY = "----demo-9f2d";
/** Not a picture, as nobody looks at it. */
const PICTURE = `Content-Disposition: form-data; name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG`;

/** A form as clients send it (RFC 7578), with a file. */
export function formOf(fields: readonly (readonly [string, string])[]): string {
  const parts = fields.map(
    ([name, value]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`,
  );
  return [...parts, PICTURE].map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join("") + `--${BOUNDARY}--\r\n`;
}

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
  return connected(props, async (dispatcher) => {
    let outcome = "200";
    for (let made = 0; made < maxCalls && outcome === "200"; made++) {
      ({ outcome } = await send(props, dispatcher));
    }
    return outcome;
  });
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
    const answer = await connected(props, (dispatcher) => send(props, dispatcher));
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

/** @param work gets no dispatcher for a gateway in this process */
async function connected<T>(
  { certificate, connections, perform }: GatewayCallProps,
  work: (dispatcher?: Dispatcher) => Promise<T>,
): Promise<T> {
  if (perform !== undefined || connections !== undefined) {
    return work(perform === undefined ? connections?.of(certificate) : undefined);
  }
  const identity = { cert: certificate?.chainPem, key: certificate?.privateKeyPem };
  const dispatcher = new EnvHttpProxyAgent({ connect: identity, requestTls: identity });
  try {
    return await work(dispatcher);
  } finally {
    await dispatcher.close();
  }
}

async function send(props: GatewayCallProps, dispatcher: Dispatcher | undefined): Promise<GatewayAnswer> {
  const { status, headers, body } = await (props.perform === undefined
    ? overNetwork(props, dispatcher)
    : inProcess(props, props.perform));
  const remaining = headers["x-ratelimit-remaining-tokens"];
  const seconds = Number(headers["retry-after"]);
  return {
    outcome: status === 200 ? "200" : `${status} ${codeOf(body)}`.trimEnd(),
    remainingTokens: remaining === undefined ? undefined : Number(remaining),
    retryAfterSeconds: seconds > 0 ? seconds : undefined,
  };
}

async function overNetwork(props: GatewayCallProps, dispatcher: Dispatcher | undefined): Promise<RawAnswer> {
  const { url, ...message } = messageOf(props);
  const { statusCode, headers, body } = await request(url, { ...message, dispatcher }).catch(
    (error: Error) => {
      throw new NoConnection(error.message, { cause: error });
    },
  );
  return { status: statusCode, headers, body: await body.text() };
}

function inProcess(props: GatewayCallProps, perform: PerformCall): Promise<RawAnswer> {
  const { certificate, hostName } = props;
  const { url, ...message } = messageOf(props);
  const { pathname, search } = new URL(url);
  return perform(`${pathname}${search}`, { ...message, certificate, hostName });
}

/** The request as it is sent. */
function messageOf(props: GatewayCallProps): {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
} {
  const { endpoint, operation, headers = {} } = props;
  const { path, body } = requestOf(props);
  const url = `${endpoint}/openai/${path}`;
  if (body === undefined) {
    return { url, method: "GET", headers };
  }
  return {
    url,
    method: operation === "models" ? "GET" : "POST",
    headers: {
      "content-type":
        operation === "image edits" ? `multipart/form-data; boundary=${BOUNDARY}` : "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function requestOf(props: GatewayCallProps): { readonly path: string; readonly body?: object | string } {
  const { operation, deployment, shape = "dated", apiVersion, body: members } = props;
  const { body: usual, form, ...operationPath } = OPERATIONS[operation];
  const path = operation === "one model" ? `${operationPath.path}/${deployment}` : operationPath.path;
  const inBody = shape === "v1" && (usual !== undefined || form !== undefined) ? { model: deployment } : {};
  return {
    path:
      shape === "v1"
        ? `v1/${path}${apiVersion === undefined ? "" : `?api-version=${apiVersion}`}`
        : `${usual === undefined && form === undefined ? "" : `deployments/${deployment}/`}${path}?api-version=${apiVersion ?? API_VERSION}`,
    body:
      typeof members === "string"
        ? members
        : form === undefined
          ? usual && { ...inBody, ...usual, ...members }
          : formOf(Object.entries({ ...inBody, ...form })),
  };
}

function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } };
    return typeof error?.code === "string" ? error.code : "";
  } catch {
    return "";
  }
}
