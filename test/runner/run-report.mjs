import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stdout } from "node:process";

/** Says what a run was of: suites of each project, and what it left out. */
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
    stdout.write(`\n${counts.join(", ")}${rest}\n`);
  }
}
