/** A refusal of Entra. Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export class EntraError extends Error {
  public override readonly name = "EntraError";

  /**
   * @param error OAuth 2.0 error code (RFC 6749, section 5.2), or one that Entra adds
   * @param code number of the AADSTS error
   */
  public constructor(
    public readonly error: string,
    public readonly code: number,
    text: string,
    public readonly status = 400,
  ) {
    super(`AADSTS${code}: ${text}`);
  }
}
