import type { Problem } from "./binding/binder";
import { ExpressionBinder } from "./binding/expression-binder";
import { Frame, FunctionScope, LocalScope, UnassignedVariable, Variable } from "./binding/frame";
import { NotWritable, type Source } from "./binding/source";
import { SourceWriter } from "./binding/source-writer";
import { Completion } from "./binding/statement";
import { MessageBodyConsumedError } from "./buffered-body";
import type { PolicyContext } from "./context";
import type { ExpressionCoverage } from "./expression-coverage";
import {
  ExpressionBudgetError,
  type ExpressionPosition,
  type ExpressionProblem,
  ExpressionRuntimeError,
  ExpressionSyntaxError,
  ExpressionUnsupportedError,
} from "./expression-error";
import { addLibrary } from "./library";
import { parseCSharp } from "./syntax/parser";
import type { SyntaxNode } from "./syntax/syntax-node";
import { libraryType } from "./types/runtime-type";
import { SpecialType } from "./values/cs-type";
import type { CsValue } from "./values/cs-value";
import { ThrownException } from "./values/exception";
import { BudgetExhausted, DEFAULT_STEPS, execute } from "./values/execution";
import { UnsupportedFeature } from "./values/unsupported-feature";

/** A policy expression, checked and compiled; evaluating it parses nothing. */
export interface CompiledExpression {
  /** The whole value, `@(...)` or `@{...}`. */
  readonly source: string;
  readonly position: ExpressionPosition;
  /** The expression may read `context.Request.Body`: it must be buffered before evaluation. */
  readonly readsRequestBody: boolean;
  /** The expression may read `context.Response.Body`: it must be buffered before evaluation. */
  readonly readsResponseBody: boolean;
  /**
   * Runs the expression.
   *
   * @param context - what the expression sees.
   * @param steps - how many loop rounds, lambda calls and items the expression may take.
   * @returns the C# value; see {@link CsValue}, `toText`, `toBoolean`, `toNumber`.
   * @throws ExpressionRuntimeError if a .NET exception leaves the expression.
   * @throws ExpressionUnsupportedError if it needs what only .NET has.
   * @throws ExpressionBudgetError if it takes too many steps, too long or too much memory, or nests too deeply.
   */
  evaluate(context: PolicyContext, steps?: number): CsValue;
}

type WrittenProgram = (context: PolicyContext) => CsValue;

/** How a program runs. */
interface Run {
  evaluate(frame: Frame): CsValue;
  /** Statements of JavaScript. */
  readonly source: Source;
}

/** Runs of a program before it is written as JavaScript: most expressions of a test run once or twice. */
const CLOSURE_RUNS = 2;

/** A compiled expression wherever it stands. */
interface Program extends Pick<CompiledExpression, "readsRequestBody" | "readsResponseBody"> {
  run(context: PolicyContext, steps: number): CsValue;
}

/** Programs by their source: fragments and defaults repeat the same expressions in many places. */
const programs = new Map<string, Program>();
/** Trees by their text: where branches are counted, each place has a program of its own. */
const trees = new Map<string, ReturnType<typeof parseCSharp>>();
const MAX_KEPT = 10_000;

/** Whether a policy value is an expression; anything else is literal text. */
export function isExpression(value: string): boolean {
  return /^\s*@[({]/.test(value);
}

/**
 * Compiles the whole value of an attribute or element: `@( expression )` or `@{ statements }`, with named
 * values already substituted. Every type and member it uses is checked against what APIM allows.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 *
 * @param source - the value; white space around it is allowed.
 * @param at - where the value starts in its document, for errors.
 * @param coverage - learns which branches run, by their offsets in `source` @default - nobody does
 * @throws ExpressionSyntaxError with every problem of the expression.
 * @throws Error if `initializeExpressions` has not finished.
 */
export function compileExpression(
  source: string,
  at: ExpressionPosition,
  coverage?: ExpressionCoverage,
): CompiledExpression {
  addLibrary();
  const program =
    coverage === undefined
      ? sharedProgram(source, at)
      : guardDepth(source, at, () => compile(source, at, coverage));
  const { readsRequestBody, readsResponseBody } = program;
  return {
    source,
    position: at,
    readsRequestBody,
    readsResponseBody,
    evaluate: (context, steps = DEFAULT_STEPS) => {
      try {
        return program.run(context, steps);
      } catch (error) {
        throw translated(error, at);
      }
    },
  };
}

function sharedProgram(source: string, at: ExpressionPosition): Program {
  return kept(programs, source, () => guardDepth(source, at, () => compile(source, at)));
}

function kept<T>(values: Map<string, T>, key: string, make: () => T): T {
  const value = values.get(key) ?? make();
  if (values.size >= MAX_KEPT) {
    values.clear();
  }
  values.set(key, value);
  return value;
}

function compile(source: string, at: ExpressionPosition, coverage?: ExpressionCoverage): Program {
  const start = source.length - source.trimStart().length;
  const body = source.trim();
  const isBlock = body.startsWith("@{") && body.endsWith("}");
  const isSingle = body.startsWith("@(") && body.endsWith(")");
  if (!isBlock && !isSingle) {
    const problem = "an expression is one '@( ... )' or '@{ ... }' and nothing else";
    throw syntaxError(source, at, [{ offset: start, end: source.length, message: problem }]);
  }
  // `@` makes room for `return ` in front of a single expression.
  const prefix = isBlock ? "" : "return ";
  const text = isBlock ? body.slice(1) : `${prefix}${body.slice(1)};`;
  const shift = start + 1 - prefix.length;
  const { root, errors } = kept(trees, text, () => parseCSharp(text));
  const toPlace = ({ node, message }: Problem): Place => ({
    offset: node.start + shift,
    end: node.end + shift,
    message,
  });
  if (errors.length > 0) {
    throw syntaxError(source, at, errors.map(toPlace));
  }
  const statement = onlyStatement(root, isBlock);
  if (statement === undefined) {
    const message = isBlock
      ? "text after the closing brace"
      : "'@( ... )' holds one expression; write '@{ ... }' for statements";
    throw syntaxError(source, at, [{ offset: start, end: source.length, message }]);
  }
  const shifted: ExpressionCoverage | undefined = coverage && {
    branch: (from, to, branch) => coverage.branch(from + shift, to + shift, branch),
  };
  return bind(source, at, statement, isBlock, toPlace, shifted);
}

function onlyStatement(root: SyntaxNode, isBlock: boolean): SyntaxNode | undefined {
  const [only] = root.children;
  const statement = only?.type === "global_statement" ? only.children[0] : undefined;
  if (root.children.length !== 1 || statement === undefined) {
    return undefined;
  }
  if (isBlock) {
    return statement.type === "block" ? statement : undefined;
  }
  const [expression] = statement.children;
  return statement.type === "return_statement" && expression?.type === "parenthesized_expression"
    ? expression
    : undefined;
}

function bind(
  source: string,
  at: ExpressionPosition,
  statement: SyntaxNode,
  isBlock: boolean,
  toPlace: (problem: Problem) => Place,
  coverage: ExpressionCoverage | undefined,
): Program {
  const owner = new FunctionScope(undefined);
  const scope = new LocalScope(owner, undefined);
  const context = new Variable(
    "context",
    libraryType("ApiManagement.IProxyRequestContext"),
    owner,
    undefined,
    true,
  );
  scope.add(context);
  const binder = new ExpressionBinder(scope, coverage);
  const run = isBlock ? bindBlock(binder, statement) : bindSingle(binder, statement);
  if (binder.problems.length > 0) {
    throw syntaxError(source, at, binder.problems.map(toPlace));
  }
  const uses = (type: string, property: string): boolean =>
    [...binder.usedProperties].some(({ definition, name }) => definition.name === type && name === property);
  const closures = (host: PolicyContext): CsValue => {
    const frame = new Frame(undefined, owner.size);
    context.declare(frame, host);
    return run.evaluate(frame);
  };
  const evaluate = writtenAfter(CLOSURE_RUNS, closures, () => writtenProgram(context, run.source));
  return {
    readsRequestBody: uses("IRequest", "Body"),
    readsResponseBody: uses("IProxyRequestContext", "Response") && uses("IResponse", "Body"),
    run: (host, steps) => execute(host, steps, evaluate()),
  };
}

/** Gives the program as closures for its first runs, and afterwards as JavaScript if it can be written. */
function writtenAfter(
  runs: number,
  closures: WrittenProgram,
  write: () => WrittenProgram | undefined,
): () => WrittenProgram {
  let left = runs;
  let current = closures;
  return () => {
    if (left >= 0) {
      if (left === 0) {
        current = write() ?? closures;
      }
      left -= 1;
    }
    return current;
  };
}

/** The program as JavaScript. @returns none where a part of it is not written, or lies too deep */
function writtenProgram(context: Variable, source: Source): WrittenProgram | undefined {
  try {
    return SourceWriter.program(context, source);
  } catch (error) {
    if (error instanceof NotWritable || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function bindSingle(binder: ExpressionBinder, node: SyntaxNode): Run {
  const value = binder.value(node);
  if (value.type === SpecialType.void || value.type === SpecialType.never) {
    binder.report(node, "the expression has no value");
  }
  const { evaluate } = value;
  return { evaluate, source: (writer) => `return ${writer.value(evaluate)};` };
}

function bindBlock(binder: ExpressionBinder, node: SyntaxNode): Run {
  const body = binder.statement(node);
  if (body.endIsReachable) {
    binder.report(node, "not all paths return a value");
  }
  return {
    evaluate: (frame) => (body.execute(frame) === Completion.Return ? frame.result : null),
    source: (writer) => writer.statement(body),
  };
}

function guardDepth<T>(source: string, at: ExpressionPosition, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) {
      throw syntaxError(source, at, [
        { offset: 0, end: source.length, message: "the expression nests too deeply" },
      ]);
    }
    throw error;
  }
}

/** @returns what to throw to the caller, for what an evaluation has thrown */
function translated(error: unknown, at: ExpressionPosition): unknown {
  if (error instanceof ThrownException) {
    return new ExpressionRuntimeError(error.exception.typeName, error.exception.message, at);
  }
  if (error instanceof MessageBodyConsumedError) {
    return new ExpressionRuntimeError("System.InvalidOperationException", error.message, at);
  }
  if (error instanceof UnassignedVariable) {
    return new ExpressionRuntimeError("System.InvalidProgramException", error.message, at);
  }
  if (error instanceof BudgetExhausted) {
    return new ExpressionBudgetError("System.TimeoutException", error.message, at);
  }
  if (error instanceof UnsupportedFeature) {
    return new ExpressionUnsupportedError(error.message, at);
  }
  if (error instanceof RangeError) {
    const isStack = /call stack/i.test(error.message);
    return new ExpressionBudgetError(
      isStack ? "System.StackOverflowException" : "System.OutOfMemoryException",
      isStack
        ? "Calls in the expression nest too deeply."
        : "The expression makes a value that is too large.",
      at,
    );
  }
  return error;
}

interface Place {
  readonly offset: number;
  readonly end: number;
  readonly message: string;
}

function syntaxError(
  source: string,
  at: ExpressionPosition,
  places: readonly Place[],
): ExpressionSyntaxError {
  const problems = places
    .map(({ offset, end, message }): ExpressionProblem & { readonly offset: number } => {
      const before = source.slice(0, offset).split("\n");
      const last = before.at(-1)?.length ?? 0;
      const [firstLine = ""] = source.slice(offset, end).split("\n");
      return {
        offset,
        line: at.line + before.length - 1,
        column: before.length === 1 ? at.column + last : last + 1,
        construct: firstLine.length > 80 ? `${firstLine.slice(0, 77)}...` : firstLine,
        message,
      };
    })
    .sort((a, b) => a.offset - b.offset)
    .map(({ line, column, construct, message }) => ({ line, column, construct, message }));
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return new ExpressionSyntaxError(at.address, [...unique.values()]);
}
