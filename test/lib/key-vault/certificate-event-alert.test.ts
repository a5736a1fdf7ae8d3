import { AzapiProvider } from "../../../lib/azapi";
import { CertificateEventAlert, CertificateStore } from "../../../lib/key-vault";
import { ActionGroup } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };

function synthesized(name = "certificate-events"): SynthesizedStack {
  const stack = azureStack();
  new AzapiProvider(stack, "azapi");
  const store = new CertificateStore(stack, "certificates", {
    ...PLACE,
    name: "kv-aigw-prod-7f3",
    tenantId: "11111111-2222-4333-8444-555555555555",
  });
  new CertificateEventAlert(stack, "events", {
    ...PLACE,
    name,
    store,
    actionGroup: new ActionGroup(stack, "on-call", {
      ...PLACE,
      name: "ag-aigw-prod",
      shortName: "aigw",
      emailAddresses: ["aigw-on-call@contoso.com"],
    }),
  });
  store.addCertificateContacts(["aigw-on-call@contoso.com"]);
  return synthesizeStack(stack);
}

describe("CertificateEventAlert", () => {
  it("has the vault's notices raise alerts that name their page", () => {
    const stack = synthesized();

    expect(stack.ofType("azurerm_eventgrid_system_topic")[0]?.attributes).toMatchObject({
      topic_type: "Microsoft.KeyVault.vaults",
      source_resource_id: expect.stringMatching(/^\$\{azurerm_key_vault\./) as string,
    });
    expect(stack.ofType("azapi_resource")[0]?.attributes).toMatchObject({
      parent_id: expect.stringMatching(/^\$\{azurerm_eventgrid_system_topic\./) as string,
      body: {
        properties: {
          eventDeliverySchema: "CloudEventSchemaV1_0",
          destination: {
            endpointType: "MonitorAlert",
            properties: {
              severity: "Sev1",
              description: expect.stringMatching(/docs\/operations\.md#a-certificate-ends-soon$/) as string,
              actionGroups: [expect.stringMatching(/^\$\{azurerm_monitor_action_group\./)],
            },
          },
          filter: {
            includedEventTypes: [
              "Microsoft.KeyVault.CertificateNearExpiry",
              "Microsoft.KeyVault.CertificateExpired",
              "Microsoft.KeyVault.SecretNearExpiry",
              "Microsoft.KeyVault.SecretExpired",
            ],
          },
        },
      },
    });
  });

  it("lets the vault write to contacts besides", () => {
    expect(synthesized().ofType("azurerm_key_vault_certificate_contacts")[0]?.attributes.contact).toEqual([
      { email: "aigw-on-call@contoso.com" },
    ]);
  });

  it("refuses a name that Event Grid does not take", () => {
    expect(() => synthesized("a_b")).toThrow(/^\[prod\/events\] name must be 3 to 64 letters, digits or '-'/);
  });
});
