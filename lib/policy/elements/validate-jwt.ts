import { INBOUND, PolicyElement, type PolicyValue } from "../policy-element";
import { type RequiredClaim, requiredClaims, textList } from "./required-claim";

/** Attributes and children of `<validate-jwt>`. */
export interface ValidateJwtProps {
  /** `context.LastError.PolicyId` when the token is refused. */
  readonly id: string;
  /** Discovery document, https. Keys come from there only: no key is ever written into a policy. */
  readonly openIdConfigUrl: string;
  /** At least one. */
  readonly issuers: readonly [string, ...string[]];
  /** At least one. */
  readonly audiences: readonly [PolicyValue, ...PolicyValue[]];
  /** Claims that the token must have. @default - none */
  readonly requiredClaims?: readonly RequiredClaim[];
  /** Seconds of tolerance for `exp` and `nbf`. */
  readonly clockSkewSeconds: number;
  /** Variable that gets the validated token. */
  readonly outputTokenVariable: string;
}

/**
 * `<validate-jwt>` for the `Authorization` header with scheme `Bearer`. Tokens must be signed and must
 * expire.
 *
 * Source: https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export function validateJwt(props: ValidateJwtProps): PolicyElement {
  return new PolicyElement({
    name: "validate-jwt",
    attributes: {
      id: props.id,
      "header-name": "Authorization",
      "require-scheme": "Bearer",
      "require-expiration-time": true,
      "require-signed-tokens": true,
      "clock-skew": props.clockSkewSeconds,
      "failed-validation-httpcode": 401,
      "output-token-variable-name": props.outputTokenVariable,
    },
    children: [
      new PolicyElement({ name: "openid-config", attributes: { url: props.openIdConfigUrl } }),
      ...textList("audiences", "audience", props.audiences),
      ...textList("issuers", "issuer", props.issuers),
      ...requiredClaims(props.requiredClaims ?? []),
    ],
    placement: INBOUND,
  });
}
