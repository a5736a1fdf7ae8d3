import { ActionGroup, type ActionGroupProps } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PROPS: ActionGroupProps = {
  name: "ag-aigw-prod",
  resourceGroupName: "rg-aigw-prod",
  shortName: "aigw",
  emailAddresses: ["aigw-on-call@contoso.com"],
};

describe("ActionGroup", () => {
  it("mails every address in the common alert schema", () => {
    const stack = azureStack();
    new ActionGroup(stack, "on-call", { ...PROPS, tags: { team: "platform" } });

    expect(synthesizeStack(stack).ofType("azurerm_monitor_action_group")[0]?.attributes).toEqual({
      name: "ag-aigw-prod",
      resource_group_name: "rg-aigw-prod",
      short_name: "aigw",
      email_receiver: [
        {
          name: "aigw-on-call@contoso.com",
          email_address: "aigw-on-call@contoso.com",
          use_common_alert_schema: true,
        },
      ],
      tags: { team: "platform" },
    });
  });

  it.each<[string, Partial<ActionGroupProps>, string]>([
    [
      "a name that Azure does not take",
      { name: "a/b" },
      "name must be 1 to 260 characters without <>*%&:\\?+/#",
    ],
    [
      "a long short name",
      { shortName: "ai-gateway-prod" },
      'shortName must be 1 to 12 characters, got "ai-gateway-prod"',
    ],
    ["nobody", { emailAddresses: [] }, "emailAddresses must name at least one receiver"],
    [
      "what is not an address",
      { emailAddresses: ["on-call"] },
      'emailAddresses must be mail addresses, got "on-call"',
    ],
    ["an address twice", { emailAddresses: ["a@b.de", "a@b.de"] }, "emailAddresses must be different"],
    ["a resource group by id", { resourceGroupName: "/subscriptions/s" }, "resourceGroupName must be"],
  ])("refuses %s", (_what, change, message) => {
    expect(() => new ActionGroup(azureStack(), "on-call", { ...PROPS, ...change })).toThrow(
      `[prod/on-call] ${message}`,
    );
  });

  it("can be another team's", () => {
    const stack = azureStack();
    const id =
      "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-soc/providers/Microsoft.Insights/actionGroups/soc";
    const group = ActionGroup.fromActionGroupId(stack, "soc", id);

    expect(group.id).toBe(id);
    expect(synthesizeStack(stack).resources).toEqual([]);
  });

  it("of another team is named by its ARM id", () => {
    expect(() => ActionGroup.fromActionGroupId(azureStack(), "soc", "soc")).toThrow(
      '[prod/soc] actionGroupId must be the ARM id of an action group, got "soc": copy it from the group\'s properties',
    );
  });
});
