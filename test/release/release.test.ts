import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import manifest from "../../package.json";
import { referenceEnvironmentsFolder, synthesizedSettings } from "../support/environments";
import * as referenceEnvironments from "../support/reference-environments";
import { readStacks, SynthesizedStack } from "../support/synthesized-stack";
import { FORCING_ARGUMENTS } from "./forcing-arguments";
import { baselineOf, lastRelease, type ReleaseBaseline, upgradeProblems } from "./release-baseline";

const CHANGELOG = readFileSync(resolve(__dirname, "../../CHANGELOG.md"), "utf8");
const [, UNRELEASED = ""] = /^## Unreleased\n([^]*?)(?=^## |(?![^]))/m.exec(CHANGELOG) ?? [];

const release = lastRelease();

/** The environments of the release, as their users would synthesize them now. */
const stacks = readStacks(
  isDeepStrictEqual(release.settings, { ...referenceEnvironments })
    ? referenceEnvironmentsFolder()
    : synthesizedSettings("released-environments", release.settings),
);

test("the baseline is that of the version in package.json, or of one before it", () => {
  const [ours, theirs] = [manifest.version, release.version].map((version) => version.split(".").map(Number));
  expect(Object.keys(release.stacks)).toEqual([...stacks.keys()].sort());
  expect(
    ours?.map((part, at) => Math.sign(part - (theirs?.[at] ?? 0))).find((sign) => sign !== 0) ?? 0,
  ).not.toBe(-1);
});

test("whoever upgrades from the last release keeps every resource, or reads in the changelog why not", () => {
  expect(upgradeProblems(release, stacks, UNRELEASED)).toEqual([]);
});

test("of every type it is known which arguments force a replacement", () => {
  const types = [...stacks.values()].flatMap(({ resources }) => resources.map(({ type }) => type));
  expect([...new Set(types)].filter((type) => FORCING_ARGUMENTS[type] === undefined)).toEqual([]);
});

describe("an upgrade", () => {
  const subnet = (name: string, attributes: object): object => ({ [name]: attributes });
  const stackOf = (resources: object, moved: readonly object[] = []): ReadonlyMap<string, SynthesizedStack> =>
    new Map([["dev", new SynthesizedStack("dev", { resource: resources, moved })]]);
  const of = (resources: object): ReleaseBaseline => ({
    version: "1.2.3",
    settings: {},
    stacks: baselineOf(stackOf(resources)),
  });
  const before = of({ azurerm_subnet: subnet("old", { name: "snet", virtual_network_name: "vnet" }) });

  it.each([
    ["takes a resource away", {}, "azurerm_subnet.old is gone since 1.2.3"],
    [
      "changes what forces a replacement",
      { azurerm_subnet: subnet("old", { name: "other", virtual_network_name: "vnet" }) },
      'azurerm_subnet.old would be replaced: name was "snet" and is "other" since 1.2.3',
    ],
    [
      "leaves out what forces a replacement",
      { azurerm_subnet: subnet("old", { virtual_network_name: "vnet" }) },
      'azurerm_subnet.old would be replaced: name was "snet" and is undefined since 1.2.3',
    ],
  ])("that %s is refused, with a remedy", (_what, resources, sentence) => {
    const problems = upgradeProblems(before, stackOf(resources), "");
    expect(problems).toEqual([expect.stringContaining(sentence)]);
    expect(problems[0]).toContain("CHANGELOG.md");
  });

  it.each([
    ["the changelog names the address", "- Subnets go: **replaces** `azurerm_subnet.old`."],
    [
      "the changelog names the type",
      "- Subnets of networks, `azurerm_subnet`, have new names. **Replaces** them.",
    ],
  ])("passes when %s", (_what, unreleased) => {
    expect(upgradeProblems(before, stackOf({}), unreleased)).toEqual([]);
  });

  it.each([
    ["does not say what Terraform does", "- Subnets have new names: `azurerm_subnet`."],
    ["names another resource", "- **Replaces** `azurerm_subnet.older`."],
  ])("does not pass when the changelog %s", (_what, unreleased) => {
    expect(upgradeProblems(before, stackOf({}), unreleased)).toHaveLength(1);
  });

  it("passes when a moved block takes the resource along, and with it what refers to it", () => {
    const resources = (name: string): object => ({
      azurerm_subnet: subnet(name, { name: "snet" }),
      azurerm_private_endpoint: { e: { subnet_id: `\${azurerm_subnet.${name}.id}` } },
    });
    const moved = [{ from: "azurerm_subnet.old", to: "azurerm_subnet.new" }];
    expect(upgradeProblems(of(resources("old")), stackOf(resources("new"), moved), "")).toEqual([]);
    expect(upgradeProblems(of(resources("old")), stackOf(resources("new")), "")).toHaveLength(2);
  });

  it("passes when what changes can be changed in place", () => {
    const service = (sku: string, network: object): object => ({
      azurerm_api_management: { s: { name: "apim", sku_name: sku, ...network } },
      azurerm_cognitive_account: { a: { kind: sku, lifecycle: { ignore_changes: ["kind"] } } },
    });
    const now = service("Premium_2", { virtual_network_type: "Internal" });
    expect(upgradeProblems(of(service("Developer_1", {})), stackOf(now), "")).toEqual([]);
    expect(upgradeProblems(of(now), stackOf(service("PremiumV2_2", {})), "")).toHaveLength(2);
  });
});
