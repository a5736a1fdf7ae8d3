import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ReferenceStacks } from "../demo/reference-stacks";
import * as environments from "../environments";
import { equivalenceOf, type Equivalent, EQUIVALENTS } from "../test/mutants/equivalents";
import { Judge, noticingCheck, type Verdict } from "../test/mutants/judge";
import type { Mutant } from "../test/mutants/mutant";
import { repeatKeys } from "../test/mutants/repeated-keys";
import { kindOf, mutantsOf } from "../test/mutants/survivors";
import { readStacks } from "../test/support/synthesized-stack";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run mutants [-- --stack <name>] [--kind policy|resource] [--match <text>] [--each] [--again] [--json]

Makes every single change of the reference stacks that the operators of test/mutants know: an element left out, a
condition answered, a limit widened, a name replaced, an attribute opened. Each is judged by the house checks, then by
what Terraform demands, then by the calls of the demonstration on the simulated stack, then by its file of access. What nobody notices must stand with a reason in
test/mutants/equivalents.ts. Offline; nothing is deployed. What is judged is kept in coverage/mutants.jsonl, so that a
run that was ended goes on where it was.

  --stacks <folder>  output of 'npm run synth' (default: cdktf.out, synthesized when missing or older than the code)
  --stack <name>     this stack only
  --kind <kind>      changes of policies, or of other attributes, only
  --match <text>     only those whose line in the list of survivors has this text
  --each             changes of one kind in all stacks until one is noticed: the same value at the same place of
                     resources of one type, and lines of policies that differ in numbers only
  --again            go by what was judged before, whatever has changed since, and judge its survivors again
  --workers <n>      processes (default: one for each core)
  --json             one JSON object for each change instead of the list
  --help             this text

Exit codes: 0 no survivor without a reason, 1 there is one, or a reason is out of date, 2 wrong arguments or stacks that
cannot be run.`;

const ROOT = resolve(__dirname, "..");
const STATE = join(ROOT, "coverage/mutants.jsonl");
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
      each: { type: "boolean" },
      again: { type: "boolean" },
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
    const note = (result: Result): void => void known.set(result.id, result);
    const isOpen = ({ id, mutant }: Task): boolean => !known.has(id) && equivalenceOf(mutant) === undefined;
    const workers = Number(values.workers ?? availableParallelism());
    let tasks = all;
    if (values.each) {
      tasks = await judgeKinds(all, known, (open) => judgeAll(open.filter(isOpen), folder, workers, note));
    } else {
      const open = all.filter(isOpen);
      console.error(`${all.length} changes, ${open.length} to judge`);
      await judgeAll(open, folder, workers, note);
    }
    const isWhole = values.stack === undefined && values.kind === undefined && values.match === undefined;
    return report(tasks, known, values.json === true, isWhole);
  },
});

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
    const all = mutantsOf(json);
    return all.flatMap((mutant, index): Task[] => {
      const isPolicy = mutant.offset !== undefined;
      const { operator, address, change } = mutant;
      return (only.kind === undefined || (only.kind === "policy") === isPolicy) &&
        (only.match === undefined || lineOf(stack, mutant).includes(only.match))
        ? [
            {
              stack,
              index,
              mutant,
              id: [...(again ? [] : [digest]), stack, address, operator, mutant.offset ?? "", change].join(
                " ",
              ),
            },
          ]
        : [];
    });
  });
}

/**
 * Judges changes of one kind until one is noticed: the first of each stack, since what no request of one stack reaches
 * another's may.
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
    const kind = kindOf(task.mutant);
    const alike = kinds.get(kind) ?? [];
    kinds.set(kind, alike);
    if (alike.every(({ stack }) => stack !== task.stack)) {
      alike.push(task);
    }
  }
  console.error(`${all.length} changes of ${kinds.size} kinds`);
  const isNoticed = ({ id }: Task): boolean => known.get(id)?.noticedBy !== undefined;
  const isOver = ({ id, mutant }: Task): boolean => known.has(id) || equivalenceOf(mutant) !== undefined;
  for (;;) {
    const next = [...kinds.values()].flatMap((alike) =>
      alike.some(isNoticed) ? [] : alike.filter((task) => !isOver(task)).slice(0, 1),
    );
    if (next.length === 0) {
      return [...kinds.values()].flatMap((alike) => alike.find(isNoticed) ?? alike.slice(0, 1));
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

/** Hands out changes in batches to processes, each of which keeps to one stack as long as it can. */
async function judgeAll(
  tasks: readonly Task[],
  folder: string,
  workers: number,
  onResult: (result: Result) => void,
): Promise<void> {
  mkdirSync(dirname(STATE), { recursive: true });
  const start = performance.now();
  const remaining = [...tasks];
  let done = 0;
  const note = (result: Result): void => {
    appendFileSync(STATE, `${JSON.stringify(result)}\n`);
    onResult(result);
    done += 1;
    if (process.stderr.isTTY || done % 250 === 0) {
      const seconds = Math.round((performance.now() - start) / 1000);
      process.stderr.write(
        `${process.stderr.isTTY ? "\r" : ""}${done}/${tasks.length}, ${seconds} s${process.stderr.isTTY ? "" : "\n"}`,
      );
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(workers, Math.ceil(tasks.length / BATCH)) }, async () => {
      const child = fork(__filename, ["--worker", "--stacks", folder], { execArgv: ["--import", "tsx"] });
      try {
        for (let batch = remaining.splice(0, BATCH); batch.length > 0; batch = remaining.splice(0, BATCH)) {
          for (const task of batch) {
            note({ id: task.id, ...(await ask(child, task)) });
          }
        }
      } finally {
        child.disconnect();
      }
    }),
  );
  if (process.stderr.isTTY && tasks.length > 0) {
    process.stderr.write("\n");
  }
}

/** @throws Error if the process ends */
function ask(child: ChildProcess, { stack, index }: Task): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a worker ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (message: { readonly verdict?: Verdict; readonly error?: string }) => {
      child.off("exit", ended);
      if (message.verdict === undefined) {
        reject(new Error(message.error));
      } else {
        resolve(message.verdict);
      }
    });
    child.send({ stack, index });
  });
}

/** Judges what the parent process asks for, until it goes. */
async function work(folder: string): Promise<number> {
  const stacks = readStacks(folder);
  const mutants = new Map<string, readonly Mutant[]>();
  const judges = new Map<string, Promise<Judge>>();
  const startAgain = repeatKeys();
  const judge = async ({ stack, index }: Pick<Task, "stack" | "index">): Promise<Verdict> => {
    const { json } = stacks.get(stack) ?? {};
    if (json === undefined) {
      throw new Error(`no stack ${stack}`);
    }
    mutants.set(stack, mutants.get(stack) ?? mutantsOf(json));
    const mutant = mutants.get(stack)?.[index];
    if (mutant === undefined) {
      throw new Error(`no change ${index} of ${stack}`);
    }
    const settings = Object.values(environments).find(({ name }) => name === stack);
    startAgain();
    if (settings === undefined) {
      return { noticedBy: noticingCheck(mutant.json()) };
    }
    const making = judges.get(stack) ?? Judge.of(settings, json);
    judges.set(stack, making);
    const made = await making;
    startAgain();
    return made.judge(mutant);
  };
  process.on("message", (task: Pick<Task, "stack" | "index">) => {
    judge(task).then(
      (verdict) => process.send?.({ verdict }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  await new Promise<void>((resolve) => process.once("disconnect", resolve));
  await Promise.all([...judges.values()].map(async (each) => (await each).dispose()));
  return 0;
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
