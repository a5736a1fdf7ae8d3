import type { Problem } from "../validation";
import { literalProblem } from "./literal-text";
import type { PolicyElement, PolicyScope, PolicySection, PolicyTier } from "./policy-element";

/** What the service that stores a policy can do. */
export interface PolicyStore {
  /** Generation of the tier: each takes its own set of policies. */
  readonly tier: PolicyTier;
  /** Largest document that the service stores, in bytes. */
  readonly policyDocumentBytes: number;
}

/** Problems of an element's texts and of its own rules, its descendants included. */
export function contentProblems(element: PolicyElement): readonly Problem[] {
  return [...element.descendants()].flatMap((descendant) => [
    ...descendant.problems,
    ...[...descendant.attributes].flatMap(([name, value]) =>
      literalProblems(`attribute '${name}' of <${descendant.name}>`, value),
    ),
    ...literalProblems(`text of <${descendant.name}>`, descendant.text),
  ]);
}

/** Problems of where an element and its descendants stand. */
export function placementProblems(
  element: PolicyElement,
  section: PolicySection,
  scope: PolicyScope,
  tier: PolicyTier,
): readonly Problem[] {
  return [...element.descendants()].flatMap(({ name, placement }) => {
    if (!placement) {
      return [];
    }
    const { sections, scopes, tiers } = placement;
    return [
      misplaced(sections.includes(section), `<${name}> may stand in ${sections.join(", ")} only`, section),
      misplaced(
        scopes?.includes(scope) ?? true,
        `<${name}> may stand at scope ${scopes?.join(", ")} only`,
        scope,
      ),
      misplaced(tiers?.includes(tier) ?? true, `<${name}> runs on ${tiers?.join(", ")} gateways only`, tier),
    ].filter((problem) => problem !== undefined);
  });
}

/** The problem of a document that is larger than its place. */
export function sizeProblem(what: string, bytes: number, limit: number, remedy: string): Problem | undefined {
  if (bytes <= limit) {
    return undefined;
  }
  return { rule: `${what} must not exceed ${limit} bytes`, value: bytes, remedy };
}

function misplaced(holds: boolean, rule: string, value: string): Problem | undefined {
  return holds ? undefined : { rule, value, remedy: "move the policy, or do without it on this gateway" };
}

function literalProblems(what: string, value: unknown): readonly Problem[] {
  const why = typeof value === "string" ? literalProblem(value) : undefined;
  return why === undefined ? [] : [{ rule: `${what} ${why}`, value, remedy: "use plain text" }];
}
