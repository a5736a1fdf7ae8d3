import type { HouseCheck } from "./house-check";
import { childElements } from "./synthesized-stack";

const SECTIONS = ["inbound", "backend", "outbound", "on-error"];
const KIB = 1024;

export const policyDocuments: HouseCheck = {
  id: "H-09",
  title: "policy documents have four sections, each inheriting first, and fit their tier",
  check: (stack) => {
    const consumption = stack
      .ofType("azurerm_api_management")
      .some(({ attributes }) => attributes.sku_name === "Consumption_0");
    return stack.policies.flatMap(({ address, scope, xml, document }) => {
      const limit = scope === "fragment" ? 32 * KIB : consumption ? 16 * KIB : 256 * KIB;
      const size = Buffer.byteLength(xml);
      const found = size > limit ? [`${address}: ${size} bytes, more than ${limit}`] : [];
      const root = document.documentElement;
      if (!root || scope === "fragment") {
        return found;
      }
      const sections = childElements(root);
      for (const name of SECTIONS) {
        const section = sections.find(({ tagName }) => tagName === name);
        if (!section) {
          found.push(`${address}: no ${name} section`);
        } else if (scope !== "global" && childElements(section)[0]?.tagName !== "base") {
          found.push(`${address}: ${name} does not begin with <base />`);
        } else if (name === "backend" && childElements(section).length > 1) {
          found.push(`${address}: backend holds more than one policy`);
        }
      }
      return found;
    });
  },
};
