import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { accessOf, type AccessReport, PolicyCoverage, PolicyDocumentError } from "../../simulator";
import type { StackModel } from "../../simulator/model";
import { loadStacks } from "../../simulator/terraform";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { SynthesizedStack } from "../support/synthesized-stack";
import { CaseBench, type CaseProfile, type KnownCase, millisecondsSince } from "./case-bench";
import type { Json, Mutant, TextEdit } from "./mutant";
import { guardOf } from "./policy-guards";
import { documentOf, edited } from "./policy-mutants";
import { ResolvedDocument } from "./resolved-document";
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
  /** Whether the file of access was not asked: it takes seconds. @default false */
  readonly withoutAccess?: boolean;
}

/** Of work, on the cases for one mutant that none of them notices: those that reach different places come first. */
const MAX_WORK_MS = 30_000;
/** The same for one that has a reason to survive. */
const LITTLE_WORK_MS = 500;
/** How many of the cases that noticed something lately are asked first. */
const MAX_RECENT = 6;

/**
 * Judges mutants of the stack of one environment: by house checks, by loading it, by the demonstration's cases, and by
 * the file that says who may call what. Where a policy is all that is changed, the stack goes on running and gets that
 * policy.
 */
export class Judge {
  private readonly folder = mkdtempSync(join(tmpdir(), "mutants-"));
  /** Runs the stack as it is, but for the policy that is judged. */
  private bench: CaseBench | undefined;
  private model: StackModel | undefined;
  /** What the file of access says of the stack as it is. */
  private access: AccessReport | undefined;
  /** Cases that noticed something lately, the last one first. */
  private readonly recent: string[] = [];
  private readonly documents = new Map<string, ResolvedDocument>();
  /** Names of cases that reach the same places as one before them. */
  private readonly repeating: ReadonlySet<string>;
  private readonly reached: ReadonlyMap<KnownCase, ReadonlySet<number>>;

  private constructor(
    private readonly settings: EnvironmentSettings,
    private readonly json: Json,
    public readonly profile: CaseProfile,
  ) {
    this.reached = new Map(profile.cases.map((each) => [each, new Set(each.reached)]));
    const seen = new Set<string>();
    this.repeating = new Set(
      profile.cases
        .toSorted((a, b) => a.milliseconds - b.milliseconds)
        .flatMap(({ name, reached }) => {
          const key = reached.join();
          const isRepeating = seen.has(key);
          seen.add(key);
          return isRepeating ? [name] : [];
        }),
    );
  }

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
      const bench = await CaseBench.start(written(folder, settings.name, json), settings, coverage);
      try {
        return new Judge(settings, json, await bench.profile(coverage, asks));
      } finally {
        await bench.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** One that need not run the cases first: somebody has. */
  public static with(settings: EnvironmentSettings, json: Json, profile: CaseProfile): Judge {
    return new Judge(settings, json, profile);
  }

  public async dispose(): Promise<void> {
    await this.bench?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * @param hasReason whether somebody said why nobody should notice it: then a part of the cases is asked, and the file
   * of access is not
   */
  public judge(mutant: Mutant, hasReason = false): Promise<Verdict> {
    return mutant.edit === undefined
      ? this.judgeStack(mutant, hasReason)
      : this.judgePolicy(mutant, mutant.edit, hasReason);
  }

  /** What changes no policy has to be loaded. The cheapest come first. */
  private async judgeStack(mutant: Mutant, hasReason: boolean): Promise<Verdict> {
    const json = mutant.json();
    const check = noticingCheck(json);
    if (check !== undefined) {
      return { noticedBy: check };
    }
    const stacks = written(this.folder, this.settings.name, json);
    const folder = stacks.environment(this.settings.name);
    let bench: CaseBench;
    try {
      const model = await loadStacks(folder);
      if (isDeepStrictEqual(comparable(model), comparable(await this.unchangedModel()))) {
        return { unasked: "nothing that is simulated changes" };
      }
      written(this.folder, this.settings.name, json);
      bench = await CaseBench.start(stacks, this.settings);
    } catch {
      return { noticedBy: "loading" };
    }
    try {
      const work = process.cpuUsage();
      for (const each of this.inOrder(this.profile.cases)) {
        if (await bench.notices(each)) {
          return this.noticed(each);
        }
        if (millisecondsSince(work) > (hasReason ? LITTLE_WORK_MS : MAX_WORK_MS)) {
          break;
        }
      }
    } finally {
      await bench.close();
    }
    return this.byAccess(json, hasReason);
  }

  private async judgePolicy(mutant: Mutant, edit: TextEdit, hasReason: boolean): Promise<Verdict> {
    const check = noticingCheck(mutant.json());
    if (check !== undefined) {
      return { noticedBy: check };
    }
    const { address } = mutant;
    const template = documentOf(this.json, address);
    const document = this.document(address);
    const asked = this.casesFor(mutant, document.resolve(template.slice(0, edit.start)));
    if (asked.length === 0) {
      return { unasked: "no request reaches it" };
    }
    try {
      const policy = {
        address,
        original: document.resolve(template),
        changed: document.resolve(edited(template, edit)),
      };
      const found = await this.firstToNotice(asked, policy, hasReason ? LITTLE_WORK_MS : MAX_WORK_MS);
      if (found !== undefined) {
        return this.noticed(found);
      }
    } catch (error) {
      if (error instanceof PolicyDocumentError) {
        return { noticedBy: "loading" };
      }
      throw error;
    }
    return this.byAccess(mutant.json(), hasReason);
  }

  /**
   * What a case notices counts if it does not notice it of the policy as it is, too.
   *
   * @throws PolicyDocumentError if the changed policy cannot be run
   */
  private async firstToNotice(
    asked: readonly KnownCase[],
    {
      address,
      original,
      changed,
    }: { readonly address: string; readonly original: string; readonly changed: string },
    maxWorkMs: number,
  ): Promise<KnownCase | undefined> {
    const work = process.cpuUsage();
    let bench = await this.usable();
    bench.simulation.setPolicy(address, changed);
    let isChanged = true;
    try {
      for (const each of asked) {
        if (await bench.notices(each)) {
          bench.simulation.setPolicy(address, original);
          isChanged = false;
          if (!(await bench.notices(each))) {
            return each;
          }
          bench = await this.renewed();
          bench.simulation.setPolicy(address, changed);
          isChanged = true;
          if (await bench.notices(each)) {
            return each;
          }
        }
        if (millisecondsSince(work) > maxWorkMs) {
          break;
        }
      }
    } finally {
      if (isChanged) {
        bench.simulation.setPolicy(address, original);
      }
    }
    return undefined;
  }

  private async byAccess(json: Json, hasReason: boolean): Promise<Verdict> {
    if (hasReason) {
      return { withoutAccess: true };
    }
    const report = (stack: Json): Promise<AccessReport> =>
      accessOf(written(this.folder, this.settings.name, stack).environment(this.settings.name));
    this.access ??= await report(this.json);
    return isDeepStrictEqual(await report(json), this.access) ? {} : { noticedBy: "access file" };
  }

  private noticed({ name }: KnownCase): Verdict {
    this.recent.splice(0, this.recent.length, name, ...this.recent.filter((other) => other !== name));
    this.recent.length = Math.min(this.recent.length, MAX_RECENT);
    return { noticedBy: name };
  }

  /** Those that can notice it, likely and quick ones first. @param before what of the document stands before it */
  private casesFor({ address }: Mutant, before: string): readonly KnownCase[] {
    const source = this.profile.documents.find(([known]) => known === address)?.[1];
    const guard =
      source === undefined ? undefined : guardOf(this.profile.places, source, address, before.length);
    const reaching = this.profile.cases.filter(
      (each) => guard === undefined || this.reached.get(each)?.has(guard),
    );
    return this.inOrder(reaching);
  }

  private inOrder(cases: readonly KnownCase[]): readonly KnownCase[] {
    const rank = ({ name }: KnownCase): number => {
      const at = this.recent.indexOf(name);
      return at >= 0 ? at : this.repeating.has(name) ? MAX_RECENT + 1 : MAX_RECENT;
    };
    return cases.toSorted((a, b) => rank(a) - rank(b) || a.milliseconds - b.milliseconds);
  }

  private async usable(): Promise<CaseBench> {
    return this.bench === undefined || this.bench.isWorn ? this.renewed() : this.bench;
  }

  private async renewed(): Promise<CaseBench> {
    await this.bench?.close();
    this.bench = await CaseBench.start(written(this.folder, this.settings.name, this.json), this.settings);
    return this.bench;
  }

  private async unchangedModel(): Promise<StackModel> {
    if (this.model === undefined) {
      const stacks = written(this.folder, this.settings.name, this.json);
      this.model = await loadStacks(stacks.environment(this.settings.name));
    }
    return this.model;
  }

  /** @throws Error if what is deployed was not made of the stack */
  private document(address: string): ResolvedDocument {
    let document = this.documents.get(address);
    if (document === undefined) {
      const deployed = this.profile.documents.find(([known]) => known === address)?.[1] ?? "";
      document = new ResolvedDocument(documentOf(this.json, address), deployed);
      this.documents.set(address, document);
    }
    return document;
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

/**
 * What of a stack decides how it runs: reasons why resources do not matter change with their names only, and keys that
 * a vault makes are others each time.
 */
function comparable(model: StackModel): unknown {
  return {
    ...model,
    irrelevant: [],
    vaults: model.vaults.map((vault) => ({
      ...vault,
      certificates: vault.certificates.map((certificate) => ({
        ...certificate,
        der: undefined,
        secret: undefined,
      })),
    })),
  };
}

function written(folder: string, name: string, json: Json): ReferenceStacks {
  const stacks = new ReferenceStacks(folder);
  mkdirSync(stacks.environment(name), { recursive: true });
  writeFileSync(join(stacks.environment(name), "cdk.tf.json"), JSON.stringify(json));
  return stacks;
}
