import { DeadLetterError } from "./dead-letter-error";

/** A request that the gateway has accepted for later. */
export interface QueuedRequest {
  /** `<unix seconds>-<32 hexadecimal digits>`. */
  readonly id: string;
  /** Hash of the caller: the folder of its results. */
  readonly callerKey: string;
  /** Whom the worker asks for. */
  readonly client: string;
  /** @default - the client itself */
  readonly user?: string;
  /** Path and query of the call, relative to the gateway. */
  readonly path: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** JSON, as the caller sent it. */
  readonly body: string;
}

const VERSION = 1;
const ID = /^\d{10}-[0-9a-f]{32}$/;
const CALLER_KEY = /^[0-9a-f]{64}$/;
/** Below the gateway, and nowhere else: no host, no way up. */
const PATH = /^\/(?!\/)[^\s\\#]+$/;

/**
 * Reads the body of a message.
 * @throws DeadLetterError that says what is wrong with it: no retry makes it readable
 */
export function readQueuedRequest(body: unknown): QueuedRequest {
  if (typeof body !== "object" || body === null) {
    throw unreadable("the body is not a JSON object");
  }
  const fields = body as Readonly<Record<string, unknown>>;
  if (fields["version"] !== VERSION) {
    throw unreadable(`the version is ${JSON.stringify(fields["version"])}, not ${VERSION}`);
  }
  const text = (name: string, pattern: RegExp): string => {
    const value = fields[name];
    if (typeof value !== "string" || !pattern.test(value)) {
      throw unreadable(`'${name}' is missing or malformed`);
    }
    return value;
  };
  const { expiresAt, user } = fields;
  if (typeof expiresAt !== "number" || !Number.isSafeInteger(expiresAt)) {
    throw unreadable("'expiresAt' is missing or malformed");
  }
  return {
    id: text("id", ID),
    callerKey: text("callerKey", CALLER_KEY),
    client: text("client", /./),
    user: user === null || user === undefined || user === "" ? undefined : text("user", /./),
    path: text("path", PATH),
    expiresAt,
    body: text("body", /./s),
  };
}

/** What a request asks for: operation and model. When a model is out of order, requests of one kind fail together. */
export function kindOf({ path, body }: QueuedRequest): string {
  const [operation] = path.split("?");
  return `${operation} ${modelIn(body)}`;
}

/** @returns the member `model`, which URLs without a deployment have; else nothing */
function modelIn(body: string): string {
  try {
    const { model } = JSON.parse(body) as { readonly model?: unknown };
    return typeof model === "string" ? model : "";
  } catch {
    return "";
  }
}

function unreadable(what: string): DeadLetterError {
  return new DeadLetterError("UnreadableMessage", what);
}
