import { checkIssuerUrl } from "../../../lib/auth/issuer-url";
import { Problems } from "../../../lib/validation/problems";

function ruleFor(url: string): string | undefined {
  const problems = new Problems("stack/api");
  checkIssuerUrl("issuer", url, problems);
  return problems.all[0]?.rule;
}

describe("checkIssuerUrl", () => {
  it.each([
    "https://contoso.okta.com/oauth2/default",
    "https://contoso.eu.auth0.com/",
    "https://idp.contoso.com:8443/realms/a",
    "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
  ])("accepts %s", (url) => {
    expect(ruleFor(url)).toBeUndefined();
  });

  it.each([
    ["http://contoso.com", "must be an https URL"],
    ["contoso.com", "must be an https URL"],
    ["https://user:pw@contoso.com", "must have no user information, query or fragment"],
    ["https://contoso.com/?x", "must have no user information, query or fragment"],
    ["https://contoso.com/#f", "must have no user information, query or fragment"],
    ["https://10.0.0.1/", "must have a public host name"],
    ["https://[::1]/", "must have a public host name"],
    ["https://localhost/", "must have a public host name"],
    ["https://idp.localhost/", "must have a public host name"],
    ["https://Contoso.com/", "must be written in lower-case ASCII, without dot segments"],
    ["https://cоntoso.com/", "must be written in lower-case ASCII, without dot segments"],
    ["https://xn--cntoso-8fg.com/", "must be written in lower-case ASCII, without dot segments"],
    ["https://contoso.com/a/../b", "must be written in lower-case ASCII, without dot segments"],
    ["https://login.microsoftonline.com/common/v2.0", "must belong to one tenant"],
    ["https://login.microsoftonline.com/organizations", "must belong to one tenant"],
  ])("refuses %s: %s", (url, rule) => {
    expect(ruleFor(url)).toBe(`issuer ${rule}`);
  });
});
