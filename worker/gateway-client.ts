import { APIConnectionError, APIError, OpenAI } from "openai";
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

/** Asks the gateway in the name of whoever queued a request. */
export class GatewayClient {
  private readonly client: RawOpenAi;

  public constructor({ url, token, fetch }: GatewayClientProps) {
    // Waits and retries are the worker's, which holds the lock of the message meanwhile.
    this.client = new RawOpenAi({ baseURL: url, apiKey: token, maxRetries: 0, timeout: TIMEOUT_MS, fetch });
  }

  /**
   * Calls the model.
   * @returns the answer, refusals included; `undefined` when there was no connection
   * @throws the signal's reason when it aborts
   */
  public async call(request: QueuedRequest, signal: AbortSignal): Promise<Answer | undefined> {
    try {
      const response = await this.client
        .post(request.path, { body: request.body, headers: headersOf(request), signal })
        .asResponse();
      return { status: response.status, body: await response.text() };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refusal) {
        const { status, answer, headers } = error;
        return { status, body: answer, retryAfterMs: retryAfterMs(headers, Date.now()) };
      }
      if (error instanceof APIConnectionError || error instanceof TypeError) {
        return undefined;
      }
      throw error;
    }
  }
}

/** Header values hold names of any letters. */
function headersOf({ client, user, id }: QueuedRequest): Readonly<Record<string, string>> {
  return {
    // With it, the client sends a text as it is.
    "content-type": "application/json",
    "x-ai-gateway-on-behalf-of": encodeURIComponent(client),
    ...(user === undefined ? {} : { "x-ai-gateway-on-behalf-of-user": encodeURIComponent(user) }),
    "x-ai-gateway-queued-id": id,
  };
}

/** A refusal with all that was in it. */
class Refusal extends APIError<number, Headers> {
  public constructor(
    status: number,
    public readonly answer: string,
    headers: Headers,
  ) {
    super(status, undefined, undefined, headers);
  }
}

/** The client, but that refusals keep their bodies: those are results. */
class RawOpenAi extends OpenAI {
  protected override makeStatusError(
    status: number,
    error: object | undefined,
    message: string | undefined,
    headers: Headers,
  ): APIError {
    const body = error === undefined ? textError(status, message ?? "") : error;
    return new Refusal(status, JSON.stringify(body), headers);
  }
}

/** What is no JSON becomes such, because callers get it as JSON. */
function textError(status: number, message: string): object {
  return { error: { code: String(status), message } };
}
