import { PrivateLinkScope } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

describe("PrivateLinkScope", () => {
  it("lets linked resources only be reached", () => {
    const stack = azureStack();
    new PrivateLinkScope(stack, "scope", {
      name: "ampls-aigw-prod",
      resourceGroupName: "rg-aigw-prod",
      tags: { team: "platform" },
    });

    expect(synthesizeStack(stack).ofType("azurerm_monitor_private_link_scope")[0]?.attributes).toEqual({
      name: "ampls-aigw-prod",
      resource_group_name: "rg-aigw-prod",
      ingestion_access_mode: "PrivateOnly",
      query_access_mode: "PrivateOnly",
      tags: { team: "platform" },
    });
  });

  it("reports wrong names at once", () => {
    expect(
      () => new PrivateLinkScope(azureStack(), "scope", { name: "a b", resourceGroupName: "rg." }),
    ).toThrow(/^\[prod\/scope\] name must be 1 to 255 .*\n\[prod\/scope\] resourceGroupName must be/);
  });

  it("can be another team's", () => {
    const stack = azureStack();
    const scope = PrivateLinkScope.fromPrivateLinkScopeAttributes(stack, "hub", {
      id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.Insights/privateLinkScopes/ampls-hub",
      name: "ampls-hub",
      resourceGroupName: "rg-hub",
    });

    expect([scope.name, scope.resourceGroupName]).toEqual(["ampls-hub", "rg-hub"]);
    expect(synthesizeStack(stack).resources).toEqual([]);
  });

  it("of another team is named by its ARM id", () => {
    const attributes = { id: "ampls-hub", name: "ampls-hub", resourceGroupName: "rg-hub" };
    expect(() => PrivateLinkScope.fromPrivateLinkScopeAttributes(azureStack(), "hub", attributes)).toThrow(
      '[prod/hub] id must be the ARM id of an Azure Monitor private link scope, got "ampls-hub": copy it from the ' +
        "scope's properties",
    );
  });
});
