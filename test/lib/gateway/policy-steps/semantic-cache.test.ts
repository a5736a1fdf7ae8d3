import { openAiApiPolicy } from "../../../../lib/gateway/openai-api-policy";
import { lookUpAnswer, storeAnswer } from "../../../../lib/gateway/policy-steps/semantic-cache";
import { elementOf, elementsOf, parsePolicy } from "../../../support/policy-xml";
import { apiDescription } from "../api-description";
import { parsed, valuesSet } from "./step-values";

const CACHED = apiDescription({ semanticCache: { embeddingsBackendId: "embed" } });

describe("semantic cache", () => {
  it("is off unless asked for", () => {
    expect([...lookUpAnswer(apiDescription()), ...storeAnswer(apiDescription())]).toEqual([]);
  });

  it("looks up after the limits and before the route, and stores after errors have been answered", () => {
    const document = parsePolicy(openAiApiPolicy(CACHED).render());
    const names = elementsOf(document).map(({ tagName }) => tagName);
    const positions = [
      names.indexOf("validate-azure-ad-token"),
      names.indexOf("llm-token-limit"),
      names.indexOf("llm-semantic-cache-lookup"),
      names.indexOf("authentication-managed-identity"),
      names.indexOf("outbound"),
      names.indexOf("llm-semantic-cache-store"),
    ];
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
    expect(openAiApiPolicy(CACHED).problems(CACHED.tier)).toEqual([]);
  });

  it("never shares an answer beyond the user and the client who asked, the deployment and the parameters", () => {
    const [partition = ""] = valuesSet(parsed(lookUpAnswer(CACHED)), "callerCachePartition");
    const parts = [...partition.matchAll(/parts\.Add\((.*?)\);/g)].map(([, part]) => part);
    expect(parts).toEqual([
      '((string)context.Variables["callerClientId"])',
      'context.Variables.GetValueOrDefault<string>("callerUserId", "")',
      '((string)context.Variables["routeDeployment"])',
      'context.Request.OriginalUrl.Query.GetValueOrDefault("api-version", "")',
      "instructions",
      "request",
    ]);
  });

  it("shares answers between users of a client on request", () => {
    const shared = apiDescription({
      semanticCache: { embeddingsBackendId: "embed", sharedWithin: "client" },
    });
    const [partition] = valuesSet(parsed(lookUpAnswer(shared)), "callerCachePartition");
    expect(partition).not.toContain("callerUserId");
  });

  it("finds answers by the partition alone", () => {
    expect(elementOf(parsed(lookUpAnswer(CACHED)), "vary-by").textContent).toBe(
      '@(((string)context.Variables["callerCachePartition"]))',
    );
  });

  it("keeps complete answers only", () => {
    expect(elementOf(parsed(storeAnswer(CACHED)), "when").getAttribute("condition")).toBe(
      '@(context.Response.StatusCode == 200 && context.Variables.ContainsKey("callerCachePartition"))',
    );
  });
});
