import { Auth } from "../../../../../lib/auth/auth";
import { ClientTable } from "../../../../../lib/gateway/policy/client-table";
import {
  allowList,
  authorizeCaller,
  authorizeOperation,
} from "../../../../../lib/gateway/policy/steps/authorization";
import { csharp } from "../../../../../lib/policy/csharp";
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

  it("never lets in a key that is no registered client's", () => {
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

  it("calls a caller that is no client by its verified id", () => {
    const [id] = valuesSet(steps({ auth: ENTRA }), "callerClientId");
    expect(id).toContain('return context.Variables.GetValueOrDefault<string>("callerTokenId", "");');
  });

  it("checks operations only if a client may not use all of them", () => {
    const chatOnly = { ...application("claims", CLIENT), rights: { operations: ["chat"] } };
    expect(rules({ clients: [chatOnly] })).toContain("forbidden:operation-denied");
    expect(rules({ clients: [application("claims", CLIENT)] })).not.toContain("forbidden:operation-denied");
  });
});

describe("allowList", () => {
  it("is a constant table of access and name", () => {
    const statements = allowList([undefined, ["a", "b"], []], csharp`name`, "forbidden:x");
    expect(statements?.code.replace(/\s+/g, " ")).toBe(
      'switch (((string)context.Variables["callerAccess"])) { case "0": return ""; } ' +
        'switch (((string)context.Variables["callerAccess"]) + ":" + name) { case "1:a": case "1:b": return ""; } ' +
        'return "forbidden:x";',
    );
  });

  it("denies everything to an access to nothing", () => {
    const statements = allowList([undefined, []], csharp`name`, "forbidden:x");
    expect(statements?.code.replace(/\s+/g, " ")).toMatch(/\{ default: break; \} return "forbidden:x";$/);
  });

  it("is not needed if every access allows everything", () => {
    expect(allowList([undefined], csharp`name`, "forbidden:x")).toBeUndefined();
  });
});
