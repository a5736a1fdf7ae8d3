import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const set = (attributes: string, ...values: readonly string[]): string =>
  `<set-query-parameter ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-query-parameter>`;

async function forwarded(inbound: string, query: string): Promise<string> {
  const gateway = await PolicyGateway.start({ inbound });
  await gateway.call({}, `/api/ping${query}`);
  return gateway.forwardedTarget;
}

describe("set-query-parameter", () => {
  it.each([
    ["override replaces", `name="v"`, ["2"], "?v=1", "/ping?v=2"],
    ["override adds", `name="v"`, ["2"], "", "/ping?v=2"],
    ["skip keeps", `name="v" exists-action="skip"`, ["2"], "?v=1", "/ping?v=1"],
    ["append adds to", `name="v" exists-action="append"`, ["2"], "?v=1", "/ping?v=1&v=2"],
    ["delete removes", `name="v" exists-action="delete"`, [], "?v=1&w=2", "/ping?w=2"],
  ])("%s a parameter", async (_, attributes, values, query, expected) => {
    expect(await forwarded(set(attributes, ...values), query)).toBe(expected);
  });

  it("encodes what is not a query text", async () => {
    expect(await forwarded(set(`name="v"`, "a&amp;b=c"), "")).toBe("/ping?v=a%26b%3Dc");
  });

  it("is refused in outbound", async () => {
    expect(await problemsOf({ outbound: set(`name="v"`, "1") })).toHaveLength(1);
  });
});
