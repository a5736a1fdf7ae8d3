import { Auth } from "../../../lib/auth/auth";
import { credentialKinds } from "../../../lib/auth/auth-binding";
import type { AuthBinding, AuthStrategy } from "../../../lib/auth/auth-strategy";
import { API, bindStrategy, CLIENT, ISSUING, ROOT, TENANT } from "./bind-strategy";

const ENTRA = Auth.entraId({ tenantId: TENANT, audiences: [API], clientApplicationIds: [CLIENT] });
const OKTA = Auth.oidc({
  name: "okta",
  issuer: "https://contoso.okta.com",
  audiences: ["x"],
  scopes: ["chat"],
});
const CERTIFICATE = Auth.clientCertificate({ certificateAuthorities: [ISSUING, ROOT] });
const KEY = Auth.subscriptionKey();

function bound(strategy: AuthStrategy): AuthBinding {
  const { binding, problems } = bindStrategy(strategy);
  expect(problems).toEqual([]);
  return binding;
}

/** Each accepted combination, with the names of its authenticators. */
function combinations(strategy: AuthStrategy): readonly string[] {
  return bound(strategy).alternatives.map((alternative) => {
    const { token, certificate, key } = alternative;
    const names = [...token, certificate, key].flatMap((each) => each?.name ?? []);
    return `${credentialKinds(alternative).join("+")}: ${names.join(" ")}`;
  });
}

describe("Auth.anyOf", () => {
  it("accepts each kind of credential by itself", () => {
    expect(combinations(Auth.anyOf(ENTRA, CERTIFICATE, KEY))).toEqual([
      "token: entra",
      "certificate: certificate",
      "key: key",
    ]);
  });

  it("tells tokens of several issuers apart by their issuer", () => {
    expect(combinations(Auth.anyOf(ENTRA, OKTA))).toEqual(["token: entra okta"]);
  });

  it("needs a subscription only if every combination has a key", () => {
    expect(bound(Auth.anyOf(ENTRA, KEY)).subscriptionKey).toBe("optional");
    expect(bound(Auth.anyOf(KEY)).subscriptionKey).toBe("required");
    expect(bound(ENTRA).subscriptionKey).toBe("unused");
  });

  it("knows a strategy in two combinations as one authenticator", () => {
    const { authenticators } = bound(Auth.anyOf(ENTRA, Auth.allOf(ENTRA, KEY)));
    expect(authenticators.map(({ name }) => name)).toEqual(["entra", "key"]);
  });
});

describe("Auth.allOf", () => {
  it("needs every credential at once", () => {
    expect(combinations(Auth.allOf(ENTRA, CERTIFICATE, KEY))).toEqual([
      "token+certificate+key: entra certificate key",
    ]);
  });

  it("lets its members be choices", () => {
    expect(combinations(Auth.allOf(Auth.anyOf(ENTRA, OKTA, CERTIFICATE), KEY))).toEqual([
      "token+key: entra okta key",
      "certificate+key: certificate key",
    ]);
  });

  it("needs a subscription and negotiates certificates if its members do", () => {
    expect(bound(Auth.allOf(CERTIFICATE, KEY))).toMatchObject({
      subscriptionKey: "required",
      negotiatesClientCertificates: true,
      certificateAuthorities: [ISSUING, ROOT],
    });
  });

  it("refuses two credentials of one kind, which no request presents", () => {
    expect(bindStrategy(Auth.allOf(ENTRA, OKTA)).problems).toEqual([
      {
        rule: "a request presents one token, so Auth.allOf cannot ask for two",
        value: ["entra", "okta"],
        remedy: "let Auth.anyOf choose between them inside Auth.allOf",
      },
    ]);
  });
});

describe("authenticators that cannot be told apart", () => {
  it("refuses an issuer twice", () => {
    const again = Auth.entraId({ name: "again", tenantId: TENANT, audiences: [API], roles: ["a"] });
    expect(bindStrategy(Auth.anyOf(ENTRA, again)).problems).toEqual([
      {
        rule: "an issuer belongs to one authenticator, since the issuer picks it",
        value: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        remedy: "merge the two authenticators, or publish two APIs",
      },
    ]);
  });

  it("refuses a name twice", () => {
    const again = Auth.oidc({ name: "entra", issuer: "https://a.example", audiences: ["x"], scopes: ["a"] });
    expect(bindStrategy(Auth.anyOf(ENTRA, again)).problems).toEqual([
      {
        rule: "authenticators of one API need different names",
        value: "entra",
        remedy: "give one of them another name",
      },
    ]);
  });

  it("refuses two key authenticators", () => {
    expect(bindStrategy(Auth.anyOf(KEY, Auth.subscriptionKey({ name: "other" }))).problems).toEqual([
      {
        rule: "an API has one key authenticator, since nothing in a request tells two apart",
        value: ["key", "other"],
        remedy: "remove one",
      },
    ]);
  });

  it("refuses two certificate authenticators", () => {
    const other = Auth.clientCertificate({ name: "other", certificateAuthorities: [ROOT] });
    expect(bindStrategy(Auth.anyOf(CERTIFICATE, other)).problems).toEqual([
      {
        rule: "an API has one certificate authenticator, since nothing in a request tells two apart",
        value: ["certificate", "other"],
        remedy: "merge their authorities and identities into one",
      },
    ]);
  });

  it.each([
    ["anyOf", Auth.anyOf()],
    ["allOf", Auth.allOf()],
  ])("refuses Auth.%s of nothing", (kind, strategy) => {
    expect(bindStrategy(strategy).problems).toEqual([
      {
        rule: `Auth.${kind} needs at least one member`,
        remedy: "name the authenticators that let callers in",
      },
    ]);
  });
});
