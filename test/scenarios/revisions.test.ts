import type { RevisionStage } from "../../lib/gateway";
import { CLAIMS } from "../support/callers";
import { prod } from "../support/reference-environments";
import { HELLO, resourceOf, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";
import { ChangedEnvironment } from "../threats/changed-environment";

const VERSION = "api-version=2024-10-21";
const NEWER = "api-version=2025-04-01-preview";
const chatAt = (path: string, query: string): string => `/${path}/deployments/chat/chat/completions?${query}`;

/** The policy before takes both versions of the API; the new one takes the newer one alone. */
async function rollout(stage: RevisionStage): Promise<SimulatedEnvironment> {
  const change = {
    revision: { number: 2, stage },
    apiVersions: ["2025-04-01-preview"],
  };
  const stack = ChangedEnvironment.of("prod", {
    apis: prod.apis.map((api) => (api.name === "assistant" ? { ...api, ...change } : api)),
  }).synthesize();
  const before = synthesized("prod");
  return SimulatedEnvironment.start("prod", (json) => {
    Object.assign(json, structuredClone(stack.json));
    const policy = resourceOf(json, "azurerm_api_management_api_policy", "assistant");
    const { ignore_changes: ignored = [] } = (policy.lifecycle ?? {}) as { ignore_changes?: string[] };
    if (ignored.includes("xml_content")) {
      // What Terraform leaves as it was deployed.
      const { xml_content } = resourceOf(
        before.json as unknown as typeof json,
        "azurerm_api_management_api_policy",
        "assistant",
      );
      policy.xml_content = xml_content;
    }
  });
}

describe("rollout of a policy as a revision", () => {
  let environment: SimulatedEnvironment;

  afterEach(() => environment.close());

  const status = async (path: string, query: string): Promise<number> =>
    statusOf(
      environment.simulation.call(chatAt(path, query), {
        headers: await environment.bearer(CLAIMS),
        body: HELLO,
      }),
    );
  /** Statuses of the version before and of the newer one. */
  const both = async (path: string): Promise<readonly number[]> => [
    await status(path, VERSION),
    await status(path, NEWER),
  ];

  test("is tried at ;rev=2, while callers have what they had", async () => {
    environment = await rollout("try");

    expect(await both("assistant/openai")).toEqual([200, 200]);
    expect(await both("assistant/openai;rev=2")).toEqual([400, 200]);
    expect(await status("assistant/openai;rev=3", VERSION)).toBe(404);
    // Who may not call the API may not call its revision.
    expect(
      await statusOf(environment.simulation.call(chatAt("assistant/openai;rev=2", NEWER), { body: HELLO })),
    ).toBe(401);
  });

  test("is what everybody gets once it is current", async () => {
    environment = await rollout("current");

    expect(await both("assistant/openai")).toEqual([400, 200]);
    expect(await both("assistant/openai;rev=2")).toEqual([400, 200]);
  });

  test("is in both revisions when it has settled", async () => {
    environment = await rollout("settle");

    expect(await both("assistant/openai")).toEqual([400, 200]);
    expect(await both("assistant/openai;rev=1")).toEqual([400, 200]);
  });
});
