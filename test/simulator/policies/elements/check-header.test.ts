import { PolicyGateway } from "../../support/policy-gateway";

const check = (values: readonly string[], ignoreCase = "false"): string =>
  `<check-header name="x-team" failed-check-httpcode="418" failed-check-error-message="Wrong team"
    ignore-case="${ignoreCase}">${values.map((value) => `<value>${value}</value>`).join("")}</check-header>`;

async function call(policy: string, headers: Readonly<Record<string, string>>): Promise<[number, unknown]> {
  const gateway = await PolicyGateway.start({ inbound: policy });
  const { status } = await gateway.call({ headers });
  return [status, gateway.lastError];
}

describe("check-header", () => {
  it("lets a header with an allowed value pass", async () => {
    expect((await call(check(["a", "b"]), { "X-Team": "b" }))[0]).toBe(200);
  });

  it("answers with the configured status and text", async () => {
    const gateway = await PolicyGateway.start({ inbound: check(["a"]) });
    const { status, text } = await gateway.call();
    expect([status, JSON.parse(text)]).toEqual([418, { statusCode: 418, message: "Wrong team" }]);
  });

  it("tells a missing header from a wrong value", async () => {
    const missing = await call(check(["a"]), {});
    const wrong = await call(check(["a"]), { "x-team": "z" });
    expect([missing[1], wrong[1]]).toMatchObject([
      { source: "check-header", reason: "HeaderNotFound" },
      { source: "check-header", reason: "HeaderValueNotAllowed" },
    ]);
  });

  it("compares case unless told otherwise", async () => {
    const headers = { "x-team": "A" };
    expect([(await call(check(["a"]), headers))[0], (await call(check(["a"], "true"), headers))[0]]).toEqual([
      418, 200,
    ]);
  });

  it("asks for presence only when it has no values", async () => {
    expect((await call(check([]), { "x-team": "anything" }))[0]).toBe(200);
  });
});
