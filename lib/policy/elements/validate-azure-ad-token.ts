import { INBOUND, PolicyElement, type PolicyValue } from "../policy-element";
import { type RequiredClaim, requiredClaims, textList } from "./required-claim";

/** Attributes and children of `<validate-azure-ad-token>`. */
export interface ValidateAzureAdTokenProps {
  /** `context.LastError.PolicyId` when the token is refused. */
  readonly id: string;
  /** GUID of the tenant. */
  readonly tenantId: string;
  /** At least one. */
  readonly audiences: readonly [PolicyValue, ...PolicyValue[]];
  /** Applications whose tokens are accepted. @default - any application */
  readonly clientApplicationIds?: readonly PolicyValue[];
  /** Claims that the token must have. @default - none */
  readonly requiredClaims?: readonly RequiredClaim[];
  /** Variable that gets the validated token. */
  readonly outputTokenVariable: string;
}

/**
 * `<validate-azure-ad-token>` for the `Authorization` header.
 *
 * Source: https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
export function validateAzureAdToken(props: ValidateAzureAdTokenProps): PolicyElement {
  return new PolicyElement({
    name: "validate-azure-ad-token",
    attributes: {
      id: props.id,
      "tenant-id": props.tenantId,
      "header-name": "Authorization",
      "failed-validation-httpcode": 401,
      "output-token-variable-name": props.outputTokenVariable,
    },
    children: [
      ...textList("client-application-ids", "application-id", props.clientApplicationIds ?? []),
      ...textList("audiences", "audience", props.audiences),
      ...requiredClaims(props.requiredClaims ?? []),
    ],
    placement: INBOUND,
  });
}
