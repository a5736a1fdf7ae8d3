import type { SyntaxNode } from "../syntax/syntax-node";
import { convert, explicitConversion } from "../types/conversion";
import { constructionOf } from "../types/subtyping";
import { registry } from "../types/type-registry";
import { iterate } from "../values/collections";
import { ArrayType, type CsType, NamedType, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { type CsException, nullReference, ThrownException } from "../values/exception";
import { consume } from "../values/execution";
import type { Binder } from "./binder";
import { countedLoop, countedStatement } from "./counted";
import { arrayOf } from "./creation";
import { type JumpTargets, LocalScope } from "./frame";
import { call } from "./invocation";
import { memberAccess } from "./members";
import type { Evaluate, Value } from "./operand";
import { type Source, written } from "./source";
import { Completion, sequence, type Statement } from "./statement";
import { switchStatement } from "./switch-statement";
import { tryStatement } from "./try-statement";

type StatementForm = (binder: Binder, node: SyntaxNode) => Statement;

const NOTHING: Statement = { endIsReachable: true, execute: () => Completion.Normal, source: () => "" };

function simple(execute: (frame: Parameters<Statement["execute"]>[0]) => void, source?: Source): Statement {
  return {
    endIsReachable: true,
    source,
    execute: (frame) => {
      execute(frame);
      return Completion.Normal;
    },
  };
}

/** How each kind of statement is compiled. What is not here is refused. */
const FORMS: Readonly<Record<string, StatementForm>> = {
  block: (binder, node) => block(binder, node.children),
  empty_statement: () => NOTHING,
  local_declaration_statement: localDeclaration,
  expression_statement: expressionStatement,
  if_statement: ifStatement,
  while_statement: whileStatement,
  do_statement: doStatement,
  for_statement: forStatement,
  foreach_statement: foreachStatement,
  return_statement: returnStatement,
  break_statement: (binder, node) => jump(binder, node, "break", Completion.Break),
  continue_statement: (binder, node) => jump(binder, node, "continue", Completion.Continue),
  throw_statement: throwStatement,
  try_statement: tryStatement,
  switch_statement: switchStatement,
  using_statement: usingStatement,
  checked_statement: (binder, node) =>
    binder.overflow(node.tokens.includes("unchecked") ? "unchecked" : "checked", () =>
      binder.statement(node.children[0] ?? node),
    ),
};

/** Compiles a statement in the current scope. */
export function bindStatement(binder: Binder, node: SyntaxNode): Statement {
  const form = FORMS[node.type];
  if (form === undefined) {
    binder.report(node, `${node.type.replace(/_/g, " ")} is not supported`);
    return NOTHING;
  }
  return form(binder, node);
}

function inner(binder: Binder, jumps?: JumpTargets): LocalScope {
  return new LocalScope(binder.functionScope, binder.scope, jumps ?? binder.scope.jumps);
}

/** Statements with a scope of their own. */
export function block(binder: Binder, nodes: readonly SyntaxNode[]): Statement {
  return braced(binder.within(inner(binder), () => sequence(nodes.map((node) => binder.statement(node)))));
}

/** A statement whose variables are its own, in JavaScript too. */
function braced(statement: Statement): Statement {
  return { ...statement, source: (writer) => `{\n${writer.statement(statement)}\n}` };
}

/** A statement under `if`, `while` ...: a declaration alone makes no sense there. */
function embedded(binder: Binder, node: SyntaxNode | undefined, jumps?: JumpTargets): Statement {
  if (node === undefined) {
    return NOTHING;
  }
  if (node.type === "local_declaration_statement") {
    binder.report(node, "a declaration needs a block around it here");
  }
  return braced(binder.within(inner(binder, jumps), () => binder.statement(node)));
}

function localDeclaration(binder: Binder, node: SyntaxNode): Statement {
  const modifiers = node.children.filter(({ type }) => type === "modifier").map(({ text }) => text);
  const declaration = node.children.find(({ type }) => type === "variable_declaration");
  if (
    declaration === undefined ||
    node.tokens.includes("using") ||
    modifiers.some((modifier) => modifier !== "const")
  ) {
    binder.report(node, "this form of declaration is not supported");
    return NOTHING;
  }
  return variables(binder, declaration, modifiers.includes("const"));
}

function variables(binder: Binder, declaration: SyntaxNode, isConst: boolean, isReadOnly = false): Statement {
  const typeNode = declaration.fields.type;
  const declarators = declaration.children.filter(({ type }) => type === "variable_declarator");
  const type =
    typeNode === undefined || typeNode.type === "implicit_type" ? undefined : binder.type(typeNode);
  if (type === undefined && declarators.length > 1) {
    binder.report(declaration, "'var' declares one variable at a time");
  }
  return sequence(declarators.map((declarator) => declare(binder, declarator, type, isConst, isReadOnly)));
}

function declare(
  binder: Binder,
  declarator: SyntaxNode,
  declaredType: CsType | undefined,
  isConst: boolean,
  isReadOnly: boolean,
): Statement {
  const name = declarator.fields.name ?? declarator;
  const initializer = declarator.children.find((child) => child !== name);
  if (initializer === undefined) {
    if (declaredType === undefined || isConst) {
      binder.report(declarator, `'${name.text}' needs a value`);
    }
    const variable = binder.declare(name, name.text, declaredType ?? SpecialType.error);
    variable.isUnassigned = true;
    return simple(
      (frame) => variable.declare(frame, undefined),
      (writer) => `let ${writer.variable(variable)};`,
    );
  }
  const value = initialValue(binder, initializer, declaredType);
  if (isConst && value.constant === undefined && value.type !== SpecialType.error) {
    binder.report(initializer, "the value of a constant must be known at compile time");
  }
  const variable = binder.declare(name, name.text, value.type, {
    constant: isConst ? value.constant : undefined,
    isReadOnly: isReadOnly || isConst,
  });
  const { evaluate } = value;
  return simple(
    (frame) => variable.declare(frame, evaluate(frame)),
    (writer) => `let ${writer.variable(variable)} = ${writer.value(evaluate)};`,
  );
}

function initialValue(binder: Binder, initializer: SyntaxNode, declaredType: CsType | undefined): Value {
  if (initializer.type === "initializer_expression" && declaredType instanceof ArrayType) {
    return arrayOf(binder, initializer, declaredType, initializer);
  }
  if (declaredType !== undefined) {
    return binder.converted(binder.operand(initializer), declaredType);
  }
  const value = binder.value(initializer);
  if (value.type.kind === "special" && value.type !== SpecialType.error) {
    binder.report(initializer, `'var' cannot take its type from '${value.type.display}'`);
    return { ...value, type: SpecialType.error };
  }
  return value;
}

function expressionStatement(binder: Binder, node: SyntaxNode): Statement {
  const value = binder.value(node.children[0] ?? node);
  if (value.isStatement !== true && value.type !== SpecialType.error) {
    binder.report(node, "only calls, assignments, '++', '--' and 'new' can stand as statements");
  }
  const { evaluate } = value;
  return simple(
    (frame) => void evaluate(frame),
    (writer) => `${writer.value(evaluate)};`,
  );
}

function condition(
  binder: Binder,
  node: SyntaxNode | undefined,
): { readonly test: Evaluate; readonly always?: boolean } {
  if (node === undefined) {
    return {
      test: written(
        () => true,
        () => "true",
      ),
      always: true,
    };
  }
  const value = binder.converted(binder.value(node), binder.types.bool);
  return {
    test: value.evaluate,
    always: value.constant === undefined ? undefined : value.constant.value === true,
  };
}

function ifStatement(binder: Binder, node: SyntaxNode): Statement {
  const { test, always } = condition(binder, node.fields.condition);
  const { consequence: yes, alternative: no } = node.fields;
  const consequence = countedStatement(binder, yes ?? node, "if", embedded(binder, yes));
  const otherwise = embedded(binder, no);
  const alternative =
    no === undefined && always === true
      ? otherwise
      : countedStatement(binder, no ?? node, no === undefined ? "no else" : "else", otherwise);
  const endIsReachable =
    (consequence.endIsReachable && always !== false) || (always !== true && alternative.endIsReachable);
  return {
    endIsReachable,
    source: (writer) =>
      `if (${writer.value(test)} === true) {\n${writer.statement(consequence)}\n} else {\n${writer.statement(alternative)}\n}`,
    execute: (frame) => (test(frame) === true ? consequence.execute(frame) : alternative.execute(frame)),
  };
}

interface LoopTargets extends JumpTargets {
  readonly break: { used: boolean };
  readonly continue: { used: boolean };
}

function loopTargets(binder: Binder): LoopTargets {
  return { ...binder.scope.jumps, break: { used: false }, continue: { used: false } };
}

function whileStatement(binder: Binder, node: SyntaxNode): Statement {
  const jumps = loopTargets(binder);
  return binder.within(inner(binder), () => {
    const { test, always } = condition(binder, node.fields.condition ?? node.children[0]);
    const { body, whole } = countedLoop(
      binder,
      node,
      embedded(binder, node.fields.body, jumps),
      always === true,
    );
    return whole({
      endIsReachable: always !== true || jumps.break.used,
      source: (writer) =>
        `while (${writer.value(test)} === true) {\n${writer.constant(consume)}();\n${writer.statement(body)}\n}`,
      execute: (frame) => {
        while (test(frame) === true) {
          consume();
          const completion = body.execute(frame);
          if (completion === Completion.Break) {
            break;
          }
          if (completion === Completion.Return) {
            return completion;
          }
        }
        return Completion.Normal;
      },
    });
  });
}

function doStatement(binder: Binder, node: SyntaxNode): Statement {
  const jumps = loopTargets(binder);
  const body = embedded(binder, node.fields.body, jumps);
  const { test, always } = condition(binder, node.fields.condition);
  return {
    endIsReachable: jumps.break.used || (always !== true && (body.endIsReachable || jumps.continue.used)),
    execute: (frame) => {
      do {
        consume();
        const completion = body.execute(frame);
        if (completion === Completion.Break) {
          break;
        }
        if (completion === Completion.Return) {
          return completion;
        }
      } while (test(frame) === true);
      return Completion.Normal;
    },
  };
}

/** Parts of `for (a; b; c)`: the grammar gives several initializers or updates the same field name. */
function forParts(node: SyntaxNode): { readonly initializers: SyntaxNode[]; readonly updates: SyntaxNode[] } {
  const { condition: test, body } = node.fields;
  const others = node.children.filter((child) => child !== test && child !== body);
  // The second semicolon tells initializers from updates when there is no condition.
  const semicolon = semicolonAfter(node, test, others);
  return {
    initializers: others.filter(({ start }) => start < semicolon),
    updates: others.filter(({ start }) => start > semicolon),
  };
}

function semicolonAfter(
  node: SyntaxNode,
  test: SyntaxNode | undefined,
  others: readonly SyntaxNode[],
): number {
  if (test !== undefined) {
    return test.start;
  }
  for (let index = 0; index < node.text.length; index++) {
    const position = node.start + index;
    const within = others.find(({ start, end }) => position >= start && position < end);
    if (within !== undefined) {
      index = within.end - node.start - 1;
    } else if (node.text[index] === ";") {
      return position;
    }
  }
  return node.end;
}

function forStatement(binder: Binder, node: SyntaxNode): Statement {
  const jumps = loopTargets(binder);
  return binder.within(inner(binder), () => {
    const { initializers, updates } = forParts(node);
    const start = sequence(
      initializers.map((part) =>
        part.type === "variable_declaration"
          ? variables(binder, part, false)
          : expressionStatement(binder, { ...part, children: [part] }),
      ),
    );
    const { test, always } = condition(binder, node.fields.condition);
    const { body, whole } = countedLoop(
      binder,
      node,
      embedded(binder, node.fields.body, jumps),
      always === true,
    );
    const update = sequence(
      updates.map((part) => expressionStatement(binder, { ...part, children: [part] })),
    );
    return whole({
      endIsReachable: always !== true || jumps.break.used,
      execute: (frame) => {
        for (start.execute(frame); test(frame) === true; update.execute(frame)) {
          consume();
          const completion = body.execute(frame);
          if (completion === Completion.Break) {
            break;
          }
          if (completion === Completion.Return) {
            return completion;
          }
        }
        return Completion.Normal;
      },
    });
  });
}

/** What `foreach` walks, and the type of its items. */
function enumeration(
  binder: Binder,
  source: Value,
): { readonly items: Evaluate; readonly element: CsType } | undefined {
  const { type } = source;
  if (type instanceof ArrayType) {
    return { items: source.evaluate, element: type.element };
  }
  const own =
    type instanceof NamedType &&
    type.definition.membersNamed("GetEnumerator").some(({ kind }) => kind === "method");
  if (own) {
    const name = { ...source.node, type: "identifier", text: "GetEnumerator", children: [] };
    const group = memberAccess(binder, source.node, source, name, true);
    const enumerator = group.kind === "method-group" ? call(binder, source.node, group, []) : undefined;
    if (enumerator?.type instanceof NamedType) {
      return { items: enumerator.evaluate, element: enumerator.type.typeArguments[0] ?? binder.types.object };
    }
  }
  const generic = constructionOf(
    type,
    registry.requireDefinition("System.Collections.Generic.IEnumerable", 1),
  );
  if (generic !== undefined) {
    return { items: source.evaluate, element: generic.typeArguments[0] ?? binder.types.object };
  }
  const plain = constructionOf(type, registry.requireDefinition("System.Collections.IEnumerable"));
  return plain === undefined ? undefined : { items: source.evaluate, element: binder.types.object };
}

function foreachStatement(binder: Binder, node: SyntaxNode): Statement {
  const { type: typeNode, left, right, body: bodyNode } = node.fields;
  const isComplete = left?.type === "identifier" && right !== undefined && typeNode !== undefined;
  if (!isComplete || node.tokens.includes("await")) {
    binder.report(node, "this form of foreach is not supported");
    return NOTHING;
  }
  const source = binder.value(right);
  const walk = source.type === SpecialType.error ? undefined : enumeration(binder, source);
  if (walk === undefined) {
    if (source.type !== SpecialType.error) {
      binder.report(right, `'${source.type.display}' cannot be enumerated`);
    }
    return NOTHING;
  }
  const type = typeNode.type === "implicit_type" ? walk.element : binder.type(typeNode);
  const conversion = explicitConversion(walk.element, type, false);
  if (conversion === undefined) {
    binder.report(node, `an item of type '${walk.element.display}' cannot be a '${type.display}'`);
    return NOTHING;
  }
  const jumps = loopTargets(binder);
  return binder.within(inner(binder), () => {
    const variable = binder.declare(left, left.text, type, { isReadOnly: true });
    const { body, whole } = countedLoop(binder, node, embedded(binder, bodyNode, jumps), false);
    const { items } = walk;
    const { apply } = conversion;
    return whole({
      endIsReachable: true,
      source: (writer) => {
        const item = writer.fresh();
        const itemSource = apply === undefined ? item : `${writer.constant(apply)}(${item})`;
        return `for (const ${item} of ${writer.constant(walked)}(${writer.value(items)})) {
${writer.constant(consume)}();
let ${writer.variable(variable)} = ${itemSource};
${writer.statement(body)}
}`;
      },
      execute: (frame) => {
        for (const item of walked(items(frame))) {
          consume();
          variable.declare(frame, convert(conversion, item));
          const completion = body.execute(frame);
          if (completion === Completion.Break) {
            break;
          }
          if (completion === Completion.Return) {
            return completion;
          }
        }
        return Completion.Normal;
      },
    });
  });
}

function walked(sequenceValue: CsValue): Iterable<CsValue> {
  if (sequenceValue === null) {
    throw nullReference();
  }
  return iterate(sequenceValue);
}

function returnStatement(binder: Binder, node: SyntaxNode): Statement {
  const [expression] = node.children;
  if (binder.scope.jumps.isFinally === true) {
    binder.report(node, "control cannot leave a finally block");
  }
  if (expression === undefined) {
    if (binder.functionScope.parent === undefined) {
      binder.report(node, "return needs a value");
    }
    return { endIsReachable: false, source: () => "return null;", execute: () => Completion.Return };
  }
  const operand = binder.operand(expression);
  const value =
    operand.kind === "default" ? binder.converted(operand, binder.types.object) : binder.asValue(operand);
  if (value.type === SpecialType.void) {
    binder.report(expression, "the returned expression has no value");
  }
  const site = binder.addReturn(value);
  return {
    endIsReachable: false,
    source: (writer) => `return ${writer.value(site.evaluate)};`,
    execute: (frame) => {
      frame.result = site.evaluate(frame);
      return Completion.Return;
    },
  };
}

function jump(
  binder: Binder,
  node: SyntaxNode,
  kind: "break" | "continue",
  completion: Completion,
): Statement {
  const target = binder.scope.jumps[kind];
  if (target === undefined) {
    binder.report(node, `there is nothing to ${kind} here`);
    return NOTHING;
  }
  target.used = true;
  return { endIsReachable: false, source: () => `${kind};`, execute: () => completion };
}

function throwStatement(binder: Binder, node: SyntaxNode): Statement {
  const [expression] = node.children;
  if (expression === undefined) {
    const { rethrow } = binder.scope.jumps;
    if (rethrow === undefined) {
      binder.report(node, "'throw;' needs a catch around it");
      return NOTHING;
    }
    const read = rethrow.reader(binder.functionScope);
    return {
      endIsReachable: false,
      execute: (frame) => {
        throw new ThrownException(read(frame) as CsException);
      },
    };
  }
  const { evaluate } = binder.converted(binder.value(expression), binder.types.exception);
  return {
    endIsReachable: false,
    execute: (frame) => {
      const exception = evaluate(frame) as CsException | null;
      throw exception === null ? nullReference() : new ThrownException(exception);
    },
  };
}

/** Nothing that expressions can make holds on to anything, so leaving the block needs no action. */
function usingStatement(binder: Binder, node: SyntaxNode): Statement {
  return binder.within(inner(binder), () => {
    const resource = node.children[0] ?? node;
    const acquire =
      resource.type === "variable_declaration"
        ? variables(binder, resource, false, true)
        : expressionResource(binder.value(resource));
    return sequence([acquire, embedded(binder, node.fields.body)]);
  });
}

function expressionResource({ evaluate }: Value): Statement {
  return simple((frame) => void evaluate(frame));
}
