import { AzureNames } from "../../../lib/naming";

const names = new AzureNames({ workload: "aigw", environment: "prod", region: "westeurope", suffix: "7f3" });
const long = new AzureNames({
  workload: "claims-assistant-gw",
  environment: "preprod",
  region: "germanywestcentral",
  suffix: "k29x",
});

type Kind = Exclude<keyof AzureNames, "in" | "region">;

describe("AzureNames", () => {
  it.each<[Kind, string]>([
    ["resourceGroup", "rg-aigw-prod-westeurope"],
    ["userAssignedIdentity", "id-aigw-prod-westeurope"],
    ["apiManagement", "apim-aigw-prod-westeurope-7f3"],
    ["openAiAccount", "oai-aigw-prod-westeurope-7f3"],
    ["foundryAccount", "aif-aigw-prod-westeurope-7f3"],
    ["eventHubsNamespace", "evhns-aigw-prod-westeurope-7f3"],
    ["managedRedis", "amr-aigw-prod-westeurope-7f3"],
    ["storageAccount", "staigwprodwesteurope7f3"],
    ["logAnalyticsWorkspace", "log-aigw-prod-westeurope"],
    ["applicationInsights", "appi-aigw-prod-westeurope"],
    ["privateLinkScope", "ampls-aigw-prod-westeurope"],
    ["actionGroup", "ag-aigw-prod-westeurope"],
    ["virtualNetwork", "vnet-aigw-prod-westeurope"],
    ["subnet", "snet-aigw-prod-westeurope"],
    ["networkSecurityGroup", "nsg-aigw-prod-westeurope"],
    ["natGateway", "ng-aigw-prod-westeurope"],
    ["publicIp", "pip-aigw-prod-westeurope"],
    ["privateEndpoint", "pep-aigw-prod-westeurope"],
  ])("names a %s %s", (kind, expected) => {
    expect(names[kind]()).toBe(expected);
  });

  it("puts the purpose before the suffix", () => {
    expect(names.openAiAccount("eu")).toBe("oai-aigw-prod-westeurope-eu-7f3");
  });

  it("names what exists once for each region after its region", () => {
    expect(names.in("swedencentral").openAiAccount()).toBe("oai-aigw-prod-swedencentral-7f3");
  });

  it.each<[Kind, number, RegExp]>([
    ["keyVault", 24, /^kv-claims-assista-[0-9a-f]{6}$/],
    ["storageAccount", 24, /^stclaimsassistant[a-z]*[0-9a-f]{6}$/],
    ["apiManagement", 50, /^apim-claims-assistant-gw-preprod-.*-[0-9a-f]{6}$/],
  ])("cuts a %s to %d characters and ends it in a hash", (kind, limit, expected) => {
    const name = long[kind]();

    expect(name.length).toBeLessThanOrEqual(limit);
    expect(name).toMatch(expected);
  });

  it("gives the same shortened name every time", () => {
    expect(names.keyVault()).toBe(names.in("westeurope").keyVault());
  });

  it.each([
    ["regions", names.keyVault(), names.in("northeurope").keyVault()],
    ["purposes", names.keyVault("certificates"), names.keyVault("secrets")],
    ["purposes that differ in a separator only", long.storageAccount("a-bc"), long.storageAccount("ab-c")],
  ])("keeps shortened names of two %s apart", (_what, one, other) => {
    expect(one).not.toBe(other);
  });

  it("reports every wrong part at once", () => {
    expect(
      () => new AzureNames({ workload: "AI", environment: "p", region: "West Europe", suffix: "x" }),
    ).toThrow(
      [
        `[names] workload must be 2 to 20 lower-case letters, digits or single '-', starting with a letter, got "AI": choose a short name, such as 'aigw'`,
        `[names] environment must be 2 to 8 lower-case letters or digits, got "p": choose a short stage name, such as 'prod'`,
        `[names] region must be a region in its short form, such as 'westeurope', got "West Europe": take the name column of 'az account list-locations'`,
        `[names] suffix must be 2 to 6 lower-case letters or digits, got "x": choose any that no other environment has, such as '7f3'`,
      ].join("\n"),
    );
  });

  it.each(["Hub", "-hub", "hub-", "a--b", ""])("refuses purpose '%s'", (purpose) => {
    expect(() => names.subnet(purpose)).toThrow(
      /^\[names\] purpose must be lower-case letters, digits or single '-'/,
    );
  });
});
