import type { ContentFilterOptions } from "../../../lib/openai/content-filter";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { type Attributes, block, blocks } from "../../support/synthesized-stack";

function policy(options?: ContentFilterOptions): Attributes {
  const stack = azureStack();
  account(stack).addContentFilter("medical", options);
  return synthesizeStack(stack).ofType("azurerm_cognitive_account_rai_policy")[0]?.attributes ?? {};
}

function account(stack = azureStack()): OpenAiAccount {
  return new OpenAiAccount(stack, "openai", {
    name: "oai-claims",
    resourceGroupName: "rg-claims",
    location: "swedencentral",
  });
}

function thresholds(attributes: Attributes, name: string): readonly string[] {
  return blocks(attributes.content_filter)
    .filter((filter) => filter.name === name)
    .map((filter) => `${String(filter.source)} ${String(filter.severity_threshold)}`);
}

describe("ContentFilter", () => {
  it("holds content back until it was checked", () => {
    expect(policy()).toMatchObject({ mode: "Blocking", base_policy_name: "Microsoft.DefaultV2" });
  });

  it("blocks with every filter that it has", () => {
    expect(
      blocks(policy().content_filter).filter((filter) => !filter.filter_enabled || !filter.block_enabled),
    ).toEqual([]);
  });

  it.each(["Hate", "Sexual", "Violence", "Selfharm"])("blocks %s in prompts and completions", (name) => {
    expect(thresholds(policy(), name)).toEqual(["Prompt Medium", "Completion Medium"]);
  });

  it.each([
    ["Jailbreak", "Prompt Medium"],
    ["Indirect Attack", "Prompt Medium"],
    ["Protected Material Text", "Completion Medium"],
    ["Protected Material Code", "Completion Medium"],
  ])("detects %s", (name, expected) => {
    expect(thresholds(policy(), name)).toEqual([expected]);
  });

  it("does not compare the severities that detectors do not have, and every other one", () => {
    const attributes = policy();
    const filters = blocks(attributes.content_filter);
    const ignored = block(attributes.lifecycle)?.ignore_changes as readonly string[];

    expect(
      ignored.map(
        (path) => filters[Number(/^content_filter\[(\d+)\]\.severity_threshold$/.exec(path)?.[1])]?.name,
      ),
    ).toEqual(["Jailbreak", "Indirect Attack", "Protected Material Text", "Protected Material Code"]);
  });

  it.each([
    ["hate", "Hate"],
    ["sexual", "Sexual"],
    ["violence", "Violence"],
    ["selfHarm", "Selfharm"],
  ])("blocks more of %s on request", (option, name) => {
    expect(thresholds(policy({ [option]: "Low" }), name)).toEqual(["Prompt Low", "Completion Low"]);
  });

  it("is made once for all deployments that name none", () => {
    const stack = azureStack();
    const openai = account(stack);
    for (const name of ["chat", "embeddings"]) {
      openai.addDeployment(name, { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 1 });
    }

    expect(
      synthesizeStack(stack)
        .ofType("azurerm_cognitive_account_rai_policy")
        .map(({ attributes }) => attributes.name),
    ).toEqual(["strict"]);
  });

  it("refuses a name that is taken", () => {
    const openai = account();
    openai.addContentFilter("medical");

    expect(() => openai.addContentFilter("medical")).toThrow(/names of content filters must be unique/);
  });

  it.each(["Microsoft.Default", "microsoft.mine"])("refuses %s, a name of Azure's own policies", (name) => {
    expect(() => account().addContentFilter(name)).toThrow(/must not start with 'Microsoft\.'/);
  });

  it("blocks no less than from medium severity on, whatever Azure offers besides", () => {
    expect(() =>
      account().addContentFilter("medical", { violence: "High" as "Medium", hate: "Low" }),
    ).toThrow(
      'violence must be blocked from severity Low or Medium on, got "High": leave it out to block from Medium on',
    );
  });

  it("refuses a name that Azure does not take", () => {
    expect(() => account().addContentFilter("-")).toThrow(/name of a content filter must be/);
  });
});
