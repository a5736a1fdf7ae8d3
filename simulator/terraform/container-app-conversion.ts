import type { ContainerAppModel } from "../model";
import { Conversion } from "./conversion";
import { StackProblems } from "./stack-problems";

/**
 * Container Apps that are made through azapi, as far as their programs are told something. What cannot be read is left
 * out: no request of a gateway depends on it.
 */
export function convertContainerApps({ stacks }: Conversion): readonly ContainerAppModel[] {
  const conversion = new Conversion(stacks, new StackProblems());
  return conversion.ofArmType("Microsoft.App/containerApps").map(({ address, name, properties }) => {
    const [container] = properties.block("template")?.blocks("containers") ?? [];
    const variables = container?.blocks("env") ?? [];
    return {
      address,
      name,
      environment: Object.fromEntries(
        variables.flatMap((variable) => {
          const value = variable.optionalString("value");
          return value === undefined ? [] : [[variable.string("name"), value]];
        }),
      ),
    };
  });
}
