import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "../../../simulator/cli/run";
import type { StartReport } from "../../../simulator/cli/start-report";
import { resultOf } from "../../support/command-result";
import { referenceEnvironmentsFolder } from "../../support/environments";
import { programArguments } from "../../support/program";
import { callsIn, statusOfCurl } from "./printed-calls";
import { ServedSimulator } from "./served-simulator";
import { SimulatorProcess } from "./simulator-process";

const execute = promisify(execFile);

describe("the simulator's command", () => {
  let output: string;

  beforeAll(() => {
    output = referenceEnvironmentsFolder();
  });

  describe("in a process of its own", () => {
    let simulator: SimulatorProcess;
    let report: StartReport & { readonly event: string };

    beforeAll(async () => {
      simulator = new SimulatorProcess(["--stack", "dev", "--port", "0", "--json"], output);
      report = JSON.parse((await simulator.lines(1))[0] ?? "") as typeof report;
    });

    afterAll(() => simulator.interrupt());

    it("reports what it started as one JSON object, and so each request", async () => {
      expect(report).toMatchObject({ event: "started", stacks: ["dev"] });
      const [call] = callsIn(report);
      expect(await statusOfCurl(call?.command ?? "")).toBe(200);
      expect(JSON.parse((await simulator.lines(2))[1] ?? "")).toMatchObject({
        event: "request",
        status: 200,
        caller: { client: call?.client },
      });
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

    it("ends with 0 at Ctrl-C, frees its port and takes its files away", async () => {
      expect(await simulator.interrupt()).toBe(0);
      expect(existsSync(report.caFile)).toBe(false);
      const port = Number(new URL(report.gateways[0]?.url ?? "").port);
      await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    });
  });

  // What the page of the queue shows, with the program that a Container App of the stack runs.
  it("prints lines to paste for requests that wait, models in the house and answers that are kept", async () => {
    const program = [process.execPath, ...programArguments("worker/main.ts")].join(" ");
    const args = ["--stack", "test", "--port", "0", "--json", "--program", program];
    const simulator = new ServedSimulator(args, output);
    const report = JSON.parse((await simulator.prints(1))[0] ?? "") as StartReport;
    const [{ queued, endpointModels } = {}, { cached } = {}] = report.apis;
    const [{ command: startWorker = "" } = {}] = report.programs ?? [];
    const worker = spawn("sh", ["-c", `exec ${startWorker}`], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const { stdout } = await execute("sh", [
        "-c",
        [
          queued?.accepted.command,
          // It takes the worker a moment.
          `try=0; while [ $((try += 1)) -le 200 ]; do kept=$(${queued?.waiting.command}); case "$kept" in "HTTP/2 202"*) sleep 0.1;; *) break;; esac; done`,
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
      expect(await simulator.end()).toBe(0);
    }
  });

  it("needs the Node.js that its package names", () => {
    const older = join(mkdtempSync(join(tmpdir(), "older-node-")), "older.cjs");
    writeFileSync(older, 'Object.defineProperty(process.versions, "node", { value: "20.18.1" });');
    const args = ["--require", older, ...programArguments("simulator/main.ts")];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect([status, stderr]).toEqual([1, "The simulator needs Node.js 20.19 or later; this is 20.18.1.\n"]);
  });
});
