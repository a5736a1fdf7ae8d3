/** Why a call did not reach its peer or did not come back; the names are Node's where it has one. */
export type NetworkErrorCode =
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "ETIMEDOUT"
  | "ERR_INVALID_PROTOCOL"
  | "DEPTH_ZERO_SELF_SIGNED_CERT"
  | "ERR_TLS_CERT_ALTNAME_INVALID"
  | "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  | "CERT_HAS_EXPIRED";

/** A failure below HTTP: no response exists. */
export class NetworkError extends Error {
  public override readonly name = "NetworkError";
  public constructor(
    public readonly code: NetworkErrorCode,
    message: string,
  ) {
    super(message);
  }
}
