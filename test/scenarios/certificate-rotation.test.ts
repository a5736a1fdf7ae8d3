import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientCertificate } from "../../simulator";
import { DEVICES_CA, TEST_SCANNER } from "../support/callers";
import { test as settings } from "../support/reference-environments";
import { chat, HELLO, type SimulatedEnvironment, statusOf } from "../support/simulation";
import { ChangedEnvironment } from "../threats/changed-environment";

const CHAT = chat("devices");
/** Calls that are under way at the same time. */
const CALLS = 12;
/** A root that issues by itself: no list of its own has to say that it is still good. */
const NEXT_CA = "Fabrikam Root CA";
const pem = (name: string): string =>
  readFileSync(join(__dirname, `../support/certificates/${name}.pem`), "utf8");

/** The gateway once its API names these authorities, with those in the environment. */
function gateway(accepted: string | readonly string[]): Promise<SimulatedEnvironment> {
  const apis = settings.apis.map((api) =>
    api.auth.kind === "clientCertificate"
      ? { ...api, auth: { ...api.auth, certificateAuthority: accepted } }
      : api,
  );
  const certificateAuthorities = {
    ...settings.certificateAuthorities,
    "devices-next": { pem: pem("other-root") },
  };
  return ChangedEnvironment.of("test", { apis, certificateAuthorities }).simulate();
}

describe("rotation of a certificate authority", () => {
  const steps: SimulatedEnvironment[] = [];
  let before: SimulatedEnvironment;
  let both: SimulatedEnvironment;
  let after: SimulatedEnvironment;

  beforeAll(async () => {
    for (const accepted of ["devices", ["devices", "devices-next"], "devices-next"]) {
      steps.push(await gateway(accepted));
    }
    [before, both, after] = steps as [SimulatedEnvironment, SimulatedEnvironment, SimulatedEnvironment];
  });

  afterAll(() => Promise.all(steps.map((step) => step.close())));

  /** Statuses of calls at once, each of the next of these devices. */
  async function load(step: SimulatedEnvironment, ...authorities: string[]): Promise<readonly number[]> {
    step.reset();
    const certificates: ClientCertificate[] = [];
    for (const authority of authorities) {
      certificates.push(await step.simulation.issueCertificate({ ...TEST_SCANNER, authority }));
    }
    const calls = Array.from({ length: CALLS }, (_, call) =>
      statusOf(
        step.simulation.call(CHAT, { certificate: certificates[call % certificates.length], body: HELLO }),
      ),
    );
    return [...new Set(await step.passTimeUntil(Promise.all(calls)))];
  }

  test("no call fails while units change to both authorities, while devices reissue, and until the old one is gone", async () => {
    // Step 1: some units have the change, some do not; all devices have the old certificate.
    expect([await load(before, DEVICES_CA), await load(both, DEVICES_CA)]).toEqual([[200], [200]]);
    // Step 2: all units have both; some devices have reissued.
    expect(await load(both, DEVICES_CA, NEXT_CA)).toEqual([200]);
    // Step 3: all devices have; some units have the change, some do not.
    expect([await load(both, NEXT_CA), await load(after, NEXT_CA)]).toEqual([[200], [200]]);
  });

  test("the old authority lets nobody in once no API names it", async () => {
    const certificate = await both.simulation.issueCertificate({ ...TEST_SCANNER, authority: DEVICES_CA });
    expect(await statusOf(both.simulation.call(CHAT, { certificate, body: HELLO }))).toBe(200);
    expect(await statusOf(after.simulation.call(CHAT, { certificate, body: HELLO }))).toBe(403);
  });

  test("an authority that has only the successor's name is no successor", async () => {
    const impostor = await both.simulation.issueCertificate({
      ...TEST_SCANNER,
      authority: NEXT_CA,
      signedBy: "impostor",
    });
    expect(await statusOf(both.simulation.call(CHAT, { certificate: impostor, body: HELLO }))).toBe(403);
  });
});
