import type { Problem } from "../validation";
import type { NamedValueReference } from "./named-value-reference";
import type { PolicyExpression } from "./policy-expression";
import type { TerraformText } from "./terraform-text";

/** The four sections of a policy document. */
export type PolicySection = "inbound" | "backend" | "outbound" | "on-error";

/** Scope of a policy document. Workspaces are not used by this library. */
export type PolicyScope = "global" | "product" | "api" | "operation";

/** Tiers of API Management that offer the same policies. */
export type PolicyTier = "classic" | "v2" | "consumption";

/**
 * What may stand in an attribute or as text. A plain string is a literal: it is escaped, and refused if it
 * could become an expression or a named value.
 */
export type PolicyValue = string | number | boolean | PolicyExpression | NamedValueReference | TerraformText;

/**
 * Where a policy may stand.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export interface PolicyPlacement {
  /** Sections of a document that may hold the element. */
  readonly sections: readonly PolicySection[];
  /** Scopes of documents that may hold the element. @default - all scopes */
  readonly scopes?: readonly PolicyScope[];
  /** Generations of tiers that know the element. @default - all tiers */
  readonly tiers?: readonly PolicyTier[];
  /** Whether a fragment may hold it. @default true */
  readonly allowedInFragment?: boolean;
}

/** A policy that every section takes. */
export const ANYWHERE: PolicyPlacement = { sections: ["inbound", "backend", "outbound", "on-error"] };

/** A policy of the inbound section. */
export const INBOUND: PolicyPlacement = { sections: ["inbound"] };

/**
 * An element of a policy document.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export interface PolicyElementProps {
  /** Name of the XML element. */
  readonly name: string;
  /** In the order in which they are written; `undefined` is left out. @default - none */
  readonly attributes?: Readonly<Record<string, PolicyValue | undefined>>;
  /** In the documented order. @default - none */
  readonly children?: readonly PolicyElement[];
  /** Text inside the element. @default - no text; an element has text or children */
  readonly text?: PolicyValue;
  /** Where the element may stand. @default - the element is not a policy but a part of one, such as `value` */
  readonly placement?: PolicyPlacement;
  /** What its factory found wrong; `undefined` is left out. @default - nothing */
  readonly problems?: readonly (Problem | undefined)[];
}

/** Names of policies and their attributes: nothing that could begin or end markup. */
const NAME = /^[a-z][a-z0-9-]*$/i;

/** One element of a policy document. Made by the factories in `elements/`, written by the renderer only. */
export class PolicyElement {
  /** Name of the XML element. */
  public readonly name: string;
  /** Attributes, in the order in which they are written. */
  public readonly attributes: ReadonlyMap<string, PolicyValue>;
  /** Elements inside it, in order. */
  public readonly children: readonly PolicyElement[];
  /** Text inside it. */
  public readonly text: PolicyValue | undefined;
  /** Where it may stand. */
  public readonly placement: PolicyPlacement | undefined;
  /** What is wrong with this element itself; the document reports it. */
  public readonly problems: readonly Problem[];

  /** @throws Error if it has both text and children, or a name other than of letters, digits and '-' */
  public constructor(props: PolicyElementProps) {
    const { name, attributes = {}, children = [], text, placement, problems = [] } = props;
    if (!NAME.test(name)) {
      throw new Error(
        `name of a policy element must be letters, digits and '-', got ${JSON.stringify(name)}`,
      );
    }
    for (const attribute of Object.keys(attributes).filter((each) => !NAME.test(each))) {
      throw new Error(
        `attribute of <${name}> must be letters, digits and '-', got ${JSON.stringify(attribute)}`,
      );
    }
    if (text !== undefined && children.length > 0) {
      throw new Error(`<${name}> has text or children, got both`);
    }
    this.name = name;
    this.attributes = new Map(
      Object.entries(attributes).filter((entry): entry is [string, PolicyValue] => entry[1] !== undefined),
    );
    this.children = [...children];
    this.text = text;
    this.placement = placement;
    this.problems = problems.filter((problem) => problem !== undefined);
  }

  /** This element and everything in it, in document order. */
  public *descendants(): IterableIterator<PolicyElement> {
    yield this;
    for (const child of this.children) {
      yield* child.descendants();
    }
  }
}
