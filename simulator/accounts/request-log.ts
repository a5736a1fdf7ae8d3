import type { HttpHeaders } from "../network";

/** A request that reached an account, as its operator could see it. */
export interface AccountRequest {
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
  /** Status of the response. @default - none: the connection was refused or broken before */
  readonly status?: number;
  /** Object id of the token's principal; none for keys and refused tokens. @default - no token that was let in */
  readonly callerObjectId?: string;
  /** Name of the deployment that was asked. @default - no deployment was asked */
  readonly deployment?: string;
  /** Content filter that the request chose itself (`x-policy-id`), instead of the deployment's. @default - the deployment's */
  readonly contentFilter?: string;
  /** Names of headers that made no difference, in lower case. */
  readonly ignoredHeaders: readonly string[];
  /** Names of members of the JSON body that made no difference; none before a model was asked. @default - no model was asked */
  readonly ignoredMembers?: readonly string[];
  /** Tokens of the prompt. @default - no model was asked */
  readonly promptTokens?: number;
  /** Tokens of the answer. @default - no model was asked */
  readonly completionTokens?: number;
  /** Whether the caller left, or the connection broke, before the end of the body. */
  readonly aborted: boolean;
}

/** The latest requests of an account, oldest first. */
export class RequestLog {
  private entries: AccountRequest[] = [];

  /** @param limit how many are kept */
  public constructor(private readonly limit = 10_000) {}

  public add(request: AccountRequest): void {
    this.entries.push(request);
    if (this.entries.length > 2 * this.limit) {
      this.entries = this.entries.slice(-this.limit);
    }
  }

  /** All kept requests. */
  public all(): readonly AccountRequest[] {
    return this.entries.slice(-this.limit);
  }

  public clear(): void {
    this.entries = [];
  }
}
