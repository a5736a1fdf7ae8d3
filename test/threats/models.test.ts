import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { MARKETING } from "../support/callers";
import * as environments from "../support/reference-environments";
import { expectRefused, R400, R403, R404 } from "../support/refusal";
import { type EnvironmentName, SimulatedEnvironment, synthesized } from "../support/simulation";
import { ChangedEnvironment } from "./changed-environment";

const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];

/** The environment, with another model behind every deployment named `chat`. */
function withModel(
  name: EnvironmentName,
  model: string,
  modelVersion: string,
): EnvironmentSettings["accounts"] {
  return environments[name].accounts.map((account) => ({
    ...account,
    deployments: {
      ...account.deployments,
      chat: { ...account.deployments.chat!, model, modelVersion },
    },
  }));
}

describe.each(ENVIRONMENTS)("models of %s", (name) => {
  test("T-240 do not synthesize once Azure has retired them", () => {
    const changed = ChangedEnvironment.of(name, { accounts: withModel(name, "gpt-4o", "2024-05-13") });
    expect(() => changed.synthesize()).toThrow(
      /deployment 'chat' must be of a model that Azure still serves, .*: deploy gpt-5\.4 2026-03-05/,
    );
  });

  test("T-240 do not go within 90 days, and would be warned of if they did", () => {
    expect(synthesized(name).ofType("azurerm_cognitive_deployment")).not.toEqual([]);
    expect(
      ChangedEnvironment.of(name)
        .warnings()
        .filter((text) => text.includes("retires on")),
    ).toEqual([]);
    const closed = ChangedEnvironment.of(name, { accounts: withModel(name, "gpt-4.1", "2025-04-14") });
    expect(closed.warnings()).toContainEqual(
      expect.stringContaining("gpt-4.1 2025-04-14 retires on 2027-04-14, in 134 days"),
    );
  });
});

describe("what a caller asks for, in prod", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const EDITS = "/assistant/openai/v1/images/edits";

  /** A form with these models, from marketing, which may use `images` and `chat-mini`. */
  const form = async (models: readonly string[]) => {
    const data = new FormData();
    data.append("image", new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)]), "a.png");
    data.append("prompt", "a hat");
    models.forEach((model) => data.append("model", model));
    const request = new Request("http://localhost", { method: "POST", body: data });
    const bearer = await environment.bearer(MARKETING, { scp: "Models.Invoke Images.Generate" });
    return {
      method: "POST",
      headers: { ...bearer, "content-type": request.headers.get("content-type") ?? "" },
      body: new Uint8Array(await request.arrayBuffer()),
    };
  };

  test("T-241 a form is held to the rights of the model that it names, and names one", async () => {
    expect((await environment.simulation.call(EDITS, await form(["images"]))).status).toBe(200);
    expect(environment.accountRequests().map(({ deployment }) => deployment)).toEqual(["images"]);
    await expectRefused(environment, R403, EDITS, await form(["chat"]));
    await expectRefused(environment, R403, EDITS, await form(["nothing"]));
    await expectRefused(environment, R400, EDITS, await form(["images", "chat"]));
    await expectRefused(environment, R400, EDITS, await form([]));
  });
});

test("T-242 the list of models has the caller's own, and a model of others looks like none", async () => {
  const environment = await SimulatedEnvironment.start("dev");
  try {
    const headers = environment.key("assistant-claims");
    const json = async (target: string): Promise<unknown> =>
      (await environment.simulation.call(`/assistant/openai/${target}`, { headers })).json();
    const chat = { id: "chat", object: "model", created: 0, owned_by: "azure" };
    expect(await json("v1/models")).toEqual({ object: "list", data: [chat] });
    expect(await json("models?api-version=2024-10-21")).toEqual({ object: "list", data: [chat] });
    expect(await json("v1/models/chat")).toEqual(chat);
    const others = await expectRefused(environment, R404, "/assistant/openai/v1/models/embeddings", {
      headers,
    });
    const none = await expectRefused(environment, R404, "/assistant/openai/v1/models/gpt-9", { headers });
    expect(others).toBe(none);
    expect(environment.accountRequests()).toEqual([]);
  } finally {
    await environment.close();
  }
});

describe.each(ENVIRONMENTS)("deployments of %s", (name) => {
  const deployments = synthesized(name).ofType("azurerm_cognitive_deployment");
  const filters = synthesized(name).ofType("azurerm_cognitive_account_rai_policy");

  test("T-273 every filter blocks before it answers, harms and attacks alike", () => {
    expect(filters).not.toEqual([]);
    for (const { attributes } of filters) {
      const rows = attributes.content_filter as readonly Record<string, unknown>[];
      expect(attributes.mode).toBe("Blocking");
      expect(new Set(rows.map((row) => `${String(row.name)} ${String(row.source)}`)).size).toBe(12);
      expect(rows.filter((row) => row.block_enabled !== true || row.filter_enabled !== true)).toEqual([]);
      expect(rows.filter((row) => !["Low", "Medium"].includes(String(row.severity_threshold)))).toEqual([]);
    }
  });

  test("T-274 every deployment has the filter of its account", () => {
    expect(deployments).not.toEqual([]);
    const made = filters.map(({ address, attributes }) => [
      attributes.cognitive_account_id,
      `\${${address}.name}`,
    ]);
    for (const { attributes } of deployments) {
      expect(made).toContainEqual([attributes.cognitive_account_id, attributes.rai_policy_name]);
    }
  });

  test("T-275 no model upgrades by itself", () => {
    expect(deployments.map(({ attributes }) => attributes.version_upgrade_option)).toEqual(
      deployments.map(() => "NoAutoUpgrade"),
    );
  });
});
