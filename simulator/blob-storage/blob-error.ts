/** What Blob Storage refuses. Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
export class BlobError extends Error {
  public override readonly name = "BlobError";

  /** @param code such as `BlobNotFound`: clients read it, not the text */
  public constructor(
    public readonly status: number,
    public readonly code: string,
    message: string,
    public readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function blobNotFound(): BlobError {
  return new BlobError(404, "BlobNotFound", "The specified blob does not exist.");
}

export function conditionNotMet(): BlobError {
  return new BlobError(
    412,
    "ConditionNotMet",
    "The condition specified using HTTP conditional header(s) is not met.",
  );
}

export function notSimulated(what: string): BlobError {
  return new BlobError(501, "NotImplemented", `The simulated Blob Storage has no ${what}`);
}
