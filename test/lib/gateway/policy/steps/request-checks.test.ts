import { setOperation } from "../../../../../lib/gateway/policy/steps/operation-table";
import {
  checkEntrance,
  checkRequest,
  limitAddresses,
} from "../../../../../lib/gateway/policy/steps/request-checks";
import { csharp } from "../../../../../lib/policy/csharp";
import { operationModel } from "../../../../simulator/support/gateway-models";
import { runInbound, valueOfText } from "../../../../support/policy-run";
import { elementOf } from "../../../../support/policy-xml";
import { CLIENT } from "../../../auth/bind-strategy";
import { apiDescription, type ApiDescriptionOptions, application, CERTIFICATE } from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

const DATED = "models:dated:none:none:api-version";
const V1 = "models:v1:none:none:api-version";

async function refusalOf(target: string, operation: string): Promise<string | undefined> {
  return (await runInbound(checkRequest(apiDescription()), { target, variables: { operation } })).refusal;
}

function verdict(options: ApiDescriptionOptions = {}): string {
  return valuesSet(parsed(checkRequest(apiDescription(options))), "refusal")[0] ?? "";
}

describe("checkRequest", () => {
  it("refuses what is wrong whoever sends it", () => {
    expect(rulesOf(verdict())).toEqual([
      "invalid_request:path",
      "invalid_request:query-parameter",
      "invalid_request:api-version",
      "unsupported_media_type:content-type",
      "request_too_large:content-length",
      "invalid_request:body-length",
      "invalid_request:body-unexpected",
    ]);
  });

  it.each([
    [DATED, "?api-version=2024-10-21", undefined],
    [DATED, "", "invalid_request:api-version"],
    [DATED, "?api-version=v1", "invalid_request:api-version"],
    [V1, "", undefined],
    [V1, "?api-version=v1", undefined],
    [V1, "?api-version=2024-10-21", "invalid_request:api-version"],
    [V1, "?api-version=v1&api-version=v1", "invalid_request:query-parameter"],
    [V1, "?deployment=x", "invalid_request:query-parameter"],
  ])(
    "takes listed api-versions, which the v1 shape may leave out: %s%s",
    async (operation, query, refusal) => {
      expect(await refusalOf(`/api/ping${query}`, operation)).toBe(refusal);
    },
  );

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
  ])("knows whether the path %s can mean one thing only", async (path, plain) => {
    // No request has some of these paths.
    const [condition = ""] =
      /Regex\.IsMatch\(context\.Request\.OriginalUrl\.Path, ".*?"\)/.exec(verdict()) ?? [];
    const asked = condition.replace("context.Request.OriginalUrl.Path", csharp`${path}`.code);
    expect(await valueOfText(`@(${asked})`)).toBe(plain ? "True" : "False");
  });
});

describe("checkEntrance", () => {
  it("asks for an operation, and for a host name where that matters, before anybody authenticates", () => {
    const hostNames = ["ai.contoso.com"];
    const entrance = (options: ApiDescriptionOptions): readonly string[] =>
      rulesOf(valuesSet(parsed(checkEntrance(apiDescription(options))), "refusal")[0] ?? "");
    expect(entrance({ hostNames })).toEqual(["not_found:operation-unknown"]);
    expect(entrance({ hostNames, auth: CERTIFICATE })).toEqual([
      "not_found:operation-unknown",
      "forbidden:host-name",
    ]);
  });
});

describe("setOperation", () => {
  it.each([
    ["chat-completions-create", "chat:dated:json:path:api-version"],
    ["v1-chat-completions-create", "chat:v1:json:body:api-version"],
    ["embeddings-create", "embeddings:dated:json:path:api-version"],
    ["v1-embeddings-create", "embeddings:v1:json:body:api-version"],
    ["models-list", ""],
    ["", ""],
  ])("knows the operations of the API and no other: %s", async (id, traits) => {
    const policies = [setOperation(apiDescription().operations)];
    const operations = [{ ...operationModel("GET", "/ping"), operationId: id }];
    const { variables } = await runInbound(policies, { api: { operations }, read: ["operation"] });
    expect(variables.operation).toBe(traits);
  });
});

describe("limitAddresses", () => {
  it("bounds what one address may try", () => {
    const limit = elementOf(
      parsed(limitAddresses(apiDescription({ bounds: { failuresPerMinutePerAddress: 7 } }))),
      "rate-limit-by-key",
    );
    expect([limit.getAttribute("calls"), limit.getAttribute("renewal-period")]).toEqual(["7", "60"]);
  });

  it("counts who fails to authenticate", () => {
    const limit = elementOf(parsed(limitAddresses(apiDescription())), "rate-limit-by-key");
    expect(limit.getAttribute("increment-condition")).toBe(
      '@(!context.Variables.ContainsKey("callerClientId"))',
    );
  });

  it("lets one address fail as often as all clients may ask, and never less than an office does", () => {
    const calls = (options: ApiDescriptionOptions): string | null =>
      elementOf(parsed(limitAddresses(apiDescription(options))), "rate-limit-by-key").getAttribute("calls");
    const busy = { ...application("busy", CLIENT), rights: { limits: { requestsPerMinute: 900 } } };
    const usual = application("usual", CLIENT);
    expect([calls({}), calls({ clients: [busy] }), calls({ clients: [busy, busy, usual] })]).toEqual([
      "1200",
      "1200",
      "1860",
    ]);
  });
});
