import { noticingCheck } from "./judge";
import type { Json, Mutant } from "./mutant";
import { policyMutants } from "./policy-mutants";
import { resourceMutants } from "./resource-mutants";

/** Every single change of a stack that the operators know. */
export function mutantsOf(json: Json): readonly Mutant[] {
  return [...resourceMutants(json), ...policyMutants(json)];
}

/**
 * What mutants have in common that are made alike: resources of one type, items of a list, lines of policies that
 * differ in numbers only.
 */
export function kindOf({ operator, address, change, offset }: Mutant): string {
  const type = address.split(".")[0];
  if (offset === undefined) {
    const [path = ""] = change.split(" → ");
    return `${operator} ${type} ${path.replace(/\.\d+(?=\.|$)/g, "[]")}`;
  }
  return `${operator} ${type} ${change.replace(/^line \d+: /, "").replace(/\d+/g, "#")}`;
}

/** The first of each kind. */
export function oneOfEach(mutants: readonly Mutant[]): readonly Mutant[] {
  const kinds = new Map<string, Mutant>();
  for (const mutant of mutants) {
    const kind = kindOf(mutant);
    kinds.set(kind, kinds.get(kind) ?? mutant);
  }
  return [...kinds.values()];
}

/** Whether a house check has something against it, or it cannot be read at all. */
export function isNoticed(mutant: Mutant): boolean {
  return noticingCheck(mutant.json()) !== undefined;
}
