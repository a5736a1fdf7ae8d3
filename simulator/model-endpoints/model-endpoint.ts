import { createHash, randomBytes } from "node:crypto";
import {
  AccountError,
  type AccountFault,
  AccountFaults,
  chatCompletions,
  embeddings,
  encodingOf,
  faultyStream,
  type InferenceOperation,
  RequestBody,
  textCompletions,
} from "../accounts";
import type { Clock } from "../clock";
import {
  headerValue,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  NetworkError,
  readBytes,
  reasonPhrase,
} from "../network";
import { plainAnswer, plainEvents } from "./plain-answer";

/** A request that reached an endpoint, as its operator could see it. */
export interface EndpointRequest {
  /** Milliseconds since the epoch by the simulation's clock. */
  readonly time: number;
  /** Method of HTTP, in upper case. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** As they came. */
  readonly headers: HttpHeaders;
  /** As text. */
  readonly body: string;
  /** SHA-1 of the certificate that the caller showed in TLS, in upper case. @default - no certificate */
  readonly clientCertificate?: string;
  /** Status of the response. @default - none: the connection was refused or broken before */
  readonly status?: number;
}

/**
 * Judges the credentials of a request.
 * @returns why it is refused; `undefined` lets it in
 */
export type CredentialCheck = (request: HttpRequest) => Promise<string | undefined>;

export interface ModelEndpointProps {
  /** Host name, with a port unless it is 443. */
  readonly host: string;
  /** Path before `/v1`, without a slash at its end. */
  readonly basePath: string;
  readonly clock: Clock;
  readonly credentials: CredentialCheck;
}

const OPERATIONS: readonly InferenceOperation[] = [chatCompletions, textCompletions, embeddings];
const MAX_REQUESTS = 10_000;

/**
 * A server that speaks OpenAI's API as vLLM, Ollama and their like do: one path for each operation, the model in the
 * body, no `api-version`, and nothing of what Azure adds to answers.
 */
export class ModelEndpoint {
  public readonly faults = new AccountFaults();
  /** Latest requests, oldest first. */
  public readonly requests: EndpointRequest[] = [];
  /** Models that it knows. @default - every name that it is asked for */
  public models?: readonly string[];
  /** Tokens of prompt and answer together that it takes. */
  public contextTokens = Infinity;
  public credentials: CredentialCheck;

  public constructor(public readonly props: ModelEndpointProps) {
    this.credentials = props.credentials;
  }

  /** Answers a request to the endpoint's host. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const body = (await readBytes(request.body)).toString("utf8");
    const note = (status?: number): void => {
      const { method, url, headers, clientCertificate } = request;
      this.requests.push({
        time: this.props.clock.now(),
        method,
        path: `${url.pathname}${url.search}`,
        headers,
        body,
        clientCertificate:
          clientCertificate && createHash("sha1").update(clientCertificate).digest("hex").toUpperCase(),
        status,
      });
      if (this.requests.length > MAX_REQUESTS) {
        this.requests.shift();
      }
    };
    const fault = this.faults.next(undefined, body);
    try {
      if (fault.down === true) {
        throw new NetworkError("ECONNREFUSED", `${this.props.host}: connection refused`);
      }
      if (fault.latencyMs !== undefined) {
        await this.props.clock.sleep(fault.latencyMs, request.signal);
      }
      const response = await this.answer(request, body, fault);
      note(response.status);
      return response;
    } catch (error) {
      if (error instanceof AccountError) {
        note(error.status);
        return jsonResponse(error.status, error.body, { server: "uvicorn" });
      }
      note();
      throw error;
    }
  }

  private async answer(request: HttpRequest, text: string, fault: AccountFault): Promise<HttpResponse> {
    const refused = await this.credentials(request);
    if (refused !== undefined) {
      return failure(401, refused);
    }
    if (fault.status !== undefined) {
      const { status, retryAfterSeconds } = fault;
      return failure(
        status,
        `The server answers ${status}`,
        null,
        retryAfterSeconds === undefined ? undefined : { "retry-after": String(retryAfterSeconds) },
      );
    }
    const base = `${this.props.basePath}/v1/`;
    const { pathname } = request.url;
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : undefined;
    const operation = OPERATIONS.find((candidate) => candidate.path === path);
    if (operation === undefined || request.method !== "POST") {
      return failure(404, `Not Found: ${request.method} ${pathname}`);
    }
    if (!(headerValue(request.headers, "content-type") ?? "").startsWith("application/json")) {
      return failure(415, "Unsupported Media Type: Only 'application/json' is allowed");
    }
    return this.infer(operation, RequestBody.parse(text), request.signal, fault);
  }

  private infer(
    operation: InferenceOperation,
    body: RequestBody,
    signal: AbortSignal,
    fault: AccountFault,
  ): HttpResponse {
    const model = body.text("model");
    if (model === undefined || (this.models !== undefined && !this.models.includes(model))) {
      return failure(404, `The model \`${model ?? ""}\` does not exist.`, "model");
    }
    const prepared = operation.prepare({
      body,
      deployment: {
        address: this.props.host,
        name: model,
        modelFormat: "OpenAI",
        modelName: model,
        modelVersion: "",
        sku: "self-hosted",
        capacity: 0,
      },
      encoding: encodingOf(model),
      created: Math.floor(this.props.clock.now() / 1000),
      newId: () => randomBytes(16).toString("hex"),
    });
    if (prepared.estimate > this.contextTokens) {
      return failure(400, `This model's maximum context length is ${this.contextTokens} tokens.`);
    }
    const answer = prepared.answer(false);
    return prepared.stream
      ? {
          status: 200,
          reason: reasonPhrase(200),
          headers: {
            ...Object.fromEntries(Object.entries(TOLD).map(([name, value]) => [name, [value]])),
            "content-type": ["text/event-stream; charset=utf-8"],
          },
          body: faultyStream(plainEvents(answer.events), {
            fault,
            clock: this.props.clock,
            signal,
            dropped: `${this.props.host}: the server dropped the connection`,
          }),
        }
      : jsonResponse(200, plainAnswer(answer.json), { ...TOLD, "content-type": "application/json" });
  }
}

/** What such servers tell of themselves. */
const TOLD = { server: "uvicorn", "openai-processing-ms": "12", "x-inference-time": "12" } as const;

/** Errors as OpenAI's clients read them. */
function failure(
  status: number,
  message: string,
  param: string | null = null,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return jsonResponse(
    status,
    { error: { message, type: status === 404 ? "NotFoundError" : "BadRequestError", param, code: status } },
    { server: "uvicorn", ...headers },
  );
}
