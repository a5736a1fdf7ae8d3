import type { SyntaxNode } from "../syntax/syntax-node";
import { type CsType, NullableType, SpecialType, substitute } from "../values/cs-type";
import { bindArguments } from "./arguments";
import { type Binder, errorValue } from "./binder";
import { compileMeteredCall } from "./call";
import { checkConstantArguments } from "./constant-arguments";
import { Variable } from "./frame";
import { candidateOf } from "./members";
import {
  type Argument,
  type MethodCandidate,
  type MethodGroup,
  type Operand,
  SKIPPED,
  type Value,
} from "./operand";
import { type OverloadResult, resolveOverload } from "./overload-resolution";
import { written } from "./source";

/** `method(arguments)`. */
export function invocation(
  binder: Binder,
  node: SyntaxNode,
  target: Operand,
  argumentNodes: readonly SyntaxNode[],
): Value {
  const args = bindArguments(binder, argumentNodes);
  if (args === undefined || (target.kind === "value" && target.type === SpecialType.error)) {
    return errorValue(node, SpecialType.error);
  }
  if (target.kind !== "method-group") {
    binder.report(node, "only methods can be called");
    return errorValue(node, SpecialType.error);
  }
  return call(binder, node, target, args);
}

/** Calls the method of a group that fits the arguments. */
export function call(binder: Binder, node: SyntaxNode, group: MethodGroup, args: readonly Argument[]): Value {
  let ambiguous: OverloadResult<MethodCandidate> | undefined;
  for (const candidates of group.groups) {
    const isExtension = candidates[0]?.member.isExtension === true && group.receiver.kind === "value";
    const { receiver, prepare } =
      isExtension && group.receiver.kind === "value" ? asArgument(binder, group.receiver) : {};
    const all = receiver === undefined ? args : [{ node: group.node, operand: receiver }, ...args];
    const result = resolveOverload(binder, candidates.map(candidateOf), all, group.typeArguments);
    if (result.kind === "found") {
      return compile(binder, node, group, result.resolution, isExtension ? prepare : undefined);
    }
    ambiguous ??= result.kind === "ambiguous" ? result : undefined;
  }
  reportMismatch(binder, group, args, ambiguous);
  return errorValue(node, SpecialType.error);
}

interface ExtensionReceiver {
  readonly receiver: Value;
  /** Puts the receiver where `receiver` reads it; says whether the call is skipped. */
  readonly prepare?: {
    readonly temporary: Variable;
    readonly evaluate: Value["evaluate"];
  };
}

/** The receiver of an extension method is its first argument; one in a chain may be skipped. */
function asArgument(binder: Binder, receiver: Value): ExtensionReceiver {
  if (receiver.isChain !== true) {
    return { receiver };
  }
  const { functionScope } = binder;
  const temporary = new Variable("", receiver.type, functionScope);
  const { evaluate } = receiver;
  return {
    receiver: { ...receiver, isChain: false, location: undefined, evaluate: temporary.reader(functionScope) },
    prepare: { temporary, evaluate },
  };
}

function compile(
  binder: Binder,
  node: SyntaxNode,
  group: MethodGroup,
  resolution: Extract<OverloadResult<MethodCandidate>, { kind: "found" }>["resolution"],
  prepare: ExtensionReceiver["prepare"],
): Value {
  const { member, declaringType } = resolution.member;
  for (const argument of resolution.typeArguments) {
    if (argument !== SpecialType.error && !member.definition.allowsTypeArgument(member.name, argument)) {
      binder.report(group.nameNode, `'${member.name}' is not supported for '${argument.display}'`);
    }
  }
  checkConstantArguments(binder, node, member.definition, resolution);
  const type: CsType = substitute(member.returnType, resolution.substitution);
  const isStatic = member.isStatic;
  const receiver =
    isStatic || group.receiver.kind === "type"
      ? undefined
      : { ...group.receiver, mayBeNull: group.receiver.type instanceof NullableType };
  const evaluate = compileMeteredCall(
    binder,
    resolution,
    member.implementation,
    declaringType,
    type,
    receiver,
  );
  return {
    kind: "value",
    node,
    type,
    isStatement: true,
    isChain: group.receiver.kind === "value" && group.receiver.isChain === true,
    evaluate: prepare === undefined ? evaluate : prepared(prepare, evaluate),
  };
}

/** A call of an extension method, unless it is skipped. */
function prepared(
  { temporary, evaluate: receiver }: NonNullable<ExtensionReceiver["prepare"]>,
  evaluate: Value["evaluate"],
): Value["evaluate"] {
  return written(
    (frame) => {
      const value = receiver(frame);
      temporary.declare(frame, value);
      return value === SKIPPED ? SKIPPED : evaluate(frame);
    },
    (writer) => {
      const skipped = writer.constant(SKIPPED);
      return `((${writer.temporary(temporary)} = ${writer.value(receiver)}) === ${skipped} ? ${skipped} : ${writer.value(evaluate)})`;
    },
  );
}

function reportMismatch(
  binder: Binder,
  group: MethodGroup,
  args: readonly Argument[],
  ambiguous: OverloadResult<MethodCandidate> | undefined,
): void {
  const inner = args.flatMap(({ operand }) =>
    operand.kind === "lambda" ? binder.lambdaProblems(operand) : [],
  );
  if (inner.length > 0) {
    binder.reportAll(inner);
    return;
  }
  if (ambiguous?.kind === "ambiguous") {
    const list = ambiguous.members.map(({ member }) => member.declaration).join("; ");
    binder.report(group.nameNode, `the call fits several overloads equally well: ${list}`);
    return;
  }
  const given = args.map(({ operand }) => describe(operand)).join(", ");
  const known = [...new Set(group.groups.flat().map(({ member }) => member.declaration))];
  const shown = known.slice(0, 4).join("; ") + (known.length > 4 ? "; ..." : "");
  binder.report(group.nameNode, `no overload of '${group.name}' takes (${given}); there is: ${shown}`);
}

function describe(operand: Argument["operand"]): string {
  switch (operand.kind) {
    case "value":
      return operand.type.display;
    case "out":
      return `out ${operand.type?.display ?? "var"}`;
    case "lambda":
      return "lambda";
    case "method-group":
      return `method ${operand.name}`;
    case "default":
      return "default";
  }
}
