import type { SyntaxNode } from "../syntax/syntax-node";
import { ThrownException } from "../values/exception";
import type { Binder } from "./binder";
import { countedStatement } from "./counted";
import { type Frame, LocalScope, type Variable } from "./frame";
import type { Evaluate } from "./operand";
import type { Source, Writer } from "./source";
import type { Completion, Statement } from "./statement";

interface CatchClause {
  readonly variable: Variable;
  readonly filter?: Evaluate;
  readonly body: Statement;
}

/** `try`, `catch (Exception e) when (...)`, `finally`. */
export function tryStatement(binder: Binder, node: SyntaxNode): Statement {
  const body = binder.statement(node.fields.body ?? node);
  const clauses = node.children
    .filter(({ type }) => type === "catch_clause")
    .map((clause) => catchClause(binder, clause));
  const finallyNode = node.children.find(({ type }) => type === "finally_clause")?.children[0];
  const final = finallyNode === undefined ? undefined : finallyBlock(binder, finallyNode);
  if (clauses.length === 0 && final === undefined) {
    binder.report(node, "'try' needs a catch or a finally");
  }
  const endIsReachable =
    (body.endIsReachable || clauses.some((clause) => clause.body.endIsReachable)) &&
    (final?.endIsReachable ?? true);
  const guarded = (frame: Frame): Completion => runGuarded(frame, body, clauses);
  if (final === undefined) {
    const [clause, ...others] = clauses;
    const source: Source | undefined =
      clause === undefined || clause.filter !== undefined || others.length > 0
        ? undefined
        : (writer) => guardedSource(writer, body, clause);
    return { endIsReachable, execute: guarded, source };
  }
  return { endIsReachable, execute: (frame) => runFinally(frame, guarded, final) };
}

/** As {@link runGuarded} has it. */
function guardedSource(writer: Writer, body: Statement, { variable, body: handler }: CatchClause): string {
  const error = writer.fresh();
  return `try {
${writer.statement(body)}
} catch (${error}) {
if (!(${error} instanceof ${writer.constant(ThrownException)})) {
throw ${error};
}
let ${writer.variable(variable)} = ${error}.exception;
${writer.statement(handler)}
}`;
}

function runGuarded(frame: Frame, body: Statement, clauses: readonly CatchClause[]): Completion {
  try {
    return body.execute(frame);
  } catch (error) {
    if (!(error instanceof ThrownException)) {
      throw error;
    }
    for (const { variable, filter, body: handler } of clauses) {
      variable.declare(frame, error.exception);
      if (filter === undefined || passes(filter, frame)) {
        return handler.execute(frame);
      }
    }
    throw error;
  }
}

/** An exception inside a filter counts as false. */
function passes(filter: Evaluate, frame: Frame): boolean {
  try {
    return filter(frame) === true;
  } catch (error) {
    if (error instanceof ThrownException) {
      return false;
    }
    throw error;
  }
}

function runFinally(frame: Frame, guarded: (frame: Frame) => Completion, final: Statement): Completion {
  let completion: Completion;
  try {
    completion = guarded(frame);
  } catch (error) {
    if (error instanceof ThrownException) {
      final.execute(frame);
    }
    throw error;
  }
  const { result } = frame;
  final.execute(frame);
  frame.result = result;
  return completion;
}

function catchClause(binder: Binder, node: SyntaxNode): CatchClause {
  const declaration = node.children.find(({ type }) => type === "catch_declaration");
  const filterNode = node.children.find(({ type }) => type === "catch_filter_clause")?.children[0];
  const { functionScope, scope } = binder;
  const outer = new LocalScope(functionScope, scope, scope.jumps);
  return binder.within(outer, () => {
    const typeNode = declaration?.fields.type;
    const type = typeNode === undefined ? binder.types.exception : binder.type(typeNode);
    binder.converted({ ...binder.placeholder(node, type) }, binder.types.exception);
    const name = declaration?.fields.name;
    const variable = binder.declare(name ?? node, name?.text ?? "", type);
    const filter =
      filterNode === undefined
        ? undefined
        : binder.converted(binder.value(filterNode), binder.types.bool).evaluate;
    const inner = new LocalScope(functionScope, outer, { ...scope.jumps, rethrow: variable });
    const bodyNode = node.fields.body ?? node;
    const body = countedStatement(
      binder,
      bodyNode,
      "catch",
      binder.within(inner, () => binder.statement(bodyNode)),
    );
    return { variable, filter, body };
  });
}

function finallyBlock(binder: Binder, node: SyntaxNode): Statement {
  const scope = new LocalScope(binder.functionScope, binder.scope, { isFinally: true });
  return binder.within(scope, () => binder.statement(node));
}
