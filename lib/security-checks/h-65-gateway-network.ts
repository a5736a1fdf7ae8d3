import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, type SynthesizedStack } from "./synthesized-stack";

type Direction = "Inbound" | "Outbound";

/**
 * What a gateway in a network does not live without: service tag and port.
 * Source: https://learn.microsoft.com/azure/api-management/virtual-network-reference
 */
const NEEDED: Readonly<Record<Direction, readonly (readonly [tag: string, port: string])[]>> = {
  Inbound: [
    ["ApiManagement", "3443"],
    ["AzureLoadBalancer", "6390"],
  ],
  Outbound: [
    ["Storage", "443"],
    ["Sql", "1433"],
    ["AzureKeyVault", "443"],
    ["AzureActiveDirectory", "443"],
    ["AzureMonitor", "443"],
    ["AzureMonitor", "1886"],
    ["Internet", "80"],
  ],
};
/** By which its units share caches and count requests together. */
const BETWEEN_UNITS = [
  ["VirtualNetwork", "6381-6383"],
  ["VirtualNetwork", "4290"],
] as const;

export const gatewayNetwork: HouseCheck = {
  id: "H-65",
  title: "a gateway in a network is reached in it only, by what it needs, and under names that resolve there",
  check: (stack) => [
    ...strangers(stack),
    ...stack.ofType("azurerm_network_security_group").flatMap((group) => openEnds(stack, group)),
    ...unprotectedSubnets(stack),
    ...unresolved(stack),
  ],
};

/** Services that are not where the rest of the stack takes them to be. */
function strangers(stack: SynthesizedStack): readonly string[] {
  return stack.ofType("azurerm_api_management").flatMap(({ address, attributes }) => {
    const { virtual_network_type: given } = attributes;
    const type = typeof given === "string" ? given : "None";
    const isInNetwork = block(attributes.virtual_network_configuration)?.subnet_id !== undefined;
    const hasPrivateNames = stack
      .ofType("azurerm_private_dns_a_record")
      .some((record) => record.attributes.records === `\${${address}.private_ip_addresses}`);
    return [
      ...((type !== "None") === isInNetwork
        ? []
        : [`${address}: virtual_network_type is ${type}, and it has ${isInNetwork ? "a" : "no"} subnet`]),
      ...(hasPrivateNames && type !== "Internal"
        ? [`${address}: its names are private, and it is not Internal`]
        : []),
    ];
  });
}

/** What Azure adds at the end of a group lets the whole network in, and everything out. */
function openEnds(
  stack: SynthesizedStack,
  { address, attributes }: SynthesizedStack["resources"][number],
): readonly string[] {
  const subnets = stack
    .ofType("azurerm_subnet_network_security_group_association")
    .filter(({ attributes: each }) => each.network_security_group_id === `\${${address}.id}`)
    .map(({ attributes: each }) => String(each.subnet_id));
  const gateways = stack
    .ofType("azurerm_api_management")
    .filter(({ attributes: each }) =>
      subnets.includes(String(block(each.virtual_network_configuration)?.subnet_id)),
    );
  const isOfEndpoints = stack
    .ofType("azurerm_private_endpoint")
    .some(({ attributes: each }) => subnets.includes(String(each.subnet_id)));
  const rules = blocks(attributes.security_rule);
  return (["Inbound", "Outbound"] as const).flatMap((direction) => {
    const own = rules.filter((rule) => rule.direction === direction);
    const needed = [
      ...NEEDED[direction],
      ...(gateways.some(({ attributes: { sku_name: sku } }) => !String(sku).endsWith("_1"))
        ? BETWEEN_UNITS
        : []),
      ...(direction === "Outbound" && stack.ofType("azurerm_private_endpoint").length > 0
        ? [["VirtualNetwork", "443"] as const]
        : []),
    ];
    const missing =
      gateways.length === 0 ? [] : needed.filter((need) => !own.some((rule) => allows(rule, need)));
    return [
      ...((gateways.length > 0 || isOfEndpoints) && !own.some(refusesTheRest)
        ? [`${address}: ${direction} must end in a rule that denies the rest`]
        : []),
      ...missing.map(([tag, port]) => `${address}: ${direction} must allow ${tag} at port ${port}`),
    ];
  });
}

function allows(rule: Attributes, [tag, port]: readonly [string, string]): boolean {
  const far = rule.direction === "Inbound" ? rule.source_address_prefix : rule.destination_address_prefix;
  const ports = [
    rule.destination_port_range,
    ...((rule.destination_port_ranges ?? []) as readonly unknown[]),
  ];
  return (
    rule.access === "Allow" && (far === tag || far === "*") && (ports.includes(port) || ports.includes("*"))
  );
}

function refusesTheRest(rule: Attributes): boolean {
  return (
    rule.access === "Deny" &&
    rule.protocol === "*" &&
    rule.source_address_prefix === "*" &&
    rule.source_port_range === "*" &&
    rule.destination_address_prefix === "*" &&
    rule.destination_port_range === "*"
  );
}

function unprotectedSubnets(stack: SynthesizedStack): readonly string[] {
  const groups = stack.ofType("azurerm_subnet_network_security_group_association");
  const ofEndpoints = stack.ofType("azurerm_private_endpoint").map(({ attributes }) => attributes.subnet_id);
  const ofGateways = stack
    .ofType("azurerm_api_management")
    .map(({ attributes }) => block(attributes.virtual_network_configuration)?.subnet_id);
  return stack.ofType("azurerm_subnet").flatMap(({ address, attributes }) => {
    const id = `\${${address}.id}`;
    const isOfEndpoints = ofEndpoints.includes(id);
    const isOfGateway = ofGateways.includes(id);
    const policies = String(attributes.private_endpoint_network_policies);
    return [
      ...((isOfGateway || isOfEndpoints) && !groups.some((each) => each.attributes.subnet_id === id)
        ? [`${address}: has no security group`]
        : []),
      ...(isOfEndpoints && !/^(?:Enabled|NetworkSecurityGroupEnabled)$/.test(policies)
        ? [`${address}: the rules of its security group do not hold for endpoints`]
        : []),
      ...(isOfEndpoints && isOfGateway ? [`${address}: holds a gateway and endpoints`] : []),
    ];
  });
}

/** Zones of this stack: those of others are linked there. */
function unresolved(stack: SynthesizedStack): readonly string[] {
  const links = stack.ofType("azurerm_private_dns_zone_virtual_network_link");
  const ofEndpoints = stack
    .ofType("azurerm_private_endpoint")
    .flatMap(
      ({ attributes }) =>
        (block(attributes.private_dns_zone_group)?.private_dns_zone_ids ?? []) as readonly string[],
    );
  const ofRecords = stack
    .ofType("azurerm_private_dns_a_record")
    .map(({ attributes }) => attributes.zone_name);
  return [
    ...stack
      .ofType("azurerm_private_dns_zone")
      .flatMap(({ address, attributes }) => [
        ...(links.some((link) => link.attributes.private_dns_zone_name === `\${${address}.name}`)
          ? []
          : [`${address}: is linked to no network`]),
        ...(ofRecords.includes(`\${${address}.name}`) ||
        ofEndpoints.includes(`\${${address}.id}`) ||
        String(attributes.name).startsWith("privatelink.")
          ? []
          : [`${address}: has no record`]),
      ]),
    ...links
      .filter(({ attributes }) => attributes.registration_enabled === true)
      .map(({ address }) => `${address}: machines must not register names`),
  ];
}
