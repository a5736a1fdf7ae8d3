import { createHash } from "node:crypto";
import { parsedCSharp, type SyntaxNode } from "../../expressions";
import type { GatewayModel } from "../model";
import type { EffectiveElement } from "../policies";
import type { FoundCaller } from "./caller-search";
import { ownWords } from "./own-words";

/** Where a text stands in the policies, and what stands around it. */
interface Place {
  /** Which element or expression. */
  readonly owner: string;
  readonly around: string;
}

const WORD = /[^\s:/,;|+"'()<>=]+/g;

/**
 * Classes of callers that policies treat alike: their first call took the same steps and left the same variables,
 * and all that policies say of their names and credentials is textually the same, but for these themselves.
 */
export class CallerClasses {
  private readonly places = new Map<string, Place[]>();
  private owners = 0;

  public constructor(
    elements: readonly EffectiveElement[],
    private readonly gateway: GatewayModel,
  ) {
    elements.forEach((element) => this.readElement(element, ""));
  }

  /** Callers in classes, in the order of the first of each. */
  public of(callers: readonly FoundCaller[]): readonly (readonly [FoundCaller, ...FoundCaller[]])[] {
    const classes = new Map<string, [FoundCaller, ...FoundCaller[]]>();
    for (const caller of callers) {
      const signature = this.signatureOf(caller);
      const known = classes.get(signature);
      if (known === undefined) {
        classes.set(signature, [caller]);
      } else {
        known.push(caller);
      }
    }
    return [...classes.values()];
  }

  private signatureOf(caller: FoundCaller): string {
    const own = ownWords(caller);
    const mask = (text: string): string => text.replace(WORD, (word) => own.get(word) ?? word);
    const { trace, status } = caller.answer;
    const subscriptions = this.gateway.subscriptions.filter(({ subscriptionId }) => own.has(subscriptionId));
    return hashOf([
      caller.request.target,
      caller.acting,
      status,
      trace.product,
      mask(JSON.stringify(caller.credentials)),
      subscriptions.map(({ scope, state }) => [scope, state]),
      trace.steps.map(({ position, outcome, detail }) => [
        position.address,
        position.section,
        position.path,
        outcome,
        mask(JSON.stringify({ ...detail, counter: undefined, limits: undefined })),
      ]),
      Object.entries(trace.variables).map(([name, value]) => [name, mask(value)]),
      [...own.keys()]
        .flatMap((word) => this.places.get(word) ?? [])
        .map(({ owner, around }) => `${owner} ${mask(around)}`)
        .sort(),
    ]);
  }

  private readElement({ name, attributes, text, children }: EffectiveElement, path: string): void {
    const here = `${path}/${name}`;
    const values = [...attributes];
    const literals = values.filter(([, value]) => !isExpression(value));
    const around = literals.map(([attribute, value]) => `${attribute}=${value}`).join(" ");
    for (const [attribute, value] of literals) {
      this.add(value, { owner: `${here} ${attribute}`, around });
    }
    for (const [, value] of values.filter(([, each]) => isExpression(each))) {
      this.readExpression(value);
    }
    if (isExpression(text)) {
      this.readExpression(text);
    } else {
      this.add(text, { owner: here, around });
    }
    children.forEach((child) => this.readElement(child, here));
  }

  private readExpression(expression: string): void {
    const body = expression.trim();
    const code = body.startsWith("@(") ? `return ${body.slice(1)};` : body.slice(1);
    this.owners += 1;
    this.readCode(parsedCSharp(code).root, `expression ${this.owners}`, code);
  }

  /** @param around of texts in the node */
  private readCode(node: SyntaxNode, owner: string, around: string): void {
    if (node.type === "string_literal" || node.type === "verbatim_string_literal") {
      this.add(node.text, { owner, around });
      return;
    }
    if (node.type === "switch_body") {
      node.children.forEach((section, index) => {
        const body = bodyOf(node.children.slice(index));
        const labels = section.children.filter(isLabel).map(({ text }) => text);
        this.readCode(section, owner, `case ${labels.join()}: ${body}`);
      });
      return;
    }
    const isList =
      node.type === "initializer_expression" && node.children.every(({ type }) => type === "string_literal");
    for (const child of node.children) {
      // Of a list of texts, the others do not matter to one of them.
      this.readCode(child, owner, isList ? `${around.replace(node.text, "{}")} ${child.text}` : around);
    }
  }

  private add(text: string, place: Place): void {
    for (const word of new Set(text.match(WORD) ?? [])) {
      const known = this.places.get(word);
      if (known === undefined) {
        this.places.set(word, [place]);
      } else {
        known.push(place);
      }
    }
  }
}

/** What the first section that has statements does: several labels may lead to it. */
function bodyOf(sections: readonly SyntaxNode[]): string {
  const statements = (section: SyntaxNode): readonly SyntaxNode[] =>
    section.children.filter((child) => !isLabel(child));
  const section = sections.find((each) => statements(each).length > 0);
  return section === undefined ? "" : statements(section).map(({ text }) => text).join(" ");
}

function isLabel({ type }: SyntaxNode): boolean {
  return /pattern/.test(type);
}

function isExpression(value: string): boolean {
  return value.trim().startsWith("@");
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
