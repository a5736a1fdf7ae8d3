import { parseCertificate } from "../certificates";
import { Clock } from "../clock";
import { allRevisions, type StackModel } from "../model";
import { simulate, type SimulateOptions, type Simulation } from "../simulation";
import type { AccessReport, ApiReport } from "./access-report";
import { ApiAccessReport, type ApiAccessReportProps } from "./api-access-report";
import type { SearchResult } from "./caller-search";
import { SharedCounters } from "./shared-counters";

/** How the calls are made. */
export interface AccessOptions
  extends Pick<SimulateOptions, "inputs" | "region" | "strict">, Pick<ApiAccessReportProps, "onTrial"> {
  /**
   * Time of the calls. A day makes a difference where certificates and models have an end.
   * @default - the first of 2026, or the day after the youngest CA's validity begins: the same on every day
   */
  readonly at?: Date;
  /**
   * Callers of one way into an API that are all tried. Of more, those that the policies treat alike are told from each
   * other by one call each, and one of them is tried.
   * @default 20
   */
  readonly maxTriedCallers?: number;
  /**
   * Gets what was read of the stacks, before anything is called.
   * @internal
   */
  readonly onLoaded?: (model: StackModel) => void;
}

const DAY_MS = 86_400_000;
const DEFAULT_TIME = new Date("2026-01-01T12:00:00Z");

/**
 * Who may call what on the gateways of synthesized stacks: found by calling them.
 * @param stackDirs as `simulate` takes them
 * @throws StackLoadError, PolicyDocumentError for stacks that cannot be simulated
 */
export async function accessOf(
  stackDirs: string | readonly string[],
  options: AccessOptions = {},
): Promise<AccessReport> {
  const { at, inputs, region, strict, onLoaded, maxTriedCallers = 20, onTrial } = options;
  const clock = new Clock({ at: at ?? DEFAULT_TIME, running: false });
  const simulation = await simulate(stackDirs, { clock, inputs, region, strict, onLoaded });
  try {
    if (at === undefined) {
      clock.set(timeFor(simulation.model));
    }
    return { version: 1, apis: await reportsOf(simulation, maxTriedCallers, onTrial) };
  } finally {
    await simulation.close();
  }
}

async function reportsOf(
  simulation: Simulation,
  maxTried: number,
  onTrial: AccessOptions["onTrial"],
): Promise<readonly ApiReport[]> {
  const counters = new SharedCounters();
  const searches: { readonly of: ApiAccessReport; readonly found: SearchResult }[] = [];
  for (const gateway of simulation.model.gateways) {
    // Whoever knows the number of a revision that is not current may call it, too.
    for (const api of allRevisions(gateway)) {
      const of = new ApiAccessReport({ simulation, gateway, api, maxTried, counters, onTrial });
      searches.push({ of, found: await of.search() });
    }
  }
  const reports: ApiReport[] = [];
  for (const { of, found } of searches) {
    reports.push(await of.report(found));
  }
  return reports.sort((left, right) =>
    `${left.gateway} ${left.api}` < `${right.gateway} ${right.api}` ? -1 : 1,
  );
}

/** When every CA of the gateways is valid, as far as their beginnings tell. */
function timeFor({ gateways }: StackModel): Date {
  const beginnings = gateways
    .flatMap(({ trustedCertificates, certificates }) => [...trustedCertificates, ...certificates])
    .map(({ der }) => parseCertificate(der).notBefore.getTime() + DAY_MS);
  return new Date(Math.max(DEFAULT_TIME.getTime(), ...beginnings));
}
