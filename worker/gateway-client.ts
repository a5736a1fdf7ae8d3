import type { Answer } from "./answer";
import type { QueuedRequest } from "./queued-request";
import { retryAfterMs } from "./retry-after";

export interface GatewayClientProps {
  /** Without a slash at its end. */
  readonly url: string;
  /** Gives a token for the gateway. */
  readonly token: () => Promise<string>;
  readonly fetch: typeof fetch;
}

/** Longer than the gateway waits for a model. */
const TIMEOUT_MS = 600_000;

/**
 * Asks the gateway in the name of whoever queued a request. An SDK of OpenAI would read requests and answers, which are
 * passed on here as they are, and try again by itself, while the lock of the message is this program's to hold.
 */
export class GatewayClient {
  public constructor(private readonly props: GatewayClientProps) {}

  /**
   * Calls the model.
   * @returns the answer, refusals included; `undefined` when there was no connection
   * @throws the signal's reason when it aborts; what the source of tokens throws
   */
  public async call(request: QueuedRequest, signal: AbortSignal): Promise<Answer | undefined> {
    const { url, token, fetch } = this.props;
    const headers = { ...headersOf(request), authorization: `Bearer ${await token()}` };
    try {
      const response = await fetch(`${url}${request.path}`, {
        method: "POST",
        headers,
        body: request.body,
        // A token is for the gateway, and for nobody to whom it might point.
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const { status } = response;
      const text = await response.text();
      return { status, body: jsonOf(status, text), retryAfterMs: retryAfterMs(response.headers, Date.now()) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")) {
        return undefined;
      }
      throw error;
    }
  }
}

/** Header values hold names of any letters. */
function headersOf({ client, user, id }: QueuedRequest): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "x-ai-gateway-on-behalf-of": encodeURIComponent(client),
    ...(user === undefined ? {} : { "x-ai-gateway-on-behalf-of-user": encodeURIComponent(user) }),
    "x-ai-gateway-queued-id": id,
  };
}

/** What is not JSON becomes such, because callers get it as JSON. */
function jsonOf(status: number, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify({ error: { code: String(status), message: text } });
  }
}
