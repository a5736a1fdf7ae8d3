import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { subscriptionProblem } from "../../../lib/private/subscription";

const OURS = "00000000-0000-4000-8000-00000000000a";
const THEIRS = "00000000-0000-4000-8000-00000000000b";
const PARENT = { what: "the gateway", remedy: "give it another provider" };
const idIn = (subscription: string): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/x/y/z`;

function stackOf(subscriptionId?: string): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "team");
  new AzurermProvider(stack, "azurerm", { subscriptionId, features: [{}] });
  return stack;
}

describe("subscriptionProblem", () => {
  it("names the subscription of the parent, that of the provider, and what to do", () => {
    expect(subscriptionProblem(stackOf(OURS), { ...PARENT, id: idIn(THEIRS) })).toEqual({
      rule: `what is created in the gateway needs a provider of its subscription, ${THEIRS}`,
      value: OURS,
      remedy: "give it another provider",
    });
  });

  it("takes the provider that is given, and otherwise the one without an alias", () => {
    const stack = stackOf(OURS);
    const provider = new AzurermProvider(stack, "platform", {
      alias: "platform",
      subscriptionId: THEIRS.toUpperCase(),
      features: [{}],
    });
    expect(subscriptionProblem(stack, { ...PARENT, id: idIn(THEIRS), provider })).toBeUndefined();
    expect(subscriptionProblem(stack, { ...PARENT, id: idIn(OURS), provider })?.value).toBe(
      THEIRS.toUpperCase(),
    );
    expect(subscriptionProblem(stack, { ...PARENT, id: idIn(OURS) })).toBeUndefined();
  });

  it("says nothing where a subscription is known to Terraform only", () => {
    const stack = stackOf(OURS);
    const variable = new TerraformVariable(stack, "subscription", { type: "string" });
    expect(subscriptionProblem(stack, { ...PARENT, id: variable.stringValue })).toBeUndefined();
    expect(
      subscriptionProblem(stackOf(variable.stringValue), { ...PARENT, id: idIn(THEIRS) }),
    ).toBeUndefined();
    expect(subscriptionProblem(stackOf(), { ...PARENT, id: idIn(THEIRS) })).toBeUndefined();
    expect(
      subscriptionProblem(new TerraformStack(Testing.app(), "empty"), { ...PARENT, id: idIn(THEIRS) }),
    ).toBeUndefined();
  });
});
