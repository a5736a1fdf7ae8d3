import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

/** What Azure sets when it upgrades an account, and azurerm would replace the account for. */
const SET_BY_UPGRADES = ["kind", "project_management_enabled"];
/** Domains of the names of an account, before and after. */
const DOMAINS = ["openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"];

export const upgradedAccounts: HouseCheck = {
  id: "H-40",
  title: "an account that Azure upgrades is neither replaced nor lost to its network",
  check: (stack) => [
    ...stack.ofType("azurerm_cognitive_account").flatMap(({ address, attributes }) => {
      const ignored = block(attributes.lifecycle)?.ignore_changes;
      return SET_BY_UPGRADES.filter((name) => !Array.isArray(ignored) || !ignored.includes(name)).map(
        (name) => `${address}: a change of ${name} would replace it`,
      );
    }),
    ...stack
      .ofType("azurerm_private_endpoint")
      .filter(
        ({ attributes }) =>
          JSON.stringify(block(attributes.private_service_connection)?.subresource_names) === '["account"]',
      )
      .flatMap(({ address, attributes }) => {
        const zones = JSON.stringify(block(attributes.private_dns_zone_group)?.private_dns_zone_ids ?? []);
        return DOMAINS.filter(
          (domain) => !zoneNames(stack.ofType("azurerm_private_dns_zone"), zones).has(domain),
        ).map((domain) => `${address}: no zone for names below ${domain}`);
      }),
  ],
};

/** Domains of the zones that are referred to, or named by literal ids. */
function zoneNames(
  zones: readonly { readonly address: string; readonly attributes: Readonly<Record<string, unknown>> }[],
  ids: string,
): ReadonlySet<string> {
  const made = zones
    .filter(({ address }) => ids.includes(`\${${address}.id}`))
    .map(({ attributes }) => attributes.name);
  const literal = [...ids.matchAll(/\/privateDnsZones\/([a-z0-9.-]+)"/gi)].map(([, name = ""]) => name);
  return new Set([...made, ...literal].map((name) => String(name).replace(/^privatelink\./, "")));
}
