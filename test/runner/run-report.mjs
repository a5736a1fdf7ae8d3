import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { env, stdout } from "node:process";

/** Suites that are named as the dearest ones, unless `TEST_DEAREST` says how many. */
const DEAREST = 10;
/** A run of fewer suites is somebody's work on one of them. */
const MIN_SUITES = 20;

/** Says what a run was of: suites of each project, what it left out, and which suites took most of the processor. */
export default class RunReport {
  #folder;

  constructor({ rootDir }) {
    this.#folder = join(rootDir, "test");
  }

  onRunComplete(_contexts, { testResults }) {
    const files = readdirSync(this.#folder, { recursive: true }).filter((name) => /\.test\.ts$/.test(name));
    const isEndToEnd = (name) => /\.e2e\.test\.ts$/.test(name);
    const ran = testResults.map(({ testFilePath }) => testFilePath);
    const rings = [
      ["end-to-end", isEndToEnd],
      ["in-process", (name) => !isEndToEnd(name)],
    ];
    const counts = rings.map(([name, isOfRing]) => {
      const count = ran.filter(isOfRing).length;
      const all = files.filter(isOfRing).length;
      return `${name}: ${count} of ${all} suites`;
    });
    const rest = ran.length === files.length ? "" : "; npm test runs everything";
    stdout.write(`\n${counts.join(", ")}${rest}\n${this.#costs()}`);
  }

  /** Without sandboxes, where suites write their costs down: those of suites, programs that they started included. */
  #costs() {
    const file = join(env.TEST_RUN_FOLDER ?? "", "suite-costs");
    if (!existsSync(file)) {
      return "";
    }
    const costs = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => /^(\S+) (.*)$/.exec(line))
      .map(([, seconds, path]) => ({ seconds: Number(seconds), path: relative(this.#folder, path) }));
    if (costs.length < MIN_SUITES && env.TEST_DEAREST === undefined) {
      return "";
    }
    const sum = costs.reduce((total, { seconds }) => total + seconds, 0);
    const dearest = costs.sort((a, b) => b.seconds - a.seconds).slice(0, Number(env.TEST_DEAREST ?? DEAREST));
    const lines = dearest.map(({ seconds, path }) => `${seconds.toFixed(1).padStart(6)} s  test/${path}\n`);
    return `CPU time of suites: ${sum.toFixed(0)} s; of these\n${lines.join("")}`;
  }
}
