import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { ServicebusQueue } from "@cdktf/provider-azurerm/lib/servicebus-queue";
import type { TerraformStack } from "cdktf";
import { Principal } from "../../../lib/identity/principal";
import { RoleException, type RoleExceptionProps } from "../../../lib/identity/role-exception";
import { securityExceptions } from "../../../lib/validation/security-opt-out";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const RECEIVER = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0";
const REASON = "the worker takes batch jobs from this queue and from no other";
const ROLE_OTHER = { control: "role-other", reason: REASON } as const;

interface Fixture {
  readonly stack: TerraformStack;
  readonly create: (overrides?: Partial<RoleExceptionProps>) => RoleException;
}

function fixture(): Fixture {
  const stack = azureStack();
  const grantee = Principal.managedIdentity(stack, "worker", "11111111-2222-4333-8444-555555555555");
  const resource = new ServicebusQueue(stack, "queue", { name: "jobs", namespaceId: "namespace" });
  return {
    stack,
    create: (overrides) =>
      new RoleException(stack, "receive", {
        grantee,
        resource,
        roleId: RECEIVER,
        securityOptOuts: [ROLE_OTHER],
        ...overrides,
      }),
  };
}

describe("RoleException", () => {
  it("grants another role on one resource, on the record", () => {
    const { stack, create } = fixture();
    create();

    expect(synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.attributes).toMatchObject({
      scope: "${azurerm_servicebus_queue.queue.id}",
      role_definition_id: expect.stringMatching(new RegExp(`/roleDefinitions/${RECEIVER}$`)) as string,
      principal_type: "ServicePrincipal",
    });
    expect(securityExceptions(stack)).toEqual([
      expect.objectContaining({ construct: "prod/receive", control: "role-other", reason: REASON }),
    ]);
  });

  it("needs its opt-out", () => {
    expect(() => fixture().create({ securityOptOuts: [] })).toThrow(
      `[prod/receive] a role of no grant method needs the opt-out 'role-other'`,
    );
  });

  it.each([
    ["Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"],
    ["Contributor", "B24988AC-6180-42A0-AB88-20F7382DD24C"],
    ["User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"],
    ["Role Based Access Control Administrator", "f58310d9-a9f6-439a-9e8d-f62e7b41a168"],
  ])("refuses %s even so", (name, roleId) => {
    expect(() => fixture().create({ roleId })).toThrow(`role '${name}' is never granted`);
  });

  it("refuses a role by name", () => {
    expect(() => fixture().create({ roleId: "Reader" })).toThrow(
      /roleId must be a literal: a GUID, got "Reader"/,
    );
  });

  it("takes a resource group with the opt-out for that only", () => {
    const { stack, create } = fixture();
    const resource = new ResourceGroup(stack, "group", { name: "rg", location: "westeurope" });

    expect(() => create({ resource })).toThrow(/needs the opt-out 'role-scope-resource-group'/);
    stack.node.tryRemoveChild("receive");
    create({
      resource,
      securityOptOuts: [ROLE_OTHER, { control: "role-scope-resource-group", reason: REASON }],
    });
    expect(synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.attributes.scope).toBe(
      "${azurerm_resource_group.group.id}",
    );
  });

  it("refuses a subscription whatever the opt-outs", () => {
    const { stack, create } = fixture();

    expect(() =>
      create({
        resource: new DataAzurermSubscription(stack, "subscription"),
        securityOptOuts: [ROLE_OTHER, { control: "role-scope-resource-group", reason: REASON }],
      }),
    ).toThrow(/resource must be an Azure resource or resource group, got "azurerm_subscription"/);
  });
});
