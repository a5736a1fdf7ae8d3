import { Auth } from "../../../../../lib/auth/auth";
import { authenticate } from "../../../../../lib/gateway/policy/steps/authentication";
import { csharp } from "../../../../../lib/policy/csharp";
import { issueSelfSigned } from "../../../../../simulator/certificates";
import type { SubscriptionModel } from "../../../../../simulator/model";
import { runInbound, unsignedToken, valueOfText } from "../../../../support/policy-run";
import { childrenOf, elementOf, elementsOf, valuesOf } from "../../../../support/policy-xml";
import { CLIENT, TENANT } from "../../../auth/bind-strategy";
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

const SUBSCRIPTION: SubscriptionModel = {
  address: "azurerm_api_management_subscription.web",
  subscriptionId: "claims-web",
  displayName: "web",
  state: "active",
  scope: { kind: "allApis" },
  primaryKey: "a".repeat(32),
  secondaryKey: "b".repeat(32),
  createdDate: "2026-01-01T00:00:00Z",
};

/** Kinds of credential that a request carries. */
async function presented(
  options: ApiDescriptionOptions,
  headers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const [text = ""] = valuesSet(steps(options), "presentedCredentials");
  return valueOfText(text, { call: { headers } });
}

describe("authenticate", () => {
  it("lets the set of presented credentials pick one combination", () => {
    expect(accepted({ auth: Auth.anyOf(ENTRA, Auth.allOf(CERTIFICATE, KEY)) })).toEqual({
      token: ["authenticate-entra"],
      "certificate+key": ["authenticate-certificate"],
    });
  });

  it("looks for the credentials that the API uses, and for no other", async () => {
    const headers = { Authorization: "Bearer a.b.c", "api-key": "k", "x-key": "k" };
    expect(await presented({ auth: ENTRA }, headers)).toBe("token");
    expect(await presented({ auth: ENTRA }, { "api-key": "k" })).toBe("");
    expect(await presented({ auth: Auth.allOf(ENTRA, KEY) }, headers)).toBe("token+key");
  });

  it("looks for keys in the API's own header", async () => {
    const options = { auth: Auth.allOf(ENTRA, KEY), subscriptionKeyHeader: "x-key" };
    expect(await presented(options, { "api-key": "k" })).toBe("");
    expect(await presented(options, { "x-key": "k" })).toBe("key");
  });

  it("refuses every other set of credentials", () => {
    const otherwise = elementsOf(steps({ auth: ENTRA }), "otherwise").at(-1);
    expect(valuesOf(otherwise ?? steps({}))).toContain("unauthorized:credentials");
  });

  it.each([
    ["Bearer eyJ.e30.c2ln-_", true],
    ["Bearer eyJ.e30.", false],
    ["Bearer eyJ.e30", false],
    ["Bearer eyJ.e30.c2ln.more", false],
    ["Bearer eyJ.e30.c2ln,Bearer eyJ.e30.c2ln", false],
    ["Bearer  eyJ.e30.c2ln", false],
    ["bearer eyJ.e30.c2ln", false],
    ["Basic eDp5", false],
    ["eyJ.e30.c2ln", false],
  ])("takes one compact JWS as bearer, before anything parses it: %j", async (authorization, isTaken) => {
    const policies = authenticate(apiDescription({ auth: ENTRA }));
    const form = elementsOf(parsed(policies), "when").findIndex((element) =>
      element.getAttribute("condition")?.includes("Regex"),
    );
    const condition = elementsOf(parsed(policies), "when")[form]?.getAttribute("condition") ?? "";
    const call = { headers: { Authorization: authorization } };
    expect(await valueOfText(condition, { call })).toBe(isTaken ? "False" : "True");
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
  });

  it.each([
    ["callerTokenId", `entra/${CLIENT}`],
    ["callerUserId", "user-1"],
    ["callerIssuer", "https://issuer.example"],
    ["callerScopes", "Chat.Read Chat.Write"],
    ["callerRoles", "Chat"],
  ])("takes the caller from the validated token: %s", async (name, value) => {
    const [text = ""] = valuesSet(steps({ auth: ENTRA }), name);
    const token = unsignedToken({
      iss: "https://issuer.example",
      azp: CLIENT,
      oid: "user-1",
      scp: "Chat.Read Chat.Write",
      roles: ["Chat"],
    });
    expect(await valueOfText(text, { variables: { callerToken: csharp`${token}.AsJwt()` } })).toBe(value);
  });

  it("takes the caller from the validated certificate, and validates registered names", async () => {
    const document = steps({
      auth: CERTIFICATE,
      clients: [{ name: "claims", identities: [{ authenticator: "certificate", id: "CN=claims" }] }],
    });
    expect(elementOf(document, "identity").getAttribute("subject")).toBe("CN=claims");
    const [text = ""] = valuesSet(document, "callerCertificateId");
    const { der } = await issueSelfSigned({
      subject: "O=Contoso, CN=claims",
      notBefore: new Date("2025-01-01T00:00:00Z"),
      notAfter: new Date("2030-01-01T00:00:00Z"),
    });
    const value = await valueOfText(text, { call: { certificateChain: [der] } });
    expect(value).toBe("certificate/CN=claims, O=Contoso");
  });

  it("takes the caller from the subscription, and refuses a key that has none", async () => {
    const api = apiDescription({ auth: Auth.anyOf(ANY_APPLICATION, KEY) });
    const withoutSubscription = await runInbound(authenticate(api), {
      call: { headers: { "api-key": "k" } },
    });
    expect(withoutSubscription.refusal).toBe("unauthorized:key");
    const [text = ""] = valuesSet(parsed(authenticate(api)), "callerKeyId");
    const call = { headers: { "Ocp-Apim-Subscription-Key": SUBSCRIPTION.primaryKey } };
    expect(await valueOfText(text, { call, model: { subscriptions: [SUBSCRIPTION] } })).toBe(
      "key/claims-web",
    );
  });

  it("names the method only once everything has been verified", () => {
    const branch = elementsOf(steps({ auth: ENTRA }), "when")[0];
    const last = branch && childrenOf(branch).at(-1);
    expect([last?.getAttribute("name"), last?.getAttribute("value")]).toEqual(["callerMethod", "token"]);
  });
});
