import type { HouseCheck } from "./house-check";
import { childElements } from "./synthesized-stack";

/** Names and claims may hold white space and markup, which azurerm does not compare. */
export const policyDigests: HouseCheck = {
  id: "H-39",
  title: "every policy document and fragment ends in a digest, so that azurerm sees every change",
  check: (stack) =>
    stack.policies.flatMap(({ address, scope, document }) => {
      const root = document.documentElement;
      const last = root && scope === "fragment" ? root : root && childElements(root).at(-1);
      const digest = last ? childElements(last).at(-1) : undefined;
      return digest?.tagName === "set-variable" &&
        digest.getAttribute("name") === "policyDigest" &&
        /^[0-9a-f]{32}$/.test(digest.getAttribute("value") ?? "")
        ? []
        : [`${address}: no digest at its end`];
    }),
};
