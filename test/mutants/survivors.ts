import { noticingCheck } from "./judge";
import type { Json, Mutant } from "./mutant";
import { policyMutants } from "./policy-mutants";
import { resourceMutants } from "./resource-mutants";

/** Every single change of a stack that the operators know. */
export function mutantsOf(json: Json): readonly Mutant[] {
  return [...resourceMutants(json), ...policyMutants(json)];
}

/** Ends of Terraform's ids, which differ where nothing else does. */
const ID = /\.[\w-]+_[0-9A-F]{8}/g;

/**
 * What mutants have in common that are made alike: the same value at the same place of resources of one type, in any
 * item of a list; lines of policies that differ in numbers only.
 */
export function kindOf({ operator, address, change, was, edit }: Mutant): string {
  const type = address.split(".")[0];
  if (edit === undefined) {
    const [path = "", value = ""] = change.split(" → ");
    const place = path.replace(/\.\d+(?=\.|$)/g, "[]");
    return `${operator} ${type} ${place} ${value} ${JSON.stringify(was) ?? ""}`.replace(ID, ".#");
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
