import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import { guardAgainstTemplates } from "../../../lib/private/template-guard";
import { azureStack } from "../../support/azure-stack";

function validate(tags: Record<string, string>): readonly string[] {
  const construct = new Construct(azureStack(), "guarded");
  const group = new ResourceGroup(construct, "group", { name: "rg", location: "westeurope", tags });
  new ResourceGroup(construct, "child", { name: group.name, location: "westeurope" });
  guardAgainstTemplates(construct);
  return construct.node.validate();
}

test("accepts references and escaped text", () => {
  expect(validate({ owner: "$${not evaluated}" })).toEqual([]);
});

test("refuses what Terraform would evaluate, with the attribute and the remedy", () => {
  expect(validate({ owner: '${file("/etc/passwd")}' })).toEqual([
    'tags.owner of prod/guarded/group must not hold a Terraform template, got "${file(\\"/etc/passwd\\")}": ' +
      "remove '${' and '%{': Terraform would evaluate them on the machine that deploys",
  ]);
});

test("refuses it in a key of a map", () => {
  expect(validate({ "%{ if true }": "x" })).toHaveLength(1);
});
