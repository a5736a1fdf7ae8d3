import { AzurermProvider, type AzurermProviderConfig } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import { StateStorage, type StateStorageProps } from "../../../lib/state";
import { synthesizeStack } from "../../support/azure-stack";

const CLOSED: StateStorageProps = {
  resourceGroupName: "rg-state",
  location: "westeurope",
  storageAccountName: "ststate",
};
const OPEN: StateStorageProps = {
  ...CLOSED,
  allowedAddressRanges: ["203.0.113.0/24"],
  securityOptOuts: [{ control: "state-public-network", reason: "Sandbox, used from the office network" }],
};
const NO_DATA_PLANE = { storage: [{ dataPlaneAvailable: false }] };
const NEEDS_FEATURE =
  "the provider of a storage account without public network must not ask its data plane, got " +
  '"prod/azurerm": set features: [{ storage: [{ dataPlaneAvailable: false }] }] on it';
const NEEDS_ENTRA_ID =
  "the provider of a storage account must prove itself with Entra ID: the account takes no keys, got " +
  '"prod/azurerm": set storageUseAzuread: true on it';

function synthesis(props: StateStorageProps, ...providers: readonly AzurermProviderConfig[]): () => unknown {
  const stack = new TerraformStack(Testing.app(), "prod");
  new StateStorage(stack, "state", props);
  for (const provider of providers) {
    new AzurermProvider(stack, provider.alias ?? "azurerm", provider);
  }
  return () => synthesizeStack(stack);
}

it.each<[string, StateStorageProps, AzurermProviderConfig, string]>([
  ["no features", CLOSED, { features: [{}], storageUseAzuread: true }, NEEDS_FEATURE],
  [
    "another storage feature",
    CLOSED,
    { features: [{ storage: [{ dataPlaneAvailable: true }] }], storageUseAzuread: true },
    NEEDS_FEATURE,
  ],
  ["keys", OPEN, { features: [{}] }, NEEDS_ENTRA_ID],
])("a provider with %s does not synthesize", (_what, props, provider, message) => {
  expect(synthesis(props, provider)).toThrow(message);
});

it.each<[string, StateStorageProps, AzurermProviderConfig]>([
  ["a closed account and its data plane left alone", CLOSED, { features: [NO_DATA_PLANE] }],
  ["an open account and Entra ID", OPEN, { features: [{}], storageUseAzuread: true }],
])("%s synthesize", (_what, props, provider) => {
  expect(synthesis(props, provider)).not.toThrow();
});

it("judges the provider that the account was given, not the default one", () => {
  const stack = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(stack, "azurerm", { features: [NO_DATA_PLANE] });
  const provider = new AzurermProvider(stack, "hub", { features: [{}], alias: "hub" });
  new StateStorage(stack, "state", { ...CLOSED, provider });

  expect(() => synthesizeStack(stack)).toThrow(NEEDS_FEATURE.replace("prod/azurerm", "prod/hub"));
});

it("judges the default provider, not another one of the stack", () => {
  expect(
    synthesis(
      CLOSED,
      { features: [NO_DATA_PLANE], alias: "hub" },
      { features: [{}], storageUseAzuread: true },
    ),
  ).toThrow(NEEDS_FEATURE);
});

it("leaves to Terraform what only Terraform knows", () => {
  const stack = new TerraformStack(Testing.app(), "prod");
  const available = new TerraformVariable(stack, "available", { type: "bool" });
  new AzurermProvider(stack, "azurerm", {
    features: [{ storage: [{ dataPlaneAvailable: Token.asAny(available.value) }] }],
  });
  new StateStorage(stack, "state", CLOSED);

  expect(() => synthesizeStack(stack)).not.toThrow();
});
