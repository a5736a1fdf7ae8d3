import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../../simulator/cli";
import { type CommandResult, resultOf } from "../../support/command-result";
import { smallGateway } from "../support/small-gateway";
import { type PlannedFixture, writePlan, writeState } from "../terraform/shown-fixture";
import { writeStack } from "../terraform/stack-fixture";

const OF_GATEWAY = { api_management_name: "apim-x", resource_group_name: "rg" };
const GATEWAY: PlannedFixture = {
  address: "azurerm_api_management.this",
  values: {
    name: "apim-x",
    location: "westeurope",
    resource_group_name: "rg",
    publisher_name: "P",
    publisher_email: "a@b.co",
    sku_name: "Developer_1",
  },
};
const API: PlannedFixture = {
  address: "azurerm_api_management_api.echo",
  values: {
    ...OF_GATEWAY,
    name: "echo",
    display_name: "Echo",
    path: "echo",
    protocols: ["https"],
    revision: "1",
    service_url: "https://echo.example.com",
    subscription_required: false,
  },
};
const OPERATION: PlannedFixture = {
  address: "azurerm_api_management_api_operation.get",
  values: {
    ...OF_GATEWAY,
    api_name: "echo",
    operation_id: "get",
    display_name: "Get",
    method: "GET",
    url_template: "/",
  },
};
const BESIDE: PlannedFixture = { address: "other_type.beside", values: { name: "beside" } };

function access(...args: readonly string[]): Promise<CommandResult> {
  return resultOf(() => run(["access", ...args]));
}

/** The stack with a text of its document replaced. */
function changed(text: string, replacement: string): string {
  const directory = writeStack("changed", smallGateway());
  const path = join(directory, "cdk.tf.json");
  writeFileSync(path, readFileSync(path, "utf8").replace(text, replacement));
  return directory;
}

function renamed(file: string, name: string): string {
  const path = join(dirname(file), name);
  renameSync(file, path);
  return path;
}

describe("azure-apim-simulator access", () => {
  const stack = writeStack("small", smallGateway());
  const more = changed('calls=\\"60\\"', 'calls=\\"90\\"');
  const broken = changed("<inbound>", "<inbound><no-such-policy />");

  it("prints who may call what", async () => {
    const { exitCode, stdout: output } = await access("--stack", stack);
    expect(exitCode).toBe(0);
    expect(output).toContain("## models on apim-x\n");
    expect(output).toContain("- chat on chat: allowed by dated and v1 URLs\n");
  });

  it("prints what is different, and tells by the exit code whether access widens", async () => {
    expect(await access("--stack", more, "--against", stack)).toMatchObject({
      exitCode: 3,
      stdout: "+ models/batch: 60 → 90 requests per minute\n",
    });
    expect(await access("--stack", stack, "--against", more)).toMatchObject({
      exitCode: 0,
      stdout: "- models/batch: 90 → 60 requests per minute\n",
    });
  });

  it.each([
    ["--plan", writePlan],
    ["--state", writeState],
  ])("says who may call what of any Terraform: %s", async (option, write) => {
    const file = renamed(write([GATEWAY, API, OPERATION, BESIDE]), "of-others.json");
    expect(await access(option, file, "--ignore", "other_type")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("## echo on apim-x\n") as string,
    });
    expect(await access(option, file, "--ignore", "other_type", "--against", file)).toMatchObject({
      exitCode: 0,
      stdout: "Access does not change.\n",
    });
  });

  it("says what it takes for what a plan does not know, beside what it was asked for", async () => {
    const loop: PlannedFixture = {
      address: "azurerm_api_management_backend.this",
      values: { ...OF_GATEWAY, name: "self", protocol: "http" },
      references: {
        url: { references: ["azurerm_api_management.this.gateway_url", "azurerm_api_management.this"] },
      },
      unknown: { url: true },
    };
    const plan = writePlan([GATEWAY, API, OPERATION, loop]);
    const { exitCode, stdout, stderr } = await access("--plan", plan, "--format", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("apis");
    expect(stderr).toContain("assumed: azurerm_api_management_backend.this: 'url' is known after apply");
  });

  it("takes a copy of a plan under another name for the same, whatever ids it makes up", async () => {
    const application: PlannedFixture = {
      address: "azuread_application.this",
      values: { display_name: "Echo" },
      unknown: { client_id: true },
    };
    const audience: PlannedFixture = {
      address: "azurerm_api_management_named_value.audience",
      values: { ...OF_GATEWAY, name: "audience", display_name: "audience" },
      references: {
        value: { references: ["azuread_application.this.client_id", "azuread_application.this"] },
      },
      unknown: { value: true },
    };
    const policy: PlannedFixture = {
      address: "azurerm_api_management_api_policy.echo",
      values: {
        ...OF_GATEWAY,
        api_name: "echo",
        xml_content:
          "<policies><inbound><base />" +
          '<validate-azure-ad-token tenant-id="11111111-1111-4111-8111-111111111111">' +
          "<audiences><audience>{{audience}}</audience></audiences></validate-azure-ad-token>" +
          '<return-response><set-status code="200" reason="OK" /></return-response></inbound>' +
          "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>",
      },
    };
    const plan = writePlan([GATEWAY, API, OPERATION, application, audience, policy]);
    const before = join(dirname(plan), "before.json");
    copyFileSync(plan, before);
    expect((await access("--plan", plan)).stdout).toMatch(/- aud: [0-9a-f-]{36}\n/);
    expect(await access("--plan", plan, "--against", before)).toMatchObject({
      exitCode: 0,
      stdout: "Access does not change.\n",
    });
  });

  it("refuses to leave out what is not there, unless it was there before", async () => {
    const without = writePlan([GATEWAY, API, OPERATION]);
    const refused = await access("--plan", without, "--ignore", "other_type");
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--ignore other_type: nothing is left out by that.") as string,
    });
    const before = renamed(writePlan([GATEWAY, API, OPERATION, BESIDE]), "before.json");
    expect(await access("--plan", without, "--ignore", "other_type", "--against", before)).toMatchObject({
      exitCode: 0,
      stdout: "Access does not change.\n",
    });
  });

  it("refuses what has no gateway, and cannot tell whether one that was there before is meant to be gone", async () => {
    const without = writePlan([{ address: "random_pet.name", values: {} }]);
    expect(await access("--plan", without)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("there is no API Management service to run.") as string,
    });
    const before = renamed(writePlan([GATEWAY, API, OPERATION]), "before.json");
    expect(await access("--plan", without, "--against", before)).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining("- API echo on apim-x is gone") as string,
      stderr: expect.stringContaining(
        "there is no API Management service any more, or it is the wrong file",
      ) as string,
    });
  });

  it("compares with an access file", async () => {
    const file = join(stack, "access.md");
    writeFileSync(file, (await access("--stack", stack, "--format", "markdown")).stdout);
    expect(await access("--stack", stack, "--against", file)).toMatchObject({
      exitCode: 0,
      stdout: "Access does not change.\n",
    });
  });

  it.each([
    [
      "markdown",
      /^### stack-\w+\n\n\*\*Access widens\*\*\n\n- models\/batch: 60 → 90 requests per minute\n$/,
    ],
    ["sarif", /"ruleId": "access-widened",\s+"level": "error"/],
    ["json", /"effect": "widened"/],
  ])("has the format %s", async (format, expected) => {
    const { exitCode, stdout: output } = await access(
      "--stack",
      more,
      "--against",
      stack,
      "--format",
      format,
    );
    expect(exitCode).toBe(3);
    expect(output).toMatch(expected);
  });

  it("ends with 4 where stacks cannot be run, and says why", async () => {
    const { exitCode, stderr: errors } = await access("--stack", broken, "--against", stack);
    expect(exitCode).toBe(4);
    expect(errors).toContain("no-such-policy");
  });

  it.each([
    [["--stack", "nowhere"], "There is no stack 'nowhere'"],
    [["--format", "xml"], "--format is 'xml'; it must be text, markdown, sarif, json."],
    [["--format", "sarif"], "--format sarif is for differences"],
    [["--stack", ".", "--against", "no.md"], "There is no access file 'no.md'."],
    [["--stack", ".", "--region", "mars"], "--region must be one of a gateway: westeurope, got mars."],
    [["--stacks"], "Unknown option '--stacks'."],
    [
      ["plan.json"],
      "Unexpected argument 'plan.json'; name a plan with --plan, a state with --state, a stack with --stack.",
    ],
  ])("ends with 2 for %j", async (args, message) => {
    const rest = args[0] === "--stack" && args[1] === "." ? ["--stack", stack, ...args.slice(2)] : args;
    const { exitCode, stderr: errors } = await access(...rest);
    expect(exitCode).toBe(2);
    expect(errors).toContain(message);
  });
});
