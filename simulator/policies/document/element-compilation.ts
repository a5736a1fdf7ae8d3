import {
  type CompiledExpression,
  compileExpression,
  type ExpressionCoverage,
  ExpressionSyntaxError,
  isExpression,
  toBoolean,
  toNumber,
  toText,
} from "../../../expressions";
import type { GatewayModel } from "../../model";
import type {
  BooleanValue,
  DynamicValue,
  ElementShape,
  NumberValue,
  PolicyCompilation,
  PolicyElementNode,
  TextValue,
} from "../policy-compiler";
import type { CompiledPolicy, PolicyPosition } from "../policy-execution";
import type { PolicyProblem } from "./policy-problem";

/** What decides whether an element may stand at its place. */
export interface ElementPlacement {
  /** Occurrences by element name. */
  readonly document: Map<string, number>;
  readonly section: Map<string, number>;
  readonly inFragment: boolean;
  /** Inside an element that builds a message, where sections and scopes do not matter. */
  readonly building: boolean;
}

/** What an element's compilation needs from the document it is part of. */
export interface EnclosingDocument {
  readonly model: GatewayModel;
  readonly isStrict: boolean;
  report(problem: PolicyProblem): void;
  arm(address: string, node: PolicyElementNode, what: string): (() => void) | undefined;
  branches(address: string, node: PolicyElementNode, source: string): ExpressionCoverage | undefined;
  elements(
    nodes: readonly PolicyElementNode[],
    within: PolicyPosition,
    parentPath: string,
    placement: ElementPlacement,
  ): readonly CompiledPolicy[];
  fragment(
    fragmentId: string,
    position: PolicyPosition,
    placement: ElementPlacement,
  ): () => readonly CompiledPolicy[];
}

/** Compiles the values and the nested policies of one element, and notes which bodies its expressions read. */
export class ElementCompilation implements PolicyCompilation {
  public readsRequestBody = false;
  public readsResponseBody = false;

  public constructor(
    private readonly document: EnclosingDocument,
    public readonly position: PolicyPosition,
    private readonly placement: ElementPlacement,
    private readonly shape: ElementShape,
  ) {}

  public get isStrict(): boolean {
    return this.document.isStrict;
  }

  public get model(): GatewayModel {
    return this.document.model;
  }

  public refuse(problem: string, node?: PolicyElementNode): void {
    const { address, section, line, column, path } = this.position;
    const name = path.slice(path.lastIndexOf("\\") + 1).replace(/\[\d+\]$/, "");
    this.document.report({ address, section, line, column, element: name, ...placeOf(node), problem });
  }

  public text(value: string, node: PolicyElementNode): TextValue {
    const expression = this.expression(value, node);
    if (expression === undefined) {
      return () => value;
    }
    return ({ context }) => toText(expression.evaluate(context));
  }

  public value(value: string, node: PolicyElementNode): DynamicValue {
    const expression = this.expression(value, node);
    if (expression === undefined) {
      return () => value;
    }
    return ({ context }) => expression.evaluate(context);
  }

  public boolean(value: string, node: PolicyElementNode): BooleanValue {
    const expression = this.expression(value, node);
    if (expression === undefined) {
      const literal = value.trim().toLowerCase() === "true";
      return () => literal;
    }
    return ({ context }) => toBoolean(expression.evaluate(context));
  }

  public number(value: string, node: PolicyElementNode): NumberValue {
    const expression = this.expression(value, node);
    if (expression === undefined) {
      const literal = Number(value);
      return () => literal;
    }
    return ({ context }) => toNumber(expression.evaluate(context));
  }

  public nested(parent: PolicyElementNode, parentPath = this.position.path): readonly CompiledPolicy[] {
    const names = this.shape.policyNames;
    const allowed = parent.children.filter((child) => {
      const good = names === undefined || names.includes(child.name);
      if (!good) {
        this.refuse(`is not allowed in <${parent.name}>; allowed: ${names.join(", ")}`, child);
      }
      return good;
    });
    return this.document.elements(allowed, this.position, parentPath, this.placement);
  }

  public building(nodes: readonly PolicyElementNode[]): readonly CompiledPolicy[] {
    return this.document.elements(nodes, this.position, this.position.path, {
      ...this.placement,
      building: true,
    });
  }

  public fragment(fragmentId: string): () => readonly CompiledPolicy[] {
    return this.document.fragment(fragmentId, this.position, this.placement);
  }

  public arm(node: PolicyElementNode, what: string): (() => void) | undefined {
    return this.document.arm(this.position.address, node, what);
  }

  /** Offsets that an expression has in its value, white space around it included. */
  private branches(value: string, node: PolicyElementNode): ExpressionCoverage | undefined {
    const coverage = this.document.branches(this.position.address, node, value);
    const shift = value.length - value.trimStart().length;
    return (
      coverage && {
        branch: (start, end, branch) => coverage.branch(start + shift, end + shift, branch),
      }
    );
  }

  private expression(value: string, node: PolicyElementNode): CompiledExpression | undefined {
    if (!isExpression(value)) {
      return undefined;
    }
    try {
      const { address } = this.position;
      const at = { address, line: node.line, column: node.column };
      const compiled = compileExpression(value.trim(), at, this.branches(value, node));
      this.readsRequestBody ||= compiled.readsRequestBody;
      this.readsResponseBody ||= compiled.readsResponseBody;
      return compiled;
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) {
        throw error;
      }
      for (const { message, construct, line, column } of error.problems) {
        this.refuse(`policy expression: ${message} (at \`${construct}\`)`, { ...node, line, column });
      }
      return undefined;
    }
  }
}

function placeOf(node: PolicyElementNode | undefined): {
  readonly element?: string;
  readonly line?: number;
  readonly column?: number;
} {
  return node === undefined ? {} : { element: node.name, line: node.line, column: node.column };
}
