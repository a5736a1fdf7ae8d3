import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { describeProblem } from "../validation";
import { holdsForeignTemplate } from "./terraform-template";

/**
 * Makes synthesis fail if text of any resource below the construct would be evaluated by Terraform without having
 * come from a token. The last line of defence: where free text is expected, it is escaped on its way in.
 */
export function guardAgainstTemplates(construct: IConstruct): void {
  construct.node.addValidation({
    validate: () =>
      construct.node
        .findAll()
        .filter((each) => TerraformResource.isTerraformResource(each))
        .flatMap((resource) => foreignTemplates(resource)),
  });
}

function foreignTemplates(resource: TerraformResource): string[] {
  const found: string[] = [];
  const walk = (path: string, value: unknown): void => {
    if (typeof value === "string") {
      if (holdsForeignTemplate(value)) {
        found.push(describe(path, value));
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => walk(`${path}[${index}]`, item));
    } else if (value !== null && typeof value === "object") {
      for (const [key, item] of Object.entries(value)) {
        if (key === "//") {
          continue;
        }
        if (holdsForeignTemplate(key)) {
          found.push(describe(path, key));
        }
        walk(path === "" ? key : `${path}.${key}`, item);
      }
    }
  };
  const byType = (resource.toTerraform() as { resource: Record<string, Record<string, unknown>> }).resource;
  Object.values(byType).forEach((byId) => Object.values(byId).forEach((attributes) => walk("", attributes)));
  return found;

  function describe(path: string, value: string): string {
    return describeProblem({
      rule: `${path} of ${resource.node.path} must not hold a Terraform template`,
      value,
      remedy: "remove '${' and '%{': Terraform would evaluate them on the machine that deploys",
    });
  }
}
