import type { CallReport, StartReport } from "../../../simulator/cli/start-report";
import { startText } from "../../../simulator/cli/start-text";

const CALL: CallReport = {
  credentials: ["token of Okta", "key of subscription fabrikam"],
  status: 200,
  client: "fabrikam",
  operation: "chat-completions-create",
  deployment: "chat",
  command: "curl https://localhost:8443",
};

/** The text for a stack with one way in. */
function textOf(
  admitted: readonly CallReport[],
  refused: readonly CallReport[],
  {
    allClients = false,
    programs,
    gateways = [],
    ...more
  }: Partial<StartReport["apis"][number]> &
    Partial<Pick<StartReport, "programs" | "gateways">> & { readonly allClients?: boolean } = {},
): string {
  const report: StartReport = {
    gateways,
    page: "http://localhost:8444/_simulator",
    proxy: "http://127.0.0.1:8444",
    caFile: "ca.pem",
    tokenLifetimeHours: 24,
    accounts: [],
    programs,
    apis: [
      {
        gateway: "gateway",
        name: "api",
        displayName: "API",
        path: "/api",
        operations: 1,
        unknown: [],
        ways: [{ authenticators: [], admitted, refused }],
        ...more,
      },
    ],
  };
  return startText(report, { names: ["dev"], others: [] }, allClients).replaceAll(/\s+/g, " ");
}

describe("startText", () => {
  it("says what the further clients of a way were seen to call", () => {
    const other = { ...CALL, client: "marketing", credentials: ["token of Entra"], deployment: "chat-mini" };
    expect(textOf([CALL, other], [])).toContain(
      "also got in (--all-clients prints their calls): marketing (token of Entra), calling chat-completions-create on chat-mini",
    );
  });

  it("says which region of a gateway answers, where it has several", () => {
    const gateway = { name: "apim-x", tier: "Premium", url: "https://localhost:8443", hostNames: [] };
    expect(textOf([], [], { gateways: [gateway] })).toContain("apim-x, Premium page");
    expect(textOf([], [], { gateways: [{ ...gateway, region: "swedencentral" }] })).toContain(
      "apim-x, Premium, in swedencentral page",
    );
  });

  it("prints the call of each client when asked to", () => {
    const other = { ...CALL, client: "marketing", command: "curl https://localhost:8443/marketing" };
    expect(textOf([CALL, other], [], { allClients: true })).toContain(
      "→ 200 as marketing: token of Okta and key of subscription fabrikam curl https://localhost:8443/marketing",
    );
  });

  it("tells a credential that is not genuine from the genuine one beside it", () => {
    const refused = { ...CALL, status: 401, credentials: ["a token, badly signed", CALL.credentials[1]!] };
    expect(textOf([CALL], [refused])).toContain(
      "→ 401: a token, badly signed; with the key of subscription fabrikam curl",
    );
  });

  it("names the credential that is not genuine first", () => {
    const refused = { ...CALL, status: 401, credentials: [CALL.credentials[0]!, "a key of nobody"] };
    expect(textOf([CALL], [refused])).toContain("→ 401: a key of nobody; with the token of Okta curl");
  });

  it("says how an answer is given again, and to whom it is not", () => {
    const other = { ...CALL, client: "northwind" };
    const text = textOf([CALL], [], { cached: { again: CALL, other } });
    expect(text).toContain("→ 200 as fabrikam: answered from the cache from the second time on curl");
    expect(text).toContain("→ 200 as northwind: the same request of another caller, not from the cache curl");
  });

  it("calls models that are not accounts'", () => {
    const endpointModels = [{ ...CALL, deployment: "chat-small" }];
    expect(textOf([CALL], [], { endpointModels })).toContain(
      "→ 200 as fabrikam: chat-small, a model that is not an account's curl",
    );
  });

  it("says that a request waits, and where its answer will be", () => {
    const queued = {
      accepted: { ...CALL, status: 202, command: "curl queue" },
      waiting: { ...CALL, status: 202, command: "curl answer" },
    };
    expect(textOf([CALL], [], { queued })).toContain(
      "→ 202 as fabrikam: a request that waits curl queue " +
        "→ 202 as fabrikam: its answer, as soon as a worker has asked; to be pasted after it curl answer",
    );
  });

  it("starts the programs of Container Apps", () => {
    expect(
      textOf([CALL], [], { programs: [{ app: "ca-worker", command: "env A=b node worker.js" }] }),
    ).toContain(
      "Container App ca-worker: its program, in a terminal of its own until Ctrl-C env A=b node worker.js",
    );
  });
});
