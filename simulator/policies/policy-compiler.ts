import type { GatewayModel } from "../model";
import type {
  CompiledPolicy,
  PolicyExecution,
  PolicyPosition,
  PolicyRun,
  ScopeName,
  SectionName,
} from "./policy-execution";

/** Groups of tiers that offer the same policies. */
export type GatewayKind = "classic" | "v2" | "consumption";

/**
 * How one policy element is compiled. One file per policy in `elements`, registered in
 * `policy-compilers.ts`.
 * `id` is allowed on every policy and handled outside.
 */
export interface PolicyCompiler {
  readonly name: string;
  readonly sections: readonly SectionName[];
  /** Sections that Microsoft's page names, where deployed policies use more: only these with `strict`. @default - all */
  readonly pageSections?: readonly SectionName[];
  /** @default - all scopes */
  readonly scopes?: readonly ScopeName[];
  /** Tiers that have the policy. @default - all */
  readonly gateways?: readonly GatewayKind[];
  /** At most one in a document or section. @default - any number */
  readonly once?: "document" | "section";
  /** Whether a fragment may hold it. @default true */
  readonly allowedInFragment?: boolean;
  /** Attributes, children and text. Checked before `compile`, which therefore sees only well-shaped elements. */
  readonly shape: ElementShape;
  compile(element: PolicyElementNode, compilation: PolicyCompilation): PolicyRun;
}

/** What an element may hold; everything else is refused at load. */
export interface ElementShape {
  /** @default - no attribute */
  readonly attributes?: Readonly<Record<string, AttributeShape>>;
  /** Groups of attributes of which exactly one must be present. @default - none */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Child elements in the order they must have. @default - no child */
  readonly children?: readonly ChildShape[];
  /** Text content. @default "none" */
  readonly text?: "none" | "optional" | "required";
  /** The children are policies: checked and compiled by `compilation.nested`. @default false */
  readonly policies?: boolean;
  /** With `policies`: names allowed, others are refused. @default - all that the section allows */
  readonly policyNames?: readonly string[];
}

export interface AttributeShape {
  /**
   * `"page"`: Microsoft's page asks for it, and deployed policies do without: needed only with `strict`.
   * @default false
   */
  readonly required?: boolean | "page";
  /** Whether a policy expression may stand there. @default false */
  readonly expression?: boolean;
  /** How a literal is checked. @default "string" */
  readonly type?: "string" | "boolean" | "integer" | "number";
  /** Literals allowed. @default - any of the type */
  readonly values?: readonly string[];
  /** @default - no bound */
  readonly min?: number;
  /** @default - no bound */
  readonly max?: number;
}

export interface ChildShape {
  readonly name: string;
  /** @default 0 */
  readonly min?: number;
  /** The least number that Microsoft's page asks for, where deployed policies have less. @default - `min` */
  readonly pageMin?: number;
  /** @default - any number */
  readonly max?: number;
  /** @default - the child is a policy, checked and compiled by `compilation.building` */
  readonly shape?: ElementShape;
}

/** A parsed XML element with its place in the document. Named values are substituted. */
export interface PolicyElementNode {
  readonly name: string;
  /** Without `id`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly PolicyElementNode[];
  /** Text and CDATA directly in the element, concatenated. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What a compiler may use at load. Problems are collected, so that one load reports all of a stack at once. */
export interface PolicyCompilation {
  readonly position: PolicyPosition;
  /** Whether Microsoft's pages hold where deployed policies contradict them. */
  readonly isStrict: boolean;
  /** For references by name: certificates, loggers, backends, fragments. */
  readonly model: GatewayModel;
  /** Reports a problem; loading fails after everything has been read. */
  refuse(problem: string, node?: PolicyElementNode): void;
  /**
   * A literal, or a compiled expression, as a string-producing value: attribute value or element text.
   * A null result gives the empty string. The values run with the bodies they read already buffered.
   */
  text(value: string, node: PolicyElementNode): TextValue;
  /** As `text`, keeping the C# value; a literal gives its string. */
  value(value: string, node: PolicyElementNode): DynamicValue;
  boolean(value: string, node: PolicyElementNode): BooleanValue;
  number(value: string, node: PolicyElementNode): NumberValue;
  /** Compiles nested policies (`choose`, `retry`, `wait`, `limit-concurrency`) under `parentPath`. */
  nested(parent: PolicyElementNode, parentPath?: string): readonly CompiledPolicy[];
  /**
   * Compiles children that build one message of their own (`send-request`, `return-response`): placement in
   * sections and scopes is not theirs to follow. Run them with `execution.onCall` or `execution.onResponse`.
   */
  building(nodes: readonly PolicyElementNode[]): readonly CompiledPolicy[];
  /**
   * Names a part of the element that runs for some requests only, such as a branch of `choose`.
   * @returns called whenever the part runs; none if nobody counts
   */
  arm(node: PolicyElementNode, what: string): (() => void) | undefined;
  /** The policies of a fragment, compiled for this place when they first run. An unknown or misplaced one is refused. */
  fragment(fragmentId: string): () => readonly CompiledPolicy[];
}

export type TextValue = (execution: PolicyExecution) => string;

export type BooleanValue = (execution: PolicyExecution) => boolean;

export type NumberValue = (execution: PolicyExecution) => number;

/** Gives a C# value as the expression engine represents it. */
export type DynamicValue = (execution: PolicyExecution) => unknown;
