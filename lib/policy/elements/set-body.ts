import { ANYWHERE, PolicyElement, type PolicyValue } from "../policy-element";

/**
 * `<set-body>`: replaces the body of a request in inbound and backend, of a response in outbound and on-error.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export function setBody(value: PolicyValue): PolicyElement {
  return new PolicyElement({ name: "set-body", text: value, placement: ANYWHERE });
}
