/** Tells that something is over before its end: as much of `AbortSignal` as is used here. */
export interface CancellationSignal {
  readonly aborted: boolean;
  /** Why; what is thrown. */
  readonly reason: AbortSignal["reason"];
  /** @throws the reason, once it is over */
  throwIfAborted(): void;
  /** @param listener called once, when it is over */
  addEventListener(type: "abort", listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Ends one thing, on its own or with another. `AbortController` and `AbortSignal.any` would do; there are several of these
 * in each request, which seldom ends early, and those cost several times as much.
 */
export class Cancellation implements CancellationSignal {
  public aborted = false;
  public reason: AbortSignal["reason"];
  private listeners: readonly (() => void)[] = NONE;

  /** @param leader with which this ends, too @default - none */
  public constructor(private readonly leader?: CancellationSignal) {
    if (leader?.aborted === true) {
      this.follow();
    } else {
      leader?.addEventListener("abort", this.follow, { once: true });
    }
  }

  /** Ends it, if it has not ended. */
  public abort(reason: Error | undefined): void {
    if (this.aborted) {
      return;
    }
    this.release();
    this.aborted = true;
    this.reason = reason;
    const { listeners } = this;
    this.listeners = NONE;
    for (const listener of listeners) {
      listener();
    }
  }

  /** What becomes of the leader no longer matters. */
  public release(): void {
    this.leader?.removeEventListener("abort", this.follow);
  }

  public throwIfAborted(): void {
    if (this.aborted) {
      throw this.reason as Error;
    }
  }

  public addEventListener(_type: "abort", listener: () => void): void {
    this.listeners = [...this.listeners, listener];
  }

  public removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners = this.listeners.filter((each) => each !== listener);
  }

  private readonly follow = (): void => this.abort(this.leader?.reason as Error);
}

const NONE: readonly (() => void)[] = [];
