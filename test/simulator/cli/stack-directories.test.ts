import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../simulator/cli/command-line";
import { stackDirectories } from "../../../simulator/cli/stack-directories";

const GATEWAY = { resource: { azurerm_api_management: { gateway: {} } } };

/** An output folder with stacks. @returns its path */
function output(stacks: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-out-"));
  for (const [name, document] of Object.entries(stacks)) {
    mkdirSync(join(folder, "stacks", name), { recursive: true });
    writeFileSync(join(folder, "stacks", name, "cdk.tf.json"), JSON.stringify(document));
  }
  return folder;
}

describe("stackDirectories", () => {
  const folder = output({ "dev-state": {}, prod: GATEWAY, dev: GATEWAY });

  it("takes the first stack with a gateway", () => {
    expect(stackDirectories([], folder)).toEqual({
      directories: [join(folder, "stacks", "dev")],
      folder: join(folder, "stacks", "dev"),
      names: ["dev"],
      others: ["prod"],
    });
  });

  it("takes plans and states, and puts its own files beside the first", () => {
    const plan = join(folder, "plan.json");
    writeFileSync(plan, "{}");
    expect(stackDirectories([], folder, [plan])).toEqual({
      directories: [plan],
      folder,
      names: ["plan.json"],
      others: ["dev", "prod"],
    });
    expect(() => stackDirectories([], folder, ["absent.json"])).toThrow(
      new UsageError("There is no file absent.json. Write a plan or a state with 'terraform show -json'."),
    );
    expect(() => stackDirectories([], folder, [folder])).toThrow(
      new UsageError(
        `${folder} is a directory, not a file. Write a plan or a state with 'terraform show -json'.`,
      ),
    );
  });

  it("takes stacks by name and by directory", () => {
    const { directories } = stackDirectories(["prod", join(folder, "stacks", "dev")], folder);
    expect(directories).toEqual([join(folder, "stacks", "prod"), join(folder, "stacks", "dev")]);
  });

  it("lists the stacks that could be meant for one that there is not", () => {
    const team = { resource: { azurerm_api_management_api: { assistant: {} } } };
    expect(() => stackDirectories(["staging"], output({ "dev-state": {}, dev: GATEWAY, team }))).toThrow(
      /no stack 'staging'.*Stacks there with a gateway or something on one: dev, team\.$/s,
    );
  });

  it("says to synthesize when there is none", () => {
    expect(() => stackDirectories([], output({}))).toThrow(/There is no stack in .* 'npm run synth'/);
  });

  it("says when no stack has a gateway", () => {
    expect(() => stackDirectories([], output({ state: {} }))).toThrow(
      /No stack in .* has an API Management service\. Stacks: state\./,
    );
  });
});
