import type { SyntaxNode } from "../syntax/syntax-node";
import { supertypesOf } from "../types/subtyping";
import { registry } from "../types/type-registry";
import { arrayGet, type CsAnonymous, type CsArray } from "../values/collections";
import {
  AnonymousType,
  ArrayType,
  type CsType,
  type IndexerMember,
  type Member,
  NamedType,
  NullableType,
  type PropertyMember,
  SpecialType,
  substitute,
  type Substitution,
  UNNAMED,
} from "../values/cs-type";
import type { CsNumber, CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { indexOutOfRange, nullReference } from "../values/exception";
import { rawOf } from "../values/numeric";
import { bindArguments } from "./arguments";
import { type Binder, errorValue } from "./binder";
import { compileCall, compileGet } from "./call";
import { constant, numericType } from "./literals";
import {
  type Evaluate,
  type Location,
  type MethodCandidate,
  type MethodGroup,
  type Operand,
  SKIPPED,
  type TypeName,
  type Value,
} from "./operand";
import { type Candidate, resolveOverload } from "./overload-resolution";
import { NotWritable, written } from "./source";

const LINEAGES = new WeakMap<CsType, readonly CsType[]>();

/** A type and its supertypes, nearest first, each once. */
export function lineage(type: CsType): readonly CsType[] {
  const known = LINEAGES.get(type) ?? findLineage(type);
  LINEAGES.set(type, known);
  return known;
}

function findLineage(type: CsType): readonly CsType[] {
  // Arrays implement their interfaces out of sight.
  const found = new Set<CsType>(type instanceof ArrayType ? [registry.require("System.Array")] : [type]);
  for (const member of found) {
    supertypesOf(member).forEach((supertype) => found.add(supertype));
  }
  return [...found];
}

function membersOf(type: CsType, name: string): readonly Member[] {
  return type instanceof NamedType ? type.definition.membersNamed(name) : [];
}

function substitutionOf(type: CsType): Substitution {
  return type instanceof NamedType ? type.substitution() : new Map();
}

/** A name alone: variable, `context` (a variable as well), type or namespace. */
export function simpleName(binder: Binder, node: SyntaxNode): Operand {
  const variable = binder.scope.find(node.text);
  if (variable !== undefined) {
    const { functionScope } = binder;
    if (variable.constant !== undefined) {
      return constant(node, variable.type, variable.constant.value);
    }
    const evaluate = variable.reader(functionScope);
    const write = variable.writer(functionScope);
    const location: Location = {
      locate: (frame) => ({ get: () => evaluate(frame), set: (value) => write(frame, value) }),
      variable,
    };
    return {
      kind: "value",
      node,
      type: variable.type,
      evaluate,
      ...(variable.isReadOnly ? {} : { location }),
    };
  }
  const type = binder.tryType(node);
  if (type !== undefined) {
    return { kind: "type", node, type };
  }
  if (binder.isNamespace(node.text)) {
    return { kind: "namespace", node, name: node.text };
  }
  binder.report(node, `the name '${node.text}' is neither a variable nor a type that expressions may use`);
  return errorValue(node, SpecialType.error);
}

/**
 * `left.name`, with type arguments if a generic method is named.
 *
 * @param isCalled - only methods are looked at: `list.Count(...)` is not the property `Count`.
 */
export function memberAccess(
  binder: Binder,
  node: SyntaxNode,
  left: Operand,
  nameNode: SyntaxNode,
  isCalled = false,
): Operand {
  const isGeneric = nameNode.type === "generic_name";
  const name = isGeneric ? (nameNode.children[0]?.text ?? "") : nameNode.text;
  const typeArguments = isGeneric
    ? (nameNode.children[1]?.children ?? []).map((argument) => binder.type(argument))
    : [];
  switch (left.kind) {
    case "namespace": {
      const fullName = `${left.name}.${nameNode.text}`;
      const type = binder.tryType(node);
      if (type !== undefined) {
        return { kind: "type", node, type };
      }
      if (binder.isNamespace(fullName)) {
        return { kind: "namespace", node, name: fullName };
      }
      binder.report(nameNode, `'${fullName}' is not among the types that expressions may use`);
      return errorValue(node, SpecialType.error);
    }
    case "type":
      return staticMember(binder, node, left, { name, nameNode, typeArguments });
    case "value":
      return instanceMember(binder, node, left, { name, nameNode, typeArguments }, isCalled);
    case "lambda":
    case "method-group":
    case "default":
      binder.report(node, `'.${name}' needs a value or a type on its left`);
      return errorValue(node, SpecialType.error);
  }
}

/** What stands after the dot. */
interface MemberName {
  readonly name: string;
  readonly nameNode: SyntaxNode;
  readonly typeArguments: readonly CsType[];
}

function staticMember(binder: Binder, node: SyntaxNode, left: TypeName, member: MemberName): Operand {
  const { name } = member;
  const { type } = left;
  if (type === SpecialType.error) {
    return errorValue(node, SpecialType.error);
  }
  if (type instanceof NamedType && type.definition.kind === "enum") {
    const value = type.definition.enumValues[name];
    if (value !== undefined) {
      return constant(node, type, CsEnum.of(type, value));
    }
  }
  for (const level of lineage(type)) {
    const property = findProperty(level, name, true);
    if (property !== undefined) {
      return staticProperty(binder, node, property, level);
    }
  }
  return methodGroup(binder, node, left, member, true);
}

function findProperty(type: CsType, name: string, isStatic: boolean): PropertyMember | undefined {
  return membersOf(type, name).find(
    (member): member is PropertyMember => member.kind === "property" && member.isStatic === isStatic,
  );
}

function staticProperty(binder: Binder, node: SyntaxNode, property: PropertyMember, owner: CsType): Value {
  binder.use(property);
  const type = substitute(property.type, substitutionOf(owner));
  if (property.constant !== undefined) {
    return constant(node, type, property.constant.value);
  }
  const { get } = property;
  const evaluate = written(
    () => get(),
    (writer) => `${writer.constant(get)}()`,
  );
  return { kind: "value", node, type, evaluate };
}

function instanceMember(
  binder: Binder,
  node: SyntaxNode,
  left: Value,
  member: MemberName,
  isCalled: boolean,
): Operand {
  const { name, nameNode } = member;
  const { type } = left;
  if (type.kind === "special") {
    if (type !== SpecialType.error) {
      binder.report(nameNode, `'${type.display}' has no member '${name}'`);
    }
    return errorValue(node, SpecialType.error);
  }
  if (type instanceof AnonymousType && !isCalled) {
    const index = type.names.indexOf(name);
    const memberType = type.types[index];
    if (memberType !== undefined) {
      const get = (self: CsAnonymous): CsValue => self.items[index] ?? null;
      return {
        ...left,
        node,
        type: memberType,
        location: undefined,
        constant: undefined,
        evaluate: compileGet(get as never, left.evaluate, left.isChain === true),
      };
    }
  }
  for (const level of isCalled ? [] : lineage(type)) {
    const property = findProperty(level, name, false);
    if (property !== undefined) {
      return instanceProperty(binder, node, left, property, level);
    }
  }
  return methodGroup(binder, node, left, member, false);
}

function instanceProperty(
  binder: Binder,
  node: SyntaxNode,
  left: Value,
  property: PropertyMember,
  owner: CsType,
): Value {
  binder.use(property);
  const type = substitute(property.type, substitutionOf(owner));
  const site =
    owner instanceof NamedType && owner.typeArguments.length > 0
      ? { typeArguments: [], type: owner }
      : undefined;
  const { get, set } = property;
  const receiver = left.evaluate;
  const location: Location | undefined =
    set === undefined
      ? undefined
      : {
          locate: (frame) => {
            const target = receiver(frame);
            if (target === null) {
              throw nullReference();
            }
            return { get: () => get(target, site), set: (value) => void set(target, value, site) };
          },
        };
  return {
    kind: "value",
    node,
    type,
    location,
    isChain: left.isChain,
    // `HasValue` and its like are asked of null as well.
    evaluate:
      left.type instanceof NullableType
        ? written(
            (frame) => {
              const target = receiver(frame);
              return target === SKIPPED ? SKIPPED : get(target);
            },
            (writer) => {
              const self = writer.temporary();
              const skipped = writer.constant(SKIPPED);
              return `((${self} = ${writer.value(receiver)}) === ${skipped} ? ${skipped} : ${writer.constant(get)}(${self}))`;
            },
          )
        : compileGet(get, receiver, left.isChain === true, site),
  };
}

function methodGroup(
  binder: Binder,
  node: SyntaxNode,
  receiver: Value | TypeName,
  { name, nameNode, typeArguments }: MemberName,
  isStatic: boolean,
): Operand {
  const groups = methodsNamed(receiver.type, name, isStatic);
  if (groups.length === 0) {
    const what = receiver.kind === "type" ? "static member" : "member";
    binder.report(nameNode, `'${receiver.type.display}' has no ${what} '${name}' that expressions may use`);
    return errorValue(node, SpecialType.error);
  }
  return { kind: "method-group", node, name, nameNode, receiver, groups, typeArguments };
}

type MethodGroups = MethodGroup["groups"];

/** By type, and then by what is called of it: expressions call the same few methods over and over. */
const METHODS = new WeakMap<CsType, Map<string, MethodGroups>>();

/** The methods that may be called so, nearest first; extension methods last, where there is a value. */
function methodsNamed(type: CsType, name: string, isStatic: boolean): MethodGroups {
  const ofType = METHODS.get(type) ?? new Map<string, MethodGroups>();
  METHODS.set(type, ofType);
  const key = `${isStatic} ${name}`;
  const groups = ofType.get(key) ?? findMethods(type, name, isStatic);
  if (groups.length > 0) {
    ofType.set(key, groups);
  }
  return groups;
}

function findMethods(type: CsType, name: string, isStatic: boolean): MethodGroups {
  const extensions = isStatic ? [] : registry.extensions(name);
  return [
    ...lineage(type).map((declaringType) =>
      membersOf(declaringType, name)
        .filter((member) => member.kind === "method")
        .filter((member) => member.isStatic === isStatic)
        .map((member) => ({ member, declaringType })),
    ),
    extensions.map((member) => ({ member, declaringType: member.definition.construct([]) })),
  ].filter((group) => group.length > 0);
}

/** `a?.b` and `a?[b]`: the receiver for what follows, skipped when null. */
export function conditionalReceiver(binder: Binder, node: SyntaxNode, left: Operand): Value {
  if (left.kind !== "value" || left.type === SpecialType.error) {
    if (left.kind !== "value") {
      binder.report(node, "'?' needs a value on its left");
    }
    return errorValue(node, SpecialType.error);
  }
  if (left.type.isValueType && !(left.type instanceof NullableType)) {
    binder.report(node, `'?' cannot be applied to '${left.type.display}', which is never null`);
    return errorValue(node, SpecialType.error);
  }
  const { evaluate } = left;
  return {
    kind: "value",
    node,
    type: left.type instanceof NullableType ? left.type.underlying : left.type,
    isChain: true,
    evaluate: replacing(evaluate, null, SKIPPED),
  };
}

/** Ends a chain: what was skipped is null. */
export function finishChain(value: Value): Value {
  if (value.isChain !== true) {
    return value;
  }
  const { evaluate, type } = value;
  const isPlainValue = type.isValueType && !(type instanceof NullableType);
  return {
    ...value,
    isChain: false,
    location: undefined,
    type: isPlainValue ? NullableType.of(type) : type,
    evaluate: replacing(evaluate, SKIPPED, null),
  };
}

/** One value in the place of another. */
function replacing(evaluate: Evaluate, replaced: CsValue, by: CsValue): Evaluate {
  return written(
    (frame) => {
      const value = evaluate(frame);
      return value === replaced ? by : value;
    },
    (writer) => {
      const value = writer.temporary();
      return `((${value} = ${writer.value(evaluate)}) === ${writer.literal(replaced)} ? ${writer.literal(by)} : ${value})`;
    },
  );
}

/** `left[arguments]`. */
export function elementAccess(
  binder: Binder,
  node: SyntaxNode,
  left: Operand,
  argumentNodes: readonly SyntaxNode[],
): Value {
  if (left.kind !== "value") {
    binder.report(node, "an index needs a value on its left");
    return errorValue(node, SpecialType.error);
  }
  const args = bindArguments(binder, argumentNodes);
  if (left.type === SpecialType.error || args === undefined) {
    return errorValue(node, SpecialType.error);
  }
  if (left.type instanceof ArrayType) {
    return arrayElement(binder, node, left, left.type, args);
  }
  for (const level of lineage(left.type)) {
    const candidates = membersOf(level, UNNAMED.indexers)
      .filter((member): member is IndexerMember => member.kind === "indexer")
      .map((member): Candidate<IndexerMember> => ({
        member,
        parameters: member.parameters,
        typeParameters: [],
        substitution: substitutionOf(level),
      }));
    const result = resolveOverload(binder, candidates, args, []);
    if (result.kind === "found") {
      return indexerAccess(binder, node, left, level, result.resolution);
    }
  }
  binder.report(node, `'${left.type.display}' has no indexer for these arguments`);
  return errorValue(node, SpecialType.error);
}

function indexerAccess(
  binder: Binder,
  node: SyntaxNode,
  left: Value,
  owner: CsType,
  resolution: Parameters<typeof compileCall<IndexerMember>>[1],
): Value {
  const { member } = resolution;
  const { get, set } = member;
  const site =
    owner instanceof NamedType && owner.typeArguments.length > 0
      ? { typeArguments: [], type: owner }
      : undefined;
  const receiver = left.evaluate;
  const [argument] = resolution.bindings;
  const index = argument?.argument;
  const evaluateIndex =
    index === undefined || index.operand.kind === "out"
      ? undefined
      : binder.convert(index.operand, argument?.type ?? SpecialType.error);
  const location: Location | undefined =
    set === undefined || evaluateIndex === undefined
      ? undefined
      : {
          locate: (frame) => {
            const target = receiver(frame);
            if (target === null) {
              throw nullReference();
            }
            const key = evaluateIndex(frame);
            return { get: () => get(target, key, site), set: (value) => void set(target, key, value, site) };
          },
        };
  return {
    kind: "value",
    node,
    type: substitute(member.type, substitutionOf(owner)),
    location,
    isChain: left.isChain,
    evaluate: compileCall(binder, resolution, get, owner, left),
  };
}

function arrayElement(
  binder: Binder,
  node: SyntaxNode,
  left: Value,
  type: ArrayType,
  args: NonNullable<ReturnType<typeof bindArguments>>,
): Value {
  const [argument] = args;
  const operand = argument?.operand;
  const index =
    operand?.kind === "value" && args.length === 1
      ? (binder.convert(operand, binder.types.int) ?? binder.convert(operand, numericType("long")))
      : undefined;
  if (index === undefined) {
    binder.report(node, "an array takes one integer index");
    return errorValue(node, SpecialType.error);
  }
  const receiver = left.evaluate;
  return {
    kind: "value",
    node,
    type: type.element,
    isChain: left.isChain,
    evaluate: written(
      (frame) => {
        const array = receiver(frame);
        return array === SKIPPED ? SKIPPED : arrayItem(notNullArray(array), index(frame));
      },
      (writer) => {
        if (left.isChain === true) {
          throw new NotWritable();
        }
        return `${writer.constant(arrayItem)}(${writer.constant(notNullArray)}(${writer.value(receiver)}), ${writer.value(index)})`;
      },
    ),
    location: {
      locate: (frame) => {
        const array = receiver(frame) as CsArray | Uint8Array | null;
        if (array === null) {
          throw nullReference();
        }
        const position = Number(rawOf(index(frame)));
        return { get: () => arrayGet(array, position), set: (value) => arraySet(array, position, value) };
      },
    },
  };
}

function notNullArray(array: CsValue): CsArray {
  if (array === null) {
    throw nullReference();
  }
  return array as CsArray;
}

function arrayItem(array: CsArray, index: CsValue): CsValue {
  return arrayGet(array, Number(rawOf(index)));
}

function arraySet(array: CsArray | Uint8Array, index: number, value: CsValue): void {
  arrayGet(array, index);
  if (array instanceof Uint8Array) {
    array[index] = Number((value as CsNumber).value);
  } else if (index < array.items.length) {
    array.items[index] = value;
  } else {
    throw indexOutOfRange();
  }
}

/** What a method group returns for values of these types. */
export function returnTypeOf(
  binder: Binder,
  group: MethodGroup,
  parameterTypes: readonly CsType[],
): CsType | undefined {
  const args = parameterTypes.map((type) => ({ node: group.node, operand: errorValue(group.node, type) }));
  for (const candidates of group.groups) {
    const result = resolveOverload(binder, candidates.map(candidateOf), args, group.typeArguments);
    if (result.kind === "found") {
      return substitute(result.resolution.member.member.returnType, result.resolution.substitution);
    }
  }
  return undefined;
}

/** A method as overload resolution sees it. */
export function candidateOf(method: MethodCandidate): Candidate<MethodCandidate> {
  return {
    member: method,
    parameters: method.member.parameters,
    typeParameters: method.member.typeParameters,
    substitution: substitutionOf(method.declaringType),
  };
}
