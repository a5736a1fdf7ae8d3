import type { ApiSettings, EnvironmentSettings } from "../../stacks/environment-settings";
import { CLAIMS } from "../support/callers";
import { comparedByAzurerm } from "../support/provider-comparison";
import { chat, HELLO, SimulatedEnvironment, type StackJson, statusOf } from "../support/simulation";
import type { SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";
import { runIn } from "./run-in";

type Client = NonNullable<EnvironmentSettings["clients"]>[number];

/** Sets of deployments, each without one that another has. */
const DEPLOYMENTS = ["chat", "chat-mini", "embeddings", "images"];
const SETS = Array.from({ length: 14 }, (_, index) =>
  DEPLOYMENTS.filter((_deployment, position) => ((index + 1) >> position) % 2 === 1),
).sort((a, b) => Number(b.includes("chat")) - Number(a.includes("chat")));

/** Eleven clients that differ in all their rights and limits, so that the numbers of both have two digits. */
const OTHERS = SETS.slice(0, 1)
  .concat(SETS.slice(-10))
  .map((deployments, index): Client => ({
    name: `other-${index + 1}`,
    api: "assistant",
    identifiedBy: [{ kind: "certificate", name: `other-${index + 1}.devices.contoso.com` }],
    deployments,
    requestsPerMinute: 100 + index,
  }));

function withClaims(rightsOf: number, limitsOf: number, change: Partial<ApiSettings> = {}): SynthesizedStack {
  const claims: Client = {
    name: "claims",
    api: "assistant",
    identifiedBy: [{ kind: "application", clientId: "66666666-6666-4666-8666-666666666661" }],
    deployments: OTHERS[rightsOf - 1]?.deployments,
    requestsPerMinute: OTHERS[limitsOf - 1]?.requestsPerMinute,
  };
  return ChangedEnvironment.ofApi("prod", "assistant", change, [...OTHERS, claims]).synthesize();
}

/** What Azure has once `terraform apply` has run: policies in which azurerm sees no difference stay as they were. */
function applied(before: SynthesizedStack, after: SynthesizedStack): (json: StackJson) => void {
  return (json) => {
    Object.assign(json, structuredClone(after.json));
    for (const { address, xml } of before.policies) {
      const [type = "", id = ""] = address.split(".");
      const resource = json.resource[type]?.[id];
      const attribute = type.endsWith("fragment") ? "value" : "xml_content";
      if (resource && comparedByAzurerm(String(resource[attribute])) === comparedByAzurerm(xml)) {
        resource[attribute] = xml;
      }
    }
  };
}

test("T-235 a right that is withdrawn is gone after the next apply, whatever digits rights and limits have", async () => {
  const before = withClaims(1, 11);
  const after = withClaims(11, 1);
  const status = async (environment: SimulatedEnvironment): Promise<number> =>
    statusOf(
      environment.simulation.call(chat("assistant"), {
        headers: await environment.bearer(CLAIMS),
        body: HELLO,
      }),
    );

  await runIn(SimulatedEnvironment.start("prod", applied(before, before)), async (environment) => {
    expect(await status(environment)).toBe(200);
  });
  await runIn(SimulatedEnvironment.start("prod", applied(before, after)), async (environment) => {
    expect(await status(environment)).toBe(403);
  });
});
