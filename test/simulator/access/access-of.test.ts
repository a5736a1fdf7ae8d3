import { accessChanges, type AccessFact, accessOf, type AccessReport } from "../../../simulator/access";
import { everyCredentialStack } from "../../support/every-credential-stack";

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
