import type { Element } from "@xmldom/xmldom";
import { Lazy } from "cdktf";
import fc from "fast-check";
import { Auth } from "../../../../lib/auth/auth";
import { ClientTable } from "../../../../lib/gateway/policy/client-table";
import { gatewayPolicy } from "../../../../lib/gateway/policy/gateway-policy";
import type {
  ClientDescription,
  OpenAiApiDescription,
} from "../../../../lib/gateway/policy/openai-api-description";
import { openAiApiPolicy } from "../../../../lib/gateway/policy/openai-api-policy";
import { checkEntrance } from "../../../../lib/gateway/policy/steps/request-checks";
import { csharp } from "../../../../lib/policy/csharp";
import { effort } from "../../../support/effort";
import { runInbound, unsignedToken, valueOfText } from "../../../support/policy-run";
import { childrenOf, elementOf, elementsOf, parsePolicy, valuesOf } from "../../../support/policy-xml";
import { comparedByAzurerm } from "../../../support/provider-comparison";
import {
  ANY_APPLICATION,
  apiDescription,
  type ApiDescriptionOptions,
  application,
  CERTIFICATE,
  ENTRA,
  KEY,
  OKTA,
} from "./api-description";

function section(name: string, options?: ApiDescriptionOptions): Element {
  return elementOf(parsePolicy(openAiApiPolicy(apiDescription(options)).render()), name);
}

/** Names of policies in document order, with what tells two of a kind apart. */
function steps(root: Element): readonly string[] {
  return elementsOf(root).map((element) => {
    const words = ["exists-action", "name", "id", "backend-id"].map((key) => element.getAttribute(key) ?? "");
    return [element.tagName, ...words].filter(Boolean).join(" ");
  });
}

function expectOrder(all: readonly string[], expected: readonly string[]): void {
  expect(expected.map((step) => all.includes(step))).toEqual(expected.map(() => true));
  const positions = expected.map((step) => all.indexOf(step));
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
}

function clients(count: number): readonly ClientDescription[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(6, "0");
    return {
      ...application(`client-application-${number}`, `44444444-4444-4444-8444-444444${number}`),
      rights: index % 2 === 0 ? { deployments: ["gpt-4o"] } : { limits: { tokensPerMinute: 500 } },
    };
  });
}

describe("openAiApiPolicy", () => {
  it("has nothing that API Management would refuse", () => {
    const api = apiDescription({ auth: Auth.anyOf(ENTRA, OKTA) });
    expect(openAiApiPolicy(api).problems(api.tier)).toEqual([]);
  });

  it("gives the same document for the same API", () => {
    expect(openAiApiPolicy(apiDescription()).render()).toBe(openAiApiPolicy(apiDescription()).render());
  });

  it("inherits first in every section", () => {
    for (const name of ["inbound", "backend", "outbound", "on-error"]) {
      expect(childrenOf(section(name))[0]?.tagName).toBe("base");
    }
  });

  it("strips, checks, authenticates, authorizes, limits, strips credentials and only then uses its own identity", () => {
    expectOrder(steps(section("inbound", { ownsGlobalPolicy: false })), [
      "base",
      "set-header delete X-ARR-ClientCert",
      "set-variable operation",
      "rate-limit-by-key limit-address",
      "validate-azure-ad-token authenticate-entra",
      "set-variable callerTokenId",
      "set-variable callerMethod",
      "set-variable callerClientId",
      "rate-limit-by-key limit-requests-0",
      "set-variable requestBody",
      "set-variable routeBackend",
      "llm-token-limit limit-tokens-0",
      "llm-emit-token-metric",
      "set-header delete Authorization",
      "set-header delete api-key",
      "set-query-parameter delete subscription-key",
      "authentication-managed-identity managed-identity",
      "set-header override x-ai-gateway-client-id",
      "set-backend-service oai-weu",
    ]);
  });

  it("reads a token that is not validated only to pick the validation, and only where there is a choice", async () => {
    const withChoice = valuesOf(section("inbound", { auth: Auth.anyOf(ENTRA, OKTA) }));
    const reading = withChoice.filter((value) => value.includes("AsJwt"));
    expect(reading).toHaveLength(1);
    const call = {
      headers: { Authorization: `Bearer ${unsignedToken({ iss: "https://contoso.okta.com" })}` },
    };
    expect(await valueOfText(reading[0] ?? "", { call })).toBe("https://contoso.okta.com");
    expect(valuesOf(section("inbound")).filter((value) => value.includes("AsJwt"))).toEqual([]);
  });

  it("deletes every credential, and the API's own key parameters, before the request goes on", () => {
    const inbound = section("inbound", { subscriptionKeyHeader: "x-key" });
    const deleted = elementsOf(inbound)
      .filter((element) => element.getAttribute("exists-action") === "delete")
      .map((element) => element.getAttribute("name"));
    expect(deleted).toEqual(
      expect.arrayContaining([
        "Authorization",
        "api-key",
        "Ocp-Apim-Subscription-Key",
        "x-key",
        "Cookie",
        "Proxy-Authorization",
        "subscription-key",
        "refused-key",
      ]),
    );
  });

  it("never appends to or skips a header", () => {
    const actions = ["inbound", "outbound"].flatMap((name) =>
      elementsOf(section(name), "set-header").map((element) => element.getAttribute("exists-action")),
    );
    expect(new Set(actions)).toEqual(new Set(["override", "delete"]));
  });

  it("authenticates to Azure OpenAI as the gateway's identity, or not at all", () => {
    const identity = Lazy.stringValue({ produce: () => "x" });
    const element = elementOf(
      section("inbound", { managedIdentityClientId: identity }),
      "authentication-managed-identity",
    );
    expect(element.getAttribute("resource")).toBe("https://cognitiveservices.azure.com");
    expect(element.getAttribute("client-id")).toBe(identity);
    expect(element.getAttribute("ignore-error")).toBe("false");
  });

  it("leaves retries to the global policy of a gateway that is ours", () => {
    expect(steps(section("backend"))).toEqual(["base"]);
  });

  it("leaves what a client only pretends to it as well, which has stripped that before anything else", () => {
    const global = gatewayPolicy({ ...apiDescription(), backendIds: [], concurrentCalls: 1 }).render();
    const [base, ...api] = steps(section("inbound"));
    expect([base, api[0]]).toEqual(["base", "set-variable operation"]);
    expect([...steps(elementOf(parsePolicy(global), "inbound")), ...api]).toEqual(
      steps(section("inbound", { ownsGlobalPolicy: false })).slice(1),
    );
  });

  it("forwards by itself on another team's gateway, since inheriting would forward twice", () => {
    const backend = section("backend", { ownsGlobalPolicy: false });
    expect(childrenOf(backend).map(({ tagName }) => tagName)).toEqual(["limit-concurrency"]);
    expect(steps(backend)).toContain("forward-request");
  });

  it("answers every error by the contract", () => {
    expect(steps(section("on-error"))).toEqual(["base", "include-fragment", "set-variable policyDigest"]);
  });

  it("maps answers of the model service before anything reveals where they came from", () => {
    const outbound = section("outbound");
    expectOrder(steps(outbound), [
      "base",
      "set-variable refusal",
      "set-variable refusalDetail",
      "include-fragment",
      "set-header delete apim-request-id",
      "set-header override x-request-id",
      "set-header override Cache-Control",
    ]);
  });

  it("keys every counter on the caller, named after API and limit", async () => {
    const keys = elementsOf(section("inbound")).flatMap(
      (element) => element.getAttribute("counter-key") ?? [],
    );
    const options = {
      variables: { callerClientId: "web", callerUserId: "jane", callerUser: "https://issuer.example#jane" },
      call: { ipAddress: "192.0.2.7" },
    };
    const values = await Promise.all(keys.map((key) => valueOfText(key, options)));
    expect([...new Set(values)]).toEqual([
      "address/claims/192.0.2.7",
      "user-requests/claims/web/https://issuer.example#jane",
      "requests/claims/web",
      "user-tokens/claims/web/https://issuer.example#jane",
      "tokens/claims/web",
      "user-reserved/claims/web/https://issuer.example#jane",
      "reserved/claims/web",
    ]);
  });

  it("fits a thousand clients into what every dedicated gateway stores", () => {
    const api = apiDescription({ auth: ANY_APPLICATION, clients: clients(1000) });
    expect(openAiApiPolicy(api).problems(api.tier)).toEqual([]);
  });

  it("says so when the clients do not fit any more", () => {
    const api = apiDescription({ auth: ANY_APPLICATION, clients: clients(4000) });
    expect(openAiApiPolicy(api).problems(api.tier)).toEqual([
      {
        rule: "the policy document must not exceed 262144 bytes",
        value: expect.any(Number) as number,
        remedy: "split the clients over several APIs, or give more of them the same rights and limits",
      },
    ]);
  });

  it("has one branch for each distinct set of limits, not for each client", () => {
    const inbound = section("inbound", { auth: ANY_APPLICATION, clients: clients(100) });
    expect(
      elementsOf(inbound, "llm-token-limit").map((element) => element.getAttribute("tokens-per-minute")),
    ).toEqual(["250", "500", "500", "1000"]);
  });

  it.each([
    [CERTIFICATE, "GATEWAY.azure-api.net", undefined],
    [CERTIFICATE, "API.contoso.com", "forbidden:host-name"],
    [KEY, "API.contoso.com", undefined],
  ])("takes only its own host names if it accepts certificates", async (auth, hostName, refusal) => {
    const api = apiDescription({ auth, hostNames: [hostName] });
    const variables = { operation: "models:v1:none:none:api-version" };
    expect((await runInbound(checkEntrance(api), { variables })).refusal).toBe(refusal);
  });

  it("cannot be talked into other XML by names", () => {
    const okta = Auth.oidc({
      name: "okta",
      issuer: "https://contoso.okta.com",
      audiences: [`<a>&"'`],
      clientIds: ["portal"],
    });
    expect(elementOf(section("inbound", { auth: okta }), "audience").textContent).toBe(`<a>&"'`);
  });

  describe("compared as azurerm compares", () => {
    /** Without what tells any two documents apart: then the tables must do so by themselves. */
    const compared = (api: OpenAiApiDescription): string =>
      comparedByAzurerm(
        openAiApiPolicy(api)
          .render()
          .replace(/<set-variable name="policyDigest".*/, ""),
      );

    it("differs for any two numbers of rights and limits", () => {
      const numbers = Array.from({ length: 13 }, (_, index) => index);
      const others = numbers.slice(1).map((number) => ({
        ...application(`other-${number}`, `other-${number}`),
        rights: { deployments: [`d${number}`], limits: { requestsPerMinute: number } },
      }));
      const seen = numbers.flatMap((access) =>
        numbers.map((limit) => {
          const rights = {
            deployments: access > 0 ? [`d${access}`] : undefined,
            limits: { requestsPerMinute: limit > 0 ? limit : undefined },
          };
          const clients = [...others, { ...application("1", "claims"), rights }];
          return comparedByAzurerm(
            new ClientTable(apiDescription({ auth: ANY_APPLICATION, clients })).lookup("token", csharp`id`)
              .code,
          );
        }),
      );
      expect(new Set(seen).size).toBe(seen.length);
    });

    it("differs whenever rights, limits, routes or names do", () => {
      const name = fc.constantFrom("1", "11", "111", "a", "1-1");
      const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
      const api = fc
        .tuple(
          names,
          fc.array(name, { minLength: 3, maxLength: 3 }),
          fc.array(fc.tuple(name, names, fc.nat(2)), { minLength: 1 }),
        )
        .map(([deployments, backends, clients]) =>
          apiDescription({
            auth: ANY_APPLICATION,
            deployments: deployments.map((each, index) => ({
              name: each,
              backendId: backends[index] ?? "",
              memberCount: 2,
            })),
            clients: clients.map(([client, granted, limit], index) => ({
              ...application(`${client}-${index}`, client),
              suspended: limit === 2,
              rights: { deployments: granted, limits: { requestsPerMinute: limit + 1 } },
            })),
          }),
        );
      fc.assert(
        fc.property(api, api, (one, other) => {
          fc.pre(openAiApiPolicy(one).render() !== openAiApiPolicy(other).render());
          expect(compared(one)).not.toBe(compared(other));
        }),
        { numRuns: 20 * effort },
      );
    });
  });
});
