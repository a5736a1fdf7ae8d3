import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const RANGE = `<address-range from="192.0.2.10" to="192.0.2.20" />`;
const filter = (action: string, children: string): string =>
  `<ip-filter action="${action}">${children}</ip-filter>`;

async function statusFor(policy: string, ipAddress: string): Promise<number> {
  const gateway = await PolicyGateway.start({ inbound: policy });
  return (await gateway.call({ ipAddress })).status;
}

describe("ip-filter", () => {
  it.each([
    ["allow", "192.0.2.10", 200],
    ["allow", "192.0.2.20", 200],
    ["allow", "192.0.2.21", 403],
    ["allow", "2001:db8::1", 403],
    ["forbid", "192.0.2.15", 403],
    ["forbid", "192.0.2.9", 200],
  ])("%s answers %s with %d", async (action, address, status) => {
    expect(await statusFor(filter(action, RANGE), address)).toBe(status);
  });

  it("takes single addresses of both families", async () => {
    const policy = filter("allow", "<address>192.0.2.1</address><address>2001:db8::1</address>");
    expect([await statusFor(policy, "192.0.2.1"), await statusFor(policy, "2001:db8::1")]).toEqual([
      200, 200,
    ]);
  });

  it("knows an IPv4 address that arrives mapped into IPv6", async () => {
    expect(await statusFor(filter("allow", RANGE), "::ffff:192.0.2.15")).toBe(200);
  });

  it("tells the caller only 'Forbidden', and the reason in LastError", async () => {
    const gateway = await PolicyGateway.start({ inbound: filter("allow", RANGE) });
    const { text } = await gateway.call({ ipAddress: "198.51.100.1" });
    expect(JSON.parse(text)).toEqual({ statusCode: 403, message: "Forbidden" });
    expect(gateway.lastError).toMatchObject({
      reason: "CallerIpNotAllowed",
      message: "Caller IP address 198.51.100.1 is not allowed. Access denied.",
    });
  });

  it("refuses a caller without a readable address", async () => {
    const gateway = await PolicyGateway.start({ inbound: filter("forbid", RANGE) });
    await gateway.call({ ipAddress: "unknown" });
    expect(gateway.lastError).toMatchObject({ reason: "FailedToParseCallerIP" });
  });

  it.each([
    ["no address", "", "at least one"],
    ["an address block", "<address>10.0.0.0/8</address>", "not an IP address"],
    ["an empty range", `<address-range from="10.0.0.2" to="10.0.0.1" />`, "is empty or mixes"],
    ["a range over both families", `<address-range from="10.0.0.2" to="::1" />`, "is empty or mixes"],
  ])("refuses %s at load", async (_, children, problem) => {
    expect(await problemsOf({ inbound: filter("allow", children) })).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});
