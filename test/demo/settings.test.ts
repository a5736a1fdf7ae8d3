import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsOf } from "../../scripts/settings";
import { type CommandResult, resultOf } from "../support/command-result";
import * as environments from "../support/reference-environments";
import { copyReferenceStacks } from "../support/reference-stacks";
import { terraformWith } from "./command";

const run = settingsOf(environments);
const folder = mkdtempSync(join(tmpdir(), "settings-"));

beforeAll(() => {
  copyReferenceStacks(folder);
  process.env.TERRAFORM_BINARY_NAME = join(folder, "terraform");
});

afterAll(() => rmSync(folder, { recursive: true }));

function settings(...args: readonly string[]): Promise<CommandResult> {
  return resultOf(() => run(["--stacks", folder, ...args]));
}

test("a client with a key is told URL, header, deployments and limits, and no key", async () => {
  const { stdout } = await settings("--client", "claims", "--env", "dev", "--simulated", "--json");
  expect(JSON.parse(stdout)).toMatchObject([
    {
      target: "dev/assistant",
      endpoint: "https://localhost:8443/assistant",
      baseUrl: "https://localhost:8443/assistant/openai/v1",
      credentials: ["key of subscription assistant-claims"],
      headers: ["api-key: <key>"],
      deployments: ["chat"],
      limits: "60 requests per minute, 10000 tokens per minute, 500000 tokens per month",
      example: "examples/clients/key",
    },
  ]);
});

test("an application is told the scope of all its roles", async () => {
  const { stdout } = await settings("--client", "claims", "--env", "prod", "--simulated");
  expect(stdout).toMatch(/^scope {8}api:\/\/55555555-5555-4555-8555-555555555555\/\.default$/m);
  expect(stdout).toContain('getBearerTokenProvider(credential, "api://');
});

test("without Terraform, the options that stand in for its outputs are named", async () => {
  const { exitCode, stderr } = await settings("--client", "claims", "--env", "dev");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/terraform output' in .*dev: spawn.* ENOENT\. Deploy the stack first; --help names/);
});

test("ids are those of the deployed stack", async () => {
  const scope = "api://12345678-0000-4000-8000-000000000000/Models.Invoke";
  terraformWith(folder, {
    gateway_url: "https://apim-deployed.azure-api.net",
    scope,
    public_client_id: "12345678-0000-4000-8000-000000000001",
  });
  const { stdout } = await settings("--client", "entra client", "--env", "dev", "--json");
  expect(JSON.parse(stdout)).toMatchObject([
    {
      endpoint: "https://apim-deployed.azure-api.net/assistant",
      scope,
      example: "examples/clients/device-code",
    },
  ]);
});

test.each([
  ["scanner-line-1", "examples/clients/certificate"],
  ["claims", "examples/clients/keyless"],
])("%s of prod is pointed to %s", async (client, example) => {
  const { stdout } = await settings("--client", client, "--env", "prod", "--simulated", "--json");
  expect(JSON.parse(stdout)).toMatchObject([{ example }]);
});

test("an unknown client is answered with those that there are", async () => {
  const { exitCode, stderr } = await settings("--client", "nobody", "--env", "dev");
  const names = ["entra client", ...(environments.dev.clients ?? []).map(({ name }) => name)];
  const known = names.map((name) => `${name} (dev)`).join(", ");
  expect([exitCode, stderr.trim()]).toEqual([2, `--client must be one of: ${known}`]);
});

test("an address without TLS is given to nobody: credentials would go there", async () => {
  const url = ["--url", "http://ai.contoso.com"];
  const { exitCode, stdout, stderr } = await settings(
    "--client",
    "claims",
    "--env",
    "prod",
    "--simulated",
    ...url,
  );
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("must be https");
});
