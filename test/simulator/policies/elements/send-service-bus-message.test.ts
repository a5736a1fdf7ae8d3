import { identityToken } from "../../support/identity-token";
import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";

const POLICY = `<send-service-bus-message queue-name="orders" namespace="bus.servicebus.windows.net" client-id="sender">
  <message-properties>
    <message-property name="kind">@(context.Request.Method)</message-property>
  </message-properties>
  <payload>@("at " + context.Request.Url.Path)</payload>
</send-service-bus-message>`;

const ASKED: string[] = [];
const WORLD: NonNullable<PolicySurroundings["world"]> = {
  managedIdentityToken: (audience, clientId) => {
    ASKED.push(`${audience} ${clientId ?? ""}`);
    return Promise.resolve(identityToken(audience, clientId));
  },
};

describe("send-service-bus-message", () => {
  it("sends as the gateway's identity", async () => {
    const gateway = await PolicyGateway.start({ inbound: POLICY, world: WORLD });
    await gateway.call();
    expect(ASKED).toEqual(["https://servicebus.azure.net sender"]);
    expect(gateway.running.sinks.logs).toEqual([
      {
        logger: "bus.servicebus.windows.net/orders",
        body: "at /ping",
        properties: { kind: "GET" },
      },
    ]);
  });

  it("fails where the identity has no token", async () => {
    const gateway = await PolicyGateway.start({ inbound: POLICY });
    expect((await gateway.call()).status).toBe(500);
    expect(gateway.lastError).toMatchObject({ source: "send-service-bus-message", reason: "MessageNotSent" });
  });

  it("needs a queue or a topic", async () => {
    const inbound = `<send-service-bus-message><payload>x</payload></send-service-bus-message>`;
    expect(await problemsOf({ inbound })).toEqual([
      "needs exactly one of the attributes queue-name, topic-name; has none",
    ]);
  });
});
