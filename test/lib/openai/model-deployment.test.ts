import type { TerraformStack } from "cdktf";
import type { ModelDeploymentOptions } from "../../../lib/openai/model-deployment";
import { OpenAiAccount, type OpenAiAccountProps } from "../../../lib/openai/openai-account";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedResource } from "../../support/synthesized-stack";

const CHAT: ModelDeploymentOptions = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 };

function account(overrides: Partial<OpenAiAccountProps> = {}): [OpenAiAccount, TerraformStack] {
  const stack = azureStack();
  const props = {
    name: "oai-claims",
    resourceGroupName: "rg-claims",
    location: "swedencentral",
    ...overrides,
  };
  return [new OpenAiAccount(stack, "openai", props), stack];
}

function deployments(stack: TerraformStack): readonly SynthesizedResource[] {
  return synthesizeStack(stack).ofType("azurerm_cognitive_deployment");
}

describe("ModelDeployment", () => {
  it("pins the model, stays in the data zone and is filtered strictly by default", () => {
    const [openai, stack] = account();
    openai.addDeployment("chat", CHAT);

    const synthesized = synthesizeStack(stack);
    const address = (type: string): string | undefined => synthesized.ofType(type)[0]?.address;
    expect(deployments(stack)[0]?.attributes).toEqual({
      name: "chat",
      cognitive_account_id: `\${${address("azurerm_cognitive_account")}.id}`,
      model: { format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" },
      sku: { name: "DataZoneStandard", capacity: 50 },
      version_upgrade_option: "NoAutoUpgrade",
      rai_policy_name: `\${${address("azurerm_cognitive_account_rai_policy")}.name}`,
      depends_on: [address("azurerm_cognitive_account_rai_policy")],
    });
  });

  it("takes another format, SKU, upgrade option and content filter", () => {
    const [openai, stack] = account({ kind: "AIServices" });
    const contentFilter = openai.addContentFilter("medical", { hate: "Low" });
    openai.addDeployment("mistral", {
      ...CHAT,
      modelFormat: "Mistral AI",
      sku: "ProvisionedManaged",
      versionUpgrade: "OnceCurrentVersionExpired",
      contentFilter,
    });

    const policies = synthesizeStack(stack).ofType("azurerm_cognitive_account_rai_policy");
    expect(policies.map(({ attributes }) => attributes.name)).toEqual(["medical"]);
    expect(deployments(stack)[0]?.attributes).toMatchObject({
      model: { format: "Mistral AI" },
      sku: { name: "ProvisionedManaged" },
      version_upgrade_option: "OnceCurrentVersionExpired",
      rai_policy_name: `\${${policies[0]?.address}.name}`,
    });
  });

  it("tells provisioned throughput from tokens billed", () => {
    const [openai] = account();
    openai.addDeployment("reserved", { ...CHAT, sku: "DataZoneProvisionedManaged", capacity: 100 });
    openai.addDeployment("overflow", CHAT);

    expect(openai.deployments.map(({ name, isProvisioned }) => [name, isProvisioned])).toEqual([
      ["reserved", true],
      ["overflow", false],
    ]);
  });

  it("waits for the deployment before it, so that an account is written to once at a time", () => {
    const [openai, stack] = account();
    for (const name of ["first", "second", "third"]) {
      openai.addDeployment(name, CHAT);
    }

    const [first, second, third] = deployments(stack);
    expect(second?.attributes.depends_on).toEqual([first?.address]);
    expect(third?.attributes.depends_on).toEqual([second?.address]);
  });

  it("has an address that follows its name, not its position", () => {
    const [alone, stackWithOne] = account();
    alone.addDeployment("chat", CHAT);
    const [accompanied, stackWithTwo] = account();
    accompanied.addDeployment("embeddings", CHAT);
    accompanied.addDeployment("chat", CHAT);

    expect(deployments(stackWithTwo).map(({ address }) => address)).toContain(
      deployments(stackWithOne)[0]?.address,
    );
  });

  it("keeps names apart that differ in a dot only", () => {
    const [openai, stack] = account();
    openai.addDeployment("gpt-4.1", CHAT);
    openai.addDeployment("gpt-41", CHAT);

    expect(deployments(stack).map(({ attributes }) => attributes.name)).toEqual(["gpt-4.1", "gpt-41"]);
  });

  it.each<[ModelDeploymentOptions["sku"], string]>([
    [undefined, "Standard"],
    ["DataZoneStandard", "Standard"],
    ["DataZoneProvisionedManaged", "ProvisionedManaged"],
    ["DataZoneBatch", "GlobalBatch"],
  ])("refuses %s in a region without a data zone, and names the SKU that works there", (sku, elsewhere) => {
    const [openai, stack] = account({ location: "australiaeast" });

    expect(() => openai.addDeployment("chat", { ...CHAT, sku })).toThrow(
      "[prod/openai/deployment-chat] region 'australiaeast' lies in no data zone: those exist in the EU and the US " +
        `only, got "${sku ?? "DataZoneStandard"}": set sku: "${elsewhere}", or move the account to a region of a data zone`,
    );
    expect(deployments(stack)).toEqual([]);
  });

  it("takes a SKU without a data zone in such a region", () => {
    const [openai, stack] = account({ location: "australiaeast" });
    openai.addDeployment("chat", { ...CHAT, sku: "Standard" });

    expect(deployments(stack)[0]?.attributes.sku).toEqual({ name: "Standard", capacity: 50 });
    expect(openai.node.metadata).toEqual([]);
  });

  it("warns once of a data zone in a region that nobody knows", () => {
    const [openai] = account({ location: "notaregion" });
    openai.addDeployment("chat", CHAT);
    openai.addDeployment("embeddings", CHAT);

    expect(openai.node.metadata.map(({ data }) => data as string)).toEqual([
      "region 'notaregion' is not known here, and DataZoneStandard exists in the EU and the US only: check the region " +
        "with 'az account list-locations', or choose Standard",
    ]);
  });

  it("may be processed anywhere if the account opted out", () => {
    const [openai, stack] = account({
      securityOptOuts: [
        {
          control: "account-global-processing",
          reason: "prompts of this environment are synthetic test data",
        },
      ],
    });
    openai.addDeployment("chat", { ...CHAT, sku: "GlobalStandard" });

    expect(deployments(stack)[0]?.attributes).toMatchObject({ sku: { name: "GlobalStandard" } });
  });

  it.each(["GlobalStandard", "GlobalProvisionedManaged", "GlobalBatch"] as const)(
    "is refused with SKU %s otherwise",
    (sku) => {
      const [openai] = account();

      expect(() => openai.addDeployment("chat", { ...CHAT, sku })).toThrow(
        `[prod/openai/deployment-chat] prompts must be processed in the data zone of the account's region, got "${sku}"`,
      );
    },
  );

  it.each<[string, Partial<ModelDeploymentOptions>, RegExp]>([
    ["no capacity", { capacity: 0 }, /capacity must be a whole number of at least 1, got 0/],
    ["half a unit", { capacity: 1.5 }, /capacity must be a whole number of at least 1, got 1.5/],
    ["no version", { modelVersion: "" }, /modelVersion must be a version, got ""/],
    ["no model", { model: " " }, /model must be a model name, got " "/],
    [
      "another publisher's model",
      { modelFormat: "Mistral AI" },
      /kind OpenAI serves models of format OpenAI only/,
    ],
    ["a SKU of JavaScript callers", { sku: "DeveloperTier" as never }, /sku must be one of Standard, /],
  ])("refuses %s", (_case, overrides, message) => {
    const [openai] = account();

    expect(() => openai.addDeployment("chat", { ...CHAT, ...overrides })).toThrow(message);
  });

  it("refuses a name that is taken", () => {
    const [openai] = account();
    openai.addDeployment("chat", CHAT);

    expect(() => openai.addDeployment("chat", CHAT)).toThrow(/names of deployments must be unique/);
  });

  it("refuses a name that Azure does not take", () => {
    const [openai] = account();

    expect(() => openai.addDeployment("chat/", CHAT)).toThrow(/name of a deployment must be a literal/);
  });

  it("refuses the content filter of another account", () => {
    const [openai, stack] = account();
    const other = new OpenAiAccount(stack, "other", {
      name: "oai-other",
      resourceGroupName: "rg-claims",
      location: "westeurope",
    });

    expect(() =>
      openai.addDeployment("chat", { ...CHAT, contentFilter: other.addContentFilter("medical") }),
    ).toThrow(/contentFilter must be one of the same account, got "prod\/other\/content-filter-medical"/);
  });
});
