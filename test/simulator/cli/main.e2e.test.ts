import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { run } from "../../../simulator/cli/run";
import type { CallReport, StartReport } from "../../../simulator/cli/start-report";
import { startText } from "../../../simulator/cli/start-text";
import { resultOf } from "../../support/command-result";
import { compiledProgram } from "../../support/compiled-program";
import { referenceEnvironmentsFolder } from "../../support/environments";
import { SimulatorProcess } from "./simulator-process";

const execute = promisify(execFile);

/** Statuses that curl saw. */
async function curl(command: string): Promise<number> {
  const { stdout } = await execute("sh", ["-c", `${command} -s -o /dev/null -w '%{http_code}'`], {
    cwd: join(__dirname, "../../.."),
    encoding: "utf8",
  });
  return Number(stdout.slice(-3));
}

function callsIn({ apis }: StartReport): readonly CallReport[] {
  return apis.flatMap(({ ways, anonymous }) => [
    ...ways.flatMap(({ admitted, refused }) => [...admitted, ...refused]),
    ...(anonymous === undefined ? [] : [anonymous]),
  ]);
}

describe("the simulator's command", () => {
  let output: string;

  beforeAll(() => {
    output = referenceEnvironmentsFolder();
  });

  describe.each(["dev", "prod"])("on stack %s", (stack) => {
    let simulator: SimulatorProcess;
    let report: StartReport & { readonly event: string };

    beforeAll(async () => {
      simulator = new SimulatorProcess(["--stack", stack, "--port", "0", "--json"], output);
      report = JSON.parse((await simulator.lines(1))[0] ?? "") as typeof report;
    });

    afterAll(() => simulator.interrupt());

    it("reports what it started as one JSON object", () => {
      expect(report).toMatchObject({ event: "started", stacks: [stack] });
    });

    it("finds a way in to every API, and no authenticator without one", () => {
      expect(report.apis.map(({ ways, unknown }) => [ways.length > 0, unknown])).toEqual(
        report.apis.map(() => [true, []]),
      );
    });

    it("prints curl lines that behave as printed", async () => {
      const calls = callsIn(report);
      const statuses = await Promise.all(calls.map(({ command }) => curl(command)));
      expect(statuses).toEqual(calls.map(({ status }) => status));
    });

    it("has lines that get in and lines that do not", () => {
      const statuses = new Set(callsIn(report).map(({ status }) => Math.floor(status / 100)));
      expect(statuses).toEqual(new Set([2, 4]));
    });

    it("reports each request as one JSON object", async () => {
      const before = (await simulator.lines(1)).length;
      await curl(callsIn(report)[0]?.command ?? "");
      const line = (await simulator.lines(before + 1))[before] ?? "";
      expect(JSON.parse(line)).toMatchObject({
        event: "request",
        status: 200,
        caller: { client: callsIn(report)[0]?.client },
      });
    });

    it("fits into 100 columns, commands aside", () => {
      const text = startText(report, { names: [stack], others: ["other"] });
      // How long the path of a folder is, is not the simulator's to say.
      const prose = text
        .replaceAll(dirname(report.caFile), "")
        .split("\n")
        .filter((line) => !/^(curl|export| {2}-| {2}'https)/.test(line));
      expect(prose.filter((line) => line.length > 100)).toEqual([]);
    });

    it("exports what a program in any folder needs, and leaves its own ports out of the proxy", () => {
      const exported = startText(report, { names: [stack], others: [] }).match(/^export .*$/gm);
      expect(exported).toEqual([
        `export HTTPS_PROXY=${report.proxy} NO_PROXY=localhost,127.0.0.1`,
        `export NODE_EXTRA_CA_CERTS=${resolve(report.caFile)}`,
      ]);
    });

    it("keeps its port: another simulator says in one line that it is taken, and exits with 1", async () => {
      const port = new URL(report.gateways[0]?.url ?? "").port;
      expect(await resultOf(() => run(["--stack", join(output, "stacks/dev"), "--port", port]))).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(
          new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is taken\\. .*--port 0\\.\n$`),
        ) as string,
      });
      expect(existsSync(report.caFile)).toBe(true);
    });

    it("says that it is for development and tests", () => {
      expect(startText(report, { names: [stack], others: [] })).toMatch(/^.*for development and tests only/);
    });

    it("ends with 0 at Ctrl-C, frees its port and takes its files away", async () => {
      expect(await simulator.interrupt()).toBe(0);
      expect(existsSync(report.caFile)).toBe(false);
      const port = Number(new URL(report.gateways[0]?.url ?? "").port);
      await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    });
  });

  // What the page of the queue shows, with the program that a Container App of the stack runs.
  it("prints lines to paste for requests that wait, models in the house and answers that are kept", async () => {
    const program = `${process.execPath} ${compiledProgram("worker/main.ts")}`;
    const args = ["--stack", "test", "--port", "0", "--json", "--program", program];
    const simulator = new SimulatorProcess(args, output);
    const report = JSON.parse((await simulator.lines(1))[0] ?? "") as StartReport;
    const [{ queued, endpointModels } = {}, { cached } = {}] = report.apis;
    const [{ command: startWorker = "" } = {}] = report.programs ?? [];
    const worker = spawn("sh", ["-c", `exec ${startWorker}`], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const { stdout } = await execute("sh", [
        "-c",
        [
          queued?.accepted.command,
          // It takes the worker a moment.
          `for try in 1 2 3 4 5 6 7 8 9 10; do kept=$(${queued?.waiting.command}); case "$kept" in "HTTP/2 202"*) sleep 1;; *) break;; esac; done`,
          `printf '%s\\n' "$kept"`,
          ...[endpointModels?.[0], cached?.again, cached?.again, cached?.other].map(
            (call) => `printf '\\n'; ${call?.command}`,
          ),
        ].join("\n"),
      ]);
      expect(stdout.match(/^HTTP\S+ \d+|^x-ai-gateway-cache: \w+|^x-ai-gateway-queued-id/gm)).toEqual([
        "HTTP/2 202",
        "HTTP/2 200",
        "x-ai-gateway-queued-id",
        "HTTP/2 200",
        "HTTP/2 200",
        "x-ai-gateway-cache: miss",
        "HTTP/2 200",
        "x-ai-gateway-cache: hit",
        "HTTP/2 200",
        "x-ai-gateway-cache: miss",
      ]);
    } finally {
      worker.kill();
      await once(worker, "close");
      expect(await simulator.interrupt()).toBe(0);
    }
  });

  it("needs the Node.js that its package names", () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions, "node", { value: "20.18.1" })`;
    const main = compiledProgram("simulator/main.ts");
    const { status, stderr } = spawnSync(process.execPath, ["--import", older, main], { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, "The simulator needs Node.js 20.19 or later; this is 20.18.1.\n"]);
  });
});
