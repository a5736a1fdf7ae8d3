import { Conversion } from "./conversion";
import { StackProblems } from "./stack-problems";
import { readStackDocuments } from "./stack-reader";
import { StackSet } from "./stack-set";

/** What a stack would make, and the id that the provider would give it. */
export interface ResourceId {
  /** Address in Terraform. */
  readonly address: string;
  /** Type in Terraform, or that of Azure Resource Manager for what is made through azapi. */
  readonly type: string;
  /** In the spelling of the provider, which imports demand. */
  readonly id: string;
  /** Path of an API below its service. @default - it is not an API */
  readonly path?: string;
}

/**
 * The ids of what stacks make, as far as they follow from names: an id that Azure draws is made up and fits nothing.
 *
 * @param directory with a `cdk.tf.json`
 * @throws StackLoadError when the stack cannot be read
 */
export function resourceIds(directory: string): readonly ResourceId[] {
  const problems = new StackProblems();
  const stacks = new StackSet(readStackDocuments([directory], problems).documents, {}, problems);
  const conversion = new Conversion(stacks, problems);
  const found = stacks.resources
    .filter(({ mode }) => mode === "managed")
    .flatMap((resource): readonly ResourceId[] => {
      const reader = conversion.read(resource);
      const id = reader.optionalString("id");
      const isApi = resource.type === "azurerm_api_management_api";
      const path = isApi ? reader.optionalString("path") : undefined;
      if (id === undefined) {
        return [];
      }
      // azapi asks for the version of the API besides.
      const version = resource.type === "azapi_resource" ? reader.string("type").split("@")[1] : undefined;
      const imported = version === undefined ? id : `${id}?api-version=${version}`;
      return [{ address: resource.address, type: resource.type, id: imported, path }];
    });
  problems.throwIfAny();
  return found;
}
