import type { Problem } from "../validation";
import { policyDigest } from "./policy-digest";
import { PolicyElement, type PolicyScope, type PolicySection } from "./policy-element";
import { contentProblems, placementProblems, type PolicyStore, sizeProblem } from "./policy-problems";
import { renderedBytes, renderPolicy } from "./policy-renderer";

/** The sections of a policy document. */
export interface PolicyDocumentProps {
  /** Where the document holds. */
  readonly scope: PolicyScope;
  /** What runs before the request is forwarded. */
  readonly inbound: readonly PolicyElement[];
  /** One element at most: API Management takes no more. */
  readonly backend: readonly PolicyElement[];
  /** What runs on the way back. */
  readonly outbound: readonly PolicyElement[];
  /** What runs once something has failed. */
  readonly onError: readonly PolicyElement[];
}

/**
 * Policy document of one scope, all four sections.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-edit-policies
 */
export class PolicyDocument {
  /** Where the document holds. */
  public readonly scope: PolicyScope;
  /** Its elements by section. */
  public readonly sections: ReadonlyMap<PolicySection, readonly PolicyElement[]>;
  private readonly root: PolicyElement;

  public constructor({ scope, inbound, backend, outbound, onError }: PolicyDocumentProps) {
    this.scope = scope;
    this.sections = new Map<PolicySection, readonly PolicyElement[]>([
      ["inbound", inbound],
      ["backend", backend],
      ["outbound", outbound],
      ["on-error", onError],
    ]);
    // Behind what ends every request that comes to this section.
    const digest = policyDigest(policies(this.sections));
    this.root = policies(new Map(this.sections).set("on-error", [...onError, digest]));
  }

  /** Everything that API Management would refuse, or that would drop what broader scopes ask for. */
  public problems(store: PolicyStore): readonly Problem[] {
    return [
      ...contentProblems(this.root),
      ...[...this.sections].flatMap(([section, elements]) => [
        ...elements.flatMap((element) => placementProblems(element, section, this.scope, store.tier)),
        ...this.inheritanceProblems(section, elements),
      ]),
      sizeProblem(
        "the policy document",
        renderedBytes(this.root),
        store.policyDocumentBytes,
        "split the clients over several APIs, or give more of them the same rights and limits",
      ),
    ].filter((problem) => problem !== undefined);
  }

  /** As `xml_content` of azurerm's policy resources wants it. */
  public render(): string {
    return renderPolicy(this.root);
  }

  private inheritanceProblems(
    section: PolicySection,
    elements: readonly PolicyElement[],
  ): readonly Problem[] {
    const [first, ...others] = elements;
    const problems: Problem[] = [];
    if (section === "backend" && others.length > 0) {
      problems.push({
        rule: "the backend section takes one policy",
        value: elements.map(({ name }) => name),
        remedy: "nest the policies in one",
      });
    }
    const forwards = elements.some((element) => contains(element, "forward-request"));
    if (this.scope !== "global" && first?.name !== "base" && !(section === "backend" && forwards)) {
      problems.push({
        rule: `<base /> must come first in ${section}, or policies of broader scopes do not run`,
        value: first?.name ?? "nothing",
        remedy: "start the section with base()",
      });
    }
    if (
      [...others, ...elements.flatMap(({ children }) => children)].some((element) =>
        contains(element, "base"),
      )
    ) {
      problems.push({
        rule: `<base /> may stand once in ${section}, not inside another policy`,
        remedy: "remove the other one",
      });
    }
    return problems;
  }
}

function policies(sections: ReadonlyMap<PolicySection, readonly PolicyElement[]>): PolicyElement {
  return new PolicyElement({
    name: "policies",
    children: [...sections].map(([name, children]) => new PolicyElement({ name, children })),
  });
}

function contains(element: PolicyElement, name: string): boolean {
  return [...element.descendants()].some((descendant) => descendant.name === name);
}
