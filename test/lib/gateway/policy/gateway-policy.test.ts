import { gatewayPolicy } from "../../../../lib/gateway/policy/gateway-policy";
import type { GatewayDescription } from "../../../../lib/gateway/policy/openai-api-description";
import { csharp } from "../../../../lib/policy/csharp";
import { FixedBackend } from "../../../simulator/support/running-gateway";
import { type PolicyRunOptions, valueOfText } from "../../../support/policy-run";
import { childrenOf, elementOf, elementsOf, parsePolicy } from "../../../support/policy-xml";

const GATEWAY: GatewayDescription = {
  constructPath: "stack/gateway",
  backendIds: ["pool", "oai-weu", "pool"],
  concurrentCalls: 20,
  tier: { tier: "classic", policyDocumentBytes: 256 * 1024 },
  refusalFragmentId: "ai-gateway-refusal",
};
const DOCUMENT = parsePolicy(gatewayPolicy(GATEWAY).render());
const BACKEND = elementOf(DOCUMENT, "backend");

describe("gatewayPolicy", () => {
  it("has nothing that API Management would refuse", () => {
    expect(gatewayPolicy(GATEWAY).problems(GATEWAY.tier)).toEqual([]);
  });

  it("deletes what only a proxy or the gateway may set, for every API", () => {
    const inbound = elementOf(DOCUMENT, "inbound");
    const names = elementsOf(inbound, "set-header").map((element) => element.getAttribute("name"));
    expect(names).toEqual(
      expect.arrayContaining([
        "X-ARR-ClientCert",
        "X-Original-URL",
        "x-ai-gateway-client-id",
        "Ocp-Apim-Trace",
      ]),
    );
  });

  it("retries only what an Azure OpenAI API has routed", async () => {
    const [routed, otherwise] = childrenOf(elementOf(BACKEND, "choose"));
    const condition = routed?.getAttribute("condition") ?? "";
    expect(await valueOfText(condition, { variables: { routeBackend: "pool" } })).toBe("True");
    expect(await valueOfText(condition)).toBe("False");
    expect(childrenOf(otherwise ?? BACKEND).map(({ tagName }) => tagName)).toEqual(["forward-request"]);
  });

  it("bounds the calls that one caller has in flight", async () => {
    const limit = elementOf(BACKEND, "limit-concurrency");
    const variables = { callerClientId: "claims" };
    expect(await valueOfText(limit.getAttribute("key") ?? "", { variables })).toBe("claims");
    expect(limit.getAttribute("max-count")).toBe("20");
  });

  describe("retries", () => {
    const condition = elementOf(BACKEND, "retry").getAttribute("condition") ?? "";
    const retries = (count: number): PolicyRunOptions => ({ variables: { routeRetries: csharp`${count}` } });

    it.each([
      [200, "False"],
      [400, "False"],
      [404, "False"],
      [408, "False"],
      [429, "True"],
      [500, "False"],
      [502, "True"],
      [503, "True"],
      [504, "True"],
      [505, "False"],
    ])(
      "when an account is overloaded or out of work, not after a 500: %d, %s",
      async (status, isTriedAgain) => {
        const answers = new FixedBackend(status);
        expect(await valueOfText(condition, { ...retries(1), answers })).toBe(isTriedAgain);
        expect(await valueOfText(condition, { ...retries(0), answers })).toBe("False");
      },
    );

    it("when an account cannot be reached", async () => {
      expect(await valueOfText(condition, retries(1))).toBe("True");
      expect(await valueOfText(condition, retries(0))).toBe("False");
    });
  });

  it("picks a member of the pool anew for each try, by literal id", () => {
    const retry = elementOf(BACKEND, "retry");
    expect(
      elementsOf(retry, "set-backend-service").map((element) => element.getAttribute("backend-id")),
    ).toEqual(["oai-weu", "pool"]);
  });

  it("keeps the request for another try and streams the response", () => {
    const forward = elementOf(elementOf(BACKEND, "retry"), "forward-request");
    expect(forward.getAttribute("buffer-request-body")).toBe("true");
    expect(forward.getAttribute("buffer-response")).toBe("false");
  });

  it("answers every error by the contract", () => {
    expect(childrenOf(elementOf(DOCUMENT, "on-error")).map(({ tagName }) => tagName)).toEqual([
      "include-fragment",
      "set-variable",
    ]);
  });

  it("only forwards while no API routes anywhere", () => {
    const backend = elementOf(parsePolicy(gatewayPolicy({ ...GATEWAY, backendIds: [] }).render()), "backend");
    expect(childrenOf(backend).map(({ tagName }) => tagName)).toEqual(["forward-request"]);
  });
});
