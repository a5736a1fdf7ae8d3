import { run } from "../../bench";
import { type CommandResult, resultOf } from "../support/command-result";

function bench(...args: readonly string[]): Promise<CommandResult> {
  return resultOf(() => run(args));
}

describe("npm run bench", () => {
  it("says what it can measure", async () => {
    expect(await bench("--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ {2}simulator /m) as string,
    });
  });

  it("refuses a benchmark that does not exist, and measures nothing", async () => {
    expect(await bench("synth", "network")).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining(
        "no benchmark 'network'; there are: synth, start, simulator, cache, records, access, queue.",
      ) as string,
    });
  });

  it("refuses an option that does not exist", async () => {
    expect(await bench("--fast")).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("--fast") as string,
    });
  });
});
