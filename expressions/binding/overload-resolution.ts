import { implicitConversion } from "../types/conversion";
import {
  ArrayType,
  type CsType,
  type Parameter,
  substitute,
  type Substitution,
  type TypeParameter,
} from "../values/cs-type";
import { isIntegral } from "../values/numeric";
import type { Binder } from "./binder";
import { delegateSignature } from "./delegate";
import type { Argument } from "./operand";
import { inferTypeArguments } from "./type-inference";

/** A method, constructor, indexer or operator that a call might mean. */
export interface Candidate<M> {
  readonly member: M;
  readonly parameters: readonly Parameter[];
  readonly typeParameters: readonly TypeParameter[];
  /** Type arguments of the type that declares the member. */
  readonly substitution: Substitution;
}

/** The chosen member and how the arguments reach its parameters. */
export interface Resolution<M> {
  readonly member: M;
  readonly typeArguments: readonly CsType[];
  readonly substitution: Substitution;
  /** For each parameter: its argument, its items for `params`, or neither: its default value. */
  readonly bindings: readonly ParameterBinding[];
}

export interface ParameterBinding {
  readonly parameter: Parameter;
  /** With type arguments in place; the element type for `items`. */
  readonly type: CsType;
  readonly argument?: Argument;
  /** Arguments gathered into the array of a `params` parameter. */
  readonly items?: readonly Argument[];
}

interface Applicable<M> extends Resolution<M> {
  readonly candidate: Candidate<M>;
  readonly isExpanded: boolean;
  readonly usesDefaults: boolean;
  /** Parameter type that each argument goes to, in the order of the arguments. */
  readonly targets: readonly CsType[];
  /** As `targets`, before type arguments: decides between equal ones. */
  readonly openTargets: readonly CsType[];
}

export type OverloadResult<M> =
  | { readonly kind: "found"; readonly resolution: Resolution<M> }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous"; readonly members: readonly M[] };

/**
 * Chooses the member that C# would call.
 *
 * Source: C# language specification, "Overload resolution".
 */
export function resolveOverload<M>(
  binder: Binder,
  candidates: readonly Candidate<M>[],
  args: readonly Argument[],
  typeArguments: readonly CsType[],
): OverloadResult<M> {
  const applicable: Applicable<M>[] = [];
  for (const candidate of candidates) {
    const normal = applicability(binder, candidate, args, typeArguments, false);
    const found = normal ?? applicability(binder, candidate, args, typeArguments, true);
    if (found !== undefined) {
      applicable.push(found);
    }
  }
  if (applicable.length === 0) {
    return { kind: "none" };
  }
  const best = applicable.filter((one) =>
    applicable.every((other) => other === one || isBetter(binder, one, other, args)),
  );
  const [winner] = best;
  if (winner !== undefined) {
    return { kind: "found", resolution: winner };
  }
  return { kind: "ambiguous", members: applicable.map(({ member }) => member) };
}

interface Mapping {
  readonly parameter: Parameter;
  readonly argument?: Argument;
  readonly items?: readonly Argument[];
}

function mapArguments(
  parameters: readonly Parameter[],
  args: readonly Argument[],
  expanded: boolean,
): readonly Mapping[] | undefined {
  const last = parameters.at(-1);
  if (expanded && last?.mode !== "params") {
    return undefined;
  }
  // Most overloads have another number of parameters; those with a default come last.
  const next = parameters[args.length];
  if (!expanded && (args.length > parameters.length || (next && next.defaultValue === undefined))) {
    return undefined;
  }
  const named = args.filter(({ name }) => name !== undefined);
  const positional = args.slice(0, args.length - named.length);
  if (positional.some(({ name }) => name !== undefined)) {
    return undefined;
  }
  const fixed = expanded ? parameters.slice(0, -1) : parameters;
  if (positional.length > fixed.length && !expanded) {
    return undefined;
  }
  const mappings: Mapping[] = [];
  for (const [index, parameter] of fixed.entries()) {
    const matching = named.filter(({ name }) => name === parameter.name);
    const argument = positional[index] ?? matching[0];
    if (matching.length > (positional[index] === undefined ? 1 : 0)) {
      return undefined;
    }
    if (argument === undefined && parameter.defaultValue === undefined) {
      return undefined;
    }
    if (argument !== undefined && (argument.operand.kind === "out") !== (parameter.mode === "out")) {
      return undefined;
    }
    mappings.push({ parameter, argument });
  }
  if (named.some(({ name }) => !fixed.some((parameter) => parameter.name === name))) {
    return undefined;
  }
  if (expanded && last !== undefined) {
    const items = positional.slice(fixed.length);
    if (items.some(({ operand }) => operand.kind === "out")) {
      return undefined;
    }
    mappings.push({ parameter: last, items });
  }
  return mappings;
}

function elementOf(type: CsType): CsType {
  return type instanceof ArrayType ? type.element : type;
}

function applicability<M>(
  binder: Binder,
  candidate: Candidate<M>,
  args: readonly Argument[],
  given: readonly CsType[],
  isExpanded: boolean,
): Applicable<M> | undefined {
  const mappings = mapArguments(candidate.parameters, args, isExpanded);
  if (mappings === undefined || (given.length > 0 && given.length !== candidate.typeParameters.length)) {
    return undefined;
  }
  const open = (parameter: Parameter): CsType => substitute(parameter.type, candidate.substitution);
  const pairs = mappings.flatMap(({ parameter, argument, items }) =>
    items === undefined
      ? argument === undefined
        ? []
        : [[argument, open(parameter)] as const]
      : items.map((item) => [item, elementOf(open(parameter))] as const),
  );
  const inferred =
    candidate.typeParameters.length === 0
      ? new Map<TypeParameter, CsType>()
      : given.length > 0
        ? new Map(candidate.typeParameters.map((parameter, index) => [parameter, given[index] ?? parameter]))
        : inferTypeArguments(
            binder,
            candidate.typeParameters,
            pairs.map(([, type]) => type),
            pairs.map(([argument]) => argument),
          );
  if (inferred === undefined) {
    return undefined;
  }
  const closed = pairs.map(([argument, type]) => [argument, substitute(type, inferred)] as const);
  if (!closed.every(([argument, type]) => accepts(binder, argument, type))) {
    return undefined;
  }
  const targetOf = new Map(closed);
  const openOf = new Map(pairs);
  return {
    candidate,
    member: candidate.member,
    typeArguments: candidate.typeParameters.map((parameter) => inferred.get(parameter) ?? parameter),
    substitution: new Map([...candidate.substitution, ...inferred]),
    bindings: mappings.map(({ parameter, argument, items }) => {
      const type = substitute(open(parameter), inferred);
      return { parameter, type: items === undefined ? type : elementOf(type), argument, items };
    }),
    isExpanded,
    usesDefaults: mappings.some(({ argument, items }) => argument === undefined && items === undefined),
    targets: args.map((argument) => targetOf.get(argument) ?? binder.types.object),
    openTargets: args.map((argument) => openOf.get(argument) ?? binder.types.object),
  };
}

function accepts(binder: Binder, { operand }: Argument, type: CsType): boolean {
  if (operand.kind === "out") {
    return operand.type === undefined || operand.type === type;
  }
  return binder.convert(operand, type) !== undefined;
}

/** Whether `one` is the better function member: no argument worse, and something in its favour. */
function isBetter<M>(
  binder: Binder,
  one: Applicable<M>,
  other: Applicable<M>,
  args: readonly Argument[],
): boolean {
  let better = false;
  for (const [index, argument] of args.entries()) {
    const [left, right] = [one.targets[index], other.targets[index]];
    if (left === undefined || right === undefined || left === right) {
      continue;
    }
    const order = compareConversions(binder, argument, left, right);
    if (order < 0) {
      return false;
    }
    better ||= order > 0;
  }
  if (better) {
    return true;
  }
  if (one.targets.some((type, index) => type !== other.targets[index])) {
    return false;
  }
  const generic = one.candidate.typeParameters.length - other.candidate.typeParameters.length;
  if (
    generic !== 0 &&
    (one.candidate.typeParameters.length === 0 || other.candidate.typeParameters.length === 0)
  ) {
    return generic < 0;
  }
  if (one.isExpanded !== other.isExpanded) {
    return !one.isExpanded;
  }
  if (one.usesDefaults !== other.usesDefaults) {
    return !one.usesDefaults;
  }
  if (one.isExpanded && one.candidate.parameters.length !== other.candidate.parameters.length) {
    return one.candidate.parameters.length > other.candidate.parameters.length;
  }
  return isMoreSpecific(one.openTargets, other.openTargets);
}

/** A type parameter is less specific than anything else. */
function isMoreSpecific(one: readonly CsType[], other: readonly CsType[]): boolean {
  const orders = one.map((type, index) => specificity(type, other[index] ?? type));
  return orders.every((order) => order >= 0) && orders.some((order) => order > 0);
}

function specificity(one: CsType, other: CsType): number {
  if (one.kind === "parameter" || other.kind === "parameter") {
    return Number(other.kind === "parameter") - Number(one.kind === "parameter");
  }
  if (
    one.kind === "named" &&
    other.kind === "named" &&
    one.typeArguments.length === other.typeArguments.length
  ) {
    return Math.sign(
      one.typeArguments.reduce(
        (sum, argument, index) => sum + specificity(argument, other.typeArguments[index] ?? argument),
        0,
      ),
    );
  }
  return one.kind === "array" && other.kind === "array" ? specificity(one.element, other.element) : 0;
}

/** Positive if converting the argument to `left` is better than to `right`. */
function compareConversions(binder: Binder, { operand }: Argument, left: CsType, right: CsType): number {
  if (operand.kind === "value") {
    if (operand.type === left || operand.type === right) {
      return operand.type === left ? 1 : -1;
    }
  }
  if (operand.kind === "lambda") {
    const [a, b] = [delegateSignature(left), delegateSignature(right)];
    if (a !== undefined && b !== undefined) {
      const result = binder.lambda(operand, a.parameters)?.returnType;
      if (result === a.returnType || result === b.returnType) {
        return result === a.returnType && result === b.returnType ? 0 : result === a.returnType ? 1 : -1;
      }
      return compareTargets(a.returnType, b.returnType);
    }
  }
  return compareTargets(left, right);
}

function compareTargets(left: CsType, right: CsType): number {
  const leftToRight = implicitConversion(left, right) !== undefined;
  const rightToLeft = implicitConversion(right, left) !== undefined;
  if (leftToRight !== rightToLeft) {
    return leftToRight ? 1 : -1;
  }
  const [a, b] = [left.numericKind, right.numericKind];
  if (a !== undefined && b !== undefined && isIntegral(a) && isIntegral(b)) {
    const signed = (kind: string): boolean => !kind.startsWith("u") && kind !== "byte" && kind !== "char";
    return Number(signed(a)) - Number(signed(b));
  }
  return 0;
}
