import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { SynthesizedStack } from "../support/synthesized-stack";
import type { Json, Mutant } from "./mutant";
import { policyMutants } from "./policy-mutants";
import { resourceMutants } from "./resource-mutants";

/** Every single change of a stack that the operators know. */
export function mutantsOf(json: Json): readonly Mutant[] {
  return [...resourceMutants(json), ...policyMutants(json)];
}

/** One of each kind: resources of one type are made alike, and so are items of a list. Lines of policies are not. */
export function oneOfEach(mutants: readonly Mutant[]): readonly Mutant[] {
  const kinds = new Map<string, Mutant>();
  for (const mutant of mutants) {
    const [path = ""] = mutant.change.split(" → ");
    const type = mutant.address.split(".")[0];
    const kind = `${mutant.operator} ${type} ${path.replace(/\.\d+(?=\.|$)/g, "[]")}`;
    kinds.set(kind, kinds.get(kind) ?? mutant);
  }
  return [...kinds.values()];
}

/** Whether a house check has something against it, or it cannot be read at all. */
export function isNoticed(mutant: Mutant): boolean {
  const stack = new SynthesizedStack("mutant", mutant.json());
  try {
    return HOUSE_CHECKS.some((each) => each.check(stack).length > 0);
  } catch {
    return true;
  }
}
