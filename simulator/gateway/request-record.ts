import type { RequestRecord, RequestTrace } from "../sinks";
import type { Exchange } from "./exchange";

/** What the caller got, as far as traces keep it. */
export interface SentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly errorBody?: string;
}

/** Characters of a variable's text that a trace keeps. */
const MAX_TRACED_LENGTH = 200;

/** What is known of a request when it has ended, without its steps and variables. */
export type RequestSummary = Omit<RequestTrace, "steps" | "variables">;

/** A request that has ended. Few are ever looked at: its trace is made when someone asks for it. */
export class EndedRequest implements RequestRecord {
  public readonly summary: RequestSummary;
  private readonly steps: Exchange["steps"];
  /** Names and texts, which follow each other: other values, such as whole bodies, are not kept for traces. */
  private readonly texts: string[] = [];
  private shown: RequestTrace | undefined;

  public constructor(
    gateway: string,
    exchange: Exchange,
    outcome: RequestTrace["outcome"],
    sent: SentAnswer | undefined,
    durationMs: number,
  ) {
    const { incoming, api, operation, product, subscription, lastError } = exchange;
    for (const [name, value] of exchange.variables) {
      if (typeof value === "string" && value.length <= MAX_TRACED_LENGTH) {
        this.texts.push(name, value);
      }
    }
    this.steps = exchange.steps;
    this.summary = {
      gateway,
      requestId: incoming.id,
      timestamp: incoming.timestamp,
      method: incoming.method,
      path: incoming.path,
      api: api?.name,
      operation: operation?.operationId,
      product: product?.productId,
      subscription: subscription?.subscription.subscriptionId,
      backendCalls: exchange.backendCalls,
      lastError: lastError ?? undefined,
      fault: exchange.fault,
      messages: exchange.messages,
      status: sent?.status,
      responseHeaders: sent?.headers,
      errorBody: sent?.errorBody,
      outcome,
      durationMs,
    };
  }

  public get trace(): RequestTrace {
    this.shown ??= traceOf(this.summary, this.steps, this.texts);
    return this.shown;
  }
}

function traceOf(summary: RequestSummary, log: Exchange["steps"], texts: readonly string[]): RequestTrace {
  let steps: RequestTrace["steps"] | undefined;
  let variables: RequestTrace["variables"] | undefined;
  return {
    ...summary,
    get steps() {
      return (steps ??= log.toSteps());
    },
    get variables() {
      return (variables ??= Object.fromEntries(pairs(texts)));
    },
  };
}

/** Names and values, which follow each other in `texts`. */
function pairs(texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ""] as const] : []));
}
