import type { SyntaxNode } from "../syntax/syntax-node";
import { type CsType, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { hashKey } from "../values/equality";
import type { Binder } from "./binder";
import { type Frame, type JumpTargets, LocalScope } from "./frame";
import type { Evaluate } from "./operand";
import { bindPattern, type Match } from "./patterns";
import { Completion, sequence, type Statement } from "./statement";

interface Label {
  readonly node: SyntaxNode;
  readonly match: Match;
  readonly constant?: { readonly value: CsValue };
  readonly when?: Evaluate;
}

interface Section {
  readonly labels: readonly Label[];
  readonly isDefault: boolean;
  readonly body: Statement;
}

/** `switch (value) { case ...: default: }`. */
export function switchStatement(binder: Binder, node: SyntaxNode): Statement {
  const subject = binder.value(node.fields.value ?? node);
  const left = { used: false };
  const jumps: JumpTargets = { ...binder.scope.jumps, break: left };
  const scope = new LocalScope(binder.functionScope, binder.scope, jumps);
  const sections = binder.within(scope, () => groupSections(binder, node, subject.type));
  checkLabels(binder, node, sections);
  const choose = selector(sections);
  const { evaluate } = subject;
  const hasDefault = sections.some(({ isDefault }) => isDefault);
  return {
    endIsReachable: left.used || !hasDefault,
    execute: (frame) => {
      const completion = choose(frame, evaluate(frame))?.body.execute(frame) ?? Completion.Normal;
      return completion === Completion.Break ? Completion.Normal : completion;
    },
  };
}

/** The grammar makes a section of every label; labels without statements belong to the next section. */
function groupSections(binder: Binder, node: SyntaxNode, input: CsType): readonly Section[] {
  const sections: Section[] = [];
  let pending: { labels: Label[]; isDefault: boolean; scope: LocalScope } | undefined;
  const nodes = (node.fields.body?.children ?? []).filter(({ type }) => type === "switch_section");
  for (const [index, section] of nodes.entries()) {
    pending ??= {
      labels: [],
      isDefault: false,
      scope: new LocalScope(binder.functionScope, binder.scope, binder.scope.jumps),
    };
    const group = pending;
    const patternNode = section.children.find(({ type }) => type.endsWith("_pattern") || type === "discard");
    const whenNode = section.children.find(({ type }) => type === "when_clause")?.children[0];
    binder.within(group.scope, () => {
      if (patternNode === undefined) {
        group.isDefault = true;
      } else {
        group.labels.push(label(binder, patternNode, whenNode, input));
      }
    });
    const statements = section.children.filter(
      (child) => child !== patternNode && child.type !== "when_clause",
    );
    if (statements.length === 0 && index < nodes.length - 1) {
      continue;
    }
    const body = binder.within(group.scope, () =>
      sequence(statements.map((statement) => binder.statement(statement))),
    );
    if (body.endIsReachable) {
      binder.report(section, "control falls out of the section: end it with break or return");
    }
    sections.push({ labels: group.labels, isDefault: group.isDefault, body });
    pending = undefined;
  }
  return sections;
}

function label(binder: Binder, node: SyntaxNode, whenNode: SyntaxNode | undefined, input: CsType): Label {
  const pattern = input === SpecialType.error ? { match: () => false } : bindPattern(binder, node, input);
  const when =
    whenNode === undefined ? undefined : binder.converted(binder.value(whenNode), binder.types.bool).evaluate;
  return { node, match: pattern.match, constant: pattern.constant, when };
}

function checkLabels(binder: Binder, node: SyntaxNode, sections: readonly Section[]): void {
  if (sections.filter(({ isDefault }) => isDefault).length > 1) {
    binder.report(node, "the switch has two default sections");
  }
  const seen = new Set<unknown>();
  for (const { node: labelNode, constant, when } of sections.flatMap(({ labels }) => labels)) {
    if (constant === undefined || when !== undefined) {
      continue;
    }
    const key = hashKey(constant.value);
    if (seen.has(key)) {
      binder.report(labelNode, "the switch has this case twice");
    }
    seen.add(key);
  }
}

type Selector = (frame: Frame, value: CsValue) => Section | undefined;

/** Constant labels are looked up at once; anything else is tried in order. */
function selector(sections: readonly Section[]): Selector {
  const fallback = sections.find(({ isDefault }) => isDefault);
  const labels = sections.flatMap((section) => section.labels.map((one) => ({ ...one, section })));
  if (labels.every(({ constant, when }) => constant !== undefined && when === undefined)) {
    const table = new Map(labels.map(({ constant, section }) => [hashKey(constant?.value ?? null), section]));
    return (_, value) => table.get(hashKey(value)) ?? fallback;
  }
  return (frame, value) =>
    labels.find(({ match, when }) => match(frame, value) && (when === undefined || when(frame) === true))
      ?.section ?? fallback;
}
