import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { countTokens, limitRequests, limitTokens } from "../../../../../lib/gateway/policy/steps/limits";
import { elementOf, elementsOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";
import { parsed } from "./step-values";

function steps(options: ApiDescriptionOptions = {}): ReturnType<typeof parsed> {
  const api = apiDescription(options);
  const clients = new ClientTable(api);
  return parsed([...limitRequests(api, clients), ...limitTokens(api, clients)]);
}

describe("limitRequests and limitTokens", () => {
  it("estimates the prompt, so that one too large never reaches the model", () => {
    expect(elementOf(steps(), "llm-token-limit").getAttribute("estimate-prompt-tokens")).toBe("true");
  });

  it("has limits on tokens for operations that spend tokens", () => {
    const [condition] = elementsOf(steps(), "when").map((element) => element.getAttribute("condition"));
    expect(condition).toContain('new[] { "chat", "completions", "embeddings", "responses" }.Contains(');
  });

  it("gives a client with limits of its own a branch, and everybody else the API's", () => {
    const limits = { requestsPerMinute: 5, tokenQuota: 100, tokenQuotaPeriod: "Monthly" } as const;
    const document = steps({ clients: [{ ...application("claims", CLIENT), rights: { limits } }] });
    expect(elementsOf(document, "rate-limit-by-key").map((element) => element.getAttribute("calls"))).toEqual(
      ["5", "60"],
    );
    const [own, api] = elementsOf(document, "llm-token-limit");
    expect([own?.getAttribute("token-quota"), own?.getAttribute("token-quota-period")]).toEqual([
      "100",
      "Monthly",
    ]);
    expect(api?.hasAttribute("token-quota")).toBe(false);
  });

  it("counts every request, failed ones too", () => {
    expect(elementOf(steps(), "rate-limit-by-key").hasAttribute("increment-condition")).toBe(false);
  });
});

describe("countTokens", () => {
  it("counts by opaque ids only", () => {
    const dimensions = elementsOf(parsed([countTokens()]), "dimension").map(
      (element) => `${element.getAttribute("name")}: ${element.getAttribute("value")}`,
    );
    expect(dimensions).toEqual([
      "API: @(context.Api.Id)",
      "Operation: @(context.Operation.Id)",
      'Client: @(((string)context.Variables["callerClientId"]))',
      'Deployment: @(((string)context.Variables["routeDeployment"]))',
    ]);
  });
});
