import { ApiManagement } from "@cdktf/provider-azurerm/lib/api-management";
import { ApiManagementApi } from "@cdktf/provider-azurerm/lib/api-management-api";
import { ApiManagementApiOperation } from "@cdktf/provider-azurerm/lib/api-management-api-operation";
import { ApiManagementApiPolicy } from "@cdktf/provider-azurerm/lib/api-management-api-policy";
import { ApiManagementBackend } from "@cdktf/provider-azurerm/lib/api-management-backend";
import { ApiManagementNamedValue } from "@cdktf/provider-azurerm/lib/api-management-named-value";
import { CognitiveAccount } from "@cdktf/provider-azurerm/lib/cognitive-account";
import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { App, Aspects, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { SecurityChecks, type SecurityChecksProps } from "../../../lib/security-checks";
import { SynthesisDate } from "../../../lib/validation";

const PLACE = { location: "westeurope", resourceGroupName: "rg-foreign" };
const REASON = "Accepted by the owner of this stack until it moves.";
const END = "2027-06-30";
const SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001";
const ACCOUNT = "${azurerm_cognitive_account.account.id}";
/** Cognitive Services OpenAI User, as the rules want it: by its id, with the kind of who gets it. */
const USER = {
  role_definition_id: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd`,
  principal_type: "ServicePrincipal",
};
const POLICY =
  '<policies><inbound><base /><validate-jwt header-name="Authorization" /><set-backend-service backend-id="openai" />' +
  "</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";

/** A gateway as somebody wrote it who knows nothing of this package. */
function foreignStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "foreign");
  SynthesisDate.set(stack, new Date("2026-12-01"));
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  const service = new ApiManagement(stack, "apim", {
    ...PLACE,
    name: "apim-foreign",
    publisherName: "Foreign",
    publisherEmail: "ai@foreign.com",
    skuName: "Developer_1",
    security: { frontendTls10Enabled: true },
  });
  const child = { apiManagementName: service.name, resourceGroupName: PLACE.resourceGroupName };
  const account = new CognitiveAccount(stack, "account", {
    ...PLACE,
    name: "oai-foreign",
    kind: "OpenAI",
    skuName: "S0",
  });
  new KeyVault(stack, "vault", {
    ...PLACE,
    name: "kv-foreign",
    tenantId: "11111111-1111-4111-8111-111111111111",
    skuName: "standard",
  });
  new StorageAccount(stack, "logs", {
    ...PLACE,
    name: "stforeign",
    accountTier: "Standard",
    accountReplicationType: "LRS",
  });
  const api = new ApiManagementApi(stack, "api", {
    ...child,
    name: "openai",
    revision: "1",
    displayName: "OpenAI",
    path: "openai",
    protocols: ["http", "https"],
    subscriptionRequired: false,
  });
  new ApiManagementApiOperation(stack, "everything", {
    ...child,
    apiName: api.name,
    operationId: "everything",
    displayName: "Everything",
    method: "POST",
    urlTemplate: "/*",
  });
  new ApiManagementNamedValue(stack, "key", {
    ...child,
    name: "openai-key",
    displayName: "openai-key",
    value: "0123456789abcdef0123456789abcdef",
  });
  new ApiManagementBackend(stack, "models", {
    ...child,
    name: "openai",
    protocol: "http",
    url: "http://oai-foreign.openai.azure.com/openai",
  });
  new ApiManagementApiPolicy(stack, "policy", {
    ...child,
    apiName: api.name,
    xmlContent: `<policies><inbound><base /><set-backend-service backend-id="openai" />
      <validate-jwt header-name="Authorization"><openid-config url="https://issuer/.well-known/openid-configuration" />
      </validate-jwt></inbound><backend><base /></backend><outbound /><on-error><base /></on-error></policies>`,
  });
  new RoleAssignment(stack, "rights", {
    scope: SUBSCRIPTION,
    roleDefinitionName: "Contributor",
    principalId: "22222222-2222-4222-8222-222222222222",
  });
  new TerraformOutput(stack, "account_key", { value: account.primaryAccessKey, sensitive: true });
  return stack;
}

/** What the checks say, a line for each finding. */
function findings(stack: TerraformStack, props?: SecurityChecksProps): readonly string[] {
  Aspects.of(stack).add(new SecurityChecks(props));
  try {
    Testing.fullSynth(stack);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").filter((line) => line.includes("] "));
  }
}

const ruleOf = (line: string): string => /\] (H-\d\d):/.exec(line)?.[1] ?? line;

describe("SecurityChecks on a stack that somebody else wrote", () => {
  let found: readonly string[];

  beforeAll(() => {
    found = findings(foreignStack());
  });

  it("finds what is wrong with it, by rule", () => {
    expect([...new Set(found.map(ruleOf))].sort()).toEqual([
      "H-01",
      "H-02",
      "H-03",
      "H-04",
      "H-05",
      "H-07",
      "H-09",
      "H-10",
      "H-11",
      "H-19",
      "H-25",
      "H-39",
      "H-40",
      "H-44",
      "H-60",
    ]);
  });

  it("names stack, rule, resource, value and remedy", () => {
    expect(found[0]?.trim()).toBe(
      "[foreign] H-01: security attributes are literals with the safe value, got " +
        '"azurerm_cognitive_account.account: public_network_access_enabled must be false, or network_acls with ' +
        'default_action Deny, is undefined": mend the resource, or accept the finding by a suppression with a reason ' +
        "and an end",
    );
  });

  it.each<[string, string, string, Readonly<Record<string, unknown>>]>([
    ["H-19", "azurerm_api_management_api_operation", "everything", { url_template: "/chat/completions" }],
    ["H-10", "azurerm_api_management_api_policy", "policy", { xml_content: POLICY }],
    [
      "H-25",
      "azurerm_role_assignment",
      "rights",
      { scope: ACCOUNT, role_definition_name: undefined, ...USER },
    ],
  ])("says nothing of %s once %s is mended", (rule, type, name, attributes) => {
    const stack = foreignStack();
    for (const [key, value] of Object.entries(attributes)) {
      stack.addOverride(`resource.${type}.${name}.${key}`, value);
    }
    expect(findings(stack).map(ruleOf)).not.toContain(rule);
  });

  it("passes where every finding is accepted with a reason and an end", () => {
    const suppressions = [...new Set(found.map(ruleOf))].map((rule) => ({
      rule,
      reason: REASON,
      expires: END,
    }));
    expect(findings(foreignStack(), { suppressions })).toEqual([]);
  });

  it("accepts what a suppression's address covers, and nothing else", () => {
    const suppressions = [{ rule: "H-01", address: "azurerm_key_vault.*", reason: REASON, expires: END }];
    const left = findings(foreignStack(), { suppressions }).filter((line) => ruleOf(line) === "H-01");
    const without = found.filter((line) => ruleOf(line) === "H-01" && !line.includes("azurerm_key_vault."));
    expect(left).toEqual(without);
  });

  it("refuses a suppression that has ended, once something needs it", () => {
    const suppressions = [{ rule: "H-02", reason: REASON, expires: "2026-11-30" }];
    expect(findings(foreignStack(), { suppressions }).map((line) => line.trim())).toContainEqual(
      expect.stringContaining('[foreign] the suppression of H-02 has ended, got "2026-11-30"'),
    );
  });

  it("tells what is only a warning, and goes on", () => {
    const rules = [...new Set(found.map(ruleOf))];
    const stack = foreignStack();
    expect(findings(stack, { levels: Object.fromEntries(rules.map((rule) => [rule, "warning"])) })).toEqual(
      [],
    );
    expect(stack.node.metadata.map(({ data }) => String(data))).toContainEqual(
      expect.stringMatching(/^H-25: /),
    );
  });

  it("says that it could not read a policy which is not well-formed", () => {
    const stack = foreignStack();
    stack.addOverride("resource.azurerm_api_management_api_policy.policy.xml_content", "<policies>");
    expect(findings(stack).join()).toContain("policies must be well-formed XML to be checked");
  });
});

describe("SecurityChecks of an app", () => {
  it("stop the synthesis of a stack in it", () => {
    const stack = foreignStack();
    const app = App.of(stack);
    SecurityChecks.addTo(app);
    expect(() => app.synth()).toThrow("[foreign] H-01: security attributes are literals with the safe value");
  });

  it("check each of its stacks", () => {
    const stack = foreignStack();
    const app = App.of(stack);
    const beside = new TerraformStack(app, "beside");
    SecurityChecks.addTo(app);
    expect(Aspects.of(beside).all).toEqual(Aspects.of(stack).all);
  });

  it("have a stack to check", () => {
    expect(() => SecurityChecks.addTo(Testing.app())).toThrow(
      'there must be a stack to check, got "": call SecurityChecks.addTo when all stacks are made',
    );
  });
});

describe("SecurityChecks", () => {
  it("refuses rules that do not exist and suppressions without reason or end, all at once", () => {
    const props: SecurityChecksProps = {
      levels: { "H-999": "warning" },
      suppressions: [{ rule: "H-01", reason: "why not", expires: "2027-02-30" }],
    };
    expect(() => new SecurityChecks(props)).toThrow(
      /a rule must be one of H-01,.*got "H-999"[^]*at least 20 characters.*got "why not"[^]*YYYY-MM-DD, got "2027-02-30"/,
    );
  });
});
