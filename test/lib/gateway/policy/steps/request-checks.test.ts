import { setOperation } from "../../../../../lib/gateway/policy/steps/operation-table";
import { checkRequest, limitAddresses } from "../../../../../lib/gateway/policy/steps/request-checks";
import { elementOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application } from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function verdict(options: ApiDescriptionOptions = {}): string {
  return valuesSet(parsed(checkRequest(apiDescription(options))), "refusal")[0] ?? "";
}

describe("checkRequest", () => {
  it("refuses what is wrong whoever sends it", () => {
    expect(rulesOf(verdict())).toEqual([
      "not_found:operation-unknown",
      "invalid_request:path",
      "invalid_request:query-parameter",
      "invalid_request:api-version",
      "unsupported_media_type:content-type",
      "request_too_large:content-length",
      "invalid_request:body-length",
      "invalid_request:body-unexpected",
    ]);
  });

  it("takes listed api-versions, which the v1 shape may leave out", () => {
    expect(verdict()).toContain('== "dated" ? new[] { "2024-10-21" } : new[] { "", "v1" }');
  });

  it.each([
    ["/claims/openai/deployments/gpt-4o/chat/completions", true],
    ["/claims/openai/v1/models/gpt-4.1", true],
    ["/claims/openai/deployments/allowed/../denied/chat/completions", false],
    ["/claims/openai/deployments/%2e%2e%2f/chat/completions", false],
    ["/claims/openai/deployments/a;b/chat/completions", false],
    ["/claims/openai//deployments/a/chat/completions", false],
    ["/claims/openai/deployments/a./chat/completions", false],
    ["/claims/openai/deployments/a b/chat/completions", false],
    ["/claims/openai/deployments/ｇpt/chat/completions", false],
    ["/claims/openai/deployments/a\\b/chat/completions", false],
  ])("knows whether the path %s can mean one thing only", (path, plain) => {
    const [, pattern = ""] = /OriginalUrl\.Path, "(.*?)"\)/.exec(verdict()) ?? [];
    expect(new RegExp(pattern.replaceAll("\\\\", "\\").replace("\\z", "$")).test(path)).toBe(plain);
  });
});

describe("setOperation", () => {
  it("knows the operations of the API and no other", () => {
    const [table] = valuesSet(parsed([setOperation(apiDescription().operations)]), "operation");
    expect(table).toBe(
      "@{ switch (context.Operation.Id) { " +
        'case "chat-completions-create": return "chat:dated:json:path:api-version"; ' +
        'case "v1-chat-completions-create": return "chat:v1:json:body:api-version"; ' +
        'case "embeddings-create": return "embeddings:dated:json:path:api-version"; ' +
        'case "v1-embeddings-create": return "embeddings:v1:json:body:api-version"; ' +
        'default: return ""; } }',
    );
  });
});

describe("limitAddresses", () => {
  it("bounds what one address may try", () => {
    const limit = elementOf(
      parsed(limitAddresses(apiDescription({ bounds: { requestsPerMinutePerAddress: 7 } }))),
      "rate-limit-by-key",
    );
    expect([limit.getAttribute("calls"), limit.getAttribute("renewal-period")]).toEqual(["7", "60"]);
  });

  it("lets one address send twice what the busiest caller may, and never less than an office does", () => {
    const calls = (options: ApiDescriptionOptions): string | null =>
      elementOf(parsed(limitAddresses(apiDescription(options))), "rate-limit-by-key").getAttribute("calls");
    const busy = { ...application("busy", CLIENT), rights: { limits: { requestsPerMinute: 900 } } };
    expect([calls({}), calls({ clients: [busy] }), calls({ limits: { requestsPerMinute: 2000 } })]).toEqual([
      "1200",
      "1800",
      "4000",
    ]);
  });
});
