import { LinuxWebApp, type LinuxWebAppConfig } from "@cdktf/provider-azurerm/lib/linux-web-app";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { TerraformOutput } from "cdktf";
import { Principal } from "../../../lib/identity/principal";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const OBJECT_ID = "11111111-2222-4333-8444-555555555555";
const stack = azureStack();

describe("Principal", () => {
  it.each([
    ["user", "User"],
    ["group", "Group"],
    ["servicePrincipal", "ServicePrincipal"],
    ["managedIdentity", "ServicePrincipal"],
  ] as const)("%s is of type %s in Azure RBAC", (factory, principalType) => {
    const principal = Principal[factory](stack, factory, OBJECT_ID);

    expect([principal.principalId, principal.principalType]).toEqual([OBJECT_ID, principalType]);
  });

  it("takes an object id that only Terraform knows", () => {
    const { principalId } = new UserAssignedIdentity(stack, "uai", {
      name: "id",
      resourceGroupName: "rg",
      location: "westeurope",
    });

    expect(Principal.managedIdentity(stack, "token", principalId).principalId).toBe(principalId);
  });

  it("refuses an object id that is not a GUID", () => {
    expect(() => Principal.user(stack, "mail", "ada@contoso.com")).toThrow(
      '[prod/mail] object id must be a GUID, got "ada@contoso.com": take the object id',
    );
  });

  it("is the system-assigned identity of a host", () => {
    const host = webApp("web", { type: "SystemAssigned" });
    const principal = Principal.systemAssigned(stack, "web-identity", host);
    new TerraformOutput(stack, "principal", { value: principal.principalId });

    expect(synthesizeStack(stack).json.output).toEqual({
      principal: { value: "${azurerm_linux_web_app.web.identity[0].principal_id}" },
    });
    expect(principal.principalType).toBe("ServicePrincipal");
  });

  it.each([
    ["with user-assigned identities only", { type: "UserAssigned", identityIds: ["id"] }, '"UserAssigned"'],
    ["without any identity", undefined, '"no identity"'],
  ])("refuses a host %s", (name, identity, got) => {
    const host = webApp(name.replaceAll(" ", "-"), identity);

    expect(() => Principal.systemAssigned(stack, "host-identity", host)).toThrow(
      `must have a system-assigned identity, got ${got}`,
    );
  });
});

function webApp(id: string, identity: LinuxWebAppConfig["identity"]): LinuxWebApp {
  return new LinuxWebApp(stack, id, {
    name: "app-claims",
    resourceGroupName: "rg",
    location: "westeurope",
    servicePlanId: "plan",
    siteConfig: {},
    identity,
  });
}
