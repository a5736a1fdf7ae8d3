import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { transformFileSync } from "@swc/core";
import type { ClientProgram } from "../../demo/client-program";
import { simulateEnvironment } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import { callersOf } from "../../demo/target-environment";
import type { Simulation } from "../../simulator";
import { referenceEnvironmentsFolder } from "../support/environments";
import { dev } from "../support/reference-environments";

const ROOT = resolve(__dirname, "../..");
const CLIENTS = "examples/clients";
const PLUGIN = "node_modules/@azure/identity-cache-persistence";

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  readonly messages: string;
}

let simulation: Simulation;
let source: SimulatedCredentials;
let program: ClientProgram;
let folder: string;

/** JavaScript of a file of this repository. */
function compiled(path: string): string {
  return transformFileSync(join(ROOT, path), {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs", ignoreDynamic: true },
  }).code;
}

/** All clients, by their paths. */
const clients = readdirSync(join(ROOT, CLIENTS), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => [path.replace(/ts$/, "js"), compiled(join(CLIENTS, path))] as const);

beforeAll(async () => {
  const started = await simulateEnvironment(new ReferenceStacks(referenceEnvironmentsFolder()), dev);
  simulation = started.simulation;
  source = new SimulatedCredentials(simulation);
  const [api] = dev.apis;
  const callers = api ? callersOf(started.environment, api).flat() : [];
  const [token] = callers.flatMap(({ requirements }) => requirements.filter(({ kind }) => kind === "token"));
  if (token?.kind !== "token") {
    throw new Error("nobody signs in by device code");
  }
  program = await source.program({
    program: "device-code",
    way: "device code",
    token,
    endpoint: `${simulation.url}/${api?.path}`,
    deployment: "chat",
  });
});

afterAll(async () => {
  source.dispose();
  await simulation.close();
});

/** The client as copied and compiled, with the packages that its README installs. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-sign-in-"));
  for (const [path, program] of clients) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), program);
  }
  for (const name of ["openai", "undici", "@azure/identity"]) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
});

afterEach(() => rmSync(folder, { recursive: true }));

function installPlugin(source: string): void {
  mkdirSync(join(folder, PLUGIN));
  writeFileSync(join(folder, PLUGIN, "index.js"), source);
}

function installFileCache(): void {
  installPlugin(compiled("test/clients/programs/file-token-cache.ts"));
}

function run(): Promise<Run> {
  const child = spawn(process.execPath, ["main.js"], {
    cwd: join(folder, "device-code"),
    env: {
      ...program.environment,
      TOKEN_CACHE: "platform",
      TOKEN_CACHE_FILE: join(folder, "tokens.json"),
      HOME: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, messages] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    messages += chunk.toString();
    program.onMessage?.(chunk.toString());
  });
  return new Promise((done) => child.once("close", (exitCode) => done({ exitCode, output, messages })));
}

function record(): string {
  return join(folder, ".ai-gateway-sign-in.json");
}

test("one sign-in is enough for two runs; what says whose it was holds no token, and is its owner's only", async () => {
  installFileCache();
  const first = await run();
  expect(first).toMatchObject({
    exitCode: 0,
    messages: expect.stringContaining("enter the code") as unknown,
  });
  expect(await run()).toEqual({ exitCode: 0, output: first.output, messages: "" });
  expect(Object.keys(JSON.parse(readFileSync(record(), "utf8")) as object).sort()).toEqual([
    "authority",
    "clientId",
    "homeAccountId",
    "tenantId",
    "username",
    "version",
  ]);
  expect(statSync(record()).mode & 0o077).toBe(0);
});

test.each(["", "{}", '{"version":"2.0"}'])(
  "a record that is '%s' costs one more sign-in",
  async (content) => {
    installFileCache();
    writeFileSync(record(), content);
    expect(await run()).toMatchObject({
      exitCode: 0,
      messages: expect.stringContaining("enter the code") as unknown,
    });
  },
);

test("without the plug-in nothing is kept, and nobody is asked", async () => {
  expect(await run()).toEqual({
    exitCode: 1,
    output: "",
    messages: "Error: TOKEN_CACHE=platform needs 'npm install @azure/identity-cache-persistence'\n",
  });
});

test("a plug-in that does not load says itself what is missing", async () => {
  const error = 'Object.assign(new Error("libsecret-1.so.0: cannot open"), { code: "ERR_DLOPEN_FAILED" })';
  installPlugin(`throw ${error};`);
  expect(await run()).toEqual({
    exitCode: 1,
    output: "",
    messages: "Error: libsecret-1.so.0: cannot open\n",
  });
});
