import { checkAllowedAddressRanges } from "../../../lib/openai/allowed-address-ranges";
import { Problems } from "../../../lib/private/problems";

function refused(...ranges: string[]): readonly unknown[] {
  const problems = new Problems("prod/openai");
  checkAllowedAddressRanges(problems, ranges);
  return problems.all.map(({ value }) => value);
}

describe("allowedAddressRanges", () => {
  it.each(["20.30.40.50", "20.30.40.0/24", "20.0.0.0/8", "20.30.40.48/30", "203.0.113.0/24"])(
    "takes public range %s",
    (range) => {
      expect(refused(range)).toEqual([]);
    },
  );

  it.each([
    ["everything", "0.0.0.0/0"],
    ["half of everything", "128.0.0.0/1"],
    ["any address", "0.0.0.0"],
    ["a private range", "10.1.0.0/16"],
    ["a private address", "192.168.1.4"],
    ["a loopback address", "127.0.0.1"],
    ["a carrier's private range", "100.64.0.0/10"],
    ["a prefix that Azure does not take", "20.30.40.50/32"],
    ["IPv6", "2001:db8::/32"],
    ["octal digits", "020.030.040.050"],
    ["a short form", "20.30"],
    ["no address", "office"],
  ])("refuses %s", (_case, range) => {
    expect(refused(range)).toEqual([range]);
  });

  it("refuses more than 100", () => {
    expect(refused(...Array.from({ length: 101 }, (_, n) => `20.30.40.${n}`))).toEqual([101]);
  });
});
