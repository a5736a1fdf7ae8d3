import type { HouseCheck } from "./house-check";
import { type Attributes, blocks } from "./synthesized-stack";

const ANYWHERE = /^(\*|internet|any|0\.0\.0\.0(\/\d+)?|::\/0|.*\/0)$/i;

export const networkRules: HouseCheck = {
  id: "H-26",
  title: "no network rule lets the internet in",
  check: (stack) => [
    ...stack
      .ofType("azurerm_network_security_group")
      .flatMap(({ address, attributes }) =>
        blocks(attributes.security_rule).flatMap((rule) => violation(address, rule)),
      ),
    ...stack
      .ofType("azurerm_network_security_rule")
      .flatMap(({ address, attributes }) => violation(address, attributes)),
  ],
};

function violation(address: string, rule: Attributes): string[] {
  const sources = [rule.source_address_prefix, ...((rule.source_address_prefixes as unknown[] | null) ?? [])];
  return rule.access === "Allow" &&
    rule.direction === "Inbound" &&
    sources.some((source) => ANYWHERE.test(String(source)))
    ? [`${address}: rule ${String(rule.name)} allows ${sources.filter(Boolean).join(", ")}`]
    : [];
}
