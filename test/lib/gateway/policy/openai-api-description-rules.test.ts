import { Auth } from "../../../../lib/auth/auth";
import type { ClientDescription } from "../../../../lib/gateway/policy/openai-api-description";
import {
  checkClientIdentities,
  checkDescription,
  verifiedIds,
} from "../../../../lib/gateway/policy/openai-api-description-rules";
import { OPENAI_OPERATIONS } from "../../../../lib/gateway/policy/openai-operation";
import { Problems } from "../../../../lib/validation/problems";
import { API, bindStrategy, CLIENT, ISSUING, ROOT, TENANT } from "../../auth/bind-strategy";
import {
  ANY_APPLICATION,
  apiDescription,
  type ApiDescriptionOptions,
  application,
  CERTIFICATE,
  ENTRA,
  KEY,
} from "./api-description";

function problems(options: ApiDescriptionOptions): unknown {
  const found = new Problems("stack/api");
  checkDescription(apiDescription(options), found);
  return found.all;
}

const WITH_KEY = { name: "claims", identities: [{ authenticator: "key", id: "claims" }] };

describe("checkDescription", () => {
  it("accepts listed applications", () => {
    expect(problems({})).toEqual([]);
  });

  it("accepts any application of the issuer if only registered clients get in", () => {
    expect(problems({ auth: ANY_APPLICATION, clients: [application("claims", CLIENT)] })).toEqual([]);
  });

  it.each<[string, ApiDescriptionOptions, object]>([
    [
      "a key alone",
      { auth: Auth.anyOf(ENTRA, KEY), clients: [WITH_KEY] },
      {
        rule: "a key alone does not prove who calls: it is copied, and nothing expires it",
        remedy:
          "combine it with Auth.allOf and a token or a certificate, or opt out of 'api-key-alone-is-not-enough' " +
          "with the reason",
      },
    ],
    [
      "any application of the issuer",
      { auth: ANY_APPLICATION },
      {
        rule: "any application that gets a token for the API would be let in",
        value: ["entra"],
        remedy:
          "name client applications, scopes, roles or groups, register clients and refuse others, or opt out of " +
          "'api-any-client-of-the-issuer' with the reason",
      },
    ],
    [
      "any application of the issuer beside registered clients",
      { auth: ANY_APPLICATION, clients: [application("claims", CLIENT)], unregisteredCallers: "allow" },
      {
        rule: "any application that gets a token for the API would be let in",
        value: ["entra"],
        remedy:
          "name client applications, scopes, roles or groups, register clients and refuse others, or opt out of " +
          "'api-any-client-of-the-issuer' with the reason",
      },
    ],
    [
      "any certificate of an authority",
      { auth: CERTIFICATE },
      {
        rule: "'certificate' must name the certificates that get in",
        remedy:
          "list identities, or register clients with certificates: any certificate of the authority would pass",
      },
    ],
    [
      "a certificate name that no certificate carries",
      {
        auth: CERTIFICATE,
        clients: [{ name: "claims", identities: [{ authenticator: "certificate", id: "claims" }] }],
      },
      {
        rule: "names in certificates of 'certificate' must be a distinguished name without '*', as in 'CN=claims, O=Contoso'",
        value: "claims",
        remedy: "write the name as it stands in the certificate",
      },
    ],
    [
      "certificates of its own that would be refused as no client's",
      {
        auth: Auth.clientCertificate({
          certificateAuthorities: [ISSUING, ROOT],
          identities: [{ name: "CN=claims, O=Contoso" }, { name: "O=Contoso, CN=scanner" }],
        }),
        clients: [
          { name: "claims", identities: [{ authenticator: "certificate", id: "O=Contoso, CN=claims" }] },
        ],
      },
      {
        rule: "identities of 'certificate' must be registered clients, since the API has clients and refuses all others",
        value: ["O=Contoso, CN=scanner"],
        remedy: 'register each with addClient(), or set unregisteredCallers: "allow"',
      },
    ],
    [
      "a deployment in a body that is not read",
      {
        operations: OPENAI_OPERATIONS.filter(({ id }) => id === "responses-create").map((operation) => ({
          ...operation,
          body: "none",
        })),
      },
      {
        rule: "a deployment can only be read from a body",
        value: "responses-create",
        remedy: "publish the operation with the deployment in its path",
      },
    ],
    [
      "an operation without a deployment that goes nowhere",
      { operations: OPENAI_OPERATIONS.filter(({ id }) => id === "files-list") },
      {
        rule: "an operation without a deployment needs a backend",
        value: "files-list",
        remedy: "set defaultBackendId, or do not publish the operation",
      },
    ],
    [
      "dated operations that accept no version",
      { apiVersions: [] },
      {
        rule: "dated operations need an accepted api-version",
        remedy: "list apiVersions, or publish the v1 shape only",
      },
    ],
    [
      "scopes for operations that are not published",
      {
        auth: Auth.entraId({
          tenantId: TENANT,
          audiences: [API],
          roles: ["a"],
          operationScopes: { files: ["Files.Read"] },
        }),
      },
      {
        rule: "operationScopes of 'entra' must name operation groups of the API",
        value: "files",
        remedy: "use one of chat, embeddings",
      },
    ],
    [
      "fewer requests of an address than one caller may send",
      { bounds: { failuresPerMinutePerAddress: 50 } },
      {
        rule: "failuresPerMinutePerAddress must be at least the largest requestsPerMinute of a caller, 60",
        value: 50,
        remedy: "raise it, or leave it out to have the sum of all clients",
      },
    ],
  ])("refuses %s", (_what, options, problem) => {
    expect(problems(options)).toEqual([problem]);
  });

  it.each<[string, ApiDescriptionOptions]>([
    [
      "api-key-alone-is-not-enough",
      { auth: KEY, clients: [WITH_KEY], optOuts: ["api-key-alone-is-not-enough"] },
    ],
    ["api-any-client-of-the-issuer", { auth: ANY_APPLICATION, optOuts: ["api-any-client-of-the-issuer"] }],
    ["api-request-limits", { limits: { tokensPerMinute: 1 }, optOuts: ["api-request-limits"] }],
    ["api-token-limits", { limits: { requestsPerMinute: 1 }, optOuts: ["api-token-limits"] }],
  ])("follows the opt-out '%s'", (_control, options) => {
    expect(problems(options)).toEqual([]);
  });

  it("accepts a key with a certificate, which together prove who calls", () => {
    const auth = Auth.allOf(Auth.clientCertificate({ certificateAuthorities: [ISSUING, ROOT] }), KEY);
    const identities = [
      { authenticator: "key", id: "claims" },
      { authenticator: "certificate", id: "CN=claims" },
    ];
    expect(bindStrategy(auth).problems).toEqual([]);
    expect(problems({ auth, clients: [{ name: "claims", identities }] })).toEqual([]);
  });
});

describe("checkClientIdentities", () => {
  function refusals(client: ClientDescription, clients: readonly ClientDescription[] = []): unknown {
    const found = new Problems("stack/api");
    const api = apiDescription();
    const owners = new Map(
      clients.flatMap((each) => verifiedIds(api.auth, each).map((id) => [id, each.name])),
    );
    checkClientIdentities({ ...api, owners }, client, found);
    return found.all;
  }

  it("accepts an application in whatever case its id is written", () => {
    const upper = "ABCDEFAB-1111-4111-8111-111111111111";
    const auth = Auth.entraId({
      tenantId: TENANT,
      audiences: [API],
      clientApplicationIds: [upper.toLowerCase()],
    });
    const found = new Problems("stack/api");
    checkClientIdentities(
      { ...apiDescription({ auth }), owners: new Map() },
      application("claims", upper),
      found,
    );
    expect(found.all).toEqual([]);
  });

  it("refuses an identity of another client", () => {
    expect(refusals(application("billing", CLIENT), [application("claims", CLIENT)])).toEqual([
      {
        rule: "an identity belongs to one client of API 'claims', and this one is of 'claims'",
        value: `entra: ${CLIENT}`,
        remedy: "give each client a credential of its own, or make them one client",
      },
    ]);
  });

  it("refuses an identity that no authenticator verifies", () => {
    expect(refusals(application("claims", CLIENT, "okta"))).toEqual([
      {
        rule: "client 'claims' must be identified by an authenticator of the API",
        value: "okta",
        remedy: "name one of entra",
      },
    ]);
  });

  it("refuses a client that its authenticator shuts out", () => {
    expect(refusals(application("claims", TENANT))).toEqual([
      {
        rule: "client 'claims' must be an application that 'entra' lets in",
        value: TENANT,
        remedy: "add it to the applications of 'entra', or leave those out: registered clients suffice",
      },
    ]);
  });
});
