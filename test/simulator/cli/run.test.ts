import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../../simulator/cli/command-line";
import { run } from "../../../simulator/cli/run";
import { serve } from "../../../simulator/cli/serve";
import { type CommandResult, resultOf } from "../../support/command-result";
import { referenceEnvironmentsFolder } from "../../support/environments";

describe("the simulator's command", () => {
  beforeAll(() => {
    process.env.CDKTF_OUTDIR = referenceEnvironmentsFolder();
  });

  afterAll(() => {
    delete process.env.CDKTF_OUTDIR;
  });

  function simulator(...args: readonly string[]): Promise<CommandResult> {
    return resultOf(() => run(args));
  }

  it("reports everything that is wrong with a stack, with the resources, and exits with 1", async () => {
    const broken = mkdtempSync(join(tmpdir(), "broken-"));
    const resource = { azurerm_ai_foundry: { a: {}, b: {} } };
    writeFileSync(join(broken, "cdk.tf.json"), JSON.stringify({ resource }));
    const { exitCode, stderr } = await simulator("--stack", broken);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /2 problems\.\n\n.*not supported.*\n {2}- azurerm_ai_foundry\.a\n {2}- azurerm_ai_foundry\.b\n/,
    );
  });

  it("says that a stack has no gateway before it asks for a port, and exits with 2", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = String((taken.address() as AddressInfo).port);
    const result = await simulator("--stack", "dev-state", "--port", port);
    taken.close();
    expect(result).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^dev-state: there is no API Management service to run\. Stacks with one: dev, prod, test\.\n/,
      ) as string,
    });
  });

  it("names the regions for one in which no gateway answers", async () => {
    const { exitCode, stderr } = await simulator("--stack", "dev", "--region", "mars");
    expect([exitCode, stderr]).toEqual([
      2,
      "--region must be one of a gateway: swedencentral, got mars.\n'--help' shows the options.\n",
    ]);
  });

  it("says that nothing is left out by a type that nothing has, or that it runs", async () => {
    const types = ["nonsense", "azurerm_api_management_api"];
    const commandLine = readCommandLine(["--stack", "dev", ...types.flatMap((type) => ["--ignore", type])]);
    await expect(serve(Promise.resolve(), commandLine)).rejects.toThrow(
      /^--ignore nonsense, azurerm_api_management_api: nothing is left out by that\./,
    );
  });

  it("lists the stacks for one that does not exist, and exits with 2", async () => {
    const { exitCode, stderr } = await simulator("--stack", "staging");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Stacks there with a gateway or something on one: dev, prod, test.");
  });

  it("says which version it is, and of what", async () => {
    const { name, version } = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, string>;
    expect(await simulator("--version")).toMatchObject({
      exitCode: 0,
      stdout: `${name} ${version}, Node.js ${process.version}\n`,
    });
  });

  it("explains itself in 100 columns with --help", async () => {
    const { exitCode, stdout } = await simulator("--help");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });
});
