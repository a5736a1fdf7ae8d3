import { setTimeout as sleep } from "node:timers/promises";
import type { Simulation } from "../simulator";
import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { callAs } from "./caller-call";
import { limitsOf } from "./caller-limits";
import type { CredentialSource } from "./credential-source";
import { callersOf, chattingCaller, type TargetEnvironment } from "./target-environment";

type Fault = Parameters<ReturnType<Simulation["account"]>["fail"]>[0];

/** What accounts do, and what a caller is told of it. */
const FAULTS: readonly (readonly [string, Fault, string])[] = [
  // The caller is told what the account says of a body.
  ["refuse a body", { status: 400 }, "400 400"],
  ["filter a prompt", { filter: "prompt" }, "400 content_filter"],
  ["refuse the gateway", { status: 401 }, "502 upstream_error"],
  ["know no such deployment", { status: 404 }, "403 forbidden"],
  ["give up waiting", { status: 408 }, "504 upstream_timeout"],
  ["are in conflict", { status: 409 }, "400 invalid_request"],
  ["find a body too large", { status: 413 }, "413 request_too_large"],
  ["do not take the media type", { status: 415 }, "415 unsupported_media_type"],
  ["cannot process a body", { status: 422 }, "400 invalid_request"],
  ["fail", { status: 500 }, "502 upstream_error"],
  ["answer nothing in time", { latencyMs: 600_000 }, "504 upstream_timeout"],
];
/** What takes an account out of its pool, or opens its breaker: each waits until the one before is over. */
const OUTAGES: readonly (readonly [string, Fault, string])[] = [
  ["are throttled", { status: 429, retryAfterSeconds: 7 }, "429 rate_limited"],
  ["have a bad gateway", { status: 502 }, "502 upstream_error"],
  ["are out of service", { status: 503 }, "503 upstream_unavailable"],
  ["wait in vain", { status: 504 }, "504 upstream_timeout"],
  ["are down", { down: true }, "502 upstream_error"],
];
/** Unless settings say otherwise. */
const MAX_TRIES = 3;
/** Calls of one client that a gateway runs at the same time. */
const MAX_AT_ONCE = 100;
const BREAKER_MS = 600_000;
/** Of real time, and of the simulation's. */
const PAUSE_MS = 5;
const STEP_MS = 2_000;
/** Pauses without a new call, after which none is to come. */
const MAX_IDLE = 20;

/** All accounts behave in one way while the first caller of an API chats. */
export function faultCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const caller = chattingCaller(environment, api);
  if (caller === undefined) {
    return [];
  }
  const during = (
    how: string,
    fault: Fault,
    expected: string,
    run: () => Promise<string>,
    waiting = 0,
  ): AccessCase => ({
    target: `${environment.settings.name}/${api.name}`,
    who: caller.name,
    how,
    expected,
    run: () => duringFault(simulation, fault, run, waiting),
  });
  const { requestsPerMinute } = limitsOf(caller);
  const once = (): Promise<string> => callAs(environment, source, caller);
  // Without what a cache asks to find a prompt again.
  const model = `/deployments/${caller.deployment}/`;
  const counted = async (): Promise<string> => {
    const before = arrivedAt(simulation, model);
    const outcome = await once();
    return `${outcome}, asked ${arrivedAt(simulation, model) - before}`;
  };
  const holders = environment.settings.accounts.filter(
    ({ deployments }) => deployments[caller.deployment] !== undefined,
  );
  const given = simulation.model.gateways.flatMap(({ hostNames }) =>
    hostNames.length > 1 ? hostNames.filter(({ isDefault }) => isDefault) : [],
  );
  const takesCertificates = callersOf(environment, api)
    .flat()
    .some(({ requirements }) => requirements.some(({ kind }) => kind === "certificate"));
  return [
    // Where TLS asks for no certificate, nobody is to believe one.
    ...(takesCertificates ? given : []).map(({ hostName }) =>
      during("by the name that Azure gave", {}, "403 forbidden", () =>
        callAs(environment, source, caller, { hostName }),
      ),
    ),
    ...FAULTS.map(([how, fault, expected]) =>
      during(`while the accounts ${how}`, fault, `${expected}, asked 1`, counted),
    ),
    // Others are asked, as far as there are any.
    ...OUTAGES.map(([how, fault, expected]) =>
      during(
        `while the accounts ${how}`,
        fault,
        `${expected}, asked ${Math.min(holders.length, MAX_TRIES)}`,
        counted,
      ),
    ),
    ...(requestsPerMinute > MAX_AT_ONCE
      ? [
          during(
            `${MAX_AT_ONCE + 1} calls while the accounts think`,
            { latencyMs: 10_000 },
            "429 rate_limited",
            async () => {
              const outcomes = await Promise.all(Array.from({ length: MAX_AT_ONCE + 1 }, once));
              return outcomes.find((outcome) => outcome !== "200") ?? "200";
            },
            MAX_AT_ONCE,
          ),
        ]
      : []),
  ];
}

/** @param waiting how many calls wait for the accounts before time passes */
async function duringFault(
  simulation: Simulation,
  fault: Fault,
  run: () => Promise<string>,
  waiting: number,
): Promise<string> {
  const accounts = simulation.model.accounts.map(({ name }) => simulation.account(name));
  simulation.clock.advance(BREAKER_MS);
  const arrived = (): number => arrivedAt(simulation);
  let [seen, idle] = [arrived(), 0];
  const before = seen;
  const isQuiet = (): boolean => {
    idle = arrived() === seen ? idle + 1 : 0;
    seen = arrived();
    return seen - before >= waiting || idle > MAX_IDLE;
  };
  accounts.forEach((account) => account.fail(fault));
  try {
    return await whileTimePasses(simulation, run(), isQuiet);
  } finally {
    accounts.forEach((account) => account.recover());
    simulation.clock.advance(BREAKER_MS);
  }
}

/** How many requests have come to accounts. @param part of their paths */
function arrivedAt(simulation: Simulation, part = ""): number {
  const requests = simulation.model.accounts.flatMap(({ name }) => simulation.account(name).requests);
  return requests.filter(({ path }) => path.includes(part)).length;
}

/** Lets the time pass that gateways and accounts wait for. */
async function whileTimePasses<T>(
  { clock }: Simulation,
  happening: Promise<T>,
  begins: () => boolean,
): Promise<T> {
  let isOver = false;
  const end = (): void => void (isOver = true);
  happening.then(end, end);
  while (!isOver) {
    await sleep(PAUSE_MS);
    if (begins()) {
      clock.advance(STEP_MS);
    }
  }
  return happening;
}
