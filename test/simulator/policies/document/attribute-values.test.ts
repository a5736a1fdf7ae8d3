import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";

const sending = (attributes: string, children = ""): PolicySurroundings => ({
  inbound: `<send-request response-variable-name="r" ${attributes}>${children}</send-request>`,
  hosts: { "service.example": () => Promise.reject(new Error("must not be called")) },
});
const TARGET = "<set-url>https://service.example/</set-url><set-method>GET</set-method>";
const retrying = (attributes: string): PolicySurroundings => ({
  backend: `<retry condition="true" ${attributes}><forward-request /></retry>`,
});
const forwarding = (attributes: string): PolicySurroundings => ({
  backend: `<forward-request ${attributes} />`,
});
const waiting = (mode: string): PolicySurroundings => ({
  inbound: `<wait for="${mode}"><choose><when condition="true" /></choose></wait>`,
});
const based = (url: string): PolicySurroundings => ({
  inbound: `<set-backend-service base-url="${url}" />`,
});

describe("a value that is refused where it is written", () => {
  const cases: readonly (readonly [string, (value: string) => PolicySurroundings, string])[] = [
    ["forward-request timeout", (value) => forwarding(`timeout="${value}"`), "-5"],
    ["forward-request timeout", (value) => forwarding(`timeout="${value}"`), "0"],
    ["forward-request timeout", (value) => forwarding(`timeout="${value}"`), "1000000000000"],
    ["forward-request timeout-ms", (value) => forwarding(`timeout-ms="${value}"`), "0"],
    ["retry count", (value) => retrying(`count="${value}" interval="0"`), "0"],
    ["retry count", (value) => retrying(`count="${value}" interval="0"`), "51"],
    ["retry interval", (value) => retrying(`count="1" interval="${value}"`), "-1"],
    ["retry delta", (value) => retrying(`count="1" interval="0" delta="${value}"`), "-1"],
    ["wait for", waiting, "bogus"],
    ["send-request mode", (value) => sending(`mode="${value}"`, TARGET), "bogus"],
    ["send-request timeout", (value) => sending(`timeout="${value}"`, TARGET), "0"],
    ["set-backend-service base-url", based, "https://backend.example/x?k=1"],
    ["set-backend-service base-url", based, "https://backend.example/x#part"],
    ["set-backend-service base-url", based, "backend.example"],
  ];

  test.each(cases)("%s: written", async (_, policies, value) => {
    expect(await problemsOf(policies(value))).not.toEqual([]);
  });

  test.each(cases)("%s: computed", async (_, policies, value) => {
    const computed = /^-?\d+$/.test(value) ? `@(${value}L)` : `@(&quot;${value}&quot;)`;
    const gateway = await PolicyGateway.start(policies(computed));
    expect((await gateway.call()).status).toBe(500);
    expect(gateway.lastError).toMatchObject({ reason: "ExpressionValueEvaluationFailure" });
  });
});

test.each([
  ["a URL and a method", "", "<set-url> and <set-method>"],
  ["a method", "<set-url>https://service.example/</set-url>", "<set-method>"],
])("send-request of a computed mode 'new' needs %s", async (_, children, missing) => {
  const gateway = await PolicyGateway.start(sending(`mode="@(&quot;new&quot;)"`, children));
  await gateway.call();
  expect(gateway.lastError).toMatchObject({ message: `Mode 'new' needs ${missing}.` });
});
