import { shortenedName } from "../../../lib/private/shortened-name";

it.each([
  ["nsg-gateway", 80, "nsg-gateway"],
  ["abcdefghij", 10, "abcdefghij"],
])("leaves '%s' alone, which has not more than %i characters", (name, limit, expected) => {
  expect(shortenedName(name, limit)).toBe(expected);
});

it("cuts what is longer, and keeps different names apart", () => {
  const names = ["one", "two"].map((end) => shortenedName(`nsg-private-endpoints-${end}`, 20));

  expect(names.map((name) => name.replace(/[0-9a-f]{6}$/, "******"))).toEqual([
    "nsg-private-e-******",
    "nsg-private-e-******",
  ]);
  expect(names[0]).not.toBe(names[1]);
  expect(shortenedName("nsg-private-endpoints-one", 20)).toBe(names[0]);
});

it("does not end the part that stays in a hyphen, and takes another separator", () => {
  expect(shortenedName("nsg-gateway--------------", 18)).toMatch(/^nsg-gateway-[0-9a-f]{6}$/);
  expect(shortenedName("staigwprodwesteurope", 16, { separator: "" })).toMatch(/^staigwprod[0-9a-f]{6}$/);
});
