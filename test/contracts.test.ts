import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readContracts } from "../lib/contracts";
import { run } from "../scripts/contracts";
import { type CommandResult, resultOf } from "./support/command-result";

const CLAIMS = {
  client: "claims",
  owner: { team: "Claims", email: "claims@contoso.com" },
  costCentre: "4100",
  environments: {
    prod: { api: "assistant", credentials: [{ kind: "subscriptionKey" }], limits: { requestsPerMinute: 60 } },
  },
};

function folderWith(contract: object): string {
  const folder = mkdtempSync(join(tmpdir(), "contracts-"));
  writeFileSync(join(folder, "claims.json"), JSON.stringify(contract));
  return folder;
}

function contracts(...args: readonly string[]): Promise<CommandResult> {
  return resultOf(() => run(args));
}

describe("npm run contracts", () => {
  const { prod } = CLAIMS.environments;
  const more = { ...CLAIMS, environments: { prod: { ...prod, limits: { requestsPerMinute: 90 } } } };

  it("says what changes for whom against another folder", async () => {
    const { exitCode, stdout } = await contracts(
      "check",
      "--folder",
      folderWith(more),
      "--against-folder",
      folderWith(CLAIMS),
    );
    expect(stdout).toBe(
      "claims (Claims <claims@contoso.com>, cost centre 4100)\n" +
        "  prod: 60 requests per minute → 90 requests per minute\n",
    );
    expect(exitCode).toBe(0);
  });

  it("refuses an environment that is not one of this repository", async () => {
    const folder = folderWith({ ...CLAIMS, environments: { stage: prod } });
    expect(await contracts("check", "--folder", folder, "--against-folder", folder)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("claims.json#/environments/stage") as string,
    });
  });

  it("says for a pull request what the client's developer sets, and nothing secret", async () => {
    const credentials = [{ kind: "application", clientId: "66666666-6666-4666-8666-666666666661" }];
    const { stdout } = await contracts(
      "check",
      "--markdown",
      "--folder",
      folderWith({ ...more, environments: { prod: { ...more.environments.prod, credentials } } }),
      "--against-folder",
      folderWith(CLAIMS),
    );
    expect(stdout).toContain("- prod: 60 requests per minute → 90 requests per minute");
    expect(stdout).toMatch(/^URL {10}https:\/\/.+\/assistant$/m);
    expect(stdout).toMatch(/^API version {2}\d{4}-\d{2}-\d{2}$/m);
  });

  it("says where nothing that the client has opens the API", async () => {
    const empty = mkdtempSync(join(tmpdir(), "contracts-"));
    const { stdout } = await contracts(
      "check",
      "--markdown",
      "--folder",
      folderWith(CLAIMS),
      "--against-folder",
      empty,
    );
    expect(stdout).toContain("**prod: none of its credentials is one that API assistant takes**\n");
  });

  describe("compares with a revision of git", () => {
    const folder = folderWith(CLAIMS);
    const git = (...args: readonly string[]): void => {
      const author = ["-c", "user.name=test", "-c", "user.email=test@contoso.com"];
      execFileSync("git", [...author, ...args], { cwd: folder, stdio: "pipe" });
    };
    const CHANGE = "  prod: 60 requests per minute → 90 requests per minute\n";

    beforeAll(() => {
      git("init", "--quiet");
      git("add", ".");
      git("commit", "--quiet", "--message", "first");
      // Git knows a revision of the name that a folder has as well.
      git("tag", "docs");
      writeFileSync(join(folder, "claims.json"), JSON.stringify(more));
      writeFileSync(join(folder, "fraud.json"), JSON.stringify({ ...CLAIMS, client: "fraud" }));
    });

    it.each([["HEAD"], ["docs"], [undefined]])("%s", async (revision) => {
      const against = revision === undefined ? [] : ["--against", revision];
      const { stdout, exitCode } = await contracts("check", "--folder", folder, ...against);
      expect(stdout).toContain(CHANGE);
      expect(stdout).toContain("  prod: gets access to API assistant: a key of its own; ");
      expect(exitCode).toBe(0);
    });

    it("where the other contracts are wrong, and tells all as new", async () => {
      git("checkout", "--quiet", "-b", "wrong");
      writeFileSync(join(folder, "claims.json"), JSON.stringify({ ...CLAIMS, costCentre: "" }));
      git("commit", "--quiet", "--all", "--message", "wrong");
      writeFileSync(join(folder, "claims.json"), JSON.stringify(more));
      const { stdout, exitCode } = await contracts("check", "--folder", folder, "--against", "wrong");
      expect(stdout).toMatch(
        /^What was before is wrong, so that all of it is told as new: .*claims\.json#\/costCentre: /m,
      );
      expect(stdout).toContain("  prod: gets access to API assistant: a key of its own; ");
      expect(exitCode).toBe(0);
    });

    it.each(["no-such-revision", "--output=x", "contracts"])("and not %s", async (revision) => {
      expect(await contracts("check", "--folder", folder, `--against=${revision}`)).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: `--against must be a revision that git knows, got ${revision}: fetch it, or name a folder by --against-folder\n`,
      });
    });
  });

  it("takes a revision or a folder, not both", async () => {
    const { exitCode, stderr } = await contracts(
      "check",
      "--against",
      "HEAD",
      "--against-folder",
      "contracts",
    );
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("give one of them")]);
  });

  it("shows in every environment what developers set, as the checked contracts have it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "contracts-"));
    const before = readContracts(join(__dirname, "../contracts"));
    const identified = before.all.map((contract, index) => ({
      ...contract,
      costCentre: "moved",
      environments: Object.fromEntries(
        Object.entries(contract.environments).map(([name, terms]) => [
          name,
          {
            ...terms,
            credentials: terms.credentials.map((each) =>
              each.kind === "application" ? { ...each, clientId: `checked-${index}` } : each,
            ),
          },
        ]),
      ),
    }));
    for (const contract of identified) {
      writeFileSync(join(folder, `${contract.client}.json`), JSON.stringify(contract));
    }
    const empty = mkdtempSync(join(tmpdir(), "contracts-"));
    const all = ["--markdown", "--folder", folder, "--against-folder", empty];
    const { stdout, stderr, exitCode } = await contracts("check", ...all);

    expect([stderr, exitCode]).toEqual(["", 0]);
    for (const [index, { client, environments }] of identified.entries()) {
      for (const [environment, { api, credentials }] of Object.entries(environments)) {
        const sheet = stdout
          .split("```")
          .find((each) => each.includes(`\nclient       ${client} (${environment}/${api})\n`));
        expect([client, environment, sheet]).toEqual([
          client,
          environment,
          expect.stringContaining("\nURL "),
        ]);
        if (credentials.some(({ kind }) => kind === "application")) {
          expect(sheet).toContain(`checked-${index}`);
        }
      }
    }
  });

  it("writes no markup that a contract has", async () => {
    const folder = folderWith({
      ...CLAIMS,
      owner: { team: "<!-- @everybody [all](http://x) ``` **fine**", email: "claims@contoso.com" },
    });
    const { stdout } = await contracts(
      "check",
      "--markdown",
      "--folder",
      folder,
      "--against-folder",
      folderWith(CLAIMS),
    );
    expect(stdout).toContain(
      "### claims (\\<!-- @<!-- -->everybody \\[all\\](http\\://x) \\`\\`\\` \\*\\*fine\\*\\* \\<claims@contoso.com\\>, cost centre 4100)\n",
    );
    expect(stdout.replaceAll("@<!-- -->", "").replaceAll("\\<", "")).not.toContain("<");
  });

  it("names what is wrong, and ends with 1", async () => {
    const folder = folderWith({ ...CLAIMS, costCentre: "" });
    const { exitCode, stderr } = await contracts("check", "--folder", folder, "--against-folder", folder);
    expect(stderr).toContain("claims.json#/costCentre: must be who pays");
    expect(exitCode).toBe(1);
  });

  it("writes the schema beside the contracts", async () => {
    const folder = folderWith(CLAIMS);
    await contracts("schema", "--folder", folder);
    expect(readdirSync(folder)).toContain("contract.schema.json");
    expect(readFileSync(join(folder, "contract.schema.json"), "utf8")).toBe(
      readFileSync(join(__dirname, "../contracts/contract.schema.json"), "utf8"),
    );
  });
});
