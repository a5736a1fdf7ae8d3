import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
      "--against",
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
    expect(await contracts("check", "--folder", folder, "--against", folder)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("claims.json#/environments/stage") as string,
    });
  });

  it("says for a pull request what the client's developer sets, and nothing secret", async () => {
    const { stdout } = await contracts(
      "check",
      "--markdown",
      "--folder",
      folderWith(more),
      "--against",
      folderWith(CLAIMS),
    );
    expect(stdout).toContain("- prod: 60 requests per minute → 90 requests per minute");
    expect(stdout).toMatch(/^URL {10}https:\/\/.+\/assistant$/m);
    expect(stdout).toMatch(/^API version {2}\d{4}-\d{2}-\d{2}$/m);
  });

  it("compares with a revision of git", async () => {
    const { stdout, exitCode } = await contracts("check", "--against", "no-such-revision");
    expect([stdout, exitCode]).toEqual(["", 1]);
  });

  it("names what is wrong, and ends with 1", async () => {
    const folder = folderWith({ ...CLAIMS, costCentre: "" });
    const { exitCode, stderr } = await contracts("check", "--folder", folder, "--against", folder);
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
