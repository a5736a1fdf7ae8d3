import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { DefaultTokenResolver, Fn, Lazy, StringConcat, type TerraformStack, Tokenization } from "cdktf";
import { lateText } from "../../../lib/private/late-text";
import { azureStack } from "../../support/azure-stack";

function resolved(stack: TerraformStack, text: string): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(text, { scope: stack, resolver, preparing: false });
}

it.each<[string, (group: ResourceGroup) => string]>([
  ["a literal", () => "plain"],
  ["a reference", ({ id }) => id],
  ["a reference among braces", ({ id }) => `if (a) { b(); } else { "${id}" } { $\${c} %{d} $$\${e} }`],
  ["references side by side", ({ id, name }) => `${id}${name}`],
  ["a call", ({ name }) => `{ ${Fn.upper(name)} }`],
  ["a late value", ({ name }) => `{ ${Lazy.stringValue({ produce: () => `-${name}-` })} }`],
])("is what cdktf makes of the same text: %s", (_what, textOf) => {
  const stack = azureStack();
  const group = new ResourceGroup(stack, "group", { name: "rg", location: "westeurope" });
  const text = textOf(group);

  expect(
    resolved(
      stack,
      lateText(() => text),
    ),
  ).toBe(resolved(stack, text));
});

it.each<[string, (nothing: string) => string]>([
  ["among others", (nothing) => `a ${nothing} b`],
  ["alone", (nothing) => nothing],
  ["beside another", (nothing) => `${nothing}${nothing}`],
])("leaves out a late value that is none, as cdktf does: %s", (_what, textOf) => {
  const stack = azureStack();
  const text = textOf(Lazy.stringValue({ produce: () => undefined }));

  expect(
    resolved(
      stack,
      lateText(() => text),
    ),
  ).toBe(resolved(stack, text));
});

it("is made anew whenever it is read", () => {
  const stack = azureStack();
  let text = "one";
  const late = lateText(() => text);

  expect(resolved(stack, late)).toBe("one");
  text = "two";
  expect(resolved(stack, late)).toBe("two");
});
