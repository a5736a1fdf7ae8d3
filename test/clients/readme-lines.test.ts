import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

// Each client loads its libraries in a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const ROOT = resolve(__dirname, "../..");
const SERVED = join(ROOT, "cdktf.out/clients");

interface ProgramRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Lines of its standard error, but npm's own. */
  readonly messages: readonly string[];
}

/** The line of a README that starts its client, as it stands there. */
function lineOf(client: string): string {
  const readme = readFileSync(join(ROOT, "examples/clients", client, "README.md"), "utf8");
  const [, line = ""] = /^```console\n(\(set -a.*)$/m.exec(readme) ?? [];
  return line;
}

describe("with npm run demo -- --serve in another process", () => {
  let server: ChildProcess;

  beforeAll(async () => {
    server = spawn(process.execPath, ["--import", "tsx", "scripts/demo.ts", "--serve"], {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "inherit"],
    });
    await new Promise<void>((ready, failed) => {
      server.once("exit", (code) => failed(new Error(`--serve ended with ${code}`)));
      createInterface({ input: server.stdout as NodeJS.ReadableStream }).on("line", (line) => {
        if (line.includes("Ctrl-C ends")) ready();
      });
    });
  });

  afterAll(async () => {
    if (server.exitCode !== null) return;
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGINT");
    await ended;
  });

  /** Runs a line from the client's own folder; codes that it shows are typed into the server. */
  function run(client: string, line = lineOf(client)): Promise<ProgramRun> {
    const child = spawn("sh", ["-c", line], {
      cwd: join(ROOT, "examples/clients", client),
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    const messages: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    createInterface(child.stderr).on("line", (message) => {
      if (!message.startsWith("npm ")) messages.push(message);
      const code = /enter the code (\w+)/.exec(message)?.[1];
      if (code !== undefined) server.stdin?.write(`${code}\n`);
    });
    return new Promise((done) => child.once("close", (exitCode) => done({ exitCode, stdout, messages })));
  }

  test.each(["keyless", "device-code", "certificate", "key", "direct"])(
    "the line of %s prints an answer",
    async (client) => {
      expect(await run(client)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^Simulated answer \w+ to: What is a deductible\?\n$/) as unknown,
      });
    },
  );

  test("a refusal is one line with what the gateway's operators need, and exit code 1", async () => {
    const line = lineOf("key").replace("npx tsx", "AZURE_OPENAI_DEPLOYMENT=nobodys npx tsx");
    expect(await run("key", line)).toEqual({
      exitCode: 1,
      stdout: "",
      messages: [expect.stringMatching(/^403 forbidden: [^(]+\(request [\w-]{36}\)$/)],
    });
  });

  test("what clients need is readable by its owner only", () => {
    expect(statSync(join(SERVED, "key.env")).mode & 0o077).toBe(0);
  });

  test("Ctrl-C ends it, and nothing secret stays behind", async () => {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGINT");
    expect([await ended, existsSync(SERVED)]).toEqual([0, false]);
  });
});

test("the sign-in is not kept without the platform's place for secrets", () => {
  const child = spawn(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: join(ROOT, "examples/clients/device-code"),
    env: {
      ...{ PATH: process.env.PATH, TOKEN_CACHE: "platform" },
      ...{
        AZURE_TENANT_ID: "tenant",
        AZURE_CLIENT_ID: "client",
        GATEWAY_SCOPE: "api://gateway/Models.Invoke",
      },
      ...{ AZURE_OPENAI_ENDPOINT: "https://gateway", OPENAI_API_VERSION: "2024-10-21" },
      AZURE_OPENAI_DEPLOYMENT: "chat",
    },
  });
  let messages = "";
  child.stderr.on("data", (chunk: Buffer) => (messages += chunk.toString()));
  return new Promise<void>((done) =>
    child.once("close", (exitCode) => {
      expect([exitCode, messages.trim()]).toEqual([
        1,
        "Error: TOKEN_CACHE=platform needs 'npm install @azure/identity-cache-persistence'",
      ]);
      done();
    }),
  );
});
