import { Lazy } from "cdktf";
import { Auth } from "../../../../lib/auth/auth";
import type { CredentialKind } from "../../../../lib/auth/auth-strategy";
import { ClientTable } from "../../../../lib/gateway/policy/client-table";
import type { ClientDescription } from "../../../../lib/gateway/policy/openai-api-description";
import { csharp } from "../../../../lib/policy/csharp";
import { setVariable } from "../../../../lib/policy/elements/set-variable";
import { PolicyExpression } from "../../../../lib/policy/policy-expression";
import { terraformText } from "../../../../lib/policy/terraform-text";
import { runInbound } from "../../../support/policy-run";
import { CLIENT } from "../../auth/bind-strategy";
import { ANY_APPLICATION, apiDescription, application, CERTIFICATE, KEY } from "./api-description";

function table(...clients: readonly ClientDescription[]): ClientTable {
  return new ClientTable(apiDescription({ auth: ANY_APPLICATION, clients }));
}

/** Entries that a policy finds by verified ids. */
function entries(
  of: ClientTable,
  ids: readonly string[],
  kind: CredentialKind = "token",
): Promise<readonly string[]> {
  return Promise.all(
    ids.map(async (id) => {
      const found = setVariable(
        "found",
        PolicyExpression.block(of.lookup(kind, csharp`${terraformText(id)}`)),
      );
      const { variables } = await runInbound([found], { read: ["found"] });
      return variables.found ?? "nothing set";
    }),
  );
}

describe("ClientTable", () => {
  it("finds a client by its verified id, and nobody else", async () => {
    const ids = [`entra/${CLIENT}`, `okta/${CLIENT}`, CLIENT, ""];
    expect(await entries(table(application("claims", CLIENT)), ids)).toEqual(["0:0:-:claims", "", "", ""]);
  });

  it("keeps equal rights and limits once", async () => {
    const rights = { deployments: ["gpt-4o"], limits: { requestsPerMinute: 5 } };
    const found = table(
      { ...application("a", "1"), rights },
      { ...application("b", "2"), rights: { ...rights, deployments: ["GPT-4o", "gpt-4o"] } },
      application("c", "3"),
    );
    expect(await entries(found, ["entra/1", "entra/2", "entra/3"])).toEqual([
      "1:1:-:a",
      "1:1:-:b",
      "0:0:-:c",
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
      reservedTokensPerMinute: 7,
      requestsPerMinutePerUser: 30,
      tokensPerMinutePerUser: 4,
      reservedTokensPerMinutePerUser: 4,
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

  it("knows a suspended client, to refuse it by name", async () => {
    const found = table({ ...application("a", "1"), suspended: true });
    expect(await entries(found, ["entra/1"])).toEqual(["suspended:0:-:a"]);
  });

  it("notes which credentials a client is bound to where several are presented together", async () => {
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
    expect(await entries(found, ["entra/1"])).toEqual(["0:0:tk:a"]);
    expect(await entries(found, ["key/2"], "key")).toEqual(["0:0:tk:a"]);
    expect(found.identifiesBy("key")).toBe(true);
    expect(found.identifiesBy("certificate")).toBe(false);
  });

  it("finds a client by a name that several certificates carry", async () => {
    const identity = { authenticator: "entra", id: "1" };
    const found = table({
      name: "a",
      identities: [
        { ...identity, thumbprint: "A" },
        { ...identity, thumbprint: "B" },
      ],
    });
    expect(await entries(found, ["entra/1"])).toEqual(["0:0:-:a"]);
  });

  it("finds a client by its subject in whatever order that is written", async () => {
    const client = { name: "a", identities: [{ authenticator: "certificate", id: "O=Contoso,CN=a" }] };
    const found = new ClientTable(apiDescription({ auth: CERTIFICATE, clients: [client] }));
    expect(await entries(found, ["certificate/CN=a, O=Contoso"], "certificate")).toEqual(["0:0:-:a"]);
  });

  it("takes ids that only Terraform knows", async () => {
    const id = Lazy.stringValue({ produce: () => CLIENT });
    expect(await entries(table(application("a", id)), [`entra/${id}`])).toEqual(["0:0:-:a"]);
  });
});
