import { PolicyGateway } from "../../support/policy-gateway";

describe("authentication-basic", () => {
  it("replaces the caller's Authorization by the credentials in UTF-8", async () => {
    const inbound = `<authentication-basic username="müller" password="a:b" />`;
    const gateway = await PolicyGateway.start({ inbound });
    await gateway.call({ headers: { Authorization: "Bearer caller" } });
    const expected = `Basic ${Buffer.from("müller:a:b").toString("base64")}`;
    expect(gateway.forwardedHeaders["authorization"]).toEqual([expected]);
  });
});
