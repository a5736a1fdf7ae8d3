/** The response APIM has prepared before on-error runs: `{"statusCode", "message"}` in JSON. */
export interface PreparedResponse {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the caller learns of a fault inside the gateway; the pipeline adds the activity id. */
export const INTERNAL_SERVER_ERROR: PreparedResponse = { status: 500, message: "Internal server error" };

/**
 * An error as `context.LastError` shows it. Policies throw it; the pipeline moves to on-error with the
 * prepared response.
 */
export class PolicyError extends Error {
  public override readonly name = "PolicyError";
  public constructor(
    public readonly source: string,
    public readonly reason: string,
    message: string,
    /** None keeps the response that is there. */
    public readonly prepared: PreparedResponse | undefined,
  ) {
    super(message);
  }
}
