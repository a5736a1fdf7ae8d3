import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type AccessCase, nameOf, runCase } from "../../demo/access-case";
import { callCases, simulateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { accessOf, type AccessReport, PolicyCoverage, type Simulation } from "../../simulator";
import type { StackModel } from "../../simulator/model";
import { loadStacks } from "../../simulator/terraform";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { SynthesizedStack } from "../support/synthesized-stack";
import type { Json, Mutant } from "./mutant";
import { guardOf } from "./policy-guards";
import { terraformRefusals } from "./terraform-refusals";

/** What came of a mutant. */
export interface Verdict {
  /**
   * The id of a house check, `Terraform`, `loading`, a case of the demonstration or `access file`.
   *
   * @default - nobody noticed it
   */
  readonly noticedBy?: string;
  /** Why nobody was asked. */
  readonly unasked?: "no request reaches it" | "nothing that is simulated changes";
}

/** Real time for a case: what waits longer waits for something that the change took away. */
const CASE_TIMEOUT_MS = 20_000;
const MINUTE_MS = 60_000;
/** Cases that use up a limit take long, and tell little of what they reach besides. */
const LONG_MS = 400;
const FEW_CASES = 40;
const ABOUT_LIMITS = /limit|quota|token|reserv|concurrency|count|retry|calls|callerUserId|callerClientId/i;

interface KnownCase {
  /** Target, who and how. */
  readonly name: string;
  readonly index: number;
  readonly milliseconds: number;
  /** Indexes of the places that it reaches. */
  readonly reached: ReadonlySet<number>;
}

/**
 * Judges mutants of the stack of one environment: by house checks, by loading it, by the demonstration's cases, and by
 * the file that says who may call what.
 */
export class Judge {
  private readonly folder = mkdtempSync(join(tmpdir(), "mutants-"));
  /** What the file of access says of the stack as it is. */
  private access: AccessReport | undefined;
  /** Cases that noticed something lately, the last one first. */
  private readonly recent: string[] = [];

  private constructor(
    private readonly settings: EnvironmentSettings,
    private readonly json: Json,
    private readonly model: StackModel,
    private readonly coverage: PolicyCoverage,
    private readonly cases: readonly KnownCase[],
  ) {}

  /**
   * @param asks whether a case is asked, by its name @default - all are
   * @throws Error if a case is not as expected on the stack as it is
   */
  public static async of(
    settings: EnvironmentSettings,
    json: Json,
    asks: (name: string) => boolean = () => true,
  ): Promise<Judge> {
    const coverage = new PolicyCoverage();
    const folder = mkdtempSync(join(tmpdir(), "mutants-"));
    try {
      const stacks = written(folder, settings.name, json);
      const known: KnownCase[] = [];
      const { model } = await withCases(stacks, settings, coverage, async (cases) => {
        for (const [index, each] of cases.entries()) {
          if (!asks(nameOf(each))) {
            continue;
          }
          coverage.reset();
          const start = performance.now();
          const { result, got } = await runCase(each);
          if (result !== "ok") {
            throw new Error(`${nameOf(each)}: ${got}, not ${each.expected}, without any change`);
          }
          const milliseconds = performance.now() - start;
          const reached = new Set(coverage.places.flatMap(({ count }, at) => (count > 0 ? [at] : [])));
          known.push({ name: nameOf(each), index, milliseconds, reached });
        }
      });
      return new Judge(settings, json, model, coverage, known);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  public dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  public async judge(mutant: Mutant): Promise<Verdict> {
    const json = mutant.json();
    const check = noticingCheck(json);
    if (check !== undefined) {
      return { noticedBy: check };
    }
    const asked = this.casesFor(mutant);
    if (asked.length === 0) {
      return { unasked: "no request reaches it" };
    }
    const stacks = written(this.folder, this.settings.name, json);
    const folder = stacks.environment(this.settings.name);
    try {
      if (mutant.offset === undefined) {
        const model = await loadStacks(folder);
        if (isDeepStrictEqual(withoutIrrelevant(model), withoutIrrelevant(this.model))) {
          return { unasked: "nothing that is simulated changes" };
        }
      }
      let noticedBy: string | undefined;
      await withCases(stacks, this.settings, undefined, async (cases) => {
        noticedBy = await this.firstToNotice(cases, asked);
      });
      return { noticedBy: noticedBy ?? (await this.changesAccess(folder)) };
    } catch {
      return { noticedBy: "loading" };
    }
  }

  private async changesAccess(folder: string): Promise<"access file" | undefined> {
    const changed = await accessOf(folder);
    this.access ??= await accessOf(
      written(this.folder, this.settings.name, this.json).environment(this.settings.name),
    );
    return isDeepStrictEqual(changed, this.access) ? undefined : "access file";
  }

  private async firstToNotice(
    cases: readonly AccessCase[],
    asked: readonly KnownCase[],
  ): Promise<string | undefined> {
    for (const { name, index } of asked) {
      const each = cases[index];
      if (each === undefined || nameOf(each) !== name || !(await isAsExpected(each))) {
        this.recent.splice(0, this.recent.length, name, ...this.recent.filter((other) => other !== name));
        return name;
      }
    }
    return undefined;
  }

  /** Those that can notice it, likely and quick ones first. */
  private casesFor({ address, offset, change }: Mutant): readonly KnownCase[] {
    const source = this.coverage.documents.get(address);
    const guard =
      offset === undefined || source === undefined
        ? undefined
        : guardOf(this.coverage.places, source, address, offset);
    const reaching = this.cases.filter(({ reached }) => guard === undefined || reached.has(guard));
    const able =
      offset === undefined || ABOUT_LIMITS.test(change) || reaching.length < FEW_CASES
        ? reaching
        : reaching.filter(({ milliseconds }) => milliseconds < LONG_MS);
    const rank = ({ name }: KnownCase): number => {
      const at = this.recent.indexOf(name);
      return at < 0 || at > 5 ? 5 : at;
    };
    return able.toSorted((a, b) => rank(a) - rank(b) || a.milliseconds - b.milliseconds);
  }
}

/** The first house check that has something against a stack, or cannot read it; else Terraform, if it refuses it. */
export function noticingCheck(json: Json): string | undefined {
  const stack = new SynthesizedStack("mutant", json);
  const check = HOUSE_CHECKS.find((each) => {
    try {
      return each.check(stack).length > 0;
    } catch {
      return true;
    }
  });
  return check?.id ?? (terraformRefusals(json).length > 0 ? "Terraform" : undefined);
}

async function isAsExpected(each: AccessCase): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([runCase(each).then(({ result }) => result === "ok"), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Reasons why resources do not matter change with their names only. */
function withoutIrrelevant(model: StackModel): StackModel {
  return { ...model, irrelevant: [] };
}

function written(folder: string, name: string, json: Json): ReferenceStacks {
  const stacks = new ReferenceStacks(folder);
  mkdirSync(stacks.environment(name), { recursive: true });
  writeFileSync(join(stacks.environment(name), "cdk.tf.json"), JSON.stringify(json));
  return stacks;
}

/** Runs work with the cases of an environment, each of which calls the gateway in this process, a minute later. */
async function withCases(
  stacks: ReferenceStacks,
  settings: EnvironmentSettings,
  coverage: PolicyCoverage | undefined,
  work: (cases: readonly AccessCase[]) => Promise<void>,
): Promise<{ readonly model: StackModel }> {
  const { simulation, environment } = await simulateEnvironment(stacks, settings, { coverage });
  const source = new SimulatedCredentials(simulation);
  try {
    const inProcess = { ...environment, perform: simulation.perform.bind(simulation) };
    const cases = settings.apis.flatMap((api) => callCases(simulation, inProcess, api, source, true));
    await work(cases.map((each) => aMinuteLater(simulation, each)));
    return { model: await loadStacks(stacks.environment(settings.name)) };
  } finally {
    source.dispose();
    await simulation.close();
  }
}

function aMinuteLater({ clock }: Simulation, each: AccessCase): AccessCase {
  return {
    ...each,
    run: () => {
      clock.advance(MINUTE_MS);
      return each.run();
    },
  };
}
