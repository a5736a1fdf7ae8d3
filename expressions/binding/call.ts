import { CsArray } from "../values/collections";
import type { CallableImplementation, CallSite, CsType, NamedType } from "../values/cs-type";
import type { CsNumber, CsValue, OutReference } from "../values/cs-value";
import { nullReference } from "../values/exception";
import type { Binder } from "./binder";
import type { Frame } from "./frame";
import { isShort, meter, meterResult } from "./metering";
import { type Argument, type Evaluate, SKIPPED } from "./operand";
import type { ParameterBinding, Resolution } from "./overload-resolution";
import { type Source, type Writer, written } from "./source";

/** Where the result of an `out` parameter goes. */
interface OutTarget {
  readonly index: number;
  readonly store: (frame: Frame, value: CsValue) => void;
}

/** What an instance member is called on. */
interface Receiver {
  readonly evaluate: Evaluate;
  readonly isChain?: boolean;
  readonly mayBeNull?: boolean;
}

/** Compiled arguments, in the order of the parameters. */
interface CompiledArguments {
  readonly evaluators: readonly Evaluate[];
  /** Where `out` results go, by parameter. */
  readonly outs: readonly OutTarget[];
}

/** Makes `T[]` from values: `byte[]` has a form of its own. */
export function makeArray(element: CsType, items: CsValue[]): CsArray | Uint8Array {
  if (element.numericKind === "byte") {
    return Uint8Array.from(items, (item) => Number((item as CsNumber).value));
  }
  return new CsArray(element, items);
}

/** Makes `T[]` of what is evaluated. */
export function arrayMaker(element: CsType, evaluators: readonly Evaluate[]): Evaluate {
  return written(
    (frame) =>
      makeArray(
        element,
        evaluators.map((evaluate) => evaluate(frame)),
      ),
    (writer) => {
      const items = evaluators.map((evaluate) => writer.value(evaluate));
      return `${writer.constant(makeArray)}(${writer.constant(element)}, [${items.join(", ")}])`;
    },
  );
}

function compileArguments<M>(binder: Binder, { bindings }: Resolution<M>): CompiledArguments {
  const outs: OutTarget[] = [];
  const evaluators = bindings.map((binding, index) => {
    if (binding.argument?.operand.kind === "out") {
      outs.push({ index, store: binding.argument.operand.store(binding.type) });
      return () => ({ value: null }) satisfies OutReference;
    }
    return compileArgument(binder, binding);
  });
  return { evaluators, outs };
}

function compileArgument(binder: Binder, { parameter, type, argument, items }: ParameterBinding): Evaluate {
  if (items !== undefined) {
    const evaluators = items.map((item) => convertArgument(binder, item, type));
    return arrayMaker(type, evaluators);
  }
  if (argument !== undefined) {
    return convertArgument(binder, argument, type);
  }
  const value = parameter.defaultValue?.value ?? null;
  return written(
    () => value,
    (writer) => writer.literal(value),
  );
}

function convertArgument(binder: Binder, { operand }: Argument, type: CsType): Evaluate {
  const evaluate = operand.kind === "out" ? undefined : binder.convert(operand, type);
  if (evaluate === undefined) {
    throw new TypeError("Overload resolution chose a member that does not take its argument.");
  }
  return evaluate;
}

/** Whether an implementation gets a call site: its own type or its type's is generic. */
function siteOf<M>(resolution: Resolution<M>, declaringType: CsType): CallSite | undefined {
  const isGeneric =
    resolution.typeArguments.length > 0 ||
    (declaringType.kind === "named" && declaringType.typeArguments.length > 0);
  return isGeneric
    ? { typeArguments: resolution.typeArguments, type: declaringType as NamedType }
    : undefined;
}

/**
 * Compiles a call of a library member.
 *
 * @param receiver - absent for static members and constructors; `mayBeNull` for members of `T?`.
 */
export function compileCall<M>(
  binder: Binder,
  resolution: Resolution<M>,
  implementation: CallableImplementation,
  declaringType: CsType,
  receiver?: Receiver,
): Evaluate {
  const { evaluators, outs } = compileArguments(binder, resolution);
  return compileApplication(implementation, evaluators, outs, siteOf(resolution, declaringType), receiver);
}

/**
 * As {@link compileCall}, for a member that may take the longer, the larger what it gets is.
 * @param resultType what the call gives
 */
export function compileMeteredCall<M>(
  binder: Binder,
  resolution: Resolution<M>,
  implementation: CallableImplementation,
  declaringType: CsType,
  resultType: CsType,
  receiver?: Receiver,
): Evaluate {
  const { evaluators, outs } = compileArguments(binder, resolution);
  const metered = evaluators.map((evaluate, index) => {
    const binding = resolution.bindings[index];
    return binding === undefined || isSmall(binding) ? evaluate : meter(evaluate, binding.type);
  });
  const call = compileApplication(
    implementation,
    metered,
    outs,
    siteOf(resolution, declaringType),
    receiver === undefined ? undefined : { ...receiver, evaluate: meter(receiver.evaluate, declaringType) },
  );
  return meterResult(call, resultType);
}

/** Whether the program's text says how large an argument is: constants, lambdas, what `params` gathers. */
function isSmall({ argument, items }: ParameterBinding): boolean {
  return (
    items !== undefined ||
    argument?.operand.kind !== "value" ||
    (argument.operand.constant !== undefined && isShort(argument.operand.constant.value))
  );
}

function compileApplication(
  implementation: CallableImplementation,
  evaluators: readonly Evaluate[],
  outs: CompiledArguments["outs"],
  site: CallSite | undefined,
  receiver: Receiver | undefined,
): Evaluate {
  if (outs.length > 0 || evaluators.length > 2 || (receiver === undefined && site !== undefined)) {
    return generalCall(implementation, evaluators, outs, site, receiver);
  }
  const [first, second] = evaluators;
  if (receiver === undefined) {
    const source: Source = (writer) => writtenCall(writer, implementation, [], evaluators, undefined);
    if (first === undefined) {
      return written(() => implementation(), source);
    }
    return second === undefined
      ? written((frame) => implementation(first(frame)), source)
      : written((frame) => implementation(first(frame), second(frame)), source);
  }
  return written(
    memberCall(implementation, evaluators, site, receiver),
    receiverSource(receiver, (writer, self) => writtenCall(writer, implementation, [self], evaluators, site)),
  );
}

function memberCall(
  implementation: CallableImplementation,
  [first, second]: readonly Evaluate[],
  site: CallSite | undefined,
  receiver: Receiver,
): Evaluate {
  const self = receiver.mayBeNull === true ? receiver.evaluate : guarded(receiver.evaluate);
  const skips = receiver.isChain === true;
  if (first === undefined) {
    return (frame) => {
      const target = self(frame);
      return skips && target === SKIPPED ? SKIPPED : implementation(target, site);
    };
  }
  if (second === undefined) {
    return (frame) => {
      const target = self(frame);
      return skips && target === SKIPPED ? SKIPPED : implementation(target, first(frame), site);
    };
  }
  return (frame) => {
    const target = self(frame);
    return skips && target === SKIPPED ? SKIPPED : implementation(target, first(frame), second(frame), site);
  };
}

/** Writes a call; the call site comes last, as implementations have it. */
function writtenCall(
  writer: Writer,
  implementation: CallableImplementation,
  before: readonly string[],
  evaluators: readonly Evaluate[],
  site: CallSite | undefined,
): string {
  const values = evaluators.map((evaluate) => writer.value(evaluate));
  const last = site === undefined ? [] : [writer.constant(site)];
  return `${writer.constant(implementation)}(${[...before, ...values, ...last].join(", ")})`;
}

/** Writes what is done with a receiver, unless it is null or skipped. */
function receiverSource(receiver: Receiver, use: (writer: Writer, self: string) => string): Source {
  return (writer) => {
    const target = writer.value(receiver.evaluate);
    const guard = receiver.mayBeNull === true ? "" : writer.constant(notNull);
    if (receiver.isChain !== true) {
      return use(writer, guard === "" ? target : `${guard}(${target})`);
    }
    const self = writer.temporary();
    const skipped = writer.constant(SKIPPED);
    return `((${self} = ${target}) === ${skipped} ? ${skipped} : ${use(writer, guard === "" ? self : `${guard}(${self})`)})`;
  };
}

/** Throws a NullReferenceException for null. */
export function guarded(evaluate: Evaluate): Evaluate {
  return written(
    (frame) => notNull(evaluate(frame)),
    (writer) => `${writer.constant(notNull)}(${writer.value(evaluate)})`,
  );
}

function notNull(target: CsValue): CsValue {
  if (target === null) {
    throw nullReference();
  }
  return target;
}

function generalCall(
  implementation: CallableImplementation,
  evaluators: readonly Evaluate[],
  outs: CompiledArguments["outs"],
  site: CallSite | undefined,
  receiver?: Receiver,
): Evaluate {
  const evaluate: Evaluate = (frame) => {
    const values: (CsValue | CallSite | undefined)[] = [];
    if (receiver !== undefined) {
      const target = receiver.evaluate(frame);
      if (target === SKIPPED) {
        return SKIPPED;
      }
      if (target === null && receiver.mayBeNull !== true) {
        throw nullReference();
      }
      values.push(target);
    }
    const offset = values.length;
    for (const evaluate of evaluators) {
      values.push(evaluate(frame));
    }
    values.push(site);
    const result = implementation(...values);
    for (const { index, store } of outs) {
      store(frame, (values[index + offset] as OutReference).value);
    }
    return result;
  };
  if (outs.length > 0) {
    return evaluate;
  }
  return written(
    evaluate,
    receiver === undefined
      ? (writer) => writtenCall(writer, implementation, [], evaluators, site)
      : receiverSource(receiver, (writer, self) =>
          writtenCall(writer, implementation, [self], evaluators, site),
        ),
  );
}

/** Compiles reading or writing a property. */
export function compileGet(
  implementation: CallableImplementation,
  receiver: Evaluate,
  isChain: boolean,
  site?: CallSite,
): Evaluate {
  const source = receiverSource({ evaluate: receiver, isChain }, (writer, self) =>
    writtenCall(writer, implementation, [self], [], site),
  );
  if (isChain) {
    return written((frame) => {
      const target = receiver(frame);
      return target === SKIPPED ? SKIPPED : implementation(notNull(target), site);
    }, source);
  }
  return written((frame) => implementation(notNull(receiver(frame)), site), source);
}
