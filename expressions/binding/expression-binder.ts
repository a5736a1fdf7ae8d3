import type { SyntaxNode } from "../syntax/syntax-node";
import { constantConversion, convert, implicitConversion } from "../types/conversion";
import { defaultOf } from "../types/default-value";
import { libraryType } from "../types/runtime-type";
import { registry } from "../types/type-registry";
import { resolveType } from "../types/type-resolution";
import { ArrayType, type CsType, NamedType, type PropertyMember, SpecialType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import {
  type Binder,
  type BoundLambda,
  errorValue,
  type PredefinedTypes,
  type Problem,
  type VariableOptions,
} from "./binder";
import type { Branches, Count } from "./branches";
import { converting } from "./converting";
import { delegateSignature } from "./delegate";
import { bindExpression } from "./expressions";
import { type Frame, type FunctionScope, type LocalScope, Variable } from "./frame";
import { bindLambda, type BoundBody, commonReturnType, methodGroupDelegate } from "./lambdas";
import { constant } from "./literals";
import { finishChain, returnTypeOf } from "./members";
import type { Argument, Evaluate, Lambda, MethodGroup, Operand, Value } from "./operand";
import { written } from "./source";
import { Completion, type Statement } from "./statement";
import { bindStatement } from "./statements";

interface LambdaAttempt {
  readonly types: readonly CsType[];
  readonly bound: BoundLambda | undefined;
  readonly problems: readonly Problem[];
}

/** {@link Binder} over the library's types. One for each expression. */
export class ExpressionBinder implements Binder {
  public readonly types: PredefinedTypes = {
    object: libraryType("System.Object"),
    string: libraryType("System.String"),
    bool: libraryType("System.Boolean"),
    int: libraryType("System.Int32"),
    char: libraryType("System.Char"),
    exception: libraryType("System.Exception"),
  };
  public scope: LocalScope;
  public readonly usedProperties = new Set<PropertyMember>();
  private found: Problem[] = [];
  private overflowMode: "checked" | "unchecked" | "default" = "default";
  private readonly returns = new WeakMap<FunctionScope, Value[]>();
  private readonly lambdas = new WeakMap<Lambda, LambdaAttempt[]>();

  public constructor(
    root: LocalScope,
    private readonly branches?: Branches,
  ) {
    this.scope = root;
  }

  public get problems(): readonly Problem[] {
    return this.found;
  }

  public get functionScope(): FunctionScope {
    return this.scope.owner;
  }

  public get isChecked(): boolean {
    return this.overflowMode === "checked";
  }

  public get isUnchecked(): boolean {
    return this.overflowMode === "unchecked";
  }

  public report(node: SyntaxNode, message: string): void {
    this.found.push({ node, message });
  }

  public reportAll(problems: readonly Problem[]): void {
    this.found.push(...problems);
  }

  public attempt<T>(work: () => T): { readonly result: T; readonly problems: readonly Problem[] } {
    const outer = this.found;
    this.found = [];
    try {
      const result = work();
      return { result, problems: this.found };
    } finally {
      this.found = outer;
    }
  }

  public within<T>(scope: LocalScope, work: () => T): T {
    const outer = this.scope;
    this.scope = scope;
    try {
      return work();
    } finally {
      this.scope = outer;
    }
  }

  public overflow<T>(mode: "checked" | "unchecked", work: () => T): T {
    const outer = this.overflowMode;
    this.overflowMode = mode;
    try {
      return work();
    } finally {
      this.overflowMode = outer;
    }
  }

  public branch({ start, end }: SyntaxNode, branch: string): Count | undefined {
    return this.branches?.add(start, end, branch);
  }

  public use(property: PropertyMember): void {
    this.usedProperties.add(property);
  }

  public operand(node: SyntaxNode): Operand {
    const operand = this.chain(node);
    return operand.kind === "value" ? finishChain(operand) : operand;
  }

  public chain(node: SyntaxNode): Operand {
    return bindExpression(this, node);
  }

  public value(node: SyntaxNode): Value {
    return this.asValue(this.operand(node));
  }

  public asValue(operand: Operand): Value {
    if (operand.kind === "value") {
      return operand;
    }
    const what: Readonly<Record<Exclude<Operand["kind"], "value">, string>> = {
      type: "a type",
      namespace: "a namespace",
      lambda: "a lambda; only an argument can be one",
      "method-group": "a method that is not called",
      default: "'default' without a type",
    };
    if (operand.kind !== "type" || operand.type !== SpecialType.error) {
      this.report(operand.node, `'${operand.node.text}' is ${what[operand.kind]}, where a value is needed`);
    }
    return errorValue(operand.node, SpecialType.error);
  }

  public type(node: SyntaxNode): CsType {
    const type = resolveType(node, registry, (at, message) => this.report(at, message));
    const element = type instanceof ArrayType ? type.element : type;
    if (element instanceof NamedType && element.definition.kind === "static class") {
      this.report(node, `'${element.display}' is a static class: there are no values of it`);
      return SpecialType.error;
    }
    return type;
  }

  public tryType(node: SyntaxNode): CsType | undefined {
    let failed = false;
    const type = resolveType(node, registry, () => {
      failed = true;
    });
    return failed ? undefined : type;
  }

  public isNamespace(name: string): boolean {
    return registry.isNamespace(name);
  }

  public statement(node: SyntaxNode): Statement {
    return bindStatement(this, node);
  }

  public declare(node: SyntaxNode, name: string, type: CsType, options: VariableOptions = {}): Variable {
    if (name !== "" && this.scope.find(name) !== undefined) {
      this.report(node, `there is already a variable '${name}' here`);
    }
    const variable = new Variable(name, type, this.functionScope, options.constant, options.isReadOnly);
    this.scope.add(variable);
    return variable;
  }

  public placeholder(node: SyntaxNode, type: CsType): Value {
    return errorValue(node, type);
  }

  public convert(operand: Argument["operand"], type: CsType): Evaluate | undefined {
    switch (operand.kind) {
      case "value":
        return convertValue(operand, type);
      case "default": {
        const value = defaultOf(type);
        return type.kind === "special" || delegateSignature(type) !== undefined
          ? undefined
          : constant(operand.node, type, value).evaluate;
      }
      case "lambda":
        return this.convertLambda(operand, type);
      case "method-group": {
        const signature = delegateSignature(type);
        return signature === undefined
          ? undefined
          : methodGroupDelegate(this, operand, signature.parameters, signature.returnType);
      }
      case "out":
        return undefined;
    }
  }

  public converted(operand: Operand, type: CsType): Value {
    if (operand.kind === "type" || operand.kind === "namespace") {
      return this.asValue(operand);
    }
    if (type === SpecialType.error || (operand.kind === "value" && operand.type === SpecialType.error)) {
      return errorValue(operand.node, SpecialType.error);
    }
    const evaluate = this.convert(operand, type);
    if (evaluate === undefined) {
      this.reportConversion(operand, type);
      return errorValue(operand.node, SpecialType.error);
    }
    const { node } = operand;
    if (operand.kind !== "value" || operand.constant === undefined) {
      return { kind: "value", node, type, evaluate };
    }
    const isFoldable = type.isValueType || type === this.types.string || operand.type === type;
    return isFoldable
      ? { kind: "value", node, type, evaluate, constant: { value: evaluate(undefined as never) } }
      : { kind: "value", node, type, evaluate };
  }

  public returnTypeOf(group: MethodGroup, parameterTypes: readonly CsType[]): CsType | undefined {
    return returnTypeOf(this, group, parameterTypes);
  }

  public lambda(lambda: Lambda, parameterTypes: readonly CsType[]): BoundLambda | undefined {
    if (parameterTypes.length !== lambda.parameters.length || parameterTypes.includes(SpecialType.error)) {
      return undefined;
    }
    const attempts = this.lambdas.get(lambda) ?? [];
    const known = attempts.find(({ types }) => types.every((type, index) => type === parameterTypes[index]));
    if (known !== undefined) {
      return known.bound;
    }
    const { result, problems } = this.attempt(() =>
      bindLambda(this, lambda, parameterTypes, (owner, scope) =>
        this.within(scope, () => {
          const body = this.lambdaBody(lambda.body, owner);
          const count = this.branch(lambda.body, "lambda");
          return count === undefined ? body : { ...body, run: countedBody(count, body), source: undefined };
        }),
      ),
    );
    const bound = problems.length === 0 ? result : undefined;
    this.lambdas.set(lambda, [...attempts, { types: parameterTypes, bound, problems }]);
    return bound;
  }

  public lambdaProblems(lambda: Lambda): readonly Problem[] {
    const attempts = this.lambdas.get(lambda) ?? [];
    return attempts.some(({ bound }) => bound !== undefined) ? [] : (attempts[0]?.problems ?? []);
  }

  public addReturn(value: Value): { readonly evaluate: Evaluate } {
    const list = this.returns.get(this.functionScope) ?? [];
    const index = list.push(value) - 1;
    this.returns.set(this.functionScope, list);
    return {
      evaluate: written(
        (frame) => (frame.conversions?.[index] ?? value.evaluate)(frame),
        (writer) => writer.returned(index, value.evaluate),
      ),
    };
  }

  private lambdaBody(body: SyntaxNode, owner: FunctionScope): BoundBody {
    if (body.type !== "block") {
      const value = this.value(body);
      return {
        returnType: value.type,
        returns: [value],
        mayDiscard: value.isStatement === true,
        run: (frame, [convertResult]) => (convertResult ?? value.evaluate)(frame),
        source: (writer) => `return ${writer.returned(0, value.evaluate)};`,
      };
    }
    const statement = this.statement(body);
    const returns = this.returns.get(owner) ?? [];
    if (statement.endIsReachable && returns.length > 0) {
      this.report(body, "not all paths of the lambda return a value");
    }
    return {
      returnType: commonReturnType(this, returns),
      returns,
      mayDiscard: returns.length === 0,
      run: (frame: Frame, conversions): CsValue => {
        frame.conversions = conversions;
        return statement.execute(frame) === Completion.Return ? frame.result : null;
      },
      source: (writer) => `${writer.statement(statement)}\nreturn null;`,
    };
  }

  private convertLambda(lambda: Lambda, type: CsType): Evaluate | undefined {
    const signature = delegateSignature(type);
    const bound = signature === undefined ? undefined : this.lambda(lambda, signature.parameters);
    if (signature === undefined || bound === undefined) {
      return undefined;
    }
    if (signature.returnType === SpecialType.void) {
      return bound.mayDiscard ? bound.delegate([]) : undefined;
    }
    const conversions = bound.returns.map((value) => this.convert(value, signature.returnType));
    return bound.returns.length > 0 && conversions.every((conversion) => conversion !== undefined)
      ? bound.delegate(conversions)
      : undefined;
  }

  private reportConversion(operand: Exclude<Operand, { kind: "type" | "namespace" }>, type: CsType): void {
    const problems = operand.kind === "lambda" ? this.lambdaProblems(operand) : [];
    if (problems.length > 0) {
      this.reportAll(problems);
      return;
    }
    const from =
      operand.kind === "value" ? `'${operand.type.display}'` : `a ${operand.kind.replace("-", " ")}`;
    this.report(operand.node, `${from} does not convert to '${type.display}'`);
  }
}

function countedBody(count: Count, body: BoundBody): BoundBody["run"] {
  return (frame, conversions) => {
    count(frame);
    return body.run(frame, conversions);
  };
}

function convertValue(value: Value, type: CsType): Evaluate | undefined {
  const { evaluate } = value;
  // A delegate can only be null where `null` is written in its place, and every method throws for that.
  if (value.type === SpecialType.null && delegateSignature(type) !== undefined) {
    return undefined;
  }
  const conversion =
    implicitConversion(value.type, type) ??
    (value.constant === undefined ? undefined : constantConversion(value.constant.value, value.type, type));
  if (conversion === undefined || value.type === SpecialType.void) {
    return undefined;
  }
  if (conversion.apply === undefined) {
    return evaluate;
  }
  // Objects made by operators are not shared between evaluations, and what an operator throws is thrown by them.
  if (value.constant !== undefined && conversion.isUserDefined !== true) {
    const converted = convert(conversion, value.constant.value);
    return written(
      () => converted,
      (writer) => writer.literal(converted),
    );
  }
  return converting(conversion, evaluate);
}
