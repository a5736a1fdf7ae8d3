/** What the gateway said to a call. */
export interface Answer {
  readonly status: number;
  /** JSON, as it came. */
  readonly body: string;
  /** How long to wait before the next try, where the gateway says so. @default - it does not */
  readonly retryAfterMs?: number;
}

/** Answers that say nothing of the request, only of this moment. */
const NOT_NOW = new Set([401, 408, 409, 425, 429]);

/** Whether the same call may get another answer later: the gateway or a model is busy, down, or does not know the worker. */
export function isForLater({ status }: Answer): boolean {
  return NOT_NOW.has(status) || status >= 500;
}

/** Whether the answer says that the way to the model is closed for everybody now, not that this request went wrong. */
export function isBusy({ status }: Answer): boolean {
  return status === 429 || status === 503;
}

/** Whether the model has done what it was asked. */
export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
