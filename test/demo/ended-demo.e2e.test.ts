import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { simulatingProgram } from "../support/program";
import { copyReferenceStacks } from "../support/reference-stacks";

const folder = mkdtempSync(join(tmpdir(), "ended-demo-"));

beforeAll(() => copyReferenceStacks(folder));

afterAll(() => rmSync(folder, { recursive: true }));

/** Files of client programs, which a run makes in the folder for temporary files. */
function secretFolders(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith("ai-gateway-demo-"));
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "files with secrets go with a run that %s ends",
  async (signal) => {
    const args = simulatingProgram("test/demo/programs/demo.ts", ["--stacks", folder, "--env", "dev"]);
    const demo = spawn(process.execPath, args, {
      cwd: resolve(__dirname, "../.."),
      env: { ...process.env, TMPDIR: folder },
      stdio: "ignore",
    });
    const ended = once(demo, "exit");
    while (!secretFolders().some((name) => existsSync(join(folder, name, "ca.pem")))) {
      expect(demo.exitCode).toBeNull();
      await sleep(20);
    }
    demo.kill(signal);
    expect(await ended).toEqual([130, null]);
    expect(secretFolders()).toEqual([]);
  },
);
