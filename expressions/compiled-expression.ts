import type { Problem } from "./binding/binder";
import { Branches } from "./binding/branches";
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
import { parsedCSharp } from "./syntax/parsed-source";
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

type WrittenProgram = (context: PolicyContext, counters?: Counters) => CsValue;

/** How a program runs. */
interface Run {
  evaluate(frame: Frame): CsValue;
  /** Statements of JavaScript. */
  readonly source: Source;
}

/** Runs of a program before it is written as JavaScript: most expressions of a test run once or twice. */
const CLOSURE_RUNS = 2;
/** In front of a single expression; `@` makes room for it. */
const RETURN = "return ";

/** A compiled expression wherever it stands. */
interface Program extends Pick<CompiledExpression, "readsRequestBody" | "readsResponseBody"> {
  run(context: PolicyContext, steps: number, counters?: Counters): CsValue;
}

/** Counters of the branches of a program, at one place. */
type Counters = readonly (() => void)[];

/** A program that counts its branches. */
interface CountingProgram extends Program {
  countersOf(coverage: ExpressionCoverage): Counters;
}

/**
 * A program at one place. A class, as the programs are: a request runs a hundred of them, each once, and what takes the
 * time is to fetch each one's objects from memory, of which closures in closures have three times as many.
 */
class PlacedExpression implements CompiledExpression {
  public readonly readsRequestBody: boolean;
  public readonly readsResponseBody: boolean;

  public constructor(
    public readonly source: string,
    public readonly position: ExpressionPosition,
    private readonly program: Program,
    private readonly counters: Counters | undefined,
  ) {
    this.readsRequestBody = program.readsRequestBody;
    this.readsResponseBody = program.readsResponseBody;
  }

  public evaluate(context: PolicyContext, steps = DEFAULT_STEPS): CsValue {
    try {
      return this.program.run(context, steps, this.counters);
    } catch (error) {
      throw translated(error, this.position);
    }
  }
}

/** A program as closures for its first runs, and afterwards as JavaScript if it can be written. */
class BoundProgram implements Program {
  private closureRuns = CLOSURE_RUNS;

  /**
   * @param current the program as closures
   * @param write gives the program as JavaScript
   */
  public constructor(
    public readonly readsRequestBody: boolean,
    public readonly readsResponseBody: boolean,
    private current: WrittenProgram,
    private readonly write: () => WrittenProgram | undefined,
  ) {}

  public run(host: PolicyContext, steps: number, counters?: Counters): CsValue {
    if (this.closureRuns >= 0) {
      this.advance();
    }
    const { current } = this;
    return execute(host, steps, counters === undefined ? current : () => current(host, counters));
  }

  private advance(): void {
    if (this.closureRuns === 0) {
      this.current = this.write() ?? this.current;
    }
    this.closureRuns -= 1;
  }
}

/** Programs by their source: fragments and defaults repeat the same expressions in many places. */
const programs = new Map<string, Program>();
const countingPrograms = new Map<string, CountingProgram>();
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
  const [program, counters] =
    coverage === undefined ? [programOf(source, at)] : countedProgramOf(source, at, coverage);
  return new PlacedExpression(source, at, program, counters);
}

function programOf(source: string, at: ExpressionPosition): Program {
  const uncounted = (): Program => guardDepth(source, at, () => compile(source, at));
  return kept(programs, source, () => {
    const counting = countingPrograms.get(source);
    return counting === undefined ? uncounted() : afterFirstRuns(counting, uncounted);
  });
}

/** @returns a program and its counters at one place */
function countedProgramOf(
  source: string,
  at: ExpressionPosition,
  coverage: ExpressionCoverage,
): readonly [Program, Counters] {
  const program = kept(countingPrograms, source, () =>
    guardDepth(source, at, () => {
      const branches = new Branches();
      const counting = compile(source, at, branches);
      const shift = shiftOf(source);
      return {
        readsRequestBody: counting.readsRequestBody,
        readsResponseBody: counting.readsResponseBody,
        run: (context, steps, counters) => counting.run(context, steps, counters),
        countersOf: (wanted) => branches.countersOf(wanted, shift),
      };
    }),
  );
  return [program, program.countersOf(coverage)];
}

/** A program that counts serves for the first runs where nobody does: to compile it once more costs as much as they do. */
function afterFirstRuns(counting: Program, uncounted: () => Program): Program {
  let runs = 0;
  let own: Program | undefined;
  return {
    readsRequestBody: counting.readsRequestBody,
    readsResponseBody: counting.readsResponseBody,
    run: (context, steps) => {
      runs += 1;
      return (runs <= CLOSURE_RUNS ? counting : (own ??= uncounted())).run(context, steps);
    },
  };
}

function kept<T>(values: Map<string, T>, key: string, make: () => T): T {
  const value = values.get(key) ?? make();
  if (values.size >= MAX_KEPT) {
    values.clear();
  }
  values.set(key, value);
  return value;
}

function compile(source: string, at: ExpressionPosition, branches?: Branches): Program {
  const start = source.length - source.trimStart().length;
  const body = source.trim();
  const isBlock = body.startsWith("@{") && body.endsWith("}");
  const isSingle = body.startsWith("@(") && body.endsWith(")");
  if (!isBlock && !isSingle) {
    const problem = "an expression is one '@( ... )' or '@{ ... }' and nothing else";
    throw syntaxError(source, at, [{ offset: start, end: source.length, message: problem }]);
  }
  const text = isBlock ? body.slice(1) : `${RETURN}${body.slice(1)};`;
  const shift = shiftOf(source);
  const { root, errors } = parsedCSharp(text);
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
  return bind(source, at, statement, isBlock, toPlace, branches);
}

/** How much further an offset is in the source than in what is parsed of it. */
function shiftOf(source: string): number {
  const start = source.search(/\S/);
  return start + 1 - (source[start + 1] === "{" ? 0 : RETURN.length);
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
  branches: Branches | undefined,
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
  const binder = new ExpressionBinder(scope, branches);
  const run = isBlock ? bindBlock(binder, statement) : bindSingle(binder, statement);
  if (binder.problems.length > 0) {
    throw syntaxError(source, at, binder.problems.map(toPlace));
  }
  const uses = (type: string, property: string): boolean =>
    [...binder.usedProperties].some(({ definition, name }) => definition.name === type && name === property);
  const closures = (host: PolicyContext, counters?: Counters): CsValue => {
    const frame = new Frame(undefined, owner.size, counters);
    context.declare(frame, host);
    return run.evaluate(frame);
  };
  return new BoundProgram(
    uses("IRequest", "Body"),
    uses("IProxyRequestContext", "Response") && uses("IResponse", "Body"),
    closures,
    () => writtenProgram(context, run.source),
  );
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
