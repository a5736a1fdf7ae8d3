import { entraPrincipalAuth, type EntraPrincipalAuthProps } from "../../../lib/auth/entra-principal-auth";
import { renderPolicy } from "../../../lib/policy/policy-renderer";
import { valueForToken } from "../../support/policy-run";
import { API, CLIENT, TENANT } from "./bind-strategy";

const OBJECT = "88888888-8888-4888-8888-888888888888";
const PROPS: EntraPrincipalAuthProps = {
  name: "worker",
  tenantId: TENANT,
  audience: API,
  clientId: CLIENT,
  principalId: OBJECT,
};

/** Conditions that do not hold of a token with these claims, beside its time. */
async function broken(
  claims: Readonly<Record<string, unknown>>,
  props: Partial<EntraPrincipalAuthProps> = {},
): Promise<readonly string[]> {
  const rules: string[] = [];
  for (const { rule, holds, refusal } of entraPrincipalAuth({ ...PROPS, ...props }).conditions) {
    if (rule !== "token-expired" && (await valueForToken(holds, claims)) !== "True") {
      rules.push(`${rule} ${refusal}`);
    }
  }
  return rules;
}

/** What Entra ID gives a managed identity for a registration that asks for no optional claim. */
const VERSION_2 = {
  iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  ver: "2.0",
  azp: CLIENT,
  azpacr: "2",
  oid: OBJECT,
  sub: OBJECT,
};
const VERSION_1 = {
  iss: `https://sts.windows.net/${TENANT}/`,
  ver: "1.0",
  appid: CLIENT,
  appidacr: "2",
  idp: `https://sts.windows.net/${TENANT}/`,
  oid: OBJECT,
  sub: OBJECT,
};

describe("entraPrincipalAuth", () => {
  it.each([
    ["2", VERSION_2, {}],
    ["2 that names its kind", { ...VERSION_2, idtyp: "app" }, {}],
    ["2 with a role", { ...VERSION_2, roles: ["Queue.Work"] }, { roles: ["Queue.Work"] }],
    ["1", VERSION_1, { tokenVersion: 1 }],
    ["1 that names its kind", { ...VERSION_1, idtyp: "app" }, { tokenVersion: 1 }],
  ] as const)("takes the principal's token of version %s", async (_version, claims, props) => {
    expect(await broken(claims, props)).toEqual([]);
  });

  it.each([
    ["another object", { oid: API }, "token-principal forbidden"],
    ["no object", { oid: undefined }, "token-principal forbidden"],
    ["two objects", { oid: [OBJECT, API] }, "token-principal forbidden"],
    ["another application", { azp: API }, "token-principal forbidden"],
    ["a user", { scp: "x" }, "token-principal forbidden"],
    ["a user, as it says itself", { idtyp: "user" }, "token-principal forbidden"],
    ["an ID token", { nonce: "n" }, "token-is-access-token unauthorized"],
    ["another tenant", { iss: VERSION_2.iss.replace(TENANT, API) }, "token-issuer unauthorized"],
  ])("refuses %s", async (_what, claims, expected) => {
    expect(await broken({ ...VERSION_2, ...claims })).toEqual([expected]);
  });

  it("asks for a role where there is one to have", async () => {
    expect(await broken({ ...VERSION_2, roles: ["Other"] }, { roles: ["Queue.Work"] })).toEqual([
      "token-scope insufficient_scope",
    ]);
  });

  it("takes ids in any case, and the audience of either version", () => {
    const rendered = (props: Partial<EntraPrincipalAuthProps>): string => {
      const [issuer] = entraPrincipalAuth({ ...PROPS, ...props }).issuers;
      return issuer ? renderPolicy(issuer.validation).replace(/\n\s*/g, "") : "";
    };
    const audience = "ABCDEFAB-1111-4111-8111-111111111111";
    expect(rendered({ audience })).toContain(`<audience>${audience.toLowerCase()}</audience>`);
    expect(rendered({ audience: "api://Queue", tokenVersion: 1 })).toMatch(
      /<audience>api:\/\/Queue<\/audience>.*<value>1\.0<\/value>/,
    );
  });
});
