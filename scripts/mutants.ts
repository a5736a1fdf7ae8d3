import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { ReferenceStacks } from "../demo/reference-stacks";
import * as environments from "../environments";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import type { CaseProfile } from "../test/mutants/case-bench";
import { equivalenceOf, type Equivalent, EQUIVALENTS } from "../test/mutants/equivalents";
import type * as Judges from "../test/mutants/judge";
import type { Judge, Verdict } from "../test/mutants/judge";
import type { Json, Mutant } from "../test/mutants/mutant";
import { repeatKeys } from "../test/mutants/repeated-keys";
import type * as Survivors from "../test/mutants/survivors";
import { readStacks } from "../test/support/synthesized-stack";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run mutants [-- --stack <name>] [--kind policy|resource] [--match <text>] [--all] [--again] [--reasons] [--json]

Makes every single change of the reference stacks that the operators of test/mutants know: an element left out, a
condition answered, a limit widened, a name replaced, an attribute opened. Those of one kind are made in one stack after
the other until one is noticed: the same value at the same place of resources of one type, and lines of policies that
differ in numbers only. Each is judged by the house checks, then by what Terraform demands, then by the calls of the
demonstration on the simulated stack, then by its file of access. What nobody notices must stand with a reason in
test/mutants/equivalents.ts. Offline; nothing is deployed. What is judged is kept in coverage/mutants, so that a run that
was ended goes on where it was.

  --stacks <folder>  output of 'npm run synth' (default: cdktf.out, synthesized when missing or older than the code)
  --stack <name>     this stack only
  --kind <kind>      changes of policies, or of other attributes, only
  --match <text>     only those whose line in the list of survivors has this text
  --all              every change, of whatever kind: takes hours
  --again            go by what was judged before, whatever has changed since, and judge its survivors again
  --reasons          how many survivors each reason is for, and to how many changes that are noticed it would apply
  --workers <n>      processes (default: one for each core)
  --json             one JSON object for each change instead of the list
  --help             this text

Exit codes: 0 no survivor without a reason, 1 there is one, or a reason is out of date, 2 wrong arguments or stacks that
cannot be run.`;

const ROOT = resolve(__dirname, "..");
const FOLDER = join(ROOT, "coverage/mutants");
const STATE = join(FOLDER, "verdicts.jsonl");
/** What decides how mutants are judged. */
const JUDGES = ["demo", "expressions", "simulator", "environments", "lib/security-checks", "test/mutants"];
const LINE_WIDTH = 100;
/** Who noticed how many. */
const COLUMNS = [
  "changes",
  "checks",
  "Terraform",
  "loading",
  "cases",
  "access file",
  "reason",
  "survivors",
] as const;
const BATCH = 20;

/** Worth a word about how long it takes. */
const PROGRESS_STEP = 100;

/** What a worker is asked for: to judge a change of a stack, or to find out what each case reaches on it. */
type Order =
  | { readonly stack: string; readonly index: number; readonly hasReason: boolean }
  | { readonly stack: string; readonly profile: true };

/** A change in one of the stacks. */
interface Task {
  readonly stack: string;
  /** Among those of the stack. */
  readonly index: number;
  readonly mutant: Mutant;
  /** By which it is known again. */
  readonly id: string;
}

type Result = Verdict & { readonly id: string };

export const run = command({
  usage: USAGE,
  config: {
    options: {
      stacks: { type: "string" },
      stack: { type: "string" },
      kind: { type: "string" },
      match: { type: "string" },
      all: { type: "boolean" },
      again: { type: "boolean" },
      reasons: { type: "boolean" },
      workers: { type: "string" },
      json: { type: "boolean" },
      worker: { type: "boolean" },
    },
  },
  failureCode: 2,
  main: async ({ values }) => {
    if (values.worker) {
      return work(values.stacks ?? "cdktf.out");
    }
    const folder = values.stacks ?? join(ROOT, "cdktf.out");
    if (values.stacks === undefined) {
      ReferenceStacks.current((program) => console.error(`Synthesizing ${program} …`));
    }
    const all = tasksOf(folder, values, values.again === true);
    const known = knownResults(values.again === true);
    const workers = Number(values.workers ?? availableParallelism());
    const judge = async (open: readonly Task[]): Promise<void> => {
      await findProfiles(open, folder, workers);
      await judgeAll(open, folder, workers, (result) => void known.set(result.id, result));
    };
    let tasks = all;
    if (values.all) {
      const open = all.filter((task) => !isOver(task, known));
      console.error(`${all.length} changes, ${open.length} to judge`);
      await judge(open);
    } else {
      tasks = await judgeKinds(all, known, judge);
    }
    if (values.reasons) {
      reportReasons(tasks, known);
    }
    const isWhole = values.stack === undefined && values.kind === undefined && values.match === undefined;
    return report(tasks, known, values.json === true, isWhole);
  },
});

/** Whether a change was judged; one whose reason is gone was judged by a part of the judges. */
function isOver({ id, mutant }: Task, known: ReadonlyMap<string, Result>): boolean {
  const result = known.get(id);
  return result !== undefined && (result.withoutAccess !== true || equivalenceOf(mutant) !== undefined);
}

function tasksOf(
  folder: string,
  only: { readonly stack?: string; readonly kind?: string; readonly match?: string },
  again: boolean,
): readonly Task[] {
  const judges = again ? "" : digestOf(JUDGES);
  return [...readStacks(folder)].flatMap(([stack, { json }]) => {
    if (only.stack !== undefined && only.stack !== stack) {
      return [];
    }
    const digest = createHash("sha256")
      .update(judges)
      .update(JSON.stringify(json))
      .digest("hex")
      .slice(0, 16);
    const all = survivors().mutantsOf(json);
    return all.flatMap((mutant, index): Task[] => {
      const isPolicy = mutant.edit !== undefined;
      const { operator, address, change } = mutant;
      return (only.kind === undefined || (only.kind === "policy") === isPolicy) &&
        (only.match === undefined || lineOf(stack, mutant).includes(only.match))
        ? [
            {
              stack,
              index,
              mutant,
              id: [
                ...(again ? [] : [digest]),
                stack,
                address,
                operator,
                mutant.edit?.start ?? "",
                change,
              ].join(" "),
            },
          ]
        : [];
    });
  });
}

/**
 * Judges changes of one kind until one is noticed: the first of each stack and policy, since what no request to one API
 * reaches another's may.
 *
 * @returns one of each kind: that which was noticed, else the first
 */
async function judgeKinds(
  all: readonly Task[],
  known: ReadonlyMap<string, Result>,
  judge: (tasks: readonly Task[]) => Promise<void>,
): Promise<readonly Task[]> {
  const kinds = new Map<string, Task[]>();
  for (const task of all) {
    const kind = survivors().kindOf(task.mutant);
    const alike = kinds.get(kind) ?? [];
    kinds.set(kind, alike);
    const isAlike = ({ stack, mutant }: Task): boolean =>
      stack === task.stack && (mutant.edit === undefined || mutant.address === task.mutant.address);
    if (!alike.some(isAlike)) {
      alike.push(task);
    }
  }
  console.error(`${all.length} changes of ${kinds.size} kinds`);
  const isNoticed = ({ id }: Task): boolean => known.get(id)?.noticedBy !== undefined;
  // One that somebody was asked about, and that has a reason, is not tried in every stack.
  const isExcused = (task: Task): boolean =>
    isOver(task, known) &&
    known.get(task.id)?.unasked === undefined &&
    equivalenceOf(task.mutant) !== undefined;
  for (;;) {
    const next = [...kinds.values()].flatMap((alike) =>
      alike.some(isNoticed) || alike.some(isExcused)
        ? []
        : alike.filter((task) => !isOver(task, known)).slice(0, 1),
    );
    if (next.length === 0) {
      return [...kinds.values()].flatMap(
        (alike) => alike.find(isNoticed) ?? alike.find(isExcused) ?? alike.slice(0, 1),
      );
    }
    console.error(`${next.length} to judge`);
    await judge(next);
  }
}

function digestOf(folders: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) {
      readdirSync(path)
        .sort()
        .forEach((name) => add(join(path, name)));
    } else if (!path.endsWith("equivalents.ts")) {
      hash.update(path).update(readFileSync(path));
    }
  };
  folders.forEach((folder) => add(join(ROOT, folder)));
  return hash.digest("hex");
}

/** @param again whether only those that were noticed count, by whatever judges there were then */
function knownResults(again: boolean): Map<string, Result> {
  const lines = existsSync(STATE) ? readFileSync(STATE, "utf8").split("\n").filter(Boolean) : [];
  const results = lines.map((line) => JSON.parse(line) as Result);
  if (!again) {
    return new Map(results.map((result) => [result.id, result]));
  }
  return new Map(
    results
      .filter(({ noticedBy }) => noticedBy !== undefined)
      .map((result) => {
        const id = result.id.replace(/^[0-9a-f]{16} /, "");
        return [id, { ...result, id }];
      }),
  );
}

/** Lets workers find out which cases reach what on the stacks of changes, unless somebody has. */
async function findProfiles(tasks: readonly Task[], folder: string, workers: number): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const stacks = [...new Set(tasks.map(({ stack }) => stack))].filter(
    (stack) => settingsOf(stack) !== undefined && !existsSync(profileFile(folder, stack)),
  );
  await Promise.all(
    Array.from({ length: Math.min(workers, stacks.length) }, async () => {
      const worker = new Worker(folder);
      for (let stack = stacks.shift(); stack !== undefined; stack = stacks.shift()) {
        console.error(`Running the cases of ${stack} …`);
        await worker.ask({ stack, profile: true });
      }
      worker.end();
    }),
  );
}

function profileFile(folder: string, stack: string): string {
  const source = JSON.stringify(readStacks(folder).get(stack)?.json);
  const digest = createHash("sha256").update(digestOf(JUDGES)).update(source).digest("hex").slice(0, 16);
  return join(FOLDER, `${stack}-${digest}.json`);
}

function settingsOf(stack: string): EnvironmentSettings | undefined {
  return Object.values(environments).find(({ name }) => name === stack);
}

/** Hands out changes in batches to processes, each of which keeps to one stack as long as it can. */
async function judgeAll(
  tasks: readonly Task[],
  folder: string,
  workers: number,
  onResult: (result: Result) => void,
): Promise<void> {
  const start = performance.now();
  const remaining = [...tasks];
  let done = 0;
  const note = (result: Result): void => {
    appendFileSync(STATE, `${JSON.stringify(result)}\n`);
    onResult(result);
    done += 1;
    if (process.stderr.isTTY || done % PROGRESS_STEP === 0) {
      const seconds = Math.round((performance.now() - start) / 1000);
      const left = Math.round((seconds / done) * (tasks.length - done));
      process.stderr.write(
        `${process.stderr.isTTY ? "\r" : ""}${done}/${tasks.length}, ${seconds} s, ${left} s to go ${process.stderr.isTTY ? "" : "\n"}`,
      );
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(workers, Math.ceil(tasks.length / BATCH)) }, async () => {
      const worker = new Worker(folder);
      for (let batch = remaining.splice(0, BATCH); batch.length > 0; batch = remaining.splice(0, BATCH)) {
        for (const { id, stack, index, mutant } of batch) {
          const hasReason = equivalenceOf(mutant) !== undefined;
          note({ id, ...(await worker.ask({ stack, index, hasReason })) });
        }
      }
      worker.end();
    }),
  );
  if (process.stderr.isTTY && tasks.length > 0) {
    process.stderr.write("\n");
  }
}

/** A process that judges; another one takes its place when it ends before its time. */
class Worker {
  private child: ChildProcess | undefined;

  public constructor(private readonly folder: string) {}

  /** @throws Error with what the worker says, or if it ends twice over one order */
  public async ask(order: Order): Promise<Verdict> {
    const answer = (await this.tryOnce(order)) ?? (await this.tryOnce(order));
    if (answer?.verdict === undefined) {
      const what = "index" in order ? `change ${order.index} of ${order.stack}` : order.stack;
      throw new Error(`${what}: ${answer?.error ?? "the worker ends"}`);
    }
    return answer.verdict;
  }

  public end(): void {
    this.child?.disconnect();
  }

  /** @returns none if the process ends */
  private tryOnce(
    order: Order,
  ): Promise<{ readonly verdict?: Verdict; readonly error?: string } | undefined> {
    const child = (this.child ??= fork(__filename, ["--worker", "--stacks", this.folder], {
      execArgv: ["--require", "./scripts/typescript.cjs"],
    }));
    return new Promise((resolve) => {
      const ended = (): void => {
        this.child = undefined;
        resolve(undefined);
      };
      child.once("exit", ended);
      child.once("error", ended);
      child.once("message", (message: { readonly verdict?: Verdict; readonly error?: string }) => {
        child.off("exit", ended);
        child.off("error", ended);
        resolve(message);
      });
      child.send(order);
    });
  }
}

/** Loaded when something is judged: `--help` needs none of it. */
function survivors(): typeof Survivors {
  return require("../test/mutants/survivors") as typeof Survivors;
}

/** Does what the parent process asks for, until it goes. */
async function work(folder: string): Promise<number> {
  const stacks = readStacks(folder);
  const mutants = new Map<string, readonly Mutant[]>();
  const { Judge, noticingCheck } = require("../test/mutants/judge") as typeof Judges;
  const judges = new Map<string, Judge>();
  const startAgain = repeatKeys();
  const judgeOf = (stack: string, settings: EnvironmentSettings, json: Json): Judge => {
    let judge = judges.get(stack);
    if (judge === undefined) {
      const profile = JSON.parse(readFileSync(profileFile(folder, stack), "utf8")) as CaseProfile;
      judge = Judge.with(settings, json, profile);
      judges.set(stack, judge);
    }
    return judge;
  };
  const obey = async (order: Order): Promise<Verdict> => {
    const { stack } = order;
    const { json } = stacks.get(stack) ?? {};
    if (json === undefined) {
      throw new Error(`no stack ${stack}`);
    }
    const settings = settingsOf(stack);
    startAgain();
    if ("profile" in order) {
      if (settings !== undefined) {
        const judge = await Judge.of(settings, json);
        writeFileSync(profileFile(folder, stack), JSON.stringify(judge.profile));
        await judge.dispose();
      }
      return {};
    }
    mutants.set(stack, mutants.get(stack) ?? survivors().mutantsOf(json));
    const mutant = mutants.get(stack)?.[order.index];
    if (mutant === undefined) {
      throw new Error(`no change ${order.index} of ${stack}`);
    }
    return settings === undefined
      ? { noticedBy: noticingCheck(mutant.json()) }
      : judgeOf(stack, settings, json).judge(mutant, order.hasReason);
  };
  process.on("message", (order: Order) => {
    obey(order).then(
      (verdict) => process.send?.({ verdict }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  await new Promise<void>((resolve) => process.once("disconnect", resolve));
  await Promise.all([...judges.values()].map((each) => each.dispose()));
  return 0;
}

/** A reason that would apply to much that is noticed is a broad one: it would hide what is noticed no longer. */
function reportReasons(tasks: readonly Task[], results: ReadonlyMap<string, Result>): void {
  const counts = new Map<Equivalent, { survivors: number; noticed: number }>();
  for (const { mutant, id } of tasks) {
    const reason = equivalenceOf(mutant);
    if (reason !== undefined) {
      const count = counts.get(reason) ?? { survivors: 0, noticed: 0 };
      counts.set(reason, count);
      count[results.get(id)?.noticedBy === undefined ? "survivors" : "noticed"] += 1;
    }
  }
  for (const [{ operator = "any", place }, { survivors, noticed }] of counts) {
    console.log(
      `${String(survivors).padStart(5)}${String(noticed).padStart(5)}  ${operator} ${String(place)}`,
    );
  }
}

/** @returns the exit code */
function report(
  tasks: readonly Task[],
  results: ReadonlyMap<string, Result>,
  json: boolean,
  isWhole: boolean,
): number {
  const used = new Set<Equivalent>();
  const counts = new Map<string, Record<(typeof COLUMNS)[number], number>>();
  const survivors: string[] = [];
  for (const { stack, mutant, id } of tasks) {
    const count =
      counts.get(stack) ??
      (Object.fromEntries(COLUMNS.map((name) => [name, 0])) as Record<(typeof COLUMNS)[number], number>);
    counts.set(stack, count);
    const { noticedBy, unasked } = results.get(id) ?? {};
    const equivalent = noticedBy === undefined ? equivalenceOf(mutant) : undefined;
    if (equivalent !== undefined) {
      used.add(equivalent);
    }
    count.changes += 1;
    count[
      noticedBy === undefined
        ? equivalent === undefined
          ? "survivors"
          : "reason"
        : /^H-/.test(noticedBy)
          ? "checks"
          : noticedBy === "Terraform" || noticedBy === "loading" || noticedBy === "access file"
            ? noticedBy
            : "cases"
    ] += 1;
    if (json) {
      const { operator, address, change } = mutant;
      console.log(
        JSON.stringify({ stack, operator, address, change, noticedBy, unasked, reason: equivalent?.reason }),
      );
    } else if (noticedBy === undefined && equivalent === undefined) {
      survivors.push(`${lineOf(stack, mutant)}${unasked === undefined ? "" : ` (${unasked})`}`);
    }
  }
  const stale = isWhole ? EQUIVALENTS.filter((each) => !used.has(each)) : [];
  if (!json) {
    survivors.forEach((line) => console.log(line));
    const row = (cells: readonly (string | number)[]): string =>
      cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(12))).join("");
    console.log(row(["stack", ...COLUMNS]));
    for (const [stack, count] of counts) {
      console.log(row([stack, ...COLUMNS.map((name) => count[name])]));
    }
    const total = COLUMNS.map((name) => [...counts.values()].reduce((sum, count) => sum + count[name], 0));
    console.log(row(["all", ...total]));
  }
  stale.forEach(({ place }) =>
    console.error(`test/mutants/equivalents.ts: ${String(place)} fits no survivor`),
  );
  return survivors.length > 0 || stale.length > 0 ? 1 : 0;
}

function lineOf(stack: string, { operator, address, change }: Mutant): string {
  const line = `${stack} ${address.replace(/^azurerm_api_management_/, "")}: ${operator} ${change}`;
  return line.length > 2 * LINE_WIDTH ? `${line.slice(0, 2 * LINE_WIDTH - 1)}…` : line;
}

runIfMain(module, run);
