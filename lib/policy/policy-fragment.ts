import type { Problem } from "../validation";
import { policyDigest } from "./policy-digest";
import { PolicyElement } from "./policy-element";
import { contentProblems, sizeProblem } from "./policy-problems";
import { renderedBytes, renderPolicy } from "./policy-renderer";

/** Largest fragment that API Management stores, on every tier. */
const FRAGMENT_BYTES = 32 * 1024;

/**
 * Policies that several documents include. Its resource needs `format = "rawxml"`, as the documents have.
 *
 * Source: https://learn.microsoft.com/azure/api-management/policy-fragments
 */
export class PolicyFragment {
  private readonly root: PolicyElement;

  public constructor(public readonly policies: readonly PolicyElement[]) {
    const digest = policyDigest(fragment(policies));
    this.root = fragment([...policies, digest]);
  }

  /** Everything that API Management would refuse. */
  public problems(): readonly Problem[] {
    const misplaced = [...this.root.descendants()].filter(
      ({ placement }) => placement?.allowedInFragment === false,
    );
    return [
      ...contentProblems(this.root),
      ...misplaced.map(({ name }) => ({
        rule: "a fragment cannot hold every policy",
        value: name,
        remedy: "put it into the documents that include the fragment",
      })),
      sizeProblem("the policy fragment", renderedBytes(this.root), FRAGMENT_BYTES, "split the fragment"),
    ].filter((problem) => problem !== undefined);
  }

  /** As `value` of azurerm's policy fragment wants it, with `format = "rawxml"`. */
  public render(): string {
    return renderPolicy(this.root);
  }
}

function fragment(children: readonly PolicyElement[]): PolicyElement {
  return new PolicyElement({ name: "fragment", children });
}
