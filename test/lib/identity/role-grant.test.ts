import { ContainerApp } from "@cdktf/provider-azurerm/lib/container-app";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { type TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { BuiltInRole } from "../../../lib/identity/built-in-role";
import { Principal } from "../../../lib/identity/principal";
import { RoleGrant } from "../../../lib/identity/role-grant";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const VAULT =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";
const OBJECT_ID = "11111111-2222-4333-8444-555555555555";
const PLACE = { resourceGroupName: "rg-claims", location: "westeurope" };

function assignments(stack: TerraformStack): readonly Attributes[] {
  return synthesizeStack(stack)
    .ofType("azurerm_role_assignment")
    .map(({ attributes }) => attributes);
}

describe("RoleGrant", () => {
  const role = BuiltInRole.KEY_VAULT_SECRETS_USER;

  it("assigns the role by GUID, with the principal's type, in the resource's subscription", () => {
    const stack = azureStack();
    const grantee = Principal.group(stack, "operators", OBJECT_ID);
    RoleGrant.assign({ grantee, role, resource: new Construct(stack, "vault"), resourceId: VAULT });

    expect(assignments(stack)).toEqual([
      {
        scope: VAULT,
        role_definition_id:
          "/subscriptions/00000000-0000-4000-8000-000000000001/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
        principal_id: OBJECT_ID,
        principal_type: "Group",
      },
    ]);
  });

  it("reads the subscription from the resource's id where only Terraform knows it", () => {
    const stack = azureStack();
    const resource = new ResourceGroup(stack, "rg", { name: "rg", location: "westeurope" });
    const grantee = Principal.managedIdentity(stack, "app", OBJECT_ID);
    RoleGrant.assign({ grantee, role, resource, resourceId: resource.id });

    expect(assignments(stack)[0]?.role_definition_id).toBe(
      '/subscriptions/${element(split("/", azurerm_resource_group.rg.id), 2)}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6',
    );
  });

  it("assigns once, however often the same role is granted", () => {
    const stack = azureStack();
    const options = {
      grantee: Principal.managedIdentity(stack, "app", OBJECT_ID),
      role,
      resource: new Construct(stack, "vault"),
      resourceId: VAULT,
    };
    RoleGrant.assign(options);
    RoleGrant.assign(options);

    expect(assignments(stack)).toHaveLength(1);
  });

  it("keeps grants on resources with similar paths apart", () => {
    const stack = azureStack();
    const grantee = Principal.managedIdentity(stack, "app", OBJECT_ID);
    const paths = [["a", "b"], ["a__b"], ["a_", "b"], ["a", "_b"], ["a-b"]];
    for (const path of paths) {
      const resource = path.reduce<Construct>(
        (scope, id) => scope.node.tryFindChild(id) ?? new Construct(scope, id),
        stack,
      );
      RoleGrant.assign({ grantee, role, resource, resourceId: VAULT });
    }

    expect(assignments(stack)).toHaveLength(paths.length);
  });

  it("gives the assignment the same address in every environment", () => {
    const addresses = ["dev", "prod"].map((environment) => {
      const stack = azureStack(environment);
      const grantee = Principal.managedIdentity(stack, "app", OBJECT_ID);
      RoleGrant.assign({ grantee, role, resource: new Construct(stack, "vault"), resourceId: VAULT });
      return synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.address;
    });

    expect(addresses[0]).toMatch(
      /^azurerm_role_assignment\.app_key-vault-secrets-user-on-vault_[0-9A-F]{8}$/,
    );
    expect(addresses[1]).toBe(addresses[0]);
  });

  it("puts the assignment into the grantee's stack, so that the resource's stack depends on nothing", () => {
    const app = Testing.app();
    const platform = azureStack("platform", app);
    const resource = new ResourceGroup(platform, "rg", { name: "rg", location: "westeurope" });
    const team = azureStack("team", app);
    const grantee = new WorkloadIdentity(team, "app", { ...PLACE, name: "id-claims" });
    RoleGrant.assign({ grantee, role, resource, resourceId: resource.id });

    expect(assignments(platform)).toHaveLength(0);
    expect(assignments(team)).toHaveLength(1);
    expect(platform.dependencies).toEqual([]);
  });

  it("takes the resource's provider within a stack, and the grantee's default one across stacks", () => {
    const app = Testing.app();
    const platform = azureStack("platform", app);
    const hub = new AzurermProvider(platform, "hub", { features: [{}], alias: "hub" });
    const team = azureStack("team", app);
    const resource = new Construct(platform, "vault");
    const near = Principal.managedIdentity(platform, "near", OBJECT_ID);
    const far = Principal.managedIdentity(team, "far", OBJECT_ID);
    for (const grantee of [near, far]) {
      RoleGrant.assign({ grantee, role, resource, resourceId: VAULT, provider: hub });
    }

    expect(assignments(platform)[0]?.provider).toBe("azurerm.hub");
    expect(assignments(team)[0]).not.toHaveProperty("provider");
  });

  it("lets a workload wait for its role", () => {
    const stack = azureStack();
    const grantee = new WorkloadIdentity(stack, "app", { ...PLACE, name: "id-claims" });
    const host = containerApp(stack);
    RoleGrant.assign({
      grantee,
      role,
      resource: new Construct(stack, "vault"),
      resourceId: VAULT,
    }).applyBefore(host);

    const synthesized = synthesizeStack(stack);
    expect(synthesized.ofType("azurerm_container_app")[0]?.attributes.depends_on).toEqual([
      synthesized.ofType("azurerm_role_assignment")[0]?.address,
    ]);
  });

  it("makes the stack of a workload elsewhere wait as a whole", () => {
    const app = Testing.app();
    const identities = azureStack("identities", app);
    const workloads = azureStack("workloads", app);
    const grantee = new WorkloadIdentity(identities, "app", { ...PLACE, name: "id-claims" });
    RoleGrant.assign({
      grantee,
      role,
      resource: new Construct(identities, "vault"),
      resourceId: VAULT,
    }).applyBefore(containerApp(workloads));

    expect(workloads.dependencies).toEqual([identities]);
  });

  it.each([
    ["a resource group", "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg"],
    ["a subscription", "/subscriptions/00000000-0000-4000-8000-000000000001"],
    ["another type", VAULT.replace("Microsoft.KeyVault/vaults", "Microsoft.CognitiveServices/accounts")],
  ])("refuses %s as scope", (_scope, resourceId) => {
    const stack = azureStack();
    const grantee = Principal.managedIdentity(stack, "app", OBJECT_ID);

    expect(() =>
      RoleGrant.assign({ grantee, role, resource: new Construct(stack, "vault"), resourceId }),
    ).toThrow(
      /\[prod\/app\/key-vault-secrets-user-on-vault\] role 'Key Vault Secrets User' must be granted on one resource/,
    );
  });
});

function containerApp(scope: Construct): ContainerApp {
  return new ContainerApp(scope, "host", {
    name: "ca-claims",
    resourceGroupName: "rg-claims",
    containerAppEnvironmentId: "environment",
    revisionMode: "Single",
    template: { container: [{ name: "claims", image: "claims", cpu: 0.5, memory: "1Gi" }] },
  });
}
