import type { TerraformStack } from "cdktf";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";
import { azureStack } from "../../support/azure-stack";

const PLACE = { resourceGroupName: "rg-claims", location: "swedencentral", name: "oai" };
const GPT_4_1 = { model: "gpt-4.1", modelVersion: "2025-04-14" };

function stackOn(date?: string): TerraformStack {
  const stack = azureStack();
  if (date !== undefined) {
    SynthesisDate.set(stack, new Date(date));
  }
  return stack;
}

/** Deploys it on a day. @returns the warnings about it */
function deploy(
  date: string | undefined,
  options: { readonly model: string; readonly modelVersion: string; readonly retiresOn?: string },
): readonly string[] {
  const account = new OpenAiAccount(stackOn(date), "openai", PLACE);
  account.addDeployment("chat", { ...options, capacity: 1 });
  return account.node.metadata.map(({ data }) => String(data));
}

describe("a model that Azure retires", () => {
  it("does not synthesize from that day on, and the message names what to deploy", () => {
    expect(() => deploy("2027-04-14", GPT_4_1)).toThrow(
      "deployment 'chat' must be of a model that Azure still serves, and this one retired on 2027-04-14, " +
        "got \"gpt-4.1 2025-04-14\": deploy gpt-5.4 2026-03-05; if 'az cognitiveservices model list' has a later " +
        "date under deprecation.inference, give it as retiresOn",
    );
  });

  it.each([
    ["gpt-image-1", "2025-04-15", "gpt-image-2 2026-04-21"],
    ["gpt-4o", "2024-05-13", "gpt-5.4 2026-03-05"],
    ["gpt-5.2-chat", "2026-02-10", "gpt-5.4 2026-03-05"],
    ["o3", "2025-04-16", "gpt-5.6-sol 2026-07-09"],
  ])("is %s %s on 2026-12-01: deploy %s", (model, modelVersion, replacement) => {
    expect(() => deploy("2026-12-01", { model, modelVersion })).toThrow(`deploy ${replacement}`);
  });

  it("is refused in an account made elsewhere, too", () => {
    const deployment = { ...GPT_4_1, name: "chat", sku: "Standard", capacity: 1 } as const;
    const imported = (date: string): unknown =>
      OpenAiAccount.fromOpenAiAccountAttributes(stackOn(date), "openai", {
        id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/oai",
        name: "oai",
        customSubdomainName: "oai",
        location: "westeurope",
        deployments: [deployment],
      });
    expect(() => imported("2027-05-01")).toThrow("retired on 2027-04-14");
    const { node } = imported("2026-12-01") as OpenAiAccount;
    expect(node.metadata.map(({ data }) => String(data))).toEqual([
      expect.stringContaining("gpt-4.1 2025-04-14 retires on 2027-04-14"),
    ]);
  });

  it("is judged as of the schedule without a synthesis date", () => {
    expect(() => deploy(undefined, { model: "gpt-4", modelVersion: "0613" })).toThrow(
      "retired on 2025-06-06",
    );
    expect(deploy(undefined, { model: "gpt-5", modelVersion: "2025-08-07" })).toEqual([]);
  });

  it("warns 90 days before, with what to deploy", () => {
    const gpt5 = { model: "gpt-5", modelVersion: "2025-08-07" };
    expect(deploy("2026-11-10", gpt5)).toEqual([]);
    expect(deploy("2026-11-11", gpt5)).toEqual([
      "deployment 'chat': gpt-5 2025-08-07 retires on 2027-02-09, in 90 days. Deploy gpt-5.4 2026-03-05 under another " +
        "name, and move clients to it",
    ]);
  });

  it("warns as soon as Azure no longer deploys it for everybody", () => {
    expect(deploy("2026-11-01", GPT_4_1)).toEqual([
      "deployment 'chat': gpt-4.1 2025-04-14 retires on 2027-04-14, in 164 days, and cannot be deployed by those who " +
        "have not done so before. Deploy gpt-5.4 2026-03-05 under another name, and move clients to it",
    ]);
  });

  it("may be served longer than the schedule says, or be one that it does not know", () => {
    expect(deploy("2027-05-01", { ...GPT_4_1, retiresOn: "2027-10-14" })).toEqual([
      expect.stringContaining("retires on 2027-10-14, in 166 days"),
    ]);
    const unknown = { model: "gpt-9", modelVersion: "2031-01-01" };
    expect(deploy("2035-01-01", unknown)).toEqual([]);
    expect(() => deploy("2035-01-01", { ...unknown, retiresOn: "2034-01-01" })).toThrow(
      "deploy a model that 'az cognitiveservices model list' calls generally available",
    );
  });

  it.each(["soon", "2027-02-30", "2027-1-1", ""])("has a day of the calendar, not %j", (retiresOn) => {
    expect(() => deploy("2026-12-01", { ...GPT_4_1, retiresOn })).toThrow(
      "retiresOn must be a date as YYYY-MM-DD",
    );
  });
});
