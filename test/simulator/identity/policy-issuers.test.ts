import { issuersNamedByPolicies } from "../../../simulator/identity/policy-issuers";
import { gatewayModel, policy } from "../support/gateway-models";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";

function named(xml: string): ReturnType<typeof issuersNamedByPolicies> {
  return issuersNamedByPolicies(gatewayModel({ policy: policy("p", xml) }));
}

describe("issuersNamedByPolicies", () => {
  it("finds issuers, their documents and tenants, white space aside", () => {
    const xml = `<inbound>
      <validate-jwt><openid-config url="https://a.example/x?y=1&amp;z=2" />
        <issuers><issuer> https://a.example/ </issuer></issuers></validate-jwt>
      <validate-azure-ad-token header-name='Authorization' tenant-id='${TENANT_ID}'>
        <audiences><audience>\n api://gateway \n</audience></audiences>
        <required-claims><claim name="ver"><value>1.0</value></claim></required-claims>
      </validate-azure-ad-token>
      <authentication-managed-identity resource="https://cognitiveservices.azure.com" />
      <authentication-managed-identity output-token-variable-name="x" resource="api://models" /></inbound>`;
    expect(named(xml)).toEqual({
      openIdConfigurations: ["https://a.example/x?y=1&z=2"],
      issuers: ["https://a.example/"],
      tenantIds: [TENANT_ID],
      entraApis: [{ tenantId: TENANT_ID, audience: "api://gateway", accessTokenVersion: 1 }],
      resources: ["api://models"],
    });
  });

  it("knows the audiences of each of several validations apart", () => {
    const validation = (audience: string): string =>
      `<validate-azure-ad-token tenant-id="${TENANT_ID}"><audiences><audience>${audience}</audience></audiences></validate-azure-ad-token>`;
    const { entraApis } = named(`${validation("api://one")}${validation("api://two")}`);
    expect(entraApis.map(({ audience }) => audience)).toEqual(["api://one", "api://two"]);
  });

  it.each([
    ["an issuer", `<issuer>${" ".repeat(500_000)}`],
    ["an audience", `<validate-azure-ad-token tenant-id="x"><audience>${"\t".repeat(500_000)}`],
    ["many elements", "<openid-config ".repeat(33_000)],
    ["many validations", "<validate-azure-ad-token ".repeat(20_000)],
    ["many identities", "<authentication-managed-identity ".repeat(15_000)],
    ["many claims", `<validate-azure-ad-token >${"<claim ".repeat(70_000)}</validate-azure-ad-token>`],
  ])("reads a document in which %s never ends once", (_name, xml) => {
    expect(named(xml)).toEqual({
      openIdConfigurations: [],
      issuers: [],
      tenantIds: [],
      entraApis: [],
      resources: [],
    });
  });
});
