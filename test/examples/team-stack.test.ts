import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { synthesizeProgram } from "../support/synthesized-program";
import { block, readStacks, type SynthesizedStack } from "../support/synthesized-stack";

const PLATFORM = "00000000-0000-4000-8000-000000000001";
const TEAM = "00000000-0000-4000-8000-000000000002";

describe("the stack of a team on the gateway of another one", () => {
  let stack: SynthesizedStack;

  beforeAll(() => {
    const outdir = mkdtempSync(join(tmpdir(), "team-stack-"));
    synthesizeProgram("examples/team-stack/main.ts", outdir);
    stack = readStacks(outdir).get("claims-dev") as SynthesizedStack;
  });

  it("has a provider of each of the two subscriptions", () => {
    const { azurerm = [] } = stack.json.provider as Readonly<
      Record<string, readonly Record<string, unknown>[]>
    >;
    expect(azurerm.map(({ alias, subscription_id }) => [alias, subscription_id])).toEqual(
      expect.arrayContaining([
        [undefined, TEAM],
        ["platform", PLATFORM],
      ]),
    );
  });

  it("makes what is in the gateway in the platform's subscription, everything else in the team's group", () => {
    const inGateway = stack.resources.filter(({ type }) => type.startsWith("azurerm_api_management"));
    const others = stack.resources.filter((each) => !inGateway.includes(each));

    expect(inGateway.length).toBeGreaterThan(6);
    expect(inGateway.filter(({ attributes }) => attributes.provider !== "azurerm.platform")).toEqual([]);
    expect(others.filter(({ attributes }) => attributes.provider !== undefined)).toEqual([]);
    const groups = others.map(({ attributes }) => attributes.resource_group_name).filter(Boolean);
    expect(new Set(groups)).toEqual(new Set(["rg-claims-dev"]));
  });

  it("reaches its account from the platform's network, by all its names", () => {
    const [endpoint] = stack.ofType("azurerm_private_endpoint");
    const zones = block(endpoint?.attributes.private_dns_zone_group)
      ?.private_dns_zone_ids as readonly string[];
    expect(zones.map((id) => id.replace(/^.*\//, ""))).toEqual([
      "privatelink.openai.azure.com",
      "privatelink.cognitiveservices.azure.com",
      "privatelink.services.ai.azure.com",
    ]);
    expect(zones.filter((id) => !id.startsWith(`/subscriptions/${PLATFORM}/`))).toEqual([]);
  });

  // H-09 wants the backend section inherited. Here the API forwards by itself, since the global policy is not the team's.
  const checks = HOUSE_CHECKS.filter(({ id }) => id !== "H-09");
  test.each(checks.map((check) => [check.id, check.title, check] as const))(
    "%s: %s",
    (_id, _title, check) => {
      expect(check.check(stack)).toEqual([]);
    },
  );
});
