import type { PolicyCompiler } from "../policy-compiler";

/**
 * Runs the policies of a fragment in place.
 * Source: https://learn.microsoft.com/azure/api-management/include-fragment-policy
 */
export const includeFragment: PolicyCompiler = {
  name: "include-fragment",
  sections: ["inbound", "backend", "outbound", "on-error"],
  allowedInFragment: false,
  shape: { attributes: { "fragment-id": { required: true } } },
  compile(element, compilation) {
    const policies = compilation.fragment(element.attributes.get("fragment-id") ?? "");
    return (execution) => execution.run(policies());
  },
};
