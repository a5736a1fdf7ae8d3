import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import { FEDERATION, registerByHand } from "../../demo/simulated-directory";
import { callersOf } from "../../demo/target-environment";
import { Clock, simulate, type Simulation } from "../../simulator";
import { referenceEnvironmentsFolder } from "../support/environments";
import { programArguments } from "../support/program";
import { prod } from "../support/reference-environments";

const MINUTE_MS = 60_000;

interface Report {
  readonly outcome: string;
  /** Different tokens that the client has sent so far. */
  readonly tokens: number;
}

let clock: Clock;
let simulation: Simulation;
let source: SimulatedCredentials;
let child: ChildProcessWithoutNullStreams;
let reports: AsyncIterator<string>;
let federatedTokenFile: string;

beforeAll(async () => {
  clock = new Clock({ running: false });
  simulation = await simulate(join(referenceEnvironmentsFolder(), "stacks/prod"), { clock });
  registerByHand(simulation, prod);
  source = new SimulatedCredentials(simulation);
  const [api] = prod.apis;
  const [[claims] = []] = api ? callersOf({ settings: prod }, api) : [];
  const token = claims?.requirements.find((requirement) => requirement.kind === "token");
  const { environment } = await source.program({
    program: "keyless",
    way: "federated credential",
    token,
    endpoint: `${simulation.url}/${api?.path}`,
    deployment: claims?.deployment ?? "",
  });
  federatedTokenFile = environment.AZURE_FEDERATED_TOKEN_FILE ?? "";
  child = spawn(
    process.execPath,
    programArguments("test/clients/programs/long-lived-client.ts", [String(clock.now())]),
    { env: environment },
  );
  reports = createInterface(child.stdout)[Symbol.asyncIterator]();
});

afterAll(async () => {
  child.kill();
  source.dispose();
  await simulation.close();
});

async function next(): Promise<Report> {
  return JSON.parse(String((await reports.next()).value)) as Report;
}

/** The platform renews the file long before its token ends. */
async function renewFederatedToken(): Promise<void> {
  const claims = { sub: FEDERATION.subject, aud: FEDERATION.audience };
  writeFileSync(federatedTokenFile, await simulation.issueToken({ issuer: FEDERATION.issuer, claims }));
}

async function callAfter(minutes: number): Promise<Report> {
  clock.advance(minutes * MINUTE_MS);
  await renewFederatedToken();
  child.stdin.write(`call ${clock.now()}\n`);
  return next();
}

test("a client that lives through three token lifetimes and a key rollover makes no failed call", async () => {
  const outcomes: Report[] = [];
  for (let minutes = 0; minutes <= 200; minutes += 10) {
    if (minutes === 90) {
      await simulation.identity.entra.keys.rotate();
    }
    outcomes.push(await callAfter(minutes === 0 ? 0 : 10));
  }
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => "answered"));
  expect(outcomes.at(-1)?.tokens).toBeGreaterThanOrEqual(4);
});

test("a stream that outlives the token it began with ends as it should, and the next call has a new one", async () => {
  const account = simulation.account("oai-aigw-prod-westeurope-ptu-e92");
  // The token is new after a pause that long; with three minutes left it is good enough to start with.
  const before = await callAfter(120);
  clock.advance(57 * MINUTE_MS);
  account.slow(0, 5 * MINUTE_MS);
  child.stdin.write(`stream ${clock.now()}\n`);
  const started = await next();
  // At the client's pace: on a busy machine hours would pass before it has read a minute's worth of the stream.
  let report: Report;
  do {
    clock.advance(MINUTE_MS);
    child.stdin.write(`time ${clock.now()}\n`);
    report = await next();
  } while (report.outcome === "told");
  // Of the last minute.
  await next();
  account.recover();
  expect([started.outcome, report.outcome]).toEqual(["streaming", "answered"]);
  const after = await callAfter(1);
  expect([after.outcome, after.tokens > before.tokens]).toEqual(["answered", true]);
});
