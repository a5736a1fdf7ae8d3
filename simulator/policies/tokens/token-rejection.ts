/** Why a token does not pass, in the words of `context.LastError.Reason`. */
export type TokenRejectionReason =
  | "TokenNotPresent"
  | "TokenSignatureInvalid"
  | "TokenAudienceNotAllowed"
  | "TokenIssuerNotAllowed"
  | "TokenExpired"
  | "TokenSignatureKeyNotFound"
  | "TokenClaimNotFound"
  | "TokenClaimValueNotAllowed"
  | "JwtInvalid";

/** A token does not pass. */
export class TokenRejection extends Error {
  public override readonly name = "TokenRejection";
  public constructor(
    public readonly reason: TokenRejectionReason,
    message: string,
  ) {
    super(message);
  }
}
