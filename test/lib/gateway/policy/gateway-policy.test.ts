import { gatewayPolicy } from "../../../../lib/gateway/policy/gateway-policy";
import type { GatewayDescription } from "../../../../lib/gateway/policy/openai-api-description";
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

  it("retries only what an Azure OpenAI API has routed", () => {
    const [routed, otherwise] = childrenOf(elementOf(BACKEND, "choose"));
    expect(routed?.getAttribute("condition")).toBe('@(context.Variables.ContainsKey("routeBackend"))');
    expect(childrenOf(otherwise ?? BACKEND).map(({ tagName }) => tagName)).toEqual(["forward-request"]);
  });

  it("bounds the calls that one caller has in flight", () => {
    const limit = elementOf(BACKEND, "limit-concurrency");
    expect(limit.getAttribute("key")).toBe('@(((string)context.Variables["callerClientId"]))');
    expect(limit.getAttribute("max-count")).toBe("20");
  });

  it("retries when an account is overloaded, out of work or cannot be reached, not after a 500 or a time-out", () => {
    const condition = elementOf(BACKEND, "retry").getAttribute("condition")?.replace(/\s+/g, " ");
    expect(condition).toBe(
      '@(((int)context.Variables["routeRetries"]) > 0' +
        ' && (context.LastError == null || context.LastError.Reason != "Timeout")' +
        " && (context.Response == null || context.Response.StatusCode == 429" +
        " || (context.Response.StatusCode >= 502 && context.Response.StatusCode <= 504)" +
        ' || (context.LastError != null && context.LastError.Reason == "BackendConnectionFailure"' +
        " && context.Response.StatusCode == 500)))",
    );
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
