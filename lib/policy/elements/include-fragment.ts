import { ANYWHERE, PolicyElement } from "../policy-element";

/**
 * `<include-fragment>`: the fragment's policies run in its place. Fragments do not nest.
 *
 * Source: https://learn.microsoft.com/azure/api-management/include-fragment-policy
 */
export function includeFragment(fragmentId: string): PolicyElement {
  return new PolicyElement({
    name: "include-fragment",
    attributes: { "fragment-id": fragmentId },
    placement: { ...ANYWHERE, allowedInFragment: false },
  });
}
