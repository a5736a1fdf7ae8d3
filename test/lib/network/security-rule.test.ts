import { type AllowedTraffic, securityRules } from "../../../lib/network/security-rule";

const HTTPS: AllowedTraffic = {
  name: "Clients",
  purpose: "Clients of the gateway",
  direction: "Inbound",
  source: "VirtualNetwork",
  destination: "VirtualNetwork",
  ports: ["443"],
};

describe("securityRules", () => {
  it("allows what is listed, in its order", () => {
    const rules = securityRules([HTTPS, { ...HTTPS, name: "Management", ports: ["3443"] }]);

    expect(
      rules.filter(({ access }) => access === "Allow").map(({ name, priority }) => [name, priority]),
    ).toEqual([
      ["AllowClientsInbound", 100],
      ["AllowManagementInbound", 110],
    ]);
  });

  it("writes a rule as Azure takes it", () => {
    expect(securityRules([HTTPS])[0]).toEqual({
      name: "AllowClientsInbound",
      description: "Clients of the gateway",
      priority: 100,
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      sourceAddressPrefix: "VirtualNetwork",
      sourcePortRange: "*",
      destinationAddressPrefix: "VirtualNetwork",
      destinationPortRange: "443",
    });
  });

  it("writes several ranges and ports in the plural", () => {
    expect(
      securityRules([
        { ...HTTPS, source: ["203.0.113.0/24", "198.51.100.7"], ports: ["443", "6381-6383"] },
      ])[0],
    ).toMatchObject({
      sourceAddressPrefixes: ["203.0.113.0/24", "198.51.100.7"],
      destinationPortRanges: ["443", "6381-6383"],
    });
  });

  it.each(["Inbound", "Outbound"] as const)(
    "ends by denying everything else %s, before Azure's own rules",
    (direction) => {
      const rules = securityRules([HTTPS]).filter((rule) => rule.direction === direction);

      expect(rules.at(-1)).toEqual({
        name: `DenyAll${direction}`,
        description: "Everything that no rule above allows",
        priority: 4096,
        direction,
        access: "Deny",
        protocol: "*",
        sourceAddressPrefix: "*",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: "*",
      });
    },
  );
});
