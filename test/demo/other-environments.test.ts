import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { demonstrateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import type { ClientSettings, EnvironmentSettings } from "../../stacks/environment-settings";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { AS_OF } from "../support/environments";
import { dev } from "../support/reference-environments";

const CLAIMS = dev.clients?.find(({ name }) => name === "claims");

/** What is not as expected, though nothing is wrong with the environment. */
async function failures(settings: EnvironmentSettings): Promise<readonly string[]> {
  const outdir = mkdtempSync(join(tmpdir(), "other-environments-"));
  try {
    const app = new App({ outdir });
    addEnvironmentStacks(app, settings, AS_OF);
    app.synth();
    const stacks = new ReferenceStacks(outdir);
    const { results } = await demonstrateEnvironment(settings, {
      stacks,
      clientPrograms: false,
      overNetwork: false,
    });
    expect(results.length).toBeGreaterThan(50);
    return results
      .filter(({ result }) => result !== "ok")
      .map(({ target, who, how, got }) => `${target} ${who}: ${how} → ${got}`);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The client of dev that may chat, but for what is given. */
function client(change: Partial<ClientSettings>): ClientSettings {
  return { ...CLAIMS!, ...change };
}

test("a client with three requests per minute is tried as it may call", async () => {
  expect(await failures({ ...dev, clients: [client({ requestsPerMinute: 3 })] })).toEqual([]);
});

test("two clients with equal rights are not a hole", async () => {
  expect(await failures({ ...dev, clients: [client({}), client({ name: "billing" })] })).toEqual([]);
});

test("an API that keeps its objects is not tried with them", async () => {
  const [api] = dev.apis;
  const optOut = {
    control: "api-stateful-operations",
    reason: "One application only, which keeps conversations at the service.",
    approvedBy: "platform-team",
    expires: "2027-12-31",
  } as const;
  const changed = { ...api!, securityOptOuts: [...(api?.securityOptOuts ?? []), optOut] };
  expect(await failures({ ...dev, apis: [changed] })).toEqual([]);
});
