import type { SyntaxNode } from "../syntax/syntax-node";
import { type CsType, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { hashKey } from "../values/equality";
import type { Binder } from "./binder";
import type { Count } from "./branches";
import { type Frame, type JumpTargets, LocalScope } from "./frame";
import type { Evaluate } from "./operand";
import { bindPattern, type Match } from "./patterns";
import type { Writer } from "./source";
import { Completion, sequence, type Statement } from "./statement";

interface Label {
  readonly node: SyntaxNode;
  readonly match: Match;
  readonly constant?: { readonly value: CsValue };
  readonly when?: Evaluate;
  /** Called when the label is the one that fits; none if nobody counts. */
  readonly count?: Count;
}

interface Section {
  readonly labels: readonly Label[];
  readonly isDefault: boolean;
  readonly countDefault?: Count;
  readonly body: Statement;
}

/** Labels whose statements have not come yet. */
interface Pending {
  readonly labels: Label[];
  isDefault: boolean;
  countDefault?: Count;
  readonly scope: LocalScope;
}

/** `switch (value) { case ...: default: }`. */
export function switchStatement(binder: Binder, node: SyntaxNode): Statement {
  const subject = binder.value(node.fields.value ?? node);
  const left = { used: false };
  const jumps: JumpTargets = { ...binder.scope.jumps, break: left };
  const scope = new LocalScope(binder.functionScope, binder.scope, jumps);
  const sections = binder.within(scope, () => groupSections(binder, node, subject.type));
  checkLabels(binder, node, sections);
  const hasDefault = sections.some(({ isDefault }) => isDefault);
  const countNone = hasDefault ? undefined : binder.branch(node, "no case");
  const { choose, table } = selector(sections, countNone);
  const isCounted = [countNone, ...sections.flatMap(countsOf)].some((count) => count !== undefined);
  const { evaluate } = subject;
  return {
    endIsReachable: left.used || !hasDefault,
    source:
      table === undefined || isCounted
        ? undefined
        : (writer) => switchSource(writer, evaluate, sections, table),
    execute: (frame) => {
      const completion = choose(frame, evaluate(frame))?.body.execute(frame) ?? Completion.Normal;
      return completion === Completion.Break ? Completion.Normal : completion;
    },
  };
}

function countsOf({ labels, countDefault }: Section): readonly (Label["count"] | undefined)[] {
  return [countDefault, ...labels.map(({ count }) => count)];
}

/** The section is found by the key of the value; JavaScript would try one label after the other. */
function switchSource(
  writer: Writer,
  evaluate: Evaluate,
  sections: readonly Section[],
  table: NonNullable<Selector["table"]>,
): string {
  const numbers = new Map([...table].map(([key, { section }]) => [key, sections.indexOf(section)]));
  const find = (value: CsValue): number => numbers.get(hashKey(value)) ?? -1;
  const cases = sections.map(({ isDefault, body }, index) => {
    const label = `case ${index}:${isDefault ? " default:" : ""}`;
    return `${label} {\n${writer.statement(body)}\n}`;
  });
  return `switch (${writer.constant(find)}(${writer.value(evaluate)})) {\n${cases.join("\n")}\n}`;
}

/** The grammar makes a section of every label; labels without statements belong to the next section. */
function groupSections(binder: Binder, node: SyntaxNode, input: CsType): readonly Section[] {
  const sections: Section[] = [];
  let pending: Pending | undefined;
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
        group.countDefault = binder.branch(section, "default");
      } else {
        group.labels.push({
          ...label(binder, patternNode, whenNode, input),
          count: binder.branch(section, "case"),
        });
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
    const { labels, isDefault, countDefault } = group;
    sections.push({ labels, isDefault, countDefault, body });
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

interface Selector {
  readonly choose: (frame: Frame, value: CsValue) => Section | undefined;
  /** Labels by the keys of their values. @default - some have no value known at load */
  readonly table?: ReadonlyMap<unknown, { readonly section: Section }>;
}

/** Constant labels are looked up at once; anything else is tried in order. */
function selector(sections: readonly Section[], countNone: Count | undefined): Selector {
  const fallback = sections.find(({ isDefault }) => isDefault);
  const labels = sections.flatMap((section) => section.labels.map((one) => ({ ...one, section })));
  const countFallback = fallback === undefined ? countNone : fallback.countDefault;
  const taken = (frame: Frame, label: (typeof labels)[number] | undefined): Section | undefined => {
    (label === undefined ? countFallback : label.count)?.(frame);
    return label?.section ?? fallback;
  };
  if (labels.every(({ constant, when }) => constant !== undefined && when === undefined)) {
    const table = new Map(labels.map((one) => [hashKey(one.constant?.value ?? null), one]));
    return { choose: (frame, value) => taken(frame, table.get(hashKey(value))), table };
  }
  return {
    choose: (frame, value) =>
      taken(
        frame,
        labels.find(({ match, when }) => match(frame, value) && (when === undefined || when(frame) === true)),
      ),
  };
}
