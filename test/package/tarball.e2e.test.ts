import {
  type ChildProcessByStdio,
  execFileSync,
  type ExecFileSyncOptionsWithStringEncoding,
  spawn,
} from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { StartReport } from "../../simulator/cli/start-report";
import { continued, DOCS, javaScript } from "../docs/samples";
import { compilerLines } from "../support/compiler-lines";
import { Consumer } from "./consumer";

const ROOT = resolve(__dirname, "../..");
const CONSTRUCTS = "cdktf-azure-openai-gateway";
const SIMULATOR = "azure-apim-simulator";
const QUICK_GZIP = pathToFileURL(join(__dirname, "quick-gzip.mjs")).href;

interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** A block of code of a page, the first one in its language. */
function printed(page: string, language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(readFileSync(page, "utf8"));
  return block?.[1] ?? "";
}

/**
 * Compiles programs of projects, and checks declarations of the packages with them, but for what the packages stand on:
 * dependencies are links to others' folders.
 *
 * @param folder of the project that the compiler runs in
 */
function compile(
  folder: string,
  files: readonly string[],
): { readonly checked: readonly string[]; readonly problems: readonly string[] } {
  const settings = ["--module", "node20", "--target", "es2022", "--strict", "--types", "node"];
  const lines = compilerLines(folder, [...settings, "--listFiles", ...files]);
  const checked = lines.filter((line) => isAbsolute(line) && !/\): error /.test(line));
  const problems = lines.filter((line) => !checked.includes(line));
  const isOwn = (path: string): boolean => files.some((file) => path.startsWith(`${dirname(file)}/`));
  return {
    checked: checked.filter(isOwn),
    problems: problems.filter((line) => {
      const [, path] = /^(\S.*?)\(\d+,\d+\): /.exec(line) ?? [];
      return path === undefined || isOwn(resolve(folder, path));
    }),
  };
}

/** What people do who install what is published: with plain Node, in projects that have nothing else. */
describe("the packed tarballs", () => {
  let folder: string;
  let tarballs: readonly Tarball[];
  let constructs: Consumer;
  let simulator: Consumer;
  /** With the stack that the documentation makes. */
  let both: Consumer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tarballs-"));
    const env = {
      ...process.env,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "contoso/gateway",
    };
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: ROOT,
      encoding: "utf8",
      stdio: "pipe",
      env,
    };
    execFileSync(
      process.execPath,
      ["--require", "./scripts/typescript.cjs", "scripts/build.ts", folder],
      options,
    );
    const packages = [CONSTRUCTS, SIMULATOR].map((name) => join(folder, "packages", name));
    const packing = { ...options, env: { ...env, NODE_OPTIONS: `--import=${QUICK_GZIP}` } };
    tarballs = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--pack-destination", folder, ...packages], packing),
    ) as readonly Tarball[];
    const [first = "", second = ""] = tarballs.map(({ filename }) => join(folder, filename));
    constructs = new Consumer([first], ["@types/node"]);
    simulator = new Consumer([second], ["@types/node"]);
    both = new Consumer([first, second], ["@types/node", "@swc/jest"]);
    both.write("assistant.js", javaScript(continued()));
    await both.run(process.execPath, ["assistant.js"]);
  });

  afterAll(() => {
    for (const consumer of [constructs, simulator, both]) {
      consumer.remove();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function filesOf(name: string): readonly string[] {
    return tarballs.find((tarball) => tarball.name === name)?.files.map(({ path }) => path) ?? [];
  }

  test("have types that compile, which no setting excuses from it", () => {
    for (const file of ["main.ts", "platform.ts"]) {
      copyFileSync(join(ROOT, "examples/team-stack", file), join(constructs.folder, file));
    }
    const uses = (name: string): string => `import { simulate, type SimulateOptions } from "${name}";
export const running = (options: SimulateOptions): Promise<string> => simulate("stack", options).then(({ url }) => url);
`;
    simulator.write("uses.ts", uses(SIMULATOR));
    both.write("uses.ts", uses(`${CONSTRUCTS}/simulator`));
    // Together, because most of the time goes into types that they share. It writes main.js, which the next test runs.
    const files = [
      join(constructs.folder, "main.ts"),
      join(simulator.folder, "uses.ts"),
      join(both.folder, "uses.ts"),
    ];
    const { checked, problems } = compile(constructs.folder, files);
    expect(problems).toEqual([]);
    for (const file of [
      `${constructs.folder}/node_modules/${CONSTRUCTS}/lib/index.d.ts`,
      `${simulator.folder}/node_modules/${SIMULATOR}/simulator/index.d.ts`,
    ]) {
      expect(checked).toContain(file);
    }
  });

  test.each([CONSTRUCTS, SIMULATOR, "cdktn-azure-openai-gateway"])("%s says where it comes from", (name) => {
    const [manifest, readme] = ["package.json", "README.md"].map((file) =>
      readFileSync(join(folder, "packages", name, file), "utf8"),
    ) as [string, string];
    expect(JSON.parse(manifest)).toMatchObject({
      name,
      repository: { type: "git", url: "git+https://github.com/contoso/gateway.git" },
      homepage: "https://github.com/contoso/gateway#readme",
      bugs: { url: "https://github.com/contoso/gateway/issues" },
      keywords: expect.arrayContaining(["azure", "api-management", "azure-openai"]) as unknown,
      license: "MIT",
    });
    expect(JSON.parse(manifest)).not.toHaveProperty("private");
    const relative = [...readme.matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(relative.filter((path) => !existsSync(join(folder, "packages", name, path)))).toEqual([]);
  });

  describe("of the constructs, alone", () => {
    it("holds compiled code, its types, the texts and nothing else", () => {
      const others = filesOf(CONSTRUCTS).filter((path) => !/^(lib|entries)\/.*\.(js|d\.ts)$/.test(path));
      expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    });

    it("synthesizes the team example", async () => {
      await constructs.run(process.execPath, ["main.js"]);
      const { resource } = JSON.parse(
        readFileSync(join(constructs.folder, "cdktf.out/stacks/claims-dev/cdk.tf.json"), "utf8"),
      ) as { readonly resource: Readonly<Record<string, object>> };
      expect(Object.keys(resource)).toEqual(
        expect.arrayContaining(["azurerm_cognitive_account", "azurerm_api_management_api"]),
      );
    });

    it.each([
      ["require", `require("${CONSTRUCTS}/simulator")`, []],
      [
        "import",
        `import { simulate } from "${CONSTRUCTS}/simulator"; simulate("x")`,
        ["--input-type=module"],
      ],
    ])("says what to install when its simulator is asked for with %s", async (_way, program, options) => {
      await expect(constructs.run(process.execPath, [...options, "-e", program])).rejects.toThrow(
        `Error: ${CONSTRUCTS}/simulator is the package ${SIMULATOR}, which is not installed. ` +
          `Install it beside ${CONSTRUCTS}: npm install --save-dev ${SIMULATOR}`,
      );
    });

    it("refuses deep imports", async () => {
      await expect(
        constructs.run(process.execPath, ["-e", `require("${CONSTRUCTS}/lib/private/resource-id")`]),
      ).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
    });
  });

  describe("of the simulator, alone", () => {
    const readme = join(ROOT, "packages/azure-apim-simulator/README.md");

    it("holds compiled code, its types, the page, the example, the texts, third-party files and nothing else", () => {
      const files = filesOf(SIMULATOR).filter(
        (path) => !/^(simulator|expressions)\/.*\.(js|d\.ts)$/.test(path),
      );
      const gptTokenizer = files.filter((path) => /^third-party\/gpt-tokenizer\/.*\.js$/.test(path));
      expect(
        gptTokenizer.filter((path) => path.includes("/encoding/") || path.includes("/bpeRanks/")),
      ).toEqual(
        ["bpeRanks", "encoding"].flatMap((part) =>
          ["cl100k_base", "o200k_base"].map((name) => `third-party/gpt-tokenizer/${part}/${name}.js`),
        ),
      );
      expect(files.filter((path) => !gptTokenizer.includes(path)).sort()).toEqual([
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "example/cdk.tf.json",
        "package.json",
        "simulator/page/assets/icon.svg",
        "simulator/page/assets/index.html",
        "simulator/page/assets/page.css",
        "third-party/README.md",
        "third-party/gpt-tokenizer/LICENSE",
        "third-party/tree-sitter-c-sharp/LICENSE",
        "third-party/tree-sitter-c-sharp/tree-sitter-c_sharp.wasm",
      ]);
    });

    it("says the versions and the sources of third-party files", () => {
      const text = readFileSync(join(folder, "packages", SIMULATOR, "third-party/README.md"), "utf8");
      const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
        readonly devDependencies: Readonly<Record<string, string>>;
      };
      for (const name of ["gpt-tokenizer", "tree-sitter-c-sharp"]) {
        expect(text).toMatch(
          new RegExp(`^\\| ${name} \\| ${devDependencies[name]} \\| MIT \\| https://github\\.com/`, "m"),
        );
      }
    });

    it("has its command, by its other name as well", async () => {
      const help = await simulator.run("npx", ["--no", SIMULATOR, "--", "--help"]);
      expect(help).toMatch(/^Usage: azure-apim-simulator \[options\]\n/);
      const other = join(simulator.folder, "node_modules/.bin/ai-gateway-simulator");
      expect(await simulator.run(other, ["--help"])).toBe(help);
      // What it tells people to read lies in the package, or has an address.
      const named = [...help.matchAll(/(?<!\S)(?:README|[\w/-]+\.md)\b/g)].map(([name]) => name);
      expect(named).toContain("README");
      const packed = filesOf(SIMULATOR);
      expect(named.filter((name) => !packed.includes(name) && !packed.includes(`${name}.md`))).toEqual([]);
    });

    it("runs the test that its README shows", async () => {
      simulator.write("access.test.mjs", printed(readme, "js"));
      expect(await simulator.run(process.execPath, ["--test", "access.test.mjs"])).toMatch(/^# pass 1$/m);
    });

    /** The command of the README's first screen, with a synthesized stack besides, on ports that are free. */
    it("runs the example and a synthesized stack, and answers as it prints", async () => {
      const [npx, command = "", ...args] = printed(readme, "console").trim().split(" ");
      expect([npx, command]).toEqual(["npx", SIMULATOR]);
      const dev = join(both.folder, "cdktf.out/stacks/ai-dev");
      const child: ChildProcessByStdio<null, Readable, null> = spawn(
        join(simulator.folder, "node_modules/.bin", command),
        [...args, "--stack", dev, "--port", "0", "--json"],
        { cwd: simulator.folder, stdio: ["ignore", "pipe", "inherit"] },
      );
      const ended = once(child, "exit");
      try {
        const [line] = (await once(createInterface(child.stdout), "line")) as [string];
        const { stacks, apis } = JSON.parse(line) as StartReport & { readonly stacks: readonly string[] };
        expect(stacks).toEqual(["example", "ai-dev"]);
        const ways = apis.flatMap((api) => api.ways);
        const calls = [ways[0]?.admitted[0], ways[0]?.refused[0], ways.at(-1)?.admitted[0]].flatMap(
          (call) => call ?? [],
        );
        expect(calls.map(({ status }) => status)).toEqual([200, 401, 200]);
        const statuses = calls.map(async (call) => {
          const curl = `${call.command} -s -o /dev/null -w '%{http_code}'`;
          return Number((await simulator.run("sh", ["-c", curl])).slice(-3));
        });
        expect(await Promise.all(statuses)).toEqual([200, 401, 200]);
      } finally {
        child.kill("SIGINT");
        await ended;
      }
    });
  });

  describe("of both, together", () => {
    test("the constructs' entry is the simulator", async () => {
      const program = `
        import * as entry from "${CONSTRUCTS}/simulator";
        import * as simulator from "${SIMULATOR}";
        console.log(entry.simulate === simulator.simulate, entry.Clock === simulator.Clock);`;
      expect(await both.run(process.execPath, ["--input-type=module", "-e", program])).toBe("true true\n");
    });

    test("the test that docs/simulator.md shows passes, with the settings of Jest that it shows", async () => {
      const page = join(DOCS, "simulator.md");
      both.write("jest.config.js", printed(page, "js"));
      both.write("access.test.ts", printed(page, "typescript"));
      const jest = join(ROOT, "node_modules/jest/bin/jest.js");
      // A reader's test has five seconds; a busy machine may need more.
      const report = await both.run(process.execPath, [jest, "--json", "--testTimeout", "60000"]);
      expect(JSON.parse(report)).toMatchObject({ numPassedTests: 2, numTotalTests: 2 });
    });

    test("the team's stack has the access that its snapshot says, on a double of the platform's gateway", async () => {
      // Below the other project, whose packages it finds.
      const team = join(both.folder, "team");
      cpSync(join(ROOT, "examples/team-stack"), team, { recursive: true });
      // As compiled by the test of the types.
      for (const file of ["main.js", "platform.js"]) {
        copyFileSync(join(constructs.folder, file), join(team, file));
      }
      await both.run(process.execPath, ["main.js"], team);
      const jest = join(ROOT, "node_modules/jest/bin/jest.js");
      const report = await both.run(process.execPath, [jest, "--ci", "--json"], team);
      expect(JSON.parse(report)).toMatchObject({
        numPassedTests: 1,
        snapshot: { matched: 1, unchecked: 0 },
      });
    });
  });
});
