import { type AccessCase, nameOf, runCase } from "../../demo/access-case";
import { callCases, simulateEnvironment } from "../../demo/demonstration";
import type { ReferenceStacks } from "../../demo/reference-stacks";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import type { CoveredPlace, PolicyCoverage, Simulation } from "../../simulator";
import type { EnvironmentSettings } from "../../stacks/environment-settings";

/** Real time for a case: what waits longer waits for something that a change took away. */
const CASE_TIMEOUT_MS = 10_000;
/** Of the simulation's clock, after which certificates and models may have come to their end. */
const MAX_AGE_MS = 10 * 86_400_000;

/** A case, and what it takes and reaches on the stack as it is. */
export interface KnownCase {
  /** Target, who and how. */
  readonly name: string;
  readonly index: number;
  readonly milliseconds: number;
  /** Indexes of the places that it reaches. */
  readonly reached: readonly number[];
}

/** The places of a stack's policies, and which of them each case of the demonstration reaches: plain data. */
export interface CaseProfile {
  readonly places: readonly CoveredPlace[];
  /** Policies as they are deployed, by address. */
  readonly documents: readonly (readonly [string, string])[];
  readonly cases: readonly KnownCase[];
}

/** The thorough demonstration of one stack, case by case, each as if it were the first. */
export class CaseBench {
  private isHung = false;

  private constructor(
    public readonly simulation: Simulation,
    private readonly source: SimulatedCredentials,
    private readonly cases: readonly AccessCase[],
    private readonly start: number,
  ) {}

  /** @throws StackLoadError, PolicyDocumentError if the stack cannot be simulated */
  public static async start(
    stacks: ReferenceStacks,
    settings: EnvironmentSettings,
    coverage?: PolicyCoverage,
  ): Promise<CaseBench> {
    const { simulation, environment } = await simulateEnvironment(stacks, settings, { coverage });
    const source = new SimulatedCredentials(simulation);
    try {
      const inProcess = { ...environment, perform: simulation.perform.bind(simulation) };
      const cases = settings.apis.flatMap((api) => callCases(simulation, inProcess, api, source, true));
      return new CaseBench(simulation, source, cases, simulation.clock.now());
    } catch (error) {
      source.dispose();
      await simulation.close();
      throw error;
    }
  }

  /** Whether something is left of earlier cases that may change what comes of later ones. */
  public get isWorn(): boolean {
    return this.isHung || this.simulation.clock.now() - this.start > MAX_AGE_MS;
  }

  /** Whether something else comes of a case than is expected. @param name that it had on the stack as it is */
  public async notices({ name, index }: KnownCase): Promise<boolean> {
    const found = this.cases[index];
    return found === undefined || nameOf(found) !== name || !(await this.isAsExpected(found));
  }

  /**
   * Runs every case on the stack as it is.
   *
   * @param coverage of this bench
   * @param asks whether a case is asked, by its name
   * @throws Error if one is not as expected
   */
  public async profile(coverage: PolicyCoverage, asks: (name: string) => boolean): Promise<CaseProfile> {
    const cases: KnownCase[] = [];
    for (const [index, each] of this.cases.entries()) {
      const name = nameOf(each);
      if (!asks(name)) {
        continue;
      }
      coverage.reset();
      this.simulation.forgetTraffic();
      const start = process.cpuUsage();
      const { result, got } = await runCase(each);
      if (result !== "ok") {
        throw new Error(`${name}: ${got}, not ${each.expected}, without any change`);
      }
      const reached = coverage.places.flatMap(({ count }, at) => (count > 0 ? [at] : []));
      cases.push({ name, index, milliseconds: millisecondsSince(start), reached });
    }
    return { places: coverage.places, documents: [...coverage.documents], cases };
  }

  public async close(): Promise<void> {
    this.source.dispose();
    await this.simulation.close();
  }

  private async isAsExpected(each: AccessCase): Promise<boolean> {
    this.simulation.forgetTraffic();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), CASE_TIMEOUT_MS);
    });
    try {
      const outcome = await Promise.race([runCase(each), timeout]);
      this.isHung ||= outcome === undefined;
      return outcome?.result === "ok";
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Of work: a machine that does something else besides is no slower by it. */
export function millisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
