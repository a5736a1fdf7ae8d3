import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, Lazy } from "cdktf";
import { resolvedText } from "../../../lib/private/resolved-text";
import { azureStack } from "../../support/azure-stack";

it("is the same for two readings of one reference, and different for two references", () => {
  const stack = azureStack();
  const [one, two] = ["one", "two"].map(
    (id) => new ResourceGroup(stack, id, { name: `rg-${id}`, location: "westeurope" }),
  );

  expect(resolvedText(stack, one!.name)).toBe(resolvedText(stack, one!.name));
  expect(resolvedText(stack, one!.name)).not.toBe(resolvedText(stack, two!.name));
});

it.each([
  ["a literal", "RG-one", '"rg-one"'],
  ["nothing", undefined, "null"],
  ["a late value", Lazy.stringValue({ produce: () => "Late" }), '"late"'],
  ["a function", [Fn.join("-", ["a", "b"])], '["${join(\\"-\\", [\\"a\\", \\"b\\"])}"]'],
])("reads %s", (_what, value, text) => {
  expect(resolvedText(azureStack(), value)).toBe(text);
});
