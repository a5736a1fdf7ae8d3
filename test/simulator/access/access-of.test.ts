import {
  accessChanges,
  type AccessFact,
  accessMarkdown,
  accessOf,
  type AccessReport,
  describeChange,
  readAccessMarkdown,
} from "../../../simulator/access";
import { everyCredentialStack } from "../../support/every-credential-stack";
import { API_ID, apiStack } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { smallGateway } from "../support/small-gateway";
import { versionedStack,VERSIONING_SCHEMES } from "../support/versioned-stack";
import { OF_GATEWAY, writeStack } from "../terraform/stack-fixture";

/** One line for each fact, with whose it is. */
function linesOf(report: AccessReport): readonly string[] {
  const line = (whose: string, { topic, subject, value }: AccessFact): string =>
    `${whose} ${topic} ${subject}: ${value}`;
  return report.apis.flatMap(({ api, ways, strangers, unknown }) => [
    ...ways.flatMap(({ callers }) =>
      callers.flatMap(({ client, facts }) => facts.map((fact) => line(`${api}/${client}`, fact))),
    ),
    ...[...strangers, ...unknown].map((fact) => line(api, fact)),
  ]);
}

describe("accessOf, for a gateway that takes every kind of credential", () => {
  let report: AccessReport;
  let lines: readonly string[];

  beforeAll(async () => {
    report = await accessOf(everyCredentialStack({ operations: ["chat", "responses"] }));
    lines = linesOf(report);
  });

  it("finds every way in", () => {
    const ways = report.apis.map(({ api, ways: found }) => [api, found.map(({ credentials }) => credentials)]);
    expect(ways).toEqual([
      ["certificate", [["client certificate"]]],
      ["combined", [["token of https://partners.contoso.com/oauth2/default", "subscription key"]]],
      ["key", [["subscription key"]]],
      [
        "token",
        [["token of https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0"]],
      ],
    ]);
  });

  it("says what a client may call by which URLs, and which account answers", () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        "key/client-key-0 proof key of subscription: key-client-key-0",
        "key/client-key-0 call chat on chat: allowed by dated and v1 URLs",
        "key/client-key-0 call responses on chat: allowed by dated and v1 URLs",
        "key/client-key-0 account chat: oai-test-every",
        "key/client-key-0 limit requests at once: 1,000",
        "key/client-key-0 request answers: at most 4",
        "key/client-key-0 request service_tier: auto or default",
        "key/client-key-0 request tools that the service runs: nothing",
        "key/client-key-0 request objects that the service keeps: nothing",
      ]),
    );
  });

  it.each([
    ["token/client-token-0", "other audience", "401 unauthorized"],
    ["token/client-token-0", "unsigned", "401 unauthorized"],
    ["token/client-token-0", "issuer's public key as a secret", "401 unauthorized"],
    ["token/client-token-0", "other application", "403 forbidden"],
    ["certificate/client-certificate-0", "sibling CA", "403 forbidden"],
    ["certificate/client-certificate-0", "certificate of a server", "403 forbidden"],
    ["key/client-key-0", "key of a suspended subscription", "401 unauthorized"],
    ["key/client-key-0", "key of another API", "401 unauthorized"],
    ["combined/client-combined-0", "token alone", "401 unauthorized"],
    ["combined/client-combined-0", "key alone", "401 unauthorized"],
  ])("keeps an impostor of %s out: %s", (whose, defect, answer) => {
    expect(lines).toContain(`${whose} impostor ${defect}: ${answer}`);
  });

  it("leaves nothing open without a credential, and nothing untold", () => {
    expect(lines.filter((line) => / impostor no credential/.test(line))).toEqual(
      ["certificate", "combined", "key", "token"].map((api) => `${api} impostor no credential: 401 unauthorized`),
    );
    expect(lines.filter((line) => line.includes("cannot tell"))).toEqual([]);
  });

  it("differs in nothing from itself", () => {
    expect(accessChanges(report, report)).toEqual([]);
  });
});

/** What is different, compared as reports and with a file of the report before. */
function changesOf(before: AccessReport, after: AccessReport): readonly string[] {
  const lines = accessChanges(before, after).map(describeChange);
  expect(accessChanges(readAccessMarkdown(accessMarkdown(before, "before")), after).map(describeChange)).toEqual(lines);
  return lines;
}

describe("accessOf, for an API of a version", () => {
  it.each(VERSIONING_SCHEMES)("calls it by its version: %s", async (scheme) => {
    const closed = await accessOf(versionedStack(scheme));
    expect(linesOf(closed)).toEqual(
      expect.arrayContaining(["api/claims call operation-0: allowed", "api impostor no credential: 401"]),
    );
    const open = await accessOf(versionedStack(scheme, { subscription_required: false }));
    expect(changesOf(closed, open)).toEqual(
      expect.arrayContaining([
        "+ whoever has no credential may now get in with no credential, operation-0",
        "+ whoever has no credential may now get in with no credential, operation-1",
      ]),
    );
  });
});

describe("accessOf, for a wildcard operation", () => {
  const stackWith = (change: (resources: Record<string, Record<string, object>>) => void): string => {
    const fixture = structuredClone(smallGateway()) as { resource: Record<string, Record<string, object>> };
    const { azurerm_api_management_api_policy: policies } = fixture.resource;
    const text = JSON.stringify(policies);
    // Whoever has a key may call what the wildcard takes.
    const opened = text.replace("default: return false", 'case \\"claims:any:chat\\": return true; default: return false');
    fixture.resource["azurerm_api_management_api_policy"] = JSON.parse(opened) as Record<string, object>;
    change(fixture.resource);
    return writeStack("small", fixture);
  };
  const wildcard = (method: string): ((resources: Record<string, Record<string, object>>) => void) => (resources) => {
    const operations = resources["azurerm_api_management_api_operation"] as Record<string, object>;
    operations["any"] = { ...operations["v1-chat"], operation_id: "any", display_name: "any", method, url_template: "/*" };
  };

  it("says what it lets through beside specific ones, and what accounts answer there", async () => {
    const before = await accessOf(stackWith(() => undefined));
    const after = await accessOf(stackWith(wildcard("POST")));
    expect(changesOf(before, after)).toEqual([
      "+ models/claims may now call responses on chat by dated and v1 URLs",
      "~ models/claims stays out, now tried with: calling any, calling embeddings, any on embeddings, calling responses on mini",
      "~ models/batch stays out, now tried with: calling any, calling embeddings, any on embeddings, calling responses on chat, calling responses on mini",
    ]);
  });

  it("tells what it cannot try: a method that no client sends", async () => {
    const before = await accessOf(stackWith(() => undefined));
    const after = await accessOf(stackWith(wildcard("*")));
    expect(changesOf(before, after)).toEqual([
      "? models: operation any (* /*): cannot tell: no client sends the method '*', and Microsoft does not say that it stands for others",
    ]);
  });

  it("takes what is let through for open, whatever the backend says", async () => {
    const forwarding = { apiPolicy: policyXml({ inbound: "<base />" }), operations: ["GET /ping", "POST /*"] };
    const guarded = policyXml({
      inbound: `<choose><when condition='@(context.Operation.Id == "operation-1")'><return-response><set-status code="403" /></return-response></when></choose>`,
    });
    const before = await accessOf(apiStack({ ...forwarding, apiPolicy: guarded }));
    const after = await accessOf(apiStack(forwarding));
    expect(changesOf(before, after)).toContainEqual(
      expect.stringMatching(/^\+ whoever has no credential may now get in with no credential, operation-1: let through; /),
    );
  });
});

describe("accessOf, for a key that gets no answer", () => {
  const forwarding = (inbound: string): string =>
    apiStack({
      api: { subscription_required: true },
      operations: ["GET /ping"],
      subscriptions: { claims: { api_id: API_ID } },
      apiPolicy: policyXml({ inbound }),
    });
  const reportOf = (inbound: string): Promise<AccessReport> => accessOf(forwarding(inbound));

  it("says so of the key, and not of those who have none, and what is behind the gateway", async () => {
    const report = await reportOf("<base />");
    expect(report.apis[0]?.strangers.map(({ subject, value }) => `${subject}: ${value}`)).toEqual(["no credential: 401"]);
    expect(report.apis[0]?.refusedKeys?.map(({ subject, value }) => `${subject}: ${value}`)).toEqual([
      "key of subscription claims: let through; the backend answers 500",
    ]);
    const closed = await reportOf(`<return-response><set-status code="403" /></return-response>`);
    expect(changesOf(closed, report)).toEqual([
      "+ whoever has a key only may now get in with key of subscription claims: let through; the backend answers 500",
    ]);
  });

  it("says what becomes of credentials that policies let through together, where each alone stays out", async () => {
    const header = `<check-header name="X-Door" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false"><value>a</value></check-header>`;
    const report = await reportOf(header);
    expect(report.apis[0]?.unknown.map(({ subject, value }) => `${subject}: ${value}`)).toEqual([
      expect.stringMatching(/^header X-Door: cannot tell: those that were made get 500; /),
      expect.stringMatching(/^subscription key: cannot tell: those that were made get 403 or 500; .*no such host/),
    ]);
  });
});

describe("accessOf, for a revision that is not current", () => {
  const REVISION = "${azurerm_api_management_api.next.name};rev=2";
  const withRevision = (status: number): string =>
    apiStack({
      apiPolicy: policyXml({ inbound: `<return-response><set-status code="403" /></return-response>` }),
      operations: ["GET /ping"],
      resources: {
        azurerm_api_management_api: {
          next: {
            ...OF_GATEWAY,
            name: "api",
            revision: "2",
            subscription_required: false,
            source_api_id: "${azurerm_api_management_api.api.id}",
          },
        },
        azurerm_api_management_api_policy: {
          next: {
            ...OF_GATEWAY,
            api_name: REVISION,
            xml_content: policyXml({ inbound: `<return-response><set-status code="${status}" /></return-response>` }),
          },
        },
      },
    });

  it("says who may call it beside the current one", async () => {
    const closed = await accessOf(withRevision(401));
    expect(linesOf(closed)).toEqual(["api impostor no credential: 403", "api;rev=2 impostor no credential: 401"]);
    expect(changesOf(closed, await accessOf(withRevision(200)))).toContain(
      "+ api;rev=2/whoever has no credential may now get in with no credential, operation-0",
    );
  });
});
