import { TerraformStack, Testing } from "cdktf";
import { checkAllowedAddressRanges } from "../../../lib/private/allowed-address-ranges";
import { Problems } from "../../../lib/validation/problems";
import { SecurityOptOuts } from "../../../lib/validation/security-opt-out";

function problemsOf(allowedAddressRanges: readonly string[] | undefined, open = true): string[] {
  const problems = new Problems("vault");
  const control = "vault-public-network";
  const reason = "Operators without a network of ours";
  const optOuts = new SecurityOptOuts(
    new TerraformStack(Testing.app(), "stack"),
    [control],
    open ? [{ control, reason }] : [],
    problems,
  );
  checkAllowedAddressRanges(problems, { allowedAddressRanges, control, optOuts, max: 3 });
  return problems.all.map(({ rule }) => rule);
}

describe("checkAllowedAddressRanges", () => {
  it.each(["8.8.8.8", "8.8.8.0/24", "8.0.0.0/8", "203.0.113.7", "198.51.100.0/30"])("accepts %s", (range) => {
    expect(problemsOf([range])).toEqual([]);
  });

  it.each([
    ["a private range", "10.0.0.0/24"],
    ["a range that ends in a private one", "172.0.0.0/11"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["loopback", "127.0.0.1"],
    ["everything", "0.0.0.0/0"],
    ["half of everything", "128.0.0.0/1"],
    ["a range that Azure wants as addresses", "8.8.8.8/31"],
    ["IPv6", "2001:db8::/32"],
    ["any address", "0.0.0.0"],
    ["octal digits", "020.030.040.050"],
    ["a short form", "20.30"],
    ["a name", "contoso.com"],
    ["nothing", ""],
  ])("refuses %s", (_what, range) => {
    expect(problemsOf([range])).toEqual([
      "allowedAddressRanges must be public IPv4 addresses, or ranges of /8 to /30",
    ]);
  });

  it("accepts no addresses as long as the control holds", () => {
    expect(problemsOf(undefined, false)).toEqual([]);
  });

  it("refuses addresses as long as the control holds", () => {
    expect(problemsOf(["8.8.8.8"], false)).toEqual([
      "allowedAddressRanges needs opt-out 'vault-public-network'",
    ]);
  });

  it.each([[undefined], [[]]])("refuses an opt-out that lets in nobody or everybody", (ranges) => {
    expect(problemsOf(ranges)).toEqual([
      "opt-out 'vault-public-network' must come with allowedAddressRanges",
    ]);
  });

  it("refuses more than Azure takes", () => {
    expect(problemsOf(["8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4"])).toEqual([
      "allowedAddressRanges holds at most 3 entries",
    ]);
  });
});
