import { Auth } from "../../../../../lib/auth/auth";
import { authenticate } from "../../../../../lib/gateway/policy/steps/authentication";
import { childrenOf, elementOf, elementsOf, valuesOf } from "../../../../support/policy-xml";
import { TENANT } from "../../../auth/bind-strategy";
import {
  ANY_APPLICATION,
  apiDescription,
  type ApiDescriptionOptions,
  CERTIFICATE,
  ENTRA,
  KEY,
  OKTA,
} from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function steps(options: ApiDescriptionOptions): ReturnType<typeof parsed> {
  return parsed(authenticate(apiDescription(options)));
}

/** Accepted sets of credentials, and what each is validated by. */
function accepted(options: ApiDescriptionOptions): Readonly<Record<string, readonly string[]>> {
  const choose = childrenOf(elementOf(steps(options), "inbound")).find(({ tagName }) => tagName === "choose");
  const branches = choose ? childrenOf(choose).filter(({ tagName }) => tagName === "when") : [];
  return Object.fromEntries(
    branches.map((branch) => [
      /== "([^"]*)"/.exec(branch.getAttribute("condition") ?? "")?.[1] ?? "",
      elementsOf(branch)
        .map((element) => element.getAttribute("id") ?? "")
        .filter((id) => id.startsWith("authenticate-")),
    ]),
  );
}

describe("authenticate", () => {
  it("lets the set of presented credentials pick one combination", () => {
    expect(accepted({ auth: Auth.anyOf(ENTRA, Auth.allOf(CERTIFICATE, KEY)) })).toEqual({
      token: ["authenticate-entra"],
      "certificate+key": ["authenticate-certificate"],
    });
  });

  it("looks for the credentials that the API uses, and for no other", () => {
    expect(valuesSet(steps({ auth: ENTRA }), "presentedCredentials")).toEqual([
      '@{ var kinds = new List<string>(); if (context.Request.Headers.ContainsKey("Authorization")) { kinds.Add("token"); } return string.Join("+", kinds); }',
    ]);
  });

  it("looks for keys in the API's own header", () => {
    const [presented] = valuesSet(
      steps({ auth: Auth.allOf(ENTRA, KEY), subscriptionKeyHeader: "x-key" }),
      "presentedCredentials",
    );
    expect(presented).toContain('if (context.Request.Headers.ContainsKey("x-key")) { kinds.Add("key"); }');
  });

  it("refuses every other set of credentials", () => {
    const otherwise = elementsOf(steps({ auth: ENTRA }), "otherwise").at(-1);
    expect(valuesOf(otherwise ?? steps({}))).toContain("unauthorized:credentials");
  });

  it("takes one compact JWS as bearer, before anything parses it", () => {
    const [form] = elementsOf(steps({ auth: ENTRA }), "when").filter((element) =>
      element.getAttribute("condition")?.includes("Regex"),
    );
    expect(form?.getAttribute("condition")).toBe(
      '@(!Regex.IsMatch(context.Request.Headers.GetValueOrDefault("Authorization", ""), ' +
        '"^Bearer\\u0020[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+\\\\z"))',
    );
  });

  it("holds each token to its own issuer's rules", () => {
    const document = steps({ auth: Auth.anyOf(ENTRA, OKTA) });
    const branches = elementsOf(document, "when").filter((element) =>
      element.getAttribute("condition")?.includes("claimedIssuer"),
    );
    expect(
      branches.map((branch) =>
        elementsOf(branch)
          .filter(({ tagName }) => tagName.startsWith("validate-"))
          .map((each) => each.tagName),
      ),
    ).toEqual([["validate-azure-ad-token"], ["validate-jwt"]]);
    expect(valuesSet(document, "refusal")).toContain("unauthorized:token-issuer");
  });

  it("validates each tenant by itself", () => {
    const auth = Auth.entraId({
      tenantId: TENANT,
      additionalTenantIds: ["55555555-5555-4555-8555-555555555555"],
      audiences: ["22222222-2222-4222-8222-222222222222"],
      roles: ["Chat"],
    });
    const tenants = elementsOf(steps({ auth, optOuts: ["api-multi-tenant"] }), "validate-azure-ad-token").map(
      (element) => element.getAttribute("tenant-id"),
    );
    expect(tenants).toEqual([TENANT, "55555555-5555-4555-8555-555555555555"]);
  });

  it("asks the conditions of the authenticator after the validation", () => {
    const verdict = valuesSet(steps({ auth: OKTA }), "refusal").find((value) =>
      value.includes("token.Issuer"),
    );
    expect(rulesOf(verdict ?? "")).toEqual([
      "unauthorized:token-issuer",
      "unauthorized:token-is-access-token",
      "unauthorized:token-client",
      "insufficient_scope:token-scope",
    ]);
  });

  it("asks for the scope of the operation", () => {
    const auth = Auth.oidc({
      name: "okta",
      issuer: "https://contoso.okta.com",
      audiences: ["x"],
      scopes: ["chat"],
      operationScopes: { embeddings: ["embed"] },
    });
    const verdict = valuesSet(steps({ auth }), "refusal").find((value) => value.includes("token.Issuer"));
    expect(rulesOf(verdict ?? "").at(-1)).toBe("insufficient_scope:operation-scope");
    expect(verdict).toContain('== "embeddings" && !');
  });

  it("takes the caller from the validated token", () => {
    const document = steps({ auth: ENTRA });
    for (const name of ["callerTokenId", "callerUserId", "callerIssuer", "callerScopes", "callerRoles"]) {
      expect(valuesSet(document, name)).toEqual([
        expect.stringMatching(/^@\{ var token = \(Jwt\)context\.Variables\["callerToken"\]; return /),
      ]);
    }
  });

  it("takes the caller from the validated certificate, and validates registered names", () => {
    const document = steps({
      auth: CERTIFICATE,
      clients: [{ name: "claims", identities: [{ authenticator: "certificate", id: "CN=claims" }] }],
    });
    expect(elementOf(document, "identity").getAttribute("subject")).toBe("CN=claims");
    expect(valuesSet(document, "callerCertificateId")).toEqual([
      '@("certificate/" + string.Join(",\\u0020", Regex.Split(context.Request.Certificate.Subject, ",\\u0020")' +
        ".OrderBy(part => part, StringComparer.Ordinal)))",
    ]);
  });

  it("takes the caller from the subscription, and refuses a key that has none", () => {
    const document = steps({ auth: Auth.anyOf(ANY_APPLICATION, KEY) });
    expect(valuesSet(document, "callerKeyId")).toEqual(['@("key/" + context.Subscription.Id)']);
    const refused = elementsOf(document, "when").find(
      (element) => element.getAttribute("condition") === "@(context.Subscription == null)",
    );
    expect(refused && valuesOf(refused)).toContain("unauthorized:key");
  });

  it("names the method only once everything has been verified", () => {
    const branch = elementsOf(steps({ auth: ENTRA }), "when")[0];
    const last = branch && childrenOf(branch).at(-1);
    expect([last?.getAttribute("name"), last?.getAttribute("value")]).toEqual(["callerMethod", "token"]);
  });
});
