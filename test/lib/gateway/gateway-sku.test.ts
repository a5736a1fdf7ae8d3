import { GATEWAY_TIERS, GatewaySku } from "../../../lib/gateway/gateway-sku";

test("each factory makes the sku name that azurerm accepts", () => {
  const names = [
    GatewaySku.consumption(),
    GatewaySku.developer(),
    GatewaySku.basic(2),
    GatewaySku.basicV2(10),
    GatewaySku.standard(4),
    GatewaySku.standardV2(),
    GatewaySku.premium(3),
    GatewaySku.premiumV2(30),
  ].map((sku) => sku.name);

  expect(names).toEqual([
    "Consumption_0",
    "Developer_1",
    "Basic_2",
    "BasicV2_10",
    "Standard_4",
    "StandardV2_1",
    "Premium_3",
    "PremiumV2_30",
  ]);
});

test("a name from configuration is read back as it is written", () => {
  expect(GatewaySku.of("PremiumV2_4").name).toBe("PremiumV2_4");
});

test.each(["BasicV2_99", "Premium_0", "Developer_2", "Consumption_1", "Standard_5"])(
  "%s is refused: the tier does not come in that size",
  (name) => {
    expect(() => GatewaySku.of(name)).toThrow(
      /^\[gateway sku\] units of tier \w+ must be \d+(?: to \d+)?, got \d+: /,
    );
  },
);

test.each(["premium_1", "Premium", "Premium_01", " Premium_1", "Premium_1 ", "toString_1", "Premium_100"])(
  "%j is refused: it is not a sku name",
  (name) => {
    expect(() => GatewaySku.of(name)).toThrow(/^\[gateway sku\] sku must be <tier>_<units>, got /);
  },
);

test("a fraction of a unit cannot be bought", () => {
  expect(() => GatewaySku.premium(1.5)).toThrow(
    "[gateway sku] units of tier Premium must be 1 to 99, got 1.5: correct the number, or choose another tier",
  );
});

test("only classic dedicated tiers build client-certificate chains with their own CA store", () => {
  const tiers = Object.entries(GATEWAY_TIERS).filter(([, rules]) => rules.certificateAuthorities);
  expect(tiers.map(([tier]) => tier)).toEqual(["Developer", "Basic", "Standard", "Premium"]);
});
