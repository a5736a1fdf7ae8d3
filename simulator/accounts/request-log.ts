import type { HttpHeaders } from "../network";

/** A request that reached an account, as its operator could see it. */
export interface AccountRequest {
  /** Milliseconds since the epoch by the simulation's clock. */
  readonly time: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: HttpHeaders;
  readonly body: string;
  /** None when the connection was refused or broken before the response. */
  readonly status?: number;
  /** Object id of the token's principal; none for keys and refused tokens. */
  readonly callerObjectId?: string;
  readonly deployment?: string;
  /** Content filter that the request chose itself (`x-policy-id`), instead of the deployment's. */
  readonly contentFilter?: string;
  /** Names of headers that made no difference, in lower case. */
  readonly ignoredHeaders: readonly string[];
  /** Names of members of the JSON body that made no difference; none before a model was asked. */
  readonly ignoredMembers?: readonly string[];
  readonly promptTokens?: number;
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
