import type { HouseCheck } from "./house-check";
import { HOUSE_CHECKS } from "./house-checks";
import { SynthesizedStack } from "./synthesized-stack";

/** What a house check has against one resource. */
export interface Finding extends Pick<HouseCheck, "id" | "title"> {
  /** Terraform's address, such as `azurerm_key_vault.vault`. */
  readonly address: string;
  readonly problem: string;
}

/**
 * Runs every house check on a `cdk.tf.json`.
 *
 * @throws Error if a policy is not well-formed
 */
export function checkStack(json: Readonly<Record<string, unknown>>): readonly Finding[] {
  const stack = new SynthesizedStack("stack", json);
  return HOUSE_CHECKS.flatMap((each) =>
    each.check(stack).map((line) => {
      const end = line.indexOf(": ");
      return { id: each.id, title: each.title, address: line.slice(0, end), problem: line.slice(end + 2) };
    }),
  );
}
