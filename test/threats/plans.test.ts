import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { AiGateway, GatewaySku, WorkloadIdentity } from "../../lib";
import type { ApiSettings, EnvironmentSettings } from "../../stacks/environment-settings";
import { CLAIMS } from "../support/callers";
import { comparedByAzurerm } from "../support/provider-comparison";
import {
  chat,
  HELLO,
  SimulatedEnvironment,
  type StackJson,
  statusOf,
  synthesized,
  type TokenCaller,
} from "../support/simulation";
import { block, type SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";
import { runIn } from "./run-in";

type Client = NonNullable<EnvironmentSettings["clients"]>[number];

/** Sets of deployments, each without one that another has. */
const DEPLOYMENTS = ["chat", "chat-mini", "embeddings", "images"];
const SETS = Array.from({ length: 14 }, (_, index) =>
  DEPLOYMENTS.filter((_deployment, position) => ((index + 1) >> position) % 2 === 1),
).sort((a, b) => Number(b.includes("chat")) - Number(a.includes("chat")));

/** Eleven clients that differ in all their rights and limits, so that the numbers of both have two digits. */
const OTHERS = SETS.slice(0, 1)
  .concat(SETS.slice(-10))
  .map((deployments, index): Client => ({
    name: `other-${index + 1}`,
    api: "assistant",
    identifiedBy: [{ kind: "certificate", name: `other-${index + 1}.devices.contoso.com` }],
    deployments,
    requestsPerMinute: 100 + index,
  }));

function withClaims(rightsOf: number, limitsOf: number, change: Partial<ApiSettings> = {}): SynthesizedStack {
  const claims: Client = {
    name: "claims",
    api: "assistant",
    identifiedBy: [{ kind: "application", clientId: "66666666-6666-4666-8666-666666666661" }],
    deployments: OTHERS[rightsOf - 1]?.deployments,
    requestsPerMinute: OTHERS[limitsOf - 1]?.requestsPerMinute,
  };
  return ChangedEnvironment.ofApi("prod", "assistant", change, [...OTHERS, claims]).synthesize();
}

/** What Azure has once `terraform apply` has run: policies in which azurerm sees no difference stay as they were. */
function applied(before: SynthesizedStack, after: SynthesizedStack): (json: StackJson) => void {
  return (json) => {
    Object.assign(json, structuredClone(after.json));
    for (const { address, xml } of before.policies) {
      const [type = "", id = ""] = address.split(".");
      const resource = json.resource[type]?.[id];
      const attribute = type.endsWith("fragment") ? "value" : "xml_content";
      if (resource && comparedByAzurerm(String(resource[attribute])) === comparedByAzurerm(xml)) {
        resource[attribute] = xml;
      }
    }
  };
}

test("T-235 a right that is withdrawn is gone after the next apply, whatever digits rights and limits have", async () => {
  const before = withClaims(1, 11);
  const after = withClaims(11, 1);
  const status = async (environment: SimulatedEnvironment): Promise<number> =>
    statusOf(
      environment.simulation.call(chat("assistant"), {
        headers: await environment.bearer(CLAIMS),
        body: HELLO,
      }),
    );

  await runIn(SimulatedEnvironment.start("prod", applied(before, before)), async (environment) => {
    expect(await status(environment)).toBe(200);
  });
  await runIn(SimulatedEnvironment.start("prod", applied(before, after)), async (environment) => {
    expect(await status(environment)).toBe(403);
  });
});

describe("names that differ in white space", () => {
  const ISSUER = "https://partners.contoso.com/oauth2/default";
  const withAudience = (audience: string): SynthesizedStack =>
    ChangedEnvironment.ofApi("prod", "assistant", {
      auth: {
        kind: "oidc",
        name: "okta",
        issuer: ISSUER,
        audiences: [audience],
        clientIdClaim: "cid",
        clientIds: ["0oa1partner"],
        scopesClaim: "scp",
        scopes: ["models.invoke"],
      },
      unregisteredCallers: "allow",
    }).synthesize();
  const caller = (aud: string): TokenCaller => ({
    issuer: ISSUER,
    claims: { aud, cid: "0oa1partner", sub: "partner", scp: ["models.invoke"] },
  });

  test("T-236 an audience that loses a blank is another one after the next apply", async () => {
    const before = withAudience("ai gateway");
    const after = withAudience("aigateway");
    const status = async (environment: SimulatedEnvironment, audience: string): Promise<number> =>
      statusOf(
        environment.simulation.call(chat("assistant"), {
          headers: await environment.bearer(caller(audience)),
          body: HELLO,
        }),
      );

    await runIn(SimulatedEnvironment.start("prod", applied(before, after)), async (environment) => {
      expect(await status(environment, "aigateway")).toBe(200);
      expect(await status(environment, "ai gateway")).toBe(401);
    });
  });
});

describe.each(["dev", "test", "prod"] as const)("plans of %s", (name) => {
  const stack = synthesized(name);

  test("T-237 an account that Azure has upgraded is not replaced", () => {
    const accounts = stack.ofType("azurerm_cognitive_account");
    expect(accounts.length).toBeGreaterThan(0);
    for (const { attributes } of accounts) {
      expect(block(attributes.lifecycle)?.ignore_changes).toEqual(["kind", "project_management_enabled"]);
    }
  });

  test("T-239 a service that is replaced takes everything in it along, and nothing is made twice", () => {
    const [service] = stack.ofType("azurerm_api_management");
    const children = stack.resources.filter(
      ({ attributes }) => attributes.api_management_name === `\${${service?.address}.name}`,
    );
    expect(children.length).toBeGreaterThan(5);
    for (const { attributes } of children) {
      expect(block(attributes.lifecycle)?.replace_triggered_by).toEqual([`${service?.address}.id`]);
    }
    expect(JSON.stringify(stack.json)).not.toContain("create_before_destroy");
  });
});

test("T-238 what a team makes in the gateway of another subscription is made there, or not at all", () => {
  const stack = new TerraformStack(Testing.app(), "team");
  const subscriptionId = "00000000-0000-4000-8000-000000000002";
  new AzurermProvider(stack, "azurerm", { subscriptionId, features: [{}] });
  AiGateway.fromAiGatewayAttributes(stack, "gateway", {
    id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.ApiManagement/service/apim-hub",
    name: "apim-hub",
    resourceGroupName: "rg-hub",
    gatewayUrl: "https://ai.contoso.com",
    sku: GatewaySku.premium(1),
    namePrefix: "team",
    identity: WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "identity", {
      id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-hub",
      clientId: "22222222-2222-4222-8222-222222222222",
      principalId: "33333333-3333-4333-8333-333333333333",
    }),
  });
  expect(() => Testing.synth(stack, true)).toThrow(
    /what is created in the gateway needs a provider of its subscription/,
  );
});

test.each(["test", "prod"] as const)(
  "T-230 %s has endpoints in several zones, and the page says how their destruction ends",
  (name) => {
    const zones = synthesized(name)
      .ofType("azurerm_private_endpoint")
      .map(({ attributes }) => block(attributes.private_dns_zone_group)?.private_dns_zone_ids as string[]);
    expect(zones.filter(({ length }) => length > 1)).not.toEqual([]);

    const page = readFileSync(resolve(__dirname, "../../docs/deploy.md"), "utf8").replaceAll(/\s+/g, " ");
    // In the words of azurerm: who searches for them finds the second run.
    expect(page).toContain("deleting Private Dns Zone Group");
    expect(page).toContain(
      "unexpected status 409 (409 Conflict) with error: AnotherOperationInProgress: Another operation on this or " +
        "dependent resource is in progress.",
    );
    expect(page).toContain("run the same command again");
  },
);
