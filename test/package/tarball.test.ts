import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { dependencies, peerDependencies } from "../../package.json";
import { continued, DOCS, javaScript } from "../docs/samples";

const ROOT = resolve(__dirname, "../..");
const NAME = "cdktf-azure-openai-gateway";

/** What a team does: install the tarball beside its own peers, then synthesize a stack with plain Node. */
describe("the packed tarball", () => {
  let project: string;
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "consumer-"));
    execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: "pipe" });
    packed = (
      JSON.parse(
        execFileSync("npm", ["pack", "--json", "--pack-destination", project], {
          cwd: ROOT,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
        }),
      ) as (typeof packed)[]
    )[0]!;
    installTarball();
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("holds compiled code, its types, the licence, the README and nothing else", () => {
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/(lib|simulator)\/.*\.(js|d\.ts)$/.test(path))
      .filter((path) => !/^dist\/simulator\/page\/assets\//.test(path));
    expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
  });

  test("holds the simulator's command and the page that it serves", () => {
    const installed = join(project, "node_modules", NAME);
    const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      bin: Readonly<Record<string, string>>;
    };
    const command = readFileSync(join(installed, bin["ai-gateway-simulator"] ?? ""), "utf8");
    expect(command).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(packed.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(
        ["index.html", "page.css", "page.js"].map((name) => `dist/simulator/page/assets/${name}`),
      ),
    );
  });

  test("synthesizes the team example from an empty project", () => {
    for (const file of ["main.ts", "platform.ts"]) {
      copyFileSync(join(ROOT, "examples/team-stack", file), join(project, file));
    }
    execFileSync(
      process.execPath,
      [
        join(ROOT, "node_modules/typescript/bin/tsc"),
        "--outDir",
        ".",
        "--module",
        "node20",
        "--target",
        "es2022",
        "--skipLibCheck",
        "--strict",
        "--types",
        "node",
        "main.ts",
      ],
      { cwd: project, stdio: "pipe" },
    );
    execFileSync(process.execPath, ["main.js"], { cwd: project, stdio: "pipe" });
    const { resource } = JSON.parse(
      readFileSync(join(project, "cdktf.out/stacks/claims-dev/cdk.tf.json"), "utf8"),
    ) as {
      resource: Record<string, object>;
    };
    expect(Object.keys(resource)).toEqual(
      expect.arrayContaining(["azurerm_cognitive_account", "azurerm_api_management_api"]),
    );
  });

  test("runs the test that docs/simulator.md shows, with the settings of Jest that it shows", () => {
    const page = readFileSync(join(DOCS, "simulator.md"), "utf8");
    const printed = (language: string): string =>
      new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
    writeFileSync(join(project, "assistant.js"), javaScript(continued()));
    execFileSync(process.execPath, ["assistant.js"], { cwd: project, stdio: "pipe" });
    writeFileSync(join(project, "jest.config.js"), printed("js"));
    writeFileSync(join(project, "access.test.ts"), printed("typescript"));
    const jest = join(ROOT, "node_modules/jest/bin/jest.js");
    // A Jest inside a Jest takes settings from its parent's environment.
    const env = { PATH: process.env["PATH"] };
    const result = execFileSync(process.execPath, [jest, "--json"], { cwd: project, env, stdio: "pipe" });
    expect(JSON.parse(result.toString())).toMatchObject({ numPassedTests: 2, numTotalTests: 2 });
  });

  test("accepts every version of constructs that cdktf accepts", () => {
    const cdktf = JSON.parse(readFileSync(join(ROOT, "node_modules/cdktf/package.json"), "utf8")) as {
      peerDependencies: Readonly<Record<string, string>>;
    };
    expect(peerDependencies.constructs).toBe(cdktf.peerDependencies["constructs"]);
  });

  test("exports the simulator and refuses deep imports", () => {
    const script = `require.resolve("${NAME}/simulator"); try { require("${NAME}/dist/lib/private/problems"); process.exit(1) } catch (e) { process.exit(e.code === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? 0 : 2) }`;
    expect(() =>
      execFileSync(process.execPath, ["-e", script], { cwd: project, stdio: "pipe" }),
    ).not.toThrow();
  });

  /**
   * Unpacks the tarball where npm would put it and takes everything else from this clone's node_modules: peers
   * and dependencies are then the versions of the lockfile, and the test needs no registry.
   */
  function installTarball(): void {
    const target = join(project, "node_modules", NAME);
    mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", join(project, packed.filename), "-C", target, "--strip-components", "1"]);
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "consumer", private: true, type: "commonjs" }),
    );
    const ofTheProject = ["@swc/jest", "@types/node"];
    for (const name of Object.keys({ ...dependencies, ...peerDependencies }).concat(ofTheProject)) {
      const link = join(project, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), link);
    }
  }
});
