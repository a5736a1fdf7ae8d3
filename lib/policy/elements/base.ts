import { ANYWHERE, PolicyElement } from "../policy-element";

/**
 * `<base />`: runs the same section of the next broader scope.
 *
 * Source:
 * https://learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order
 */
export function base(): PolicyElement {
  return new PolicyElement({ name: "base", placement: { ...ANYWHERE, allowedInFragment: false } });
}
