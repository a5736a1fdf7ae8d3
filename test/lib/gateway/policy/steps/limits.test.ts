import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { countTokens, limitRequests, limitTokens } from "../../../../../lib/gateway/policy/steps/limits";
import { valueOfText } from "../../../../support/policy-run";
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
    const [ofUser, ofClient] = elementsOf(steps(), "llm-token-limit").map((element) =>
      element.getAttribute("estimate-prompt-tokens"),
    );
    expect([ofUser, ofClient]).toEqual(["false", "true"]);
  });

  it.each([
    ["chat", "True"],
    ["completions", "True"],
    ["embeddings", "True"],
    ["responses", "True"],
    ["images", "False"],
    ["models", "False"],
    ["", "False"],
  ])("has limits on tokens for operations that spend tokens: %s, %s", async (group, spends) => {
    const [, condition] = elementsOf(steps(), "when").map((element) => element.getAttribute("condition"));
    const operation = group === "" ? "" : `${group}:dated:json:path:`;
    expect(await valueOfText(condition ?? "", { variables: { operation } })).toBe(spends);
  });

  it("gives a client with limits of its own a branch, and everybody else the API's", () => {
    const limits = { requestsPerMinute: 5, tokenQuota: 100, tokenQuotaPeriod: "Monthly" } as const;
    const document = steps({ clients: [{ ...application("claims", CLIENT), rights: { limits } }] });
    expect(elementsOf(document, "rate-limit-by-key").map((element) => element.getAttribute("calls"))).toEqual(
      ["3", "5", "30", "60"],
    );
    const [, own, , api] = elementsOf(document, "llm-token-limit");
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
  it("counts by opaque ids only", async () => {
    const values = await Promise.all(
      elementsOf(parsed([countTokens({})]), "dimension").map(async (element) => {
        const value = await valueOfText(element.getAttribute("value") ?? "", {
          variables: { callerClientId: "claims", routeDeployment: "gpt-4o" },
        });
        return `${element.getAttribute("name")}: ${value}`;
      }),
    );
    expect(values).toEqual(["API: api", "Operation: GET-/ping", "Client: claims", "Deployment: gpt-4o"]);
  });
});
