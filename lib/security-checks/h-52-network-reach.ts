import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, type SynthesizedStack } from "./synthesized-stack";

const ENTRA = /^https:\/\/login\.microsoftonline\.com\//;
const WIDE = new Set(["*", "VirtualNetwork", "Internet"]);

export const networkReach: HouseCheck = {
  id: "H-52",
  title:
    "who reaches private endpoints is named, and the gateway reaches the internet where an issuer lives there",
  check: (stack) => [...openEndpoints(stack), ...needlessOutbound(stack)],
};

/** Where the gateway is in the network: without it, callers come through an endpoint. */
function openEndpoints(stack: SynthesizedStack): readonly string[] {
  const hasGateway = stack
    .ofType("azurerm_api_management")
    .some(({ attributes }) => block(attributes.virtual_network_configuration) !== undefined);
  return hasGateway
    ? rulesOf(stack, "endpoints", "Inbound")
        .filter(([, rule]) => WIDE.has(String(rule.source_address_prefix)))
        .map(
          ([address, rule]) =>
            `${address}: rule ${String(rule.name)} lets all of ${String(rule.source_address_prefix)} reach endpoints`,
        )
    : [];
}

function needlessOutbound(stack: SynthesizedStack): readonly string[] {
  const policies = stack.ofType("azurerm_api_management_api_policy").map(({ attributes }) => attributes);
  const issuers = policies.flatMap(({ xml_content }) =>
    [...String(xml_content).matchAll(/<openid-config url="([^"]+)"/g)].map(([, url = ""]) => url),
  );
  return issuers.some((issuer) => !ENTRA.test(issuer))
    ? []
    : rulesOf(stack, "gateway", "Outbound")
        .filter(([, rule]) => WIDE.has(String(rule.destination_address_prefix)) && opens443(rule))
        .filter(([, rule]) => rule.destination_address_prefix !== "VirtualNetwork")
        .map(
          ([address, rule]) =>
            `${address}: rule ${String(rule.name)} opens the internet, and only Entra ID issues tokens here`,
        );
}

function opens443({ destination_port_range, destination_port_ranges }: Attributes): boolean {
  const ports = [destination_port_range, ...((destination_port_ranges as unknown[] | undefined) ?? [])];
  return ports.some((port) => port === "443" || port === "*");
}

/** Rules of the group of the subnet that holds private endpoints, or of the gateway's. */
function rulesOf(
  stack: SynthesizedStack,
  subnet: "endpoints" | "gateway",
  direction: "Inbound" | "Outbound",
): readonly (readonly [string, Attributes])[] {
  const used = JSON.stringify(
    subnet === "endpoints"
      ? stack.ofType("azurerm_private_endpoint").map(({ attributes }) => attributes.subnet_id)
      : stack
          .ofType("azurerm_api_management")
          .map(({ attributes }) => attributes.virtual_network_configuration),
  );
  const groups = stack
    .ofType("azurerm_subnet_network_security_group_association")
    .filter(({ attributes }) => used.includes(String(attributes.subnet_id)))
    .map(({ attributes }) => attributes.network_security_group_id);
  return stack
    .ofType("azurerm_network_security_group")
    .filter(({ address }) => groups.includes(`\${${address}.id}`))
    .flatMap(({ address, attributes }) =>
      blocks(attributes.security_rule)
        .filter((rule) => rule.direction === direction && rule.access === "Allow")
        .map((rule) => [address, rule] as const),
    );
}
