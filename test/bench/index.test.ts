import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

function bench(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, ["--import", "tsx", "bench/index.ts", ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
}

describe("npm run bench", () => {
  it("says what it can measure", () => {
    expect(bench("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^ {2}simulator /m) as string,
    });
  });

  it("refuses a benchmark that does not exist, and measures nothing", () => {
    expect(bench("synth", "network")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("no benchmark 'network'; there are: synth, simulator.") as string,
    });
  });

  it("refuses an option that does not exist", () => {
    expect(bench("--fast")).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("--fast") as string,
    });
  });
});
