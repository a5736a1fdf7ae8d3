import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { USAGE } from "../../simulator/cli/command-line";
import { continued, DOCS, javaScript, run } from "./samples";

const page = readFileSync(join(DOCS, "simulator.md"), "utf8");

describe("the test that docs/simulator.md shows, on the program of docs/README.md", () => {
  const [, sample = ""] = /^```typescript\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const code = javaScript(sample).replace('"cdktf.out/stacks/ai-dev"', JSON.stringify(run(continued())));
  const names = ["require", "exports", "beforeAll", "afterAll", "test", "expect"];
  const register = compileFunction(code, names) as (...globals: unknown[]) => void;
  register(require, {}, beforeAll, afterAll, test, expect);
});

test("docs/simulator.md explains every option of the command", () => {
  const options = [...USAGE.matchAll(/^ {2}(--\w+)/gm)].map(([, option = ""]) => option);
  expect(options.filter((option) => !page.includes(`\`${option}`))).toEqual([]);
});
