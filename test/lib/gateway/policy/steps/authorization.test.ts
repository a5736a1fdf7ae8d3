import { Auth } from "../../../../../lib/auth/auth";
import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import { refuseIf } from "../../../../../lib/gateway/policy/refusal";
import {
  allowList,
  authorizeCaller,
  authorizeOperation,
} from "../../../../../lib/gateway/policy/steps/authorization";
import { csharp } from "../../../../../lib/policy/csharp";
import { REFUSAL_FRAGMENT, runInbound } from "../../../../support/policy-run";
import { CLIENT } from "../../../auth/bind-strategy";
import {
  ANY_APPLICATION,
  apiDescription,
  type ApiDescriptionOptions,
  application,
  ENTRA,
  KEY,
} from "../api-description";
import { parsed, rulesOf, valuesSet } from "./step-values";

function steps(options: ApiDescriptionOptions): ReturnType<typeof parsed> {
  const api = apiDescription(options);
  const clients = new ClientTable(api);
  return parsed([...authorizeCaller(api, clients), ...authorizeOperation(api, clients)]);
}

function rules(options: ApiDescriptionOptions): readonly string[] {
  return rulesOf(valuesSet(steps(options), "refusal").join());
}

const BOTH = {
  name: "claims",
  identities: [
    { authenticator: "entra", id: CLIENT },
    { authenticator: "key", id: "claims" },
  ],
};

describe("authorizeCaller", () => {
  it("asks nothing more of an API without clients", () => {
    expect(rules({ auth: ENTRA })).toEqual([]);
  });

  it("refuses unregistered and suspended callers once there are clients", () => {
    expect(rules({ auth: ANY_APPLICATION, clients: [application("claims", CLIENT)] })).toEqual([
      "forbidden:client-unknown",
      "forbidden:client-suspended",
    ]);
  });

  it("lets unregistered callers in on request", () => {
    expect(rules({ clients: [application("claims", CLIENT)], unregisteredCallers: "allow" })).toEqual([
      "forbidden:client-suspended",
    ]);
  });

  it("never lets in a key that is not a registered client's", () => {
    const auth = Auth.anyOf(ENTRA, KEY);
    expect(rules({ auth })).toEqual(["forbidden:client-unknown"]);
    expect(rules({ auth, clients: [BOTH], unregisteredCallers: "allow" })[0]).toBe(
      "forbidden:client-unknown",
    );
  });

  it("refuses credentials of two clients", () => {
    expect(
      rules({ auth: Auth.allOf(ENTRA, KEY), clients: [BOTH] }).filter((rule) => rule.includes("mismatch")),
    ).toEqual(["forbidden:client-mismatch", "forbidden:client-mismatch"]);
  });

  it("calls a caller that is not a client by its verified id", async () => {
    const options = {
      auth: ENTRA,
      clients: [application("claims", CLIENT)],
      unregisteredCallers: "allow",
    } as const;
    const api = apiDescription(options);
    const called = async (callerTokenId: string): Promise<string | undefined> =>
      (
        await runInbound(authorizeCaller(api, new ClientTable(api)), {
          variables: { callerTokenId },
          read: ["callerClientId"],
        })
      ).variables.callerClientId;
    expect(await called("entra/somebody")).toBe("entra/somebody");
    expect(await called(`entra/${CLIENT}`)).toBe("claims");
  });

  it("checks operations only if a client may not use all of them", () => {
    const chatOnly = { ...application("claims", CLIENT), rights: { operations: ["chat"] } };
    expect(rules({ clients: [chatOnly] })).toContain("forbidden:operation-denied");
    expect(rules({ clients: [application("claims", CLIENT)] })).not.toContain("forbidden:operation-denied");
  });
});

describe("allowList", () => {
  async function verdictOf(
    lists: readonly (readonly string[] | undefined)[],
    callerAccess: string,
    name: string,
  ): Promise<string> {
    const statements = allowList(lists, csharp`${name}`, "forbidden:x") ?? csharp`return "";`;
    const policies = refuseIf(REFUSAL_FRAGMENT, statements);
    return (await runInbound(policies, { variables: { callerAccess } })).refusal ?? "allowed";
  }

  it("is a constant table of access and name", async () => {
    const lists = [undefined, ["a", "b"], []];
    expect(await verdictOf(lists, "0", "anything")).toBe("allowed");
    expect(await verdictOf(lists, "1", "a")).toBe("allowed");
    expect(await verdictOf(lists, "1", "b")).toBe("allowed");
    expect(await verdictOf(lists, "1", "c")).toBe("forbidden:x");
    expect(await verdictOf(lists, "2", "a")).toBe("forbidden:x");
    expect(await verdictOf(lists, "suspended", "a")).toBe("forbidden:x");
  });

  it("denies everything to an access to nothing", async () => {
    expect(await verdictOf([undefined, []], "1", "a")).toBe("forbidden:x");
    expect(await verdictOf([undefined, []], "0", "a")).toBe("allowed");
  });

  it("is not needed if every access allows everything", () => {
    expect(allowList([undefined], csharp`name`, "forbidden:x")).toBeUndefined();
  });
});

describe("access that ends", () => {
  const until = { ...application("claims", CLIENT), expires: "2027-03-31" };

  it("asks for the day only where a client has a last one, and for the list only where there is one", () => {
    const plain = { auth: ENTRA, clients: [application("claims", CLIENT)] } as const;
    expect(rules({ ...plain, clients: [until] })).toContain("forbidden:client-expired");
    expect(rules({ ...plain, killSwitchName: "cut-off" })).toContain("forbidden:client-cut-off");
    expect(rules(plain).filter((rule) => /expired|cut-off/.test(rule))).toEqual([]);
  });

  it("adds nothing to the entries of clients whose access does not end", () => {
    const entries = (clients: ApiDescriptionOptions["clients"]): string =>
      valuesSet(steps({ auth: ENTRA, clients }), "clientOfToken").join();
    expect(entries([application("claims", CLIENT)])).toContain('"0:0:-:claims"');
    expect(entries([until])).toContain('"0:0:-:claims:2027-03-31"');
  });
});
