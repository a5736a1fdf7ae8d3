import { Lazy } from "cdktf";
import { Auth } from "../../../../lib/auth/auth";
import { ClientTable } from "../../../../lib/gateway/policy/client-table";
import type { ClientDescription } from "../../../../lib/gateway/policy/openai-api-description";
import { csharp } from "../../../../lib/policy/csharp";
import { CLIENT } from "../../auth/bind-strategy";
import { ANY_APPLICATION, apiDescription, application, CERTIFICATE, KEY } from "./api-description";

function table(...clients: readonly ClientDescription[]): ClientTable {
  return new ClientTable(apiDescription({ auth: ANY_APPLICATION, clients }));
}

function cases(of: ClientTable): readonly string[] {
  return of.lookup("token", csharp`id`).code.match(/case .*/g) ?? [];
}

describe("ClientTable", () => {
  it("finds a client by its verified id", () => {
    expect(table(application("claims", CLIENT)).lookup("token", csharp`id`).code).toBe(
      `switch (id) {\n  case "entra/${CLIENT}": return "0:0:-:claims";\n  default: return "";\n}`,
    );
  });

  it("keeps equal rights and limits once", () => {
    const rights = { deployments: ["gpt-4o"], limits: { requestsPerMinute: 5 } };
    const found = table(
      { ...application("a", "1"), rights },
      { ...application("b", "2"), rights: { ...rights, deployments: ["GPT-4o", "gpt-4o"] } },
      application("c", "3"),
    );
    expect(cases(found)).toEqual([
      'case "entra/1": return "1:1:-:a";',
      'case "entra/2": return "1:1:-:b";',
      'case "entra/3": return "0:0:-:c";',
    ]);
    expect(found.accesses).toEqual([
      { operations: undefined, deployments: undefined },
      { operations: undefined, deployments: ["gpt-4o"] },
    ]);
  });

  it("takes rights to everything as no restriction", () => {
    const rights = { operations: ["embeddings", "chat"], deployments: ["embed", "gpt-4o"] };
    expect(table({ ...application("a", "1"), rights }).accesses).toHaveLength(1);
  });

  it("takes rights to nothing as a restriction", () => {
    const { accesses } = table({ ...application("a", "1"), rights: { deployments: [] } });
    expect(accesses[1]).toEqual({ operations: undefined, deployments: [] });
  });

  it("fills what a client's limits leave out from the API", () => {
    const { limits } = table({ ...application("a", "1"), rights: { limits: { tokensPerMinute: 7 } } });
    expect(limits[1]).toEqual({
      requestsPerMinute: 60,
      tokensPerMinute: 7,
      tokenQuota: undefined,
      tokenQuotaPeriod: undefined,
    });
  });

  it("replaces the API's quota as a whole", () => {
    const api = apiDescription({
      auth: ANY_APPLICATION,
      limits: { requestsPerMinute: 1, tokensPerMinute: 1, tokenQuota: 10, tokenQuotaPeriod: "Daily" },
      clients: [
        { ...application("a", "1"), rights: { limits: { tokenQuota: 50, tokenQuotaPeriod: "Monthly" } } },
      ],
    });
    expect(new ClientTable(api).limits[1]).toMatchObject({ tokenQuota: 50, tokenQuotaPeriod: "Monthly" });
  });

  it("knows a suspended client, to refuse it by name", () => {
    expect(cases(table({ ...application("a", "1"), suspended: true }))).toEqual([
      'case "entra/1": return "suspended:0:-:a";',
    ]);
  });

  it("notes which credentials a client is bound to where several are presented together", () => {
    const client: ClientDescription = {
      name: "a",
      identities: [
        { authenticator: "entra", id: "1" },
        { authenticator: "key", id: "2" },
      ],
    };
    const found = new ClientTable(
      apiDescription({ auth: Auth.allOf(ANY_APPLICATION, KEY), clients: [client] }),
    );
    expect(cases(found)).toEqual(['case "entra/1": return "0:0:tk:a";']);
    expect(found.identifiesBy("key")).toBe(true);
    expect(found.identifiesBy("certificate")).toBe(false);
  });

  it("has one case for a name that several certificates carry", () => {
    const identity = { authenticator: "entra", id: "1" };
    const found = table({
      name: "a",
      identities: [
        { ...identity, thumbprint: "A" },
        { ...identity, thumbprint: "B" },
      ],
    });
    expect(cases(found)).toHaveLength(1);
  });

  it("finds a client by its subject in whatever order that is written", () => {
    const client = { name: "a", identities: [{ authenticator: "certificate", id: "O=Contoso,CN=a" }] };
    const found = new ClientTable(apiDescription({ auth: CERTIFICATE, clients: [client] }));
    expect(found.lookup("certificate", csharp`id`).code).toContain(
      'case "certificate/CN=a,\\u0020O=Contoso"',
    );
  });

  it("takes ids that only Terraform knows", () => {
    const id = Lazy.stringValue({ produce: () => CLIENT });
    expect(cases(table(application("a", id)))).toEqual([`case "entra/${id}": return "0:0:-:a";`]);
  });
});
