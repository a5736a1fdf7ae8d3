import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CaseCounter } from "../demo/case-counter";
import type * as Demonstration from "../demo/demonstration";
import { ReferenceStacks } from "../demo/reference-stacks";
import * as environments from "../environments";
import type * as Simulator from "../simulator";
import type { CoveredPlace, PolicyCoverage, RecordedCoverage } from "../simulator";
import { command, runIfMain } from "./command-line";
import { UNREACHED_PLACES, type UnreachedPlace } from "./unreached-places";

const USAGE = `Usage: npm run coverage:policies [-- --env <name>] [--quick] [--out <folder>] [--json]

Runs the calls of the demonstration, the threat tests and the scenarios on the reference environments, and counts which
policies, arms of 'choose' and branches of C# they reach. Each place must be reached, or be alike in another document
where it is reached (but for numbers), or stand with a reason in scripts/unreached-places.ts. Offline; nothing is
deployed.

  --env <name>    this environment only: ${Object.keys(environments).join(", ")}
  --quick         without the tests, which take a minute: what only they reach counts as not reached
  --out <folder>  where lcov.info goes, with the documents as they are deployed beside it (default: coverage/policies)
  --json          one JSON object for each place instead of the table
  --help          this text

Exit codes: 0 every place is reached or has a reason, 1 one is not, or a reason is out of date, 2 wrong arguments, or
stacks or tests that do not run.`;

const ROOT = resolve(__dirname, "..");
const LINE_WIDTH = 100;

/** A place with what was found out about it. */
interface JudgedPlace extends CoveredPlace {
  readonly environment: string;
  /** What stands there, C# as C#, on one line. */
  readonly text: string;
  /** Whether another document has the same line, and something reaches it there. @default false */
  readonly isReachedElsewhere?: boolean;
  /** Why nothing reaches it, if somebody said so. */
  readonly reason?: string;
}

export const run = command({
  usage: USAGE,
  config: {
    options: {
      env: { type: "string" },
      quick: { type: "boolean" },
      out: { type: "string", default: "coverage/policies" },
      json: { type: "boolean" },
    },
  },
  failureCode: 2,
  main: async ({ values }) => {
    const wanted = Object.values(environments).filter(({ name }) => [name, undefined].includes(values.env));
    if (wanted.length === 0) {
      throw new Error(`--env must be one of ${Object.keys(environments).join(", ")}, got ${values.env}`);
    }
    const stacks = ReferenceStacks.current((program) => console.error(`Synthesizing ${program} …`));
    const { demonstrateEnvironment } = require("../demo/demonstration") as typeof Demonstration;
    const { PolicyCoverage } = require("../simulator") as typeof Simulator;
    const coverages = new Map(wanted.map(({ name }) => [name, new PolicyCoverage()]));
    console.error("Calling the simulated gateways …");
    const counter = new CaseCounter(process.stderr);
    for (const settings of wanted) {
      const { results } = await demonstrateEnvironment(settings, {
        stacks,
        clientPrograms: false,
        isThorough: true,
        coverageOf: (name) => coverages.get(name) ?? new PolicyCoverage(),
        onResult: () => counter.count(),
      });
      const failed = results.filter(({ result }) => result !== "ok");
      if (failed.length > 0) {
        throw new Error(
          `${failed.length} cases of the demonstration fail on ${settings.name}: run npm run demo -- --thorough`,
        );
      }
    }
    counter.end();
    if (!values.quick) {
      console.error("Running the threat tests and scenarios …");
      addTests(coverages);
    }
    const used = new Set<UnreachedPlace>();
    const places = judged(coverages, used);
    const stale =
      values.quick || values.env !== undefined ? [] : UNREACHED_PLACES.filter((entry) => !used.has(entry));
    writeFiles(values.out, coverages);
    if (values.json) {
      places.forEach((place) => console.log(JSON.stringify(place)));
    } else {
      console.log(table(places).join("\n"));
    }
    stale.forEach(({ what, text }) =>
      console.error(`scripts/unreached-places.ts: ${what} ${String(text)} is reached, or stands nowhere`),
    );
    const missing = places.filter(isMissing);
    console.error(`${values.out}/lcov.info: the same for editors, with the documents beside it`);
    return missing.length > 0 || stale.length > 0 ? 1 : 0;
  },
});

/** Adds what the tests reach, each of which runs the environments as they are or with a change. */
function addTests(coverages: ReadonlyMap<string, PolicyCoverage>): void {
  const folder = mkdtempSync(join(tmpdir(), "policy-coverage-"));
  try {
    const jest = join(ROOT, "node_modules/jest/bin/jest.js");
    const { status, stderr } = spawnSync(
      process.execPath,
      [jest, "--ci", "--selectProjects", "in-process", "--", "test/threats", "test/scenarios"],
      { cwd: ROOT, env: { ...process.env, POLICY_COVERAGE_FOLDER: folder }, encoding: "utf8" },
    );
    if (status !== 0) {
      throw new Error(`The tests do not pass:\n${stderr}`);
    }
    for (const file of readdirSync(folder)) {
      const [environment = ""] = file.split("-");
      const recorded = JSON.parse(readFileSync(join(folder, file), "utf8")) as RecordedCoverage;
      coverages.get(environment)?.add(recorded);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged(
  coverages: ReadonlyMap<string, PolicyCoverage>,
  used: Set<UnreachedPlace>,
): readonly JudgedPlace[] {
  const all = [...coverages].flatMap(([environment, coverage]) =>
    coverage.places.map((place): JudgedPlace => {
      const source = coverage.documents.get(place.address) ?? "";
      return { ...place, environment, text: asCSharp(source.slice(place.start, place.end)) };
    }),
  );
  const reached = new Set(all.filter(({ count }) => count > 0).map(lineOf));
  return all.map((place) => {
    if (place.count > 0) {
      return place;
    }
    if (reached.has(lineOf(place))) {
      return { ...place, isReachedElsewhere: true };
    }
    const entry = UNREACHED_PLACES.find(
      ({ what, text }) => (what === undefined || what === place.what) && text.test(place.text),
    );
    if (entry !== undefined) {
      used.add(entry);
    }
    return { ...place, reason: entry?.reason };
  });
}

/** The same for lines that the generator wrote alike: they differ in numbers at most. */
function lineOf({ kind, what, text }: JudgedPlace): string {
  return `${kind} ${what} ${text.replace(/\d+/g, "0")}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function asCSharp(source: string): string {
  return source
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

function writeFiles(out: string, coverages: ReadonlyMap<string, PolicyCoverage>): void {
  const { toLcov } = require("../simulator") as typeof Simulator;
  let lcov = "";
  for (const [environment, coverage] of coverages) {
    const fileOf = (address: string): string => resolve(out, environment, `${address}.xml`);
    for (const [address, source] of coverage.documents) {
      const file = fileOf(address);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
    lcov += toLcov(coverage, fileOf);
  }
  writeFileSync(join(out, "lcov.info"), lcov);
}

/** One line for each document, and below it what is neither reached nor has a reason. */
function table(places: readonly JudgedPlace[]): readonly string[] {
  const documents = new Map<string, JudgedPlace[]>();
  for (const place of places) {
    const name = `${place.environment} ${place.address.replace(/^azurerm_api_management_?/, "")}`;
    documents.set(name, [...(documents.get(name) ?? []), place]);
  }
  const cell = (count: number): string => String(count).padStart(8);
  const row = (name: string, counts: readonly (number | string)[]): string =>
    `${fit(name, LINE_WIDTH - 8 * counts.length)}${counts.map((each) => (typeof each === "number" ? cell(each) : each.padStart(8))).join("")}`;
  const lines = [row("document", ["places", "reached", "alike", "reason", "missing"])];
  for (const [name, all] of documents) {
    lines.push(row(name, countsOf(all)));
  }
  lines.push(row("all", countsOf(places)));
  const missing = places.filter(isMissing);
  for (const { environment, address, line, column, what, text } of missing) {
    const document = address.split(".")[1]?.replace(/_[0-9A-F]{8}$/, "");
    lines.push(fit(`${environment} ${document}:${line}:${column} ${what}: ${text}`, LINE_WIDTH).trimEnd());
  }
  return lines;
}

function countsOf(places: readonly JudgedPlace[]): readonly number[] {
  const count = (test: (place: JudgedPlace) => boolean): number => places.filter(test).length;
  return [
    places.length,
    count((place) => place.count > 0),
    count((place) => place.isReachedElsewhere === true),
    count((place) => place.reason !== undefined),
    count(isMissing),
  ];
}

function isMissing({ count, isReachedElsewhere, reason }: JudgedPlace): boolean {
  return count === 0 && isReachedElsewhere !== true && reason === undefined;
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

runIfMain(module, run);
