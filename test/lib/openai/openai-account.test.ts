import { ContainerApp } from "@cdktf/provider-azurerm/lib/container-app";
import { PrivateEndpoint } from "@cdktf/provider-azurerm/lib/private-endpoint";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { type TerraformStack, Testing } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { OpenAiAccount, type OpenAiAccountProps } from "../../../lib/openai/openai-account";
import { ValidationError } from "../../../lib/validation/problems";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-claims", location: "swedencentral" };
const PROPS = { ...PLACE, name: "oai-Claims-prod" };
const CHAT = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 };
const ACCOUNT_ID =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/oai";
const REASON = "agreed with the security team until the hub network is ready";

function accountOf(stack: TerraformStack): Attributes | undefined {
  return synthesizeStack(stack).ofType("azurerm_cognitive_account")[0]?.attributes;
}

function create(overrides: Partial<OpenAiAccountProps>): OpenAiAccount {
  const stack = azureStack();
  SynthesisDate.set(stack, new Date("2026-12-01"));
  return new OpenAiAccount(stack, "openai", { ...PROPS, ...overrides });
}

describe("OpenAiAccount", () => {
  it("is keyless, private and restricted by default, with every control written out", () => {
    const stack = azureStack();
    new OpenAiAccount(stack, "openai", PROPS);

    expect(accountOf(stack)).toEqual({
      name: "oai-Claims-prod",
      resource_group_name: "rg-claims",
      location: "swedencentral",
      kind: "OpenAI",
      sku_name: "S0",
      custom_subdomain_name: "oai-claims-prod",
      local_auth_enabled: false,
      public_network_access_enabled: false,
      network_acls: { default_action: "Deny", ip_rules: [] },
      outbound_network_access_restricted: true,
      fqdns: ["oai-claims-prod.openai.azure.com"],
      identity: { type: "SystemAssigned" },
      lifecycle: { ignore_changes: ["kind", "project_management_enabled"] },
    });
  });

  it.each(["Enabled", "Disabled"] as const)(
    "tells Azure before anything else whether it may upgrade it: %s",
    (mode) => {
      const stack = azureStack();
      new AzapiProvider(stack, "azapi");
      const openai = new OpenAiAccount(stack, "openai", { ...PROPS, foundryAutoUpgrade: mode });
      openai.addDeployment("chat", CHAT);
      const endpoint = new ResourceGroup(stack, "endpoint", { name: "rg", location: "swedencentral" });
      openai.deployBefore(endpoint);

      const synthesized = synthesizeStack(stack);
      const [setting] = synthesized.ofType("azapi_update_resource");
      expect(setting?.attributes).toEqual({
        type: "Microsoft.CognitiveServices/accounts@2026-01-15-preview",
        resource_id: `\${${synthesized.ofType("azurerm_cognitive_account")[0]?.address}.id}`,
        body: { properties: { foundryAutoUpgrade: { mode } } },
      });
      const [filter] = synthesized.ofType("azurerm_cognitive_account_rai_policy");
      expect(filter?.attributes.depends_on).toEqual([setting?.address]);
      expect(synthesized.ofType("azurerm_resource_group")[0]?.attributes.depends_on).toContain(
        setting?.address,
      );
    },
  );

  it("is called by a workload that starts once it has the role, and holds no key", () => {
    const stack = azureStack();
    const identity = new WorkloadIdentity(stack, "identity", { ...PLACE, name: "id-claims" });
    const openai = new OpenAiAccount(stack, "openai", PROPS);
    openai.addDeployment("chat", CHAT);
    const app = new ContainerApp(stack, "app", {
      name: "ca-claims",
      resourceGroupName: "rg-claims",
      containerAppEnvironmentId: "environment",
      revisionMode: "Single",
      identity: { type: "UserAssigned", identityIds: [identity.id] },
      template: {
        container: [
          {
            name: "claims",
            image: "claims",
            cpu: 0.5,
            memory: "1Gi",
            env: [
              { name: "AZURE_CLIENT_ID", value: identity.clientId },
              { name: "AZURE_OPENAI_BASE_URL", value: openai.openAiBaseUrl },
            ],
          },
        ],
      },
    });
    openai.grantInvoke(identity).applyBefore(app);

    const synthesized = synthesizeStack(stack);
    expect(synthesized.ofType("azurerm_container_app")[0]?.attributes.depends_on).toEqual(
      synthesized.ofType("azurerm_role_assignment").map(({ address }) => address),
    );
    expect(JSON.stringify(synthesized.json)).not.toMatch(/access_key/);
  });

  it("takes its kind, subdomain, identity, key, outbound hosts, tags and provider", () => {
    const stack = azureStack();
    const provider = new AzurermProvider(stack, "models", { features: [{}], alias: "models" });
    const identity = new WorkloadIdentity(stack, "identity", { ...PLACE, name: "id-oai" });
    new OpenAiAccount(stack, "openai", {
      ...PROPS,
      kind: "AIServices",
      customSubdomainName: "claims-models",
      identity,
      customerManagedKeyId: "https://kv.vault.azure.net/keys/oai",
      allowedOutboundFqdns: ["images.contoso.com"],
      tags: { team: "claims" },
      provider,
    });

    const uai = synthesizeStack(stack).ofType("azurerm_user_assigned_identity")[0]?.address;
    expect(accountOf(stack)).toMatchObject({
      kind: "AIServices",
      custom_subdomain_name: "claims-models",
      identity: { type: "UserAssigned", identity_ids: [`\${${uai}.id}`] },
      customer_managed_key: {
        key_vault_key_id: "https://kv.vault.azure.net/keys/oai",
        identity_client_id: `\${${uai}.client_id}`,
      },
      fqdns: ["images.contoso.com"],
      tags: { team: "claims" },
      provider: "azurerm.models",
    });
  });

  it("has a literal base URL, so that scanners and routes can read it", () => {
    expect(new OpenAiAccount(azureStack(), "openai", PROPS).openAiBaseUrl).toBe(
      "https://oai-claims-prod.openai.azure.com/openai",
    );
  });

  it("reports everything that is wrong at once, before it creates anything", () => {
    const stack = azureStack();
    expect(
      () =>
        new OpenAiAccount(stack, "openai", {
          name: "-",
          resourceGroupName: "rg.",
          location: "Sweden Central",
          customSubdomainName: "Claims_Models",
          allowedOutboundFqdns: ["https://images.contoso.com"],
          allowedAddressRanges: ["10.0.0.0/8"],
          customerManagedKeyId: "https://kv.vault.azure.net/keys/oai/0123456789abcdef0123456789abcdef",
        }),
    ).toThrow(
      expect.objectContaining({
        problems: [
          "resourceGroupName",
          "name",
          "customSubdomainName",
          "location",
          "allowedAddressRanges needs",
          "allowedAddressRanges must be",
          "allowedOutboundFqdns",
          "customerManagedKeyId needs identity",
          "customerManagedKeyId must be the id of a key without its version",
        ].map(
          (start) =>
            expect.objectContaining({ rule: expect.stringMatching(`^${start}`) as string }) as unknown,
        ),
      }) as Error,
    );
    expect(stack.node.tryFindChild("openai")?.node.children).toEqual([]);
  });

  it("refuses a subdomain and region that only Terraform knows", () => {
    const stack = azureStack();
    const group = new ResourceGroup(stack, "rg", { name: "rg", location: "westeurope" });

    expect(
      () =>
        new OpenAiAccount(stack, "openai", {
          name: group.name,
          resourceGroupName: group.name,
          location: group.location,
        }),
    ).toThrow(/customSubdomainName must be a literal[^]*location must be a literal/);
  });

  it("refuses to tell Azure about upgrades what it cannot mean", () => {
    expect(() => create({ foundryAutoUpgrade: "Deferred" as "Disabled" })).toThrow(
      /foundryAutoUpgrade must be Enabled or Disabled, got "Deferred"/,
    );
    expect(() => create({ kind: "AIServices", foundryAutoUpgrade: "Disabled" })).toThrow(
      /foundryAutoUpgrade is for accounts of kind OpenAI, got "AIServices"/,
    );
  });

  it("refuses an empty list of outbound hosts", () => {
    expect(() => create({ allowedOutboundFqdns: [] })).toThrow(/allowedOutboundFqdns must not be empty/);
  });

  describe("grantInvoke", () => {
    it("gives Cognitive Services OpenAI User on the account, once", () => {
      const stack = azureStack();
      const app = new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-claims" });
      const openai = new OpenAiAccount(stack, "openai", PROPS);
      openai.grantInvoke(app);
      openai.grantInvoke(app);

      const synthesized = synthesizeStack(stack);
      const [account] = synthesized.ofType("azurerm_cognitive_account");
      const [identity] = synthesized.ofType("azurerm_user_assigned_identity");
      expect(synthesized.ofType("azurerm_role_assignment").map(({ attributes }) => attributes)).toEqual([
        {
          scope: `\${${account?.address}.id}`,
          role_definition_id: expect.stringMatching(/\/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd$/) as string,
          principal_id: `\${${identity?.address}.principal_id}`,
          principal_type: "ServicePrincipal",
        },
      ]);
    });
  });

  describe("security opt-outs", () => {
    it("account-public-network opens the account to the listed addresses only", () => {
      const account = create({
        securityOptOuts: [{ control: "account-public-network", reason: REASON }],
        allowedAddressRanges: ["203.0.113.7", "198.51.100.0/24"],
      });

      expect(accountOf(account.resource.cdktfStack)).toMatchObject({
        public_network_access_enabled: true,
        network_acls: { default_action: "Deny", ip_rules: ["203.0.113.7", "198.51.100.0/24"] },
        tags: { securityException: "account-public-network" },
      });
    });

    it("account-public-network accepts an address that Azure assigns", () => {
      const stack = azureStack();
      const group = new ResourceGroup(stack, "rg", { name: "rg", location: "westeurope" });

      expect(
        () =>
          new OpenAiAccount(stack, "openai", {
            ...PROPS,
            securityOptOuts: [{ control: "account-public-network", reason: REASON }],
            allowedAddressRanges: [group.name],
          }),
      ).not.toThrow();
    });

    it("account-public-network without addresses is refused", () => {
      expect(() =>
        create({ securityOptOuts: [{ control: "account-public-network", reason: REASON }] }),
      ).toThrow(/must come with allowedAddressRanges/);
    });

    it("account-local-auth turns keys on until its date", () => {
      const account = create({
        securityOptOuts: [{ control: "account-local-auth", reason: REASON, expires: "2027-01-31" }],
      });

      expect(accountOf(account.resource.cdktfStack)).toMatchObject({ local_auth_enabled: true });
    });

    it("account-local-auth without a date is refused", () => {
      expect(() => create({ securityOptOuts: [{ control: "account-local-auth", reason: REASON }] })).toThrow(
        /opt-out 'account-local-auth' must end/,
      );
    });

    it("account-outbound lets the account call any host", () => {
      const account = create({ securityOptOuts: [{ control: "account-outbound", reason: REASON }] });

      expect(accountOf(account.resource.cdktfStack)).toMatchObject({
        outbound_network_access_restricted: false,
      });
      expect(accountOf(account.resource.cdktfStack)).not.toHaveProperty("fqdns");
    });

    it("account-outbound next to a list of hosts is refused", () => {
      expect(() =>
        create({
          securityOptOuts: [{ control: "account-outbound", reason: REASON }],
          allowedOutboundFqdns: ["images.contoso.com"],
        }),
      ).toThrow(/allowedOutboundFqdns has no effect/);
    });

    it("a control of another construct is refused", () => {
      expect(() =>
        create({ securityOptOuts: [{ control: "vault-public-network", reason: REASON }] }),
      ).toThrow(ValidationError);
    });
  });

  describe("deployBefore", () => {
    it("makes a private endpoint wait for deployments, those added later included", () => {
      const stack = azureStack();
      const openai = new OpenAiAccount(stack, "openai", PROPS);
      openai.addDeployment("early", CHAT);
      openai.deployBefore(privateEndpoint(stack, openai));
      openai.addDeployment("late", CHAT);

      const synthesized = synthesizeStack(stack);
      expect(synthesized.ofType("azurerm_private_endpoint")[0]?.attributes.depends_on).toEqual([
        ...synthesized.ofType("azurerm_cognitive_account").map(({ address }) => address),
        ...synthesized.ofType("azurerm_cognitive_deployment").map(({ address }) => address),
      ]);
    });

    it("makes the whole stack wait if the private endpoint is in another one", () => {
      const app = Testing.app();
      const models = azureStack("models", app);
      const network = azureStack("network", app);
      const openai = new OpenAiAccount(models, "openai", PROPS);
      openai.deployBefore(privateEndpoint(network, openai));

      expect(network.dependencies).toEqual([models]);
    });
  });

  describe("fromOpenAiAccountAttributes", () => {
    const attributes = {
      id: ACCOUNT_ID,
      name: "oai",
      customSubdomainName: "oai",
      location: "westeurope",
      deployments: [
        {
          name: "chat",
          model: "gpt-5.4",
          modelVersion: "2026-03-05",
          sku: "ProvisionedManaged",
          capacity: 100,
        },
      ],
    } as const;

    it("is an account without any resource, and knows its deployments", () => {
      const stack = azureStack();
      const openai = OpenAiAccount.fromOpenAiAccountAttributes(stack, "openai", attributes);

      expect(openai.openAiBaseUrl).toBe("https://oai.openai.azure.com/openai");
      expect(openai.endpoint).toBe("https://oai.openai.azure.com/");
      expect(openai.deployments).toEqual([{ ...attributes.deployments[0], isProvisioned: true }]);
      expect(synthesizeStack(stack).resources).toEqual([]);
    });

    it("can be granted on, in its own subscription", () => {
      const stack = azureStack();
      const app = new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-claims" });
      OpenAiAccount.fromOpenAiAccountAttributes(stack, "openai", attributes).grantInvoke(app);

      expect(synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.attributes).toMatchObject({
        scope: ACCOUNT_ID,
        role_definition_id: expect.stringMatching(
          /^\/subscriptions\/00000000-0000-4000-8000-000000000001\/providers\/Microsoft.Authorization\//,
        ) as string,
      });
    });

    it("refuses what is not an account, and deployments that share a name", () => {
      expect(() =>
        OpenAiAccount.fromOpenAiAccountAttributes(azureStack(), "openai", {
          ...attributes,
          id: "oai",
          customSubdomainName: "OAI",
          deployments: [...attributes.deployments, ...attributes.deployments],
        }),
      ).toThrow(
        /\[prod\/openai\] id must be the ARM id[^]*customSubdomainName must be[^]*names of deployments must be unique/,
      );
    });
  });
});

function privateEndpoint(stack: TerraformStack, openai: OpenAiAccount): PrivateEndpoint {
  return new PrivateEndpoint(stack, "endpoint", {
    ...PLACE,
    name: "pep-oai",
    subnetId: "subnet",
    privateServiceConnection: {
      name: "account",
      privateConnectionResourceId: openai.id,
      subresourceNames: ["account"],
      isManualConnection: false,
    },
  });
}
