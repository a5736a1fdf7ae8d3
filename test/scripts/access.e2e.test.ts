import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
/** What the command reads of the repository. */
const PARTS = [
  "access",
  "contracts",
  "entries",
  "environments",
  "expressions",
  "lib",
  "main.ts",
  "package.json",
  "scripts",
  "simulator",
  "stacks",
  "tsconfig.json",
];

describe("npm run access -- --check", () => {
  let clone: string;

  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), "access-clone-"));
    PARTS.forEach((part) => cpSync(join(ROOT, part), join(clone, part), { recursive: true }));
    symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  });

  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  it("ends with 1 and one plain line when somebody adds a model for the devices of environments/test.ts", () => {
    const file = join(clone, "environments/test.ts");
    const settings = readFileSync(file, "utf8");
    const changed = settings.replace(
      'name: "devices",\n      path: "devices",',
      '$& modelEndpoints: { "on-premises": {} },',
    );
    expect(changed).not.toBe(settings);
    writeFileSync(file, changed);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "./scripts/typescript.cjs", "scripts/access.ts", "--check", "--env", "test"],
      { cwd: clone, encoding: "utf8" },
    );
    expect(stderr).toBe(
      "Trying who gets in to test …\n\nAccess changed. If that is meant: npm run access, and commit the files.\n",
    );
    expect(stdout.trimEnd().split("\n")).toEqual([
      "test",
      "  + devices/certificate/printer-test.devices.contoso.com and devices/certificate/scanner-test.devices.contoso.com may now call chat on chat-small by dated and v1 URLs",
    ]);
    expect(status).toBe(1);
  });
});
