/** What shall go wrong at an account. */
export interface AccountFault {
  /** Connections are refused. @default false */
  readonly down?: boolean;
  /** Answers with this status instead of working. @default - works */
  readonly status?: number;
  /** `retry-after` of `status`, in seconds. @default - none */
  readonly retryAfterSeconds?: number;
  /** Wait before the headers, in milliseconds of the simulation's clock. @default 0 */
  readonly latencyMs?: number;
  /** Wait before each streamed event, in milliseconds of the simulation's clock. @default 0 */
  readonly eventLatencyMs?: number;
  /** Breaks the connection after so many streamed events. @default - streams to the end */
  readonly dropAfterEvents?: number;
  /** The content filter stops the prompt (400) or the answer (`content_filter`). @default - nothing is filtered */
  readonly filter?: "prompt" | "completion";
  /** Only for requests to this deployment. @default - all */
  readonly deployment?: string;
  /** Only for requests whose body holds this text. @default - all */
  readonly bodyContains?: string;
  /** For so many requests. @default - until cleared */
  readonly requests?: number;
}

/** Faults set at one account; the last one that fits a request counts. */
export class AccountFaults {
  private faults: { readonly fault: AccountFault; left: number }[] = [];

  /** Sets a fault. */
  public add(fault: AccountFault): void {
    this.faults.push({ fault, left: fault.requests ?? Infinity });
  }

  /** Everything that was set and still counts, the last one first. */
  public get all(): readonly AccountFault[] {
    return this.faults.map(({ fault }) => fault).reverse();
  }

  /** Makes the account well again. */
  public clear(): void {
    this.faults = [];
  }

  /** The fault for a request, used up by one. @param deployment none for calls that name none */
  public next(deployment: string | undefined, body: string): AccountFault {
    const entry = this.faults.findLast(
      ({ fault }) =>
        (fault.deployment === undefined || fault.deployment === deployment) &&
        (fault.bodyContains === undefined || body.includes(fault.bodyContains)),
    );
    if (entry === undefined) {
      return {};
    }
    entry.left -= 1;
    this.faults = this.faults.filter(({ left }) => left > 0);
    return entry.fault;
  }
}
