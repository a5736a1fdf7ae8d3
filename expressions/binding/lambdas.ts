import type { SyntaxNode } from "../syntax/syntax-node";
import { type CsType, SpecialType, substitute } from "../values/cs-type";
import type { CsFunction, CsValue } from "../values/cs-value";
import { consume, enterCall, leaveCall } from "../values/execution";
import { type Binder, type BoundLambda, errorValue } from "./binder";
import { compileMeteredCall } from "./call";
import { bestCommonType } from "./common-type";
import { Frame, FunctionScope, LocalScope, Variable } from "./frame";
import { candidateOf } from "./members";
import type { Evaluate, Lambda, MethodGroup, Operand, Value } from "./operand";
import { resolveOverload } from "./overload-resolution";
import { NotWritable, type Source, type Writer, written } from "./source";

/** `x => ...`, `(x, y) => ...`, `(string x) => { ... }`. */
export function lambdaExpression(binder: Binder, node: SyntaxNode): Operand {
  const { parameters, body } = node.fields;
  if (parameters === undefined || body === undefined || node.children.length !== 2) {
    binder.report(node, "this form of lambda is not supported");
    return errorValue(node, SpecialType.error);
  }
  const list =
    parameters.type === "implicit_parameter"
      ? [{ name: parameters.text }]
      : parameters.children.map((parameter) => {
          const { name, type } = parameter.fields;
          return type === undefined
            ? { name: name?.text ?? parameter.text }
            : { name: name?.text ?? parameter.text, type: binder.type(type) };
        });
  return { kind: "lambda", node, parameters: list, body, scope: binder.scope };
}

/**
 * Compiles a lambda's body for given parameter types.
 *
 * @param bindBody - compiles a block body: its statements, what it returns and whether its end can be reached.
 */
export function bindLambda(
  binder: Binder,
  lambda: Lambda,
  parameterTypes: readonly CsType[],
  bindBody: (owner: FunctionScope, scope: LocalScope) => BoundBody,
): BoundLambda | undefined {
  const owner = new FunctionScope(lambda.scope.owner);
  const scope = new LocalScope(owner, lambda.scope);
  const variables: Variable[] = [];
  for (const [index, { name, type }] of lambda.parameters.entries()) {
    const given = parameterTypes[index];
    if (given === undefined || (type !== undefined && type !== given)) {
      return undefined;
    }
    const existing = lambda.scope.find(name);
    if (existing !== undefined) {
      binder.report(lambda.node, `'${name}' is already the name of a variable here`);
    }
    const variable = new Variable(name, given, owner);
    scope.add(variable);
    variables.push(variable);
  }
  const body = bindBody(owner, scope);
  return {
    returnType: body.returnType,
    returns: body.returns,
    mayDiscard: body.mayDiscard,
    delegate: (conversions) =>
      written(
        (frame) => makeDelegate(frame, owner, variables, body, conversions),
        (writer) => delegateSource(writer, variables, body, conversions),
      ),
  };
}

/** A compiled body: runs in its own frame and gives what it returned, unconverted. */
export interface BoundBody {
  readonly returnType: CsType;
  readonly returns: readonly Value[];
  readonly mayDiscard: boolean;
  /** Runs the body; `conversions` replace the evaluators of `returns`. */
  run(frame: Frame, conversions: readonly Evaluate[]): CsValue;
  /** The same as statements of JavaScript. @default - only the closure runs it */
  readonly source?: Source;
}

/** As {@link makeDelegate} has it. */
function delegateSource(
  writer: Writer,
  variables: readonly Variable[],
  body: BoundBody,
  conversions: readonly Evaluate[],
): string {
  const { source } = body;
  if (source === undefined) {
    throw new NotWritable();
  }
  const [step, enter, leave] = [consume, enterCall, leaveCall].map((each) => writer.constant(each));
  return `(${writer.function(
    variables,
    () => {
      const statements = source(writer);
      const absent = variables.map((variable) => `${writer.variable(variable)} ??= null;`).join(" ");
      return `${step}();\n${enter}();\ntry {\n${absent}\n${statements}\n} finally {\n${leave}();\n}`;
    },
    conversions,
  )})`;
}

function makeDelegate(
  frame: Frame,
  owner: FunctionScope,
  variables: readonly Variable[],
  body: BoundBody,
  conversions: readonly Evaluate[],
): CsFunction {
  const outer = frame.captured();
  return (...values) => {
    consume();
    enterCall();
    try {
      const inner = new Frame(outer, owner.size);
      for (let index = 0; index < variables.length; index++) {
        variables[index]?.declare(inner, values[index] ?? null);
      }
      return body.run(inner, conversions);
    } finally {
      leaveCall();
    }
  };
}

/** What the values of a block's `return` statements have in common. */
export function commonReturnType(binder: Binder, returns: readonly Value[]): CsType {
  return returns.length === 0 ? SpecialType.void : (bestCommonType(binder, returns) ?? SpecialType.error);
}

/** A method as a delegate: `Select(int.Parse)`. */
export function methodGroupDelegate(
  binder: Binder,
  group: MethodGroup,
  parameterTypes: readonly CsType[],
  returnType: CsType,
): Evaluate | undefined {
  const { node } = group;
  const owner = new FunctionScope(binder.functionScope);
  const variables = parameterTypes.map((type) => new Variable("", type, owner));
  const self = new Variable("", group.receiver.type, owner);
  const args = variables.map((variable) => ({
    node,
    operand: { ...errorValue(node, variable.type), evaluate: variable.reader(owner) },
  }));
  for (const candidates of group.groups) {
    const result = resolveOverload(binder, candidates.map(candidateOf), args, group.typeArguments);
    if (
      result.kind !== "found" ||
      (candidates[0]?.member.isExtension === true && group.receiver.kind === "value")
    ) {
      continue;
    }
    const { member, declaringType } = result.resolution.member;
    const produced = substitute(member.returnType, result.resolution.substitution);
    const receiver = member.isStatic ? undefined : { evaluate: self.reader(owner) };
    const evaluate = compileMeteredCall(
      binder,
      result.resolution,
      member.implementation,
      declaringType,
      produced,
      receiver,
    );
    const value: Value = { kind: "value", node, type: produced, evaluate };
    const converted = returnType === SpecialType.void ? evaluate : binder.convert(value, returnType);
    if (converted === undefined) {
      return undefined;
    }
    const target = group.receiver.kind === "value" ? group.receiver.evaluate : undefined;
    return (frame) => {
      const receiverValue = target?.(frame) ?? null;
      return (...values: CsValue[]) => {
        consume();
        const inner = new Frame(frame, owner.size);
        self.declare(inner, receiverValue);
        variables.forEach((variable, index) => variable.declare(inner, values[index] ?? null));
        return converted(inner);
      };
    };
  }
  return undefined;
}
