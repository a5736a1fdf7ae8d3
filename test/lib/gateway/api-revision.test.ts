import type { OpenAiApiRevision } from "../../../lib/gateway";
import { block } from "../../support/synthesized-stack";
import { GatewayStack } from "./gateway-stack";

function stackWith(revision?: OpenAiApiRevision): GatewayStack {
  const stack = new GatewayStack();
  stack.api(stack.gateway(), { revision });
  return stack;
}

const policies = (stack: GatewayStack): readonly (readonly [string, string])[] =>
  stack
    .attributes("azapi_update_resource")
    .filter(({ type }) => String(type).includes("/apis/policies@"))
    .map(({ resource_id, body }) => [
      String(resource_id).replace(/^.*\/apis\//, ""),
      String(block(block(body)?.properties)?.value),
    ]);

describe("a revision of an API", () => {
  it("is a copy with the new policy, while the policy that callers have is left as it is", () => {
    const stack = stackWith({ number: 2, description: "tools are allowed" });

    const [original, copy] = stack.attributes("azurerm_api_management_api");
    expect(original).not.toHaveProperty("source_api_id");
    expect(copy).toMatchObject({
      name: original?.name,
      path: original?.path,
      subscription_required: original?.subscription_required,
      revision: "2",
      revision_description: "tools are allowed",
      source_api_id: expect.stringMatching(/\/apis\/claims;rev=1$/) as string,
    });
    const [policy] = stack.attributes("azurerm_api_management_api_policy");
    expect(policy?.lifecycle).toMatchObject({ ignore_changes: ["xml_content"] });
    expect(policies(stack)).toEqual([["claims;rev=2/policies/policy", policy?.xml_content]]);
  });

  it.each([
    ["try", "1"],
    ["current", "2"],
    ["settle", "1"],
  ] as const)("at stage %s has revision %s released", (stage, released) => {
    const stack = stackWith({ number: 2, stage });

    expect(stack.attributes("azurerm_api_management_api_release")).toMatchObject([
      {
        name: "claims-current",
        api_id: expect.stringMatching(new RegExp(`/apis/claims;rev=${released}$`)) as string,
      },
    ]);
  });

  it("settles with the new policy in both, before the original one is current again", () => {
    const stack = stackWith({ number: 3, stage: "settle" });

    expect(policies(stack).map(([where]) => where)).toEqual([
      "claims;rev=3/policies/policy",
      "claims;rev=1/policies/policy",
    ]);
    const [release] = stack.attributes("azurerm_api_management_api_release");
    expect(release?.depends_on).toHaveLength(2);
    const [policy] = stack.attributes("azurerm_api_management_api_policy");
    expect(policy?.lifecycle).not.toHaveProperty("ignore_changes");
  });

  it("leaves everything as it was where there is none", () => {
    const [policy] = stackWith().attributes("azurerm_api_management_api_policy");

    expect(policy?.xml_content).not.toContain(";rev=");
    expect(stackWith().attributes("azurerm_api_management_api_release")).toEqual([]);
  });

  it.each([0, 1, 1.5, 1_000])("is not number %d", (number) => {
    expect(() => stackWith({ number })).toThrow(/revision\.number must be a whole number from 2 to 999/);
  });
});
