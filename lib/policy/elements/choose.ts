import type { CSharp } from "../csharp";
import { ANYWHERE, PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** One branch of {@link choose}. */
export interface ChooseBranch {
  /** C# `bool`: the first branch whose condition holds is taken. */
  readonly condition: CSharp;
  /** What runs then. */
  readonly policies: readonly PolicyElement[];
}

/**
 * `<choose>`: runs the first branch whose condition is true, else `otherwise`.
 *
 * Source: https://learn.microsoft.com/azure/api-management/choose-policy
 */
export function choose(
  branches: readonly [ChooseBranch, ...ChooseBranch[]],
  otherwise?: readonly PolicyElement[],
): PolicyElement {
  const whens = branches.map(
    ({ condition, policies }) =>
      new PolicyElement({
        name: "when",
        attributes: { condition: PolicyExpression.of(condition) },
        children: policies,
      }),
  );
  return new PolicyElement({
    name: "choose",
    children: otherwise ? [...whens, new PolicyElement({ name: "otherwise", children: otherwise })] : whens,
    placement: ANYWHERE,
  });
}

/** {@link choose} with one branch: the policies run when the condition is true. */
export function when(condition: CSharp, ...policies: readonly PolicyElement[]): PolicyElement {
  return choose([{ condition, policies }]);
}
