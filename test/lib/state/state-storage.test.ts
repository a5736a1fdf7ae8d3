import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { WorkloadIdentity } from "../../../lib/identity";
import { literalSecurityAttributes } from "../../../lib/security-checks/h-01-literal-security-attributes";
import { StateStorage, type StateStorageProps } from "../../../lib/state";
import { synthesizeStack } from "../../support/azure-stack";

const PLACE = { resourceGroupName: "rg-state-prod", location: "westeurope" };
const PROPS: StateStorageProps = { ...PLACE, storageAccountName: "staigwstateprod7f3" };
const ACCOUNT_ID =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.Storage/storageAccounts/sthub";

/** A stack with a provider that may make an account without public network. */
function stateStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(stack, "azurerm", {
    storageUseAzuread: true,
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
  });
  return stack;
}

describe("StateStorage", () => {
  it("is an account without keys, closed to public networks, versioned and replicated to a second region", () => {
    const stack = stateStack();
    new StateStorage(stack, "state", PROPS);

    expect(synthesizeStack(stack).ofType("azurerm_storage_account")[0]?.attributes).toEqual({
      name: "staigwstateprod7f3",
      resource_group_name: "rg-state-prod",
      location: "westeurope",
      account_kind: "StorageV2",
      account_tier: "Standard",
      account_replication_type: "GZRS",
      min_tls_version: "TLS1_2",
      https_traffic_only_enabled: true,
      shared_access_key_enabled: false,
      local_user_enabled: false,
      default_to_oauth_authentication: true,
      allow_nested_items_to_be_public: false,
      cross_tenant_replication_enabled: false,
      infrastructure_encryption_enabled: true,
      public_network_access_enabled: false,
      network_rules: { default_action: "Deny", bypass: ["None"], ip_rules: [] },
      blob_properties: {
        versioning_enabled: true,
        change_feed_enabled: true,
        delete_retention_policy: { days: 30 },
        container_delete_retention_policy: { days: 30 },
      },
    });
  });

  it("passes the house check of security attributes", () => {
    const stack = stateStack();
    new StateStorage(stack, "state", PROPS);

    expect(literalSecurityAttributes.check(synthesizeStack(stack))).toEqual([]);
  });

  it("keeps the states in a private container", () => {
    const stack = stateStack();
    new StateStorage(stack, "state", PROPS);

    expect(synthesizeStack(stack).ofType("azurerm_storage_container")[0]?.attributes).toEqual({
      name: "tfstate",
      storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.state_\w+\.id\}$/) as string,
      container_access_type: "private",
    });
  });

  it("cannot be deleted, and is locked only once it is complete", () => {
    const stack = stateStack();
    new StateStorage(stack, "state", PROPS);

    const result = synthesizeStack(stack);
    expect(result.ofType("azurerm_management_lock")[0]?.attributes).toMatchObject({
      scope: expect.stringMatching(/^\$\{azurerm_storage_account\.state_\w+\.id\}$/) as string,
      lock_level: "CanNotDelete",
      depends_on: [result.ofType("azurerm_storage_container")[0]?.address],
    });
  });

  it("takes everything that can be set, and what was opted out of", () => {
    const stack = stateStack();
    const reason = "Sandbox in one region, used from the office";
    new StateStorage(stack, "state", {
      ...PROPS,
      containerName: "states",
      retentionInDays: 90,
      allowedAddressRanges: ["203.0.113.0/24"],
      tags: { team: "platform" },
      securityOptOuts: [
        { control: "state-public-network", reason },
        { control: "state-locally-redundant", reason },
      ],
    });

    const result = synthesizeStack(stack);
    expect(result.ofType("azurerm_storage_account")[0]?.attributes).toMatchObject({
      account_replication_type: "ZRS",
      public_network_access_enabled: true,
      network_rules: { default_action: "Deny", bypass: ["None"], ip_rules: ["203.0.113.0/24"] },
      blob_properties: {
        delete_retention_policy: { days: 90 },
        container_delete_retention_policy: { days: 90 },
      },
      tags: { team: "platform", securityException: "state-public-network state-locally-redundant" },
    });
    expect(result.ofType("azurerm_storage_container")[0]?.attributes.name).toBe("states");
  });

  it("grants reading and writing of the container only", () => {
    const stack = stateStack();
    const state = new StateStorage(stack, "state", PROPS);
    state.grantReadWrite(new WorkloadIdentity(stack, "deployer", { ...PLACE, name: "id-deployer" }));

    expect(synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.attributes).toMatchObject({
      scope: expect.stringMatching(/^\$\{azurerm_storage_container\.state_Container_\w+\.id\}$/) as string,
      role_definition_id: expect.stringMatching(/ba92f5b4-2d11-453d-a403-e96b0029c9fe$/) as string,
    });
  });

  it("reports everything that is wrong at once, before it creates anything", () => {
    const stack = stateStack();

    expect(
      () =>
        new StateStorage(stack, "state", {
          storageAccountName: "st-aigw",
          containerName: "TF",
          resourceGroupName: "rg.",
          location: "West Europe",
          retentionInDays: 7,
          allowedAddressRanges: ["203.0.113.7"],
        }),
    ).toThrow(
      [
        '[prod/state] storageAccountName must be 3 to 24 lower-case letters or digits, got "st-aigw": shorten or change it',
        "[prod/state] containerName must be 3 to 63 lower-case letters, digits or single '-', with a letter or digit at both ends, got \"TF\": shorten or change it",
        "[prod/state] resourceGroupName must be 1 to 90 letters, digits or -_.() without a final '.', got \"rg.\": give the name, not the id, of the resource group",
        "[prod/state] location must be a region in its short form, such as 'westeurope', got \"West Europe\": write it in lower case without blanks",
        "[prod/state] retentionInDays must be 30 to 365, got 7: leave time for a lost state to be noticed",
        "[prod/state] allowedAddressRanges needs opt-out 'state-public-network', got [\"203.0.113.7\"]: use a private endpoint, or opt out with the reason",
      ].join("\n"),
    );
    expect(stack.node.tryFindChild("state")?.node.children).toEqual([]);
  });

  it("grants on the container of another team's account, and creates nothing else", () => {
    const stack = stateStack();
    const state = StateStorage.fromStateStorageAttributes(stack, "hub", {
      id: ACCOUNT_ID,
      storageAccountName: "sthub",
      containerName: "tfstate",
    });
    state.grantReadWrite(new WorkloadIdentity(stack, "deployer", { ...PLACE, name: "id-deployer" }));

    const result = synthesizeStack(stack);
    expect(result.ofType("azurerm_storage_account")).toEqual([]);
    expect(result.ofType("azurerm_role_assignment")[0]?.attributes.scope).toBe(
      `${ACCOUNT_ID}/blobServices/default/containers/tfstate`,
    );
  });

  it("refuses a name for the id of another team's account", () => {
    expect(() =>
      StateStorage.fromStateStorageAttributes(stateStack(), "hub", {
        id: "sthub",
        storageAccountName: "ST",
        containerName: "tfstate",
      }),
    ).toThrow(/^\[prod\/hub\] id must be the ARM id.*\n\[prod\/hub\] storageAccountName must be/);
  });

  it("reads as documentation", () => {
    const stack = stateStack();
    const deployer = new WorkloadIdentity(stack, "deployer", { ...PLACE, name: "id-deployer" });

    const state = new StateStorage(stack, "state", PROPS);
    state.grantReadWrite(deployer);

    expect([state.storageAccountName, state.containerName]).toEqual(["staigwstateprod7f3", "tfstate"]);
  });
});
