import { AddressPrefix } from "../../../lib/network/address-prefix";

describe("AddressPrefix", () => {
  it.each([
    ["10.0.0.0/8", 8, 2 ** 24],
    ["10.20.0.0/26", 26, 64],
    ["0.0.0.0/0", 0, 2 ** 32],
    ["10.20.0.7/32", 32, 1],
  ])("reads %s", (text, length, size) => {
    const prefix = AddressPrefix.parse(text);

    expect([prefix?.length, prefix?.size, prefix?.toString()]).toEqual([length, size, text]);
  });

  it.each(["10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "10.0.0/24", "010.0.0.0/8", "fd00::/8", "", "Internet"])(
    "refuses '%s'",
    (text) => {
      expect(AddressPrefix.parse(text)).toBeUndefined();
    },
  );

  it.each([
    ["10.0.0.0/16", "10.0.255.0/24", true, true],
    ["10.0.0.0/16", "10.0.0.0/16", true, true],
    ["10.0.0.0/24", "10.0.0.0/16", false, true],
    ["10.0.0.0/24", "10.0.1.0/24", false, false],
    ["0.0.0.0/0", "192.168.0.0/16", true, true],
  ])("%s and %s: contains %s, overlaps %s", (one, other, contains, overlaps) => {
    const [first, second] = [AddressPrefix.parse(one)!, AddressPrefix.parse(other)!];

    expect([first.contains(second), first.overlaps(second)]).toEqual([contains, overlaps]);
  });
});
