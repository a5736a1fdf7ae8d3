import {
  allTexts,
  block,
  blocks,
  isReference,
  SynthesizedStack,
} from "../../../lib/security-checks/synthesized-stack";

function stackWith(xml: string): SynthesizedStack {
  return new SynthesizedStack("stack", {
    resource: {
      azurerm_api_management_api_policy: { policy: { xml_content: xml } },
      azurerm_key_vault: { vault: { name: "kv" } },
    },
  });
}

describe("SynthesizedStack", () => {
  it("knows resources by address and type", () => {
    const stack = stackWith("<policies />");
    expect(stack.resources.map(({ address }) => address)).toEqual([
      "azurerm_api_management_api_policy.policy",
      "azurerm_key_vault.vault",
    ]);
    expect(stack.ofType("azurerm_key_vault")[0]?.attributes).toEqual({ name: "kv" });
  });

  it("reads policies with their scope, as API Management gets them after Terraform's templates", () => {
    const [policy] = stackWith('<policies><set-variable value="$${x}" /></policies>').policies;
    expect(policy?.scope).toBe("api");
    expect(policy && allTexts(policy.document).map(({ text }) => text)).toEqual(["${x}"]);
  });

  it("names the policy that is not well-formed", () => {
    expect(() => stackWith("<policies>").policies).toThrow(
      /azurerm_api_management_api_policy\.policy: unclosed/,
    );
  });
});

test("blocks read the same as object and as list", () => {
  expect([block({ a: 1 }), block([{ a: 1 }]), block(undefined)]).toEqual([{ a: 1 }, { a: 1 }, undefined]);
  expect([blocks({ a: 1 }), blocks([{ a: 1 }, { a: 2 }]), blocks(null)]).toEqual([
    [{ a: 1 }],
    [{ a: 1 }, { a: 2 }],
    [],
  ]);
});

test("an escaped template is not a reference", () => {
  expect([isReference("${x.y}"), isReference("$${x.y}"), isReference(1)]).toEqual([true, false, false]);
});
