import { PolicyGateway, type PolicySurroundings, problemsOf } from "../support/policy-gateway";

/** What deployed policies have that Microsoft's pages do not allow: accepted, unless the pages are to hold. */
const CONTRADICTIONS: readonly (readonly [string, PolicySurroundings, string])[] = [
  [
    "check-header without ignore-case",
    {
      inbound: `<check-header name="X-A" failed-check-httpcode="400" failed-check-error-message="no"><value>a</value></check-header>`,
    },
    "needs attribute 'ignore-case'",
  ],
  ["trace with text", { inbound: `<trace source="s">text</trace>` }, "needs at least 1 <message>; has 0"],
  [
    "cors without allowed-headers",
    { inbound: `<cors><allowed-origins><origin>https://a.example</origin></allowed-origins></cors>` },
    "needs at least 1 <allowed-headers>; has 0",
  ],
  [
    "authentication-managed-identity in outbound",
    { outbound: `<authentication-managed-identity resource="https://a.example" />` },
    "is not allowed in section outbound; allowed: inbound",
  ],
  [
    "six dimensions of a token metric",
    {
      inbound: `<llm-emit-token-metric>${"abcdef".replace(/./g, `<dimension name="$&" value="v" />`)}</llm-emit-token-metric>`,
    },
    "has 6 custom dimensions; allowed: 5",
  ],
];

test.each(CONTRADICTIONS)(
  "%s is taken, and refused when the pages are to hold",
  async (_, policies, problem) => {
    expect(await problemsOf(policies)).toEqual([]);
    expect(await problemsOf({ ...policies, strict: true })).toContainEqual(expect.stringContaining(problem));
  },
);

test("a traced text is the message", async () => {
  const gateway = await PolicyGateway.start({ inbound: `<trace source="s">@("text")</trace>` });
  await gateway.call();
  expect(gateway.running.sinks.messages).toMatchObject([{ source: "s", message: "text" }]);
});

describe("context.Response in backend before the first forward", () => {
  const backend = `<retry condition="@(context.Response.StatusCode == 429)" count="1" interval="0">
    <choose><when condition="@(context.Response.StatusCode == 429)"><return-response /></when></choose>
    <forward-request />
  </retry>`;

  test("has a status of its own, as deployed failover policies read it", async () => {
    const gateway = await PolicyGateway.start({ backend });
    expect((await gateway.call()).status).toBe(200);
  });

  test("is null when the pages are to hold", async () => {
    const gateway = await PolicyGateway.start({ backend, strict: true });
    expect((await gateway.call()).status).toBe(500);
  });

  test("is null in inbound either way", async () => {
    const inbound = `<set-header name="X-Null"><value>@((context.Response == null).ToString())</value></set-header>`;
    const gateway = await PolicyGateway.start({ inbound });
    await gateway.call();
    expect(gateway.forwardedHeaders["x-null"]).toEqual(["True"]);
  });
});
