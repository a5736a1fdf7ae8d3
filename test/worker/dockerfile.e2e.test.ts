import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { effort } from "../support/effort";

const execute = promisify(execFile);
const CONTEXT = join(__dirname, "../../worker");
/** It installs packages from their registry: the nightly run has the time, and a network. */
const thorough = effort > 1 ? test : test.skip;

/** Instructions of a Dockerfile with their words, comments left out. */
function instructions(): readonly (readonly [name: string, rest: string])[] {
  return readFileSync(join(CONTEXT, "Dockerfile"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)]);
}

/** Follows a Dockerfile without Docker: stages are folders, commands run on this machine. */
class Build {
  public readonly environment: Record<string, string> = {};
  public entryPoint: readonly string[] = [];
  public user = "root";
  private readonly stages = new Map<string, string>();
  private stage = "";
  private directory = "";

  public constructor(private readonly root: string) {}

  /** Folder in which the last stage runs its program. */
  public get workingDirectory(): string {
    return join(this.stage, this.directory);
  }

  public async follow(name: string, rest: string): Promise<void> {
    switch (name) {
      case "ARG":
        // Of the base image, which is this machine.
        break;
      case "FROM":
        this.from(rest);
        break;
      case "WORKDIR":
        this.directory = rest;
        mkdirSync(this.workingDirectory, { recursive: true });
        break;
      case "ENV":
        Object.assign(this.environment, Object.fromEntries([rest.split("=")]) as Record<string, string>);
        break;
      case "COPY":
        this.copy(rest.split(" "));
        break;
      case "RUN":
        await execute("sh", ["-c", rest], { cwd: this.workingDirectory });
        break;
      case "USER":
        this.user = rest;
        break;
      case "ENTRYPOINT":
        this.entryPoint = JSON.parse(rest) as string[];
        break;
      default:
        throw new Error(`${name} is not followed here`);
    }
  }

  private from(rest: string): void {
    const [, stage = `stage ${this.stages.size}`] = / AS (\w+)$/.exec(rest) ?? [];
    this.stage = join(this.root, stage);
    this.stages.set(stage, this.stage);
    mkdirSync(this.stage);
  }

  private copy(words: readonly string[]): void {
    const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
    const [target = "", ...sources] = words.filter((word) => !word.startsWith("--")).reverse();
    const source = from === undefined ? CONTEXT : (this.stages.get(from) ?? "");
    for (const each of sources) {
      const folder = join(source, dirname(each));
      const pattern = basename(each).replaceAll(".", "\\.").replaceAll("*", ".*");
      const found = readdirSync(folder).filter((name) => new RegExp(`^${pattern}$`).test(name));
      if (found.length === 0) {
        throw new Error(`COPY: there is no ${each}`);
      }
      for (const name of found) {
        const isFolder = target.endsWith("/");
        cpSync(join(folder, name), join(this.workingDirectory, target, isFolder ? name : ""), {
          recursive: true,
        });
      }
    }
  }
}

test("each base image is of the digest that whoever builds it gives, and there is no default", () => {
  const [first] = instructions();
  expect(first).toEqual(["ARG", "NODE_DIGEST"]);
  const bases = instructions().filter(([name]) => name === "FROM");
  expect(bases.map(([, rest]) => rest.split(" ")[0])).toEqual(
    Array<string>(2).fill("node:20.20-bookworm-slim@${NODE_DIGEST}"),
  );
});

thorough(
  "what the Dockerfile copies and runs makes a program that starts with nothing else",
  async () => {
    const root = mkdtempSync(join(tmpdir(), "image-"));
    try {
      const build = new Build(root);
      for (const [name, rest] of instructions()) {
        await build.follow(name, rest);
      }
      const { workingDirectory, entryPoint, environment, user } = build;
      expect([user, environment]).toEqual(["node", { NODE_ENV: "production" }]);
      expect(existsSync(join(workingDirectory, "node_modules/typescript"))).toBe(false);
      const [program = "", ...args] = entryPoint;
      const options = { cwd: workingDirectory, env: { PATH: process.env.PATH, ...environment } };
      const { stdout } = await execute(program, [...args, "--help"], options);
      expect(stdout).toMatch(/^Usage: ai-gateway-queue-worker/);
      // Every module is loaded before the settings are read.
      await expect(execute(program, args, options)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining("AI_GATEWAY_URL is missing") as string,
      });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
  300_000,
);
