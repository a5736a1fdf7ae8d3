import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessCommandOf } from "../../scripts/access";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { type CommandResult, resultOf } from "../support/command-result";
import { test as reference } from "../support/reference-environments";

/** The environment with its API for devices alone: to try all others takes seconds. */
const apis = reference.apis.filter(({ name }) => name === "devices");
const settings: EnvironmentSettings = { ...reference, apis };
const changed: EnvironmentSettings = {
  ...settings,
  apis: apis.map((api) => ({ ...api, modelEndpoints: { ...api.modelEndpoints, "on-premises": {} } })),
};
const folder = join(mkdtempSync(join(tmpdir(), "access-files-")), "access");
const file = join(folder, "test.md");
const access = (environment: EnvironmentSettings, ...args: readonly string[]): Promise<CommandResult> =>
  resultOf(() => accessCommandOf({ test: environment }, folder)(args));

describe("npm run access", () => {
  let first: CommandResult;

  beforeAll(async () => {
    first = await access(settings);
  });

  it("writes a file for the environment, and says that there was none", () => {
    expect(first).toEqual({
      exitCode: 0,
      stdout: "test\n  there was no file\n",
      stderr: "Trying who gets in to test …\n",
    });
    expect(readdirSync(folder)).toEqual(["test.md"]);
    expect(readFileSync(file, "utf8")).toMatch(/^# Access: test\n/);
  });

  it("ends with 1 and one plain line with --check when somebody adds a model for the devices", async () => {
    const before = readFileSync(file, "utf8");
    const { exitCode, stdout, stderr } = await access(changed, "--check", "--env", "test");
    expect(stderr).toBe(
      "Trying who gets in to test …\n\nAccess changed. If that is meant: npm run access, and commit the files.\n",
    );
    expect(stdout.trimEnd().split("\n")).toEqual([
      "test",
      "  + certificate/printer-test.devices.contoso.com and certificate/scanner-test.devices.contoso.com may now call chat on chat-small by dated and v1 URLs",
    ]);
    expect(exitCode).toBe(1);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("ends with 2 for an environment that there is not", async () => {
    expect(await access(settings, "--env", "nowhere")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "--env nowhere: there are test\n",
    });
  });
});
