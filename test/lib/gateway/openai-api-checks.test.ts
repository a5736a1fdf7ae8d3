import { Auth } from "../../../lib/auth/auth";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { OpenAiApiOptions } from "../../../lib/gateway/openai-api-props";
import type { OpenAiOperationGroup, OpenAiUrlShape } from "../../../lib/gateway/policy/openai-operation";
import { AUDIENCE, CHAT, ENTRA_ID, GatewayStack, REASON, WEB_APP } from "./gateway-stack";

function make(options: Partial<OpenAiApiOptions>): () => void {
  const stack = new GatewayStack();
  const gateway = stack.gateway();
  return () => stack.api(gateway, options);
}

describe("checks of an OpenAiApi", () => {
  it("report everything that is wrong at once, before anything is created", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const account = stack.account("weu");

    expect(() =>
      stack.api(gateway, {
        path: "/claims",
        backends: [{ account, weight: 0 }],
        deployments: ["chat", "missing"],
        retries: 3,
        timeoutSeconds: 300,
        tokenQuota: 1000,
      }),
    ).toThrow(
      [
        "[prod/gateway/claims] path must be a literal: segments of letters, digits, '-' or '_' separated by '/', without " +
          "a leading or trailing '/', got \"/claims\": write it as in 'claims' or 'teams/claims'",
        "[prod/gateway/claims] timeoutSeconds must be a whole number from 1 to 240, got 300: use a number in that range, " +
          "or leave it out",
        "[prod/gateway/claims] retries must be a whole number from 0 to 2, got 3: use a number in that range, or leave " +
          "it out",
        "[prod/gateway/claims] tokenQuota and tokenQuotaPeriod go together, got 1000: give both or neither",
        "[prod/gateway/claims] weight of weu must be a whole number from 1 to 100, got 0: use a number in that range, or " +
          "leave it out",
        '[prod/gateway/claims] deployments must be hosted by a backend, got "missing": call addDeployment() on an ' +
          "account before the API is made, or remove it",
      ].join("\n"),
    );
    expect(stack.attributes("azurerm_api_management_api")).toEqual([]);
  });

  it.each<[string, Partial<OpenAiApiOptions>, string]>([
    [
      "a name that would not fit into names made of it",
      { name: "Claims" },
      "name must be a literal of 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-', " +
        'got "Claims": shorten or change the construct id, or set name',
    ],
    [
      "a path with the segment that is added",
      { path: "claims/openai" },
      "path must not contain the segment 'openai', got \"claims/openai\": leave it out: it is added, and clients add it " +
        "themselves",
    ],
    [
      "an API version that is not dated",
      { apiVersions: ["latest"] },
      'apiVersions must be dated versions, such as 2024-10-21, got "latest": use v1ApiVersions for versions of the v1 shape',
    ],
    [
      "a v1 API version that is dated",
      { v1ApiVersions: ["2024-10-21"] },
      'v1ApiVersions must be of v1, preview, latest, got "2024-10-21": use apiVersions for dated versions',
    ],
    [
      "no API version",
      { apiVersions: [] },
      'apiVersions must not be empty: leave it out, or set urlShapes: ["v1"] to publish no dated operation',
    ],
    ["no URL shape", { urlShapes: [] }, "urlShapes must not be empty: leave it out to publish both shapes"],
    [
      "no operation",
      { operations: [] },
      "operations must not be empty: choose from chat, completions, embeddings, images, audio, responses, " +
        "stored-responses, models, files, batches, vector-stores, or leave it out",
    ],
    [
      "operations that do not exist in the URL shape",
      { operations: ["completions"], urlShapes: ["v2" as OpenAiUrlShape] },
      'operations and urlShapes must leave something to publish, got {"operations":["completions"],"urlShapes":["v2"]}: ' +
        "add the URL shape in which these operations exist",
    ],
    ["no backend", { backends: [] }, "backends must not be empty: give at least one account"],
    [
      "no deployment",
      { deployments: [] },
      "an API must serve at least one deployment: call addDeployment() on an account before the API is made",
    ],
    [
      "the same deployment twice, whatever its case",
      { deployments: ["chat", "Chat"] },
      'deployments must be given once; Azure compares them without regard to case, got "chat": remove the second',
    ],
    [
      "a limit of nothing",
      { tokensPerMinute: 0 },
      "tokensPerMinute must be a whole number above 0, got 0: give the number that one caller may use, or leave it out",
    ],
    [
      "a bound that is not a number of things",
      { maxImages: 1.5 },
      "maxImages must be a whole number from 1 to 999999999, got 1.5: use a number in that range, or leave it out",
    ],
    [
      "a number that the policy does not read",
      { maxOutputTokens: 1_000_000_000 },
      "maxOutputTokens must be a whole number from 1 to 999999999, got 1000000000: use a number in that range, or leave " +
        "it out",
    ],
    [
      "a limit that is opted out of",
      { tokensPerMinute: 10, securityOptOuts: [{ control: "api-token-limits", reason: REASON }] },
      "tokensPerMinute has no effect with the opt-out 'api-token-limits', got 10: remove one of the two",
    ],
    [
      "objects that all clients would share",
      { operations: ["chat", "files"] },
      'operations whose objects are shared by all clients are not published, got ["files"]: leave them out, or accept it ' +
        "with the opt-out 'api-stateful-operations'",
    ],
    [
      "batches, whose models nobody checks",
      {
        operations: ["batches"],
        securityOptOuts: [{ control: "api-stateful-operations", reason: REASON }],
      },
      "batches run models that only their input files name, so that rights to models do not hold for them, got " +
        "\"batches\": leave the group out, or accept it with the opt-out 'api-batch-models'",
    ],
    [
      "an opt-out of another construct",
      { securityOptOuts: [{ control: "vault-public-network", reason: REASON }] },
      "securityOptOuts may name api-key-alone-is-not-enough, api-any-client-of-the-issuer, api-multi-tenant, " +
        "api-stateful-operations, api-batch-models, api-token-limits, api-request-limits, api-remote-content, api-hosted-tools, " +
        "api-distant-answers, certificate-revocation, " +
        'certificate-lenient-validation here, got "vault-public-network": remove the opt-out, or give it to the ' +
        "construct that has this control",
    ],
  ])("refuse %s", (_, options, message) => {
    expect(make(options)).toThrow(`[prod/gateway/claims] ${message}`);
  });

  it("refuse a group that is none", () => {
    expect(make({ operations: ["realtime" as OpenAiOperationGroup] })).toThrow(
      '[prod/gateway/claims] operations must be groups of the catalogue, got "realtime": choose from chat, ',
    );
  });

  it("refuse what the authenticator is missing, together with everything else", () => {
    const auth = Auth.entraId({ tenantId: "common", audiences: [AUDIENCE], clientApplicationIds: [WEB_APP] });

    expect(make({ auth, retries: 9 })).toThrow(
      /retries must be a whole number from 0 to 2, got 9.*\n.*got "common"/,
    );
  });

  it("refuse an account that is given twice", () => {
    const stack = new GatewayStack();
    const account = stack.account("weu");

    expect(() => stack.api(stack.gateway(), { backends: [account, { account }] })).toThrow(
      '[prod/gateway/claims] an account must be given once, got "https://oai-weu.openai.azure.com/openai": merge the two ' +
        "entries: weight says how much it gets",
    );
  });

  it("refuse more accounts than a pool has members", () => {
    const stack = new GatewayStack();
    const backends = Array.from({ length: 31 }, (_, index) => stack.account(`a${index}`));

    expect(() => stack.api(stack.gateway(), { backends })).toThrow(
      "[prod/gateway/claims] backends must be at most 30, the members of one pool, got 31: spread the accounts over " +
        "several APIs",
    );
  });

  it("refuse a deployment that is another model elsewhere: clients would not know which one answers", () => {
    const stack = new GatewayStack();
    const weu = stack.account("weu");
    weu.addDeployment("fast", CHAT);
    const swe = stack.account("swe");
    swe.addDeployment("fast", { ...CHAT, model: "gpt-5.5" });

    expect(() => stack.api(stack.gateway(), { backends: [weu, swe], deployments: ["fast"] })).toThrow(
      '[prod/gateway/claims] deployment \'fast\' must be the same model on every account, got ["gpt-5.4","gpt-5.5"]: ' +
        "rename one of them, or route to the accounts with the same model",
    );
  });

  it("refuse stateful operations over several accounts: an object exists in one of them only", () => {
    const stack = new GatewayStack();
    const backends = [stack.account("weu"), stack.account("swe")];

    expect(() =>
      stack.api(stack.gateway(), {
        backends,
        operations: ["vector-stores"],
        securityOptOuts: [{ control: "api-stateful-operations", reason: REASON }],
      }),
    ).toThrow(
      "[prod/gateway/claims] stateful operations need a single account: an object exists only where it was created, got 2: " +
        "publish them in an API of their own with one backend",
    );
  });

  it("refuse the tier whose policies are too small for any API", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway({ sku: GatewaySku.consumption() });

    expect(() => stack.api(gateway)).toThrow(
      "[prod/gateway/claims] no Azure OpenAI API fits into tier Consumption: it stores policies of 16 KiB at most: choose " +
        "another tier: GatewaySku.developer() to try things out, GatewaySku.basicV2() for production",
    );
  });

  it.each([GatewaySku.basicV2(), GatewaySku.standardV2(), GatewaySku.premiumV2()])(
    "refuse bodies larger than $tier buffers",
    (sku) => {
      const stack = new GatewayStack();
      const gateway = stack.gateway({ sku });

      expect(() => stack.api(gateway, { maxBodyBytes: 2_097_153 })).toThrow(
        "[prod/gateway/claims] maxBodyBytes must be a whole number from 1 to 2097152, got 2097153: use a number in that " +
          "range, or leave it out",
      );
    },
  );

  it("refuse tiers and contexts that no request names", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();

    expect(() =>
      stack.api(gateway, { serviceTiers: ["Priority"], userSecurityContext: "maybe" as "allow" }),
    ).toThrow(
      '[prod/gateway/claims] serviceTiers must be lower-case names of tiers, got "Priority": write the tier as requests ' +
        'do, such as "priority"\n' +
        '[prod/gateway/claims] userSecurityContext must be refuse or allow, got "maybe": leave it out to refuse it',
    );
  });

  it("refuse tools of the service that no opt-out lets in, and words that say nothing about what is stored", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();

    expect(() =>
      stack.api(gateway, {
        toolTypes: ["local_browser", "Shell", "web_search_preview", "image_generation"],
        responseStore: "never" as "always-false",
      }),
    ).toThrow(
      "[prod/gateway/claims] responseStore must be one of omitted-is-false, always-false, must-be-false, " +
        'got "never": leave it out to have nothing stored\n' +
        "[prod/gateway/claims] toolTypes must be types of tools: lower-case letters, digits and '_', got \"Shell\": " +
        'write the type as requests do, such as "local_shell"\n' +
        '[prod/gateway/claims] the model service runs this tool itself, got "web_search_preview": leave it out, or opt ' +
        "out of 'api-remote-content' with the reason, which lets it in\n" +
        '[prod/gateway/claims] the model service runs this tool itself, got "image_generation": leave it out, or opt ' +
        "out of 'api-hosted-tools' with the reason, which lets it in",
    );
  });

  it("refuse a second API of the same path or name", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const account = stack.account("weu");
    const api = stack.api(gateway, { backends: [account] });

    expect(() =>
      gateway.addOpenAiApi("other", {
        path: "Claims",
        name: api.apiName,
        auth: ENTRA_ID,
        backends: [account],
      }),
    ).toThrow(
      '[prod/gateway/other] names of APIs must be unique on a gateway, got "claims": set name\n' +
        '[prod/gateway/other] paths of APIs must be unique on a gateway, got "Claims/openai": choose another path',
    );
  });

  it("leave nothing of what they refuse, so that the id can be used again", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const account = stack.account("weu");
    expect(() => stack.api(gateway, { backends: [account], retries: 9 })).toThrow("retries must be");

    expect(() => stack.api(gateway, { backends: [account] })).not.toThrow();
    expect(stack.attributes("azurerm_api_management_api")).toHaveLength(1);
  });
});
