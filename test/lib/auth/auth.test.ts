import { Auth } from "../../../lib/auth/auth";
import { credentialKinds } from "../../../lib/auth/auth-binding";
import type { AuthStrategy } from "../../../lib/auth/auth-strategy";
import { API, bindStrategy, CLIENT, ISSUING, ROOT, TENANT } from "./bind-strategy";

const ENTRA = Auth.entraId({ tenantId: TENANT, audiences: [API], clientApplicationIds: [CLIENT] });
const OKTA = Auth.oidc({
  name: "okta",
  issuer: "https://contoso.okta.com",
  audiences: ["api://ai"],
  clientIds: ["0oa1"],
});
const CERTIFICATE = Auth.clientCertificate({ certificateAuthorities: [ISSUING, ROOT] });
const KEY = Auth.subscriptionKey();

describe("Auth", () => {
  it.each<[string, AuthStrategy, readonly string[]]>([
    ["entraId", ENTRA, ["token"]],
    ["oidc", OKTA, ["token"]],
    ["clientCertificate", CERTIFICATE, ["certificate"]],
    ["subscriptionKey", KEY, ["key"]],
    ["anyOf", Auth.anyOf(ENTRA, CERTIFICATE, KEY), ["token", "certificate", "key"]],
    ["anyOf two issuers", Auth.anyOf(ENTRA, OKTA), ["token"]],
    ["allOf", Auth.allOf(ENTRA, KEY), ["token+key"]],
    ["allOf of anyOf", Auth.allOf(Auth.anyOf(ENTRA, CERTIFICATE), KEY), ["token+key", "certificate+key"]],
  ])("%s asks for these kinds of credential", (_what, strategy, kinds) => {
    const { binding } = bindStrategy(strategy, { optOuts: ["api-key-alone-is-not-enough"] });
    expect(binding.alternatives.map((alternative) => credentialKinds(alternative).join("+"))).toEqual(kinds);
  });

  it("makes strategies that serve several APIs, each with a binding of its own", () => {
    const [first, second] = [bindStrategy(ENTRA), bindStrategy(ENTRA)];
    expect(first.binding).not.toBe(second.binding);
    expect(first.binding.authenticators.map(({ name }) => name)).toEqual(
      second.binding.authenticators.map(({ name }) => name),
    );
  });
});
