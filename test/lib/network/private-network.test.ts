import { ApiManagement } from "@cdktf/provider-azurerm/lib/api-management";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformStack } from "cdktf";
import {
  PrivateEndpointTarget,
  PrivateNetwork,
  type PrivateNetworkAttributes,
  type PrivateNetworkProps,
} from "../../../lib/network";
import { networkRules } from "../../../lib/security-checks/h-26-network-rules";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { blocks, type SynthesizedStack } from "../../support/synthesized-stack";

const PROPS: PrivateNetworkProps = {
  name: "vnet-aigw-prod",
  resourceGroupName: "rg-aigw-prod",
  location: "westeurope",
  addressSpace: ["10.20.0.0/22"],
  privateEndpointSubnetPrefix: "10.20.1.0/26",
};
const WITH_GATEWAY: PrivateNetworkProps = { ...PROPS, gatewaySubnetPrefix: "10.20.0.0/26" };
const NETWORK =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.Network";
const VAULT = {
  id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
};
const EXTERNAL = {
  gatewayPlacement: "external",
  securityOptOuts: [{ control: "gateway-private-network", reason: "Partners call from the internet" }],
} as const;

function synthesized(change: Partial<PrivateNetworkProps> = {}): SynthesizedStack {
  const stack = azureStack();
  new PrivateNetwork(stack, "network", { ...WITH_GATEWAY, ...change });
  return synthesizeStack(stack);
}

function create(change: Partial<PrivateNetworkProps>): () => PrivateNetwork {
  return () => new PrivateNetwork(azureStack(), "network", { ...WITH_GATEWAY, ...change });
}

describe("PrivateNetwork", () => {
  it("is a network with a subnet for private endpoints, if the gateway is elsewhere", () => {
    const stack = azureStack();
    const network = new PrivateNetwork(stack, "network", PROPS);

    const result = synthesizeStack(stack);
    expect(network.gatewaySubnet).toBeUndefined();
    expect(result.ofType("azurerm_virtual_network")[0]?.attributes).toEqual({
      name: "vnet-aigw-prod",
      resource_group_name: "rg-aigw-prod",
      location: "westeurope",
      address_space: ["10.20.0.0/22"],
    });
    expect(result.ofType("azurerm_subnet").map(({ attributes }) => attributes)).toEqual([
      {
        name: "snet-private-endpoints",
        resource_group_name: "rg-aigw-prod",
        virtual_network_name: expect.stringMatching(
          /^\$\{azurerm_virtual_network\.network_\w+\.name\}$/,
        ) as string,
        address_prefixes: ["10.20.1.0/26"],
        default_outbound_access_enabled: false,
        private_endpoint_network_policies: "Enabled",
      },
    ]);
  });

  it("gives every subnet a security group whose rules end by denying everything", () => {
    const result = synthesized();

    expect(result.ofType("azurerm_subnet_network_security_group_association")).toHaveLength(2);
    expect(
      result.ofType("azurerm_network_security_group").map(({ attributes }) =>
        blocks(attributes.security_rule)
          .filter(({ access }) => access === "Deny")
          .map(({ name, priority }) => [name, priority]),
      ),
    ).toEqual([
      [
        ["DenyAllInbound", 4096],
        ["DenyAllOutbound", 4096],
      ],
      [
        ["DenyAllInbound", 4096],
        ["DenyAllOutbound", 4096],
      ],
    ]);
  });

  it("lets endpoints answer the gateway and whoever is named, over HTTPS and further ports, and call nobody", () => {
    const result = synthesized({
      gatewayOutboundPorts: [10_000],
      privateEndpointClientRanges: ["10.21.0.0/24"],
    });
    const group = result
      .ofType("azurerm_network_security_group")
      .find(({ attributes }) => attributes.name === "nsg-private-endpoints-vnet-aigw-prod");

    expect(
      blocks(group?.attributes.security_rule)
        .filter(({ access }) => access === "Allow")
        .map((rule) => [rule.direction, rule.source_address_prefixes, rule.destination_port_ranges]),
    ).toEqual([["Inbound", ["10.20.0.0/26", "10.21.0.0/24"], ["443", "10000"]]]);
  });

  it.each([
    ["internal", "Internal", undefined],
    ["v2-injected", "Internal", "Microsoft.Web/hostingEnvironments"],
    ["v2-integrated", "External", "Microsoft.Web/serverFarms"],
  ] as const)("has a subnet for a gateway that is %s", (gatewayPlacement, virtualNetworkType, delegation) => {
    const stack = azureStack();
    const network = new PrivateNetwork(stack, "network", { ...WITH_GATEWAY, gatewayPlacement });

    expect(network.gatewaySubnet).toMatchObject({ placement: gatewayPlacement, virtualNetworkType });
    const subnet = synthesizeStack(stack)
      .ofType("azurerm_subnet")
      .find(({ attributes }) => attributes.name === "snet-gateway");
    expect(subnet?.attributes.delegation).toEqual(
      delegation && [{ name: "gateway", service_delegation: { name: delegation } }],
    );
  });

  it("lets nobody in from the internet, unless the gateway is external", () => {
    expect(networkRules.check(synthesized())).toEqual([]);
    expect(networkRules.check(synthesized(EXTERNAL))).toEqual([
      expect.stringMatching(/rule AllowPublicClientsInbound allows Internet$/),
    ]);
  });

  it("names what the gateway must wait for", () => {
    const stack = azureStack();
    const { gatewaySubnet } = new PrivateNetwork(stack, "network", {
      ...WITH_GATEWAY,
      natGatewayId: `${NETWORK}/natGateways/ng-hub`,
    });
    new ApiManagement(stack, "gateway", {
      name: "apim",
      resourceGroupName: "rg",
      location: "westeurope",
      publisherName: "Contoso",
      publisherEmail: "ai@contoso.com",
      skuName: "Premium_1",
      virtualNetworkType: gatewaySubnet!.virtualNetworkType,
      virtualNetworkConfiguration: { subnetId: gatewaySubnet!.id },
      dependsOn: [...gatewaySubnet!.dependables],
    });

    expect(synthesizeStack(stack).ofType("azurerm_api_management")[0]?.attributes.depends_on).toEqual([
      expect.stringMatching(/^azurerm_subnet_network_security_group_association\.network_Gateway_/),
      expect.stringMatching(/^azurerm_subnet_nat_gateway_association\.network_Gateway_/),
    ]);
  });

  it("takes everything else that can be set", () => {
    const result = synthesized({
      ...EXTERNAL,
      gatewayUnits: 4,
      clientAddressRanges: ["203.0.113.0/24"],
      gatewayOutboundToInternet: true,
      dnsServers: ["10.0.0.4", "10.0.0.5"],
      tags: { team: "platform" },
    });

    expect(result.ofType("azurerm_virtual_network")[0]?.attributes).toMatchObject({
      dns_servers: ["10.0.0.4", "10.0.0.5"],
      tags: { team: "platform" },
    });
    const rules = result
      .ofType("azurerm_network_security_group")
      .flatMap(({ attributes }) => blocks(attributes.security_rule));
    expect(rules).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: "AllowPublicClientsInbound",
          source_address_prefixes: ["203.0.113.0/24"],
        }),
        expect.objectContaining({ name: "AllowDnsOutbound" }),
        expect.objectContaining({ name: "AllowHttpsOutbound" }),
      ]),
    );
  });

  describe("addPrivateEndpoint", () => {
    it("makes and links a zone for each name of the target, without registration", () => {
      const stack = azureStack();
      const network = new PrivateNetwork(stack, "network", PROPS);
      network.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

      const result = synthesizeStack(stack);
      expect(result.ofType("azurerm_private_dns_zone").map(({ attributes }) => attributes.name)).toEqual([
        "privatelink.vaultcore.azure.net",
      ]);
      expect(result.ofType("azurerm_private_dns_zone_virtual_network_link")[0]?.attributes).toMatchObject({
        registration_enabled: false,
        virtual_network_id: expect.stringMatching(/^\$\{azurerm_virtual_network\.network_/) as string,
      });
      expect(result.ofType("azurerm_private_endpoint")[0]?.attributes).toMatchObject({
        name: "pep-vault",
        subnet_id: expect.stringMatching(/^\$\{azurerm_subnet\.network_PrivateEndpoints_/) as string,
        private_dns_zone_group: {
          private_dns_zone_ids: [
            expect.stringMatching(/^\$\{azurerm_private_dns_zone\.network_privatelink-vaultcore-azure-net_/),
          ],
        },
      });
    });

    it("makes one zone for endpoints that share a name", () => {
      const stack = azureStack();
      const network = new PrivateNetwork(stack, "network", PROPS);
      network.addPrivateEndpoint("state", { target: PrivateEndpointTarget.blobStorage({ id: "s" }) });
      network.addPrivateEndpoint("monitor", { target: PrivateEndpointTarget.azureMonitor({ id: "m" }) });

      expect(synthesizeStack(stack).ofType("azurerm_private_dns_zone")).toHaveLength(5);
    });

    it("uses a zone that exists already", () => {
      const stack = azureStack();
      const zoneId = `${NETWORK}/privateDnsZones/privatelink.vaultcore.azure.net`;
      const network = new PrivateNetwork(stack, "network", {
        ...PROPS,
        privateDnsZoneIds: { "privatelink.vaultcore.azure.net": zoneId },
      });
      network.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

      const result = synthesizeStack(stack);
      expect(result.ofType("azurerm_private_dns_zone")).toEqual([]);
      expect(result.ofType("azurerm_private_endpoint")[0]?.attributes).toMatchObject({
        private_dns_zone_group: { private_dns_zone_ids: [zoneId] },
      });
    });

    it("names what a user of the endpoint must wait for: the endpoint, and its names", () => {
      const stack = azureStack();
      const network = new PrivateNetwork(stack, "network", PROPS);
      const { dependables } = network.addPrivateEndpoint("vault", {
        target: PrivateEndpointTarget.keyVault(VAULT),
      });
      new ResourceGroup(stack, "user", { name: "rg", location: "westeurope", dependsOn: [...dependables] });

      expect(synthesizeStack(stack).ofType("azurerm_resource_group")[0]?.attributes.depends_on).toEqual([
        expect.stringMatching(/^azurerm_private_endpoint\./),
        expect.stringMatching(/^azurerm_private_dns_zone_virtual_network_link\./),
      ]);
    });

    it("refuses a wrong name before it creates a zone", () => {
      const network = new PrivateNetwork(azureStack(), "network", PROPS);
      const before = network.node.findAll().length;

      expect(() =>
        network.addPrivateEndpoint("vault", { name: "-", target: PrivateEndpointTarget.keyVault(VAULT) }),
      ).toThrow(/^\[prod\/network\/vault\] name must be 2 to 64/);
      expect(network.node.findAll()).toHaveLength(before);
    });
  });

  describe("addPrivateHost", () => {
    it("resolves one host, and nothing else of its domain", () => {
      const stack = azureStack();
      const network = new PrivateNetwork(stack, "network", PROPS);
      network.addPrivateHost("gateway", { hostName: "apim-aigw.azure-api.net", addresses: ["10.20.0.5"] });

      const result = synthesizeStack(stack);
      expect(result.ofType("azurerm_private_dns_zone")[0]?.attributes.name).toBe("apim-aigw.azure-api.net");
      expect(result.ofType("azurerm_private_dns_a_record")[0]?.attributes).toMatchObject({
        name: "@",
        records: ["10.20.0.5"],
        ttl: 300,
      });
    });

    it("reports a wrong host and missing addresses at once", () => {
      const network = new PrivateNetwork(azureStack(), "network", PROPS);

      expect(() => network.addPrivateHost("gateway", { hostName: "https://apim", addresses: [] })).toThrow(
        /^\[prod\/network\/gateway\] hostName must be .*"https:\/\/apim".*\n.* addresses must hold/,
      );
    });
  });

  describe("beside another network of the same resource group", () => {
    const second: PrivateNetworkProps = {
      ...PROPS,
      name: "vnet-aigw-swe",
      location: "swedencentral",
      addressSpace: ["10.30.0.0/22"],
      privateEndpointSubnetPrefix: "10.30.1.0/26",
    };

    function networks(group?: ResourceGroup): readonly [PrivateNetwork, PrivateNetwork] {
      const stack = group ? TerraformStack.of(group) : azureStack();
      const place = group ? { resourceGroupName: group.name } : {};
      return [
        new PrivateNetwork(stack, "one", {
          ...WITH_GATEWAY,
          ...(group && { resourceGroupName: group.name }),
        }),
        new PrivateNetwork(stack, "two", { ...second, gatewaySubnetPrefix: "10.30.0.0/26", ...place }),
      ];
    }

    function namesOf(network: PrivateNetwork, type: string): readonly unknown[] {
      return synthesizeStack(TerraformStack.of(network))
        .ofType(type)
        .map(({ attributes }) => attributes.name);
    }

    it("has names of its own wherever the resource group holds one of a name", () => {
      const [, network] = networks();

      expect(namesOf(network, "azurerm_network_security_group")).toEqual([
        "nsg-gateway-vnet-aigw-prod",
        "nsg-private-endpoints-vnet-aigw-prod",
        "nsg-gateway-vnet-aigw-swe",
        "nsg-private-endpoints-vnet-aigw-swe",
      ]);
    });

    it.each([
      ["a literal", false],
      ["a reference", true],
    ])("shares zones with it, where the group is named by %s", (_how, reference) => {
      const stack = azureStack();
      const group = new ResourceGroup(stack, "rg", { name: "rg", location: "westeurope" });
      const [one, two] = networks(reference ? group : undefined);
      one.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });
      two.addPrivateEndpoint("other", { target: PrivateEndpointTarget.keyVault({ id: `${VAULT.id}2` }) });

      const synthesized = synthesizeStack(TerraformStack.of(two));
      const [zone, ...more] = synthesized.ofType("azurerm_private_dns_zone");
      expect(more).toEqual([]);
      const links = synthesized
        .ofType("azurerm_private_dns_zone_virtual_network_link")
        .map(({ attributes }) => attributes);
      expect(links.map(({ name }) => name)).toEqual(["vnet-aigw-prod", "vnet-aigw-swe"]);
      expect(new Set(links.map(({ private_dns_zone_name }) => private_dns_zone_name))).toEqual(
        new Set([`\${${zone?.address}.name}`]),
      );
      expect(
        synthesized
          .ofType("azurerm_private_endpoint")
          .map(({ attributes }) => attributes.private_dns_zone_group),
      ).toEqual([
        { name: "default", private_dns_zone_ids: [`\${${zone?.address}.id}`] },
        { name: "default", private_dns_zone_ids: [`\${${zone?.address}.id}`] },
      ]);
    });

    it("keeps zones apart that are in different resource groups", () => {
      const stack = azureStack();
      const one = new PrivateNetwork(stack, "one", WITH_GATEWAY);
      const two = new PrivateNetwork(stack, "two", { ...second, resourceGroupName: "rg-swe" });
      one.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });
      two.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

      expect(synthesizeStack(stack).ofType("azurerm_private_dns_zone")).toHaveLength(2);
    });

    it("resolves a host to the addresses of both, and says so", () => {
      const [one, two] = networks();
      one.addPrivateHost("gateway", { hostName: "ai.contoso.com", addresses: ["10.20.0.5"] });
      two.addPrivateHost("gateway", { hostName: "ai.contoso.com", addresses: ["10.30.0.5"] });

      const synthesized = synthesizeStack(TerraformStack.of(two));
      expect(synthesized.ofType("azurerm_private_dns_zone")).toHaveLength(1);
      expect(
        synthesized.ofType("azurerm_private_dns_a_record").map(({ attributes }) => attributes.records),
      ).toEqual(['${concat(["10.20.0.5"], ["10.30.0.5"])}']);
      expect(two.node.findChild("gateway").node.metadata.map(({ data }) => data as string)).toEqual([
        "'ai.contoso.com' resolves to the addresses of every network of this resource group: peer the networks, or give " +
          "each a resource group of its own",
      ]);
    });

    it("refuses a second way to one resource, whose address would replace the first in their zone", () => {
      const [one, two] = networks();
      one.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });
      const before = two.node.findAll().length;

      expect(() =>
        two.addPrivateEndpoint("vault-swe", { target: PrivateEndpointTarget.keyVault(VAULT) }),
      ).toThrow(
        "[prod/two/vault-swe] zone 'privatelink.vaultcore.azure.net' of this resource group has the address of another " +
          'endpoint of the resource, got "prod/one/vault/Resource": peer the networks and use that endpoint, or give ' +
          "each network a resource group of its own",
      );
      expect(two.node.findAll()).toHaveLength(before);
    });

    it("refuses a name that the resource group has already", () => {
      const [one, two] = networks();
      one.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

      expect(() =>
        two.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault({ id: `${VAULT.id}2` }) }),
      ).toThrow(
        '[prod/two/vault] a resource group takes one private endpoint of a name, got "pep-vault": choose another name',
      );
      expect(() => new PrivateNetwork(TerraformStack.of(one), "three", WITH_GATEWAY)).toThrow(
        '[prod/three] a resource group takes one virtual network of a name, got "vnet-aigw-prod": choose another name',
      );
    });
  });

  it("cuts names that would be longer than Azure takes, and keeps them apart", () => {
    const names = ["a", "b"].map((end) => {
      const stack = azureStack();
      new PrivateNetwork(stack, "network", { ...PROPS, name: `vnet-${"x".repeat(58)}${end}` });
      return String(synthesizeStack(stack).ofType("azurerm_network_security_group")[0]?.attributes.name);
    });

    expect(names.map(({ length }) => length)).toEqual([80, 80]);
    expect(names[0]).not.toBe(names[1]);
  });

  it.each<[string, Partial<PrivateNetworkProps>, string]>([
    ["a wrong name", { name: "-" }, "name must be 2 to 64 letters, digits or -_."],
    ["no address space", { addressSpace: [] }, "addressSpace must hold at least one range"],
    [
      "a range that does not begin at its first address",
      { addressSpace: ["10.20.0.1/22"] },
      'addressSpace must be an IPv4 range in CIDR form that begins at its first address, got "10.20.0.1/22"',
    ],
    ["too large an address space", { addressSpace: ["0.0.0.0/0"] }, "addressSpace must be /8 to /29"],
    [
      "address ranges that overlap",
      { addressSpace: ["10.20.0.0/22", "10.20.2.0/24"] },
      "ranges 10.20.0.0/22 and 10.20.2.0/24 must not overlap",
    ],
    [
      "a subnet outside the address space",
      { privateEndpointSubnetPrefix: "10.21.0.0/26" },
      'subnets must lie in the address space 10.20.0.0/22, got "10.21.0.0/26"',
    ],
    [
      "subnets that overlap",
      { privateEndpointSubnetPrefix: "10.20.0.32/27" },
      "ranges 10.20.0.32/27 and 10.20.0.0/26 must not overlap",
    ],
    [
      "a small subnet",
      { privateEndpointSubnetPrefix: "10.20.1.0/30" },
      "privateEndpointSubnetPrefix must be /29 or larger",
    ],
    [
      "a small subnet for a v2 gateway",
      { gatewayPlacement: "v2-injected", gatewaySubnetPrefix: "10.20.0.0/28" },
      "gatewaySubnetPrefix must be /27 or larger",
    ],
    [
      "too few addresses for the scale units",
      { gatewaySubnetPrefix: "10.20.0.0/28", gatewayUnits: 6 },
      "gatewaySubnetPrefix must have 18 addresses for 6 units",
    ],
    ["scale units that do not exist", { gatewayUnits: 0 }, "gatewayUnits must be 1 to 99, got 0"],
    [
      "an external gateway without the opt-out",
      { gatewayPlacement: "external" },
      "an external gateway is reached from the internet",
    ],
    [
      "the opt-out for an internal gateway",
      { ...EXTERNAL, gatewayPlacement: "internal" },
      "opt-out 'gateway-private-network' has an effect for an external gateway only",
    ],
    [
      "client addresses of an internal gateway",
      { clientAddressRanges: ["203.0.113.7"] },
      "clientAddressRanges has an effect for an external gateway only",
    ],
    [
      "all addresses in disguise",
      { ...EXTERNAL, clientAddressRanges: ["0.0.0.0/0"] },
      "clientAddressRanges must be IPv4 addresses or ranges, not all addresses",
    ],
    [
      "endpoints for everybody",
      { privateEndpointClientRanges: ["0.0.0.0/0"] },
      "privateEndpointClientRanges must be IPv4 ranges in CIDR form, not all addresses",
    ],
    ["no client at all", { ...EXTERNAL, clientAddressRanges: [] }, "clientAddressRanges must not be empty"],
    [
      "a port that is none",
      { gatewayOutboundPorts: [70_000] },
      "gatewayOutboundPorts must be TCP ports, 1 to 65535, got 70000",
    ],
    ["one DNS server", { dnsServers: ["10.0.0.4"] }, "dnsServers must name at least two servers"],
    [
      "a DNS server by name",
      { dnsServers: ["dns.contoso.com", "10.0.0.4"] },
      "dnsServers must be IPv4 addresses",
    ],
  ])("refuses %s", (_what, change, message) => {
    expect(create(change)).toThrow(message);
  });

  it("reports everything that is wrong at once, before it creates anything", () => {
    const stack = azureStack();

    expect(
      () =>
        new PrivateNetwork(stack, "network", {
          name: "-",
          resourceGroupName: "rg.",
          location: "West Europe",
          addressSpace: [],
          privateEndpointSubnetPrefix: "x",
        }),
    ).toThrow(/(\[prod\/network\].*\n){4}\[prod\/network\]/);
    expect(stack.node.tryFindChild("network")?.node.children).toEqual([]);
  });

  describe("of another team", () => {
    const attributes: PrivateNetworkAttributes = {
      resourceGroupName: "rg-aigw-prod",
      location: "westeurope",
      virtualNetworkId: `${NETWORK}/virtualNetworks/vnet-hub`,
      privateEndpointSubnetId: `${NETWORK}/virtualNetworks/vnet-hub/subnets/endpoints`,
      gatewaySubnetId: `${NETWORK}/virtualNetworks/vnet-hub/subnets/apim`,
      privateDnsZoneIds: {
        "privatelink.vaultcore.azure.net": `${NETWORK}/privateDnsZones/privatelink.vaultcore.azure.net`,
      },
    };

    it("takes the gateway and endpoints, and creates nothing but endpoints", () => {
      const stack = azureStack();
      const network = PrivateNetwork.fromPrivateNetworkAttributes(stack, "hub", attributes);
      network.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

      expect(network.gatewaySubnet).toEqual({
        id: attributes.gatewaySubnetId,
        placement: "internal",
        virtualNetworkType: "Internal",
        dependables: [],
      });
      expect(synthesizeStack(stack).resources.map(({ type }) => type)).toEqual(["azurerm_private_endpoint"]);
    });

    it("refuses an endpoint whose names would not resolve", () => {
      const network = PrivateNetwork.fromPrivateNetworkAttributes(azureStack(), "hub", attributes);

      expect(() =>
        network.addPrivateEndpoint("state", { target: PrivateEndpointTarget.blobStorage({ id: "s" }) }),
      ).toThrow(
        "[prod/hub/state] privateDnsZoneIds must name zone 'privatelink.blob.core.windows.net' for this target: ask the network's owner for the zone, and add its ARM id",
      );
    });

    it("reports every wrong id at once", () => {
      expect(() =>
        PrivateNetwork.fromPrivateNetworkAttributes(azureStack(), "hub", {
          ...attributes,
          virtualNetworkId: "vnet-hub",
          privateEndpointSubnetId: `${NETWORK}/virtualNetworks/vnet-hub`,
          gatewaySubnetId: "apim",
          privateDnsZoneIds: {
            "privatelink.vaultcore.azure.net": `${NETWORK}/privateDnsZones/privatelink.openai.azure.com`,
          },
        }),
      ).toThrow(
        /virtualNetworkId must be .*\n.*privateEndpointSubnetId must be .*\n.*gatewaySubnetId must be .*\n.*must hold the ARM id of zone 'privatelink\.vaultcore\.azure\.net'/,
      );
    });
  });

  it("reads as documentation", () => {
    const stack = azureStack();
    const network = new PrivateNetwork(stack, "network", WITH_GATEWAY);
    const endpoint = network.addPrivateEndpoint("vault", { target: PrivateEndpointTarget.keyVault(VAULT) });

    expect(network.gatewaySubnet?.virtualNetworkType).toBe("Internal");
    expect(endpoint.dependables).not.toHaveLength(0);
  });
});
