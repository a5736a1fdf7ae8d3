import { CsArray, CsDictionary, CsList, CsSet } from "../values/collections";
import type { CsType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { consume, consumeLength } from "../values/execution";
import type { Evaluate } from "./operand";
import { written } from "./source";

/** Characters, bytes or items that a library member reads in the time of one step. */
const READ_IN_ONE_STEP = 256;

/** Whether values of a type are always of the same size: numbers, dates, objects of the gateway. */
function isOfFixedSize(type: CsType): boolean {
  return type.isValueType || (type.kind === "named" && type.definition.fullName.startsWith("ApiManagement."));
}

/**
 * Makes an operand of a call cost steps by its size: one call may take as long as a million rounds of a loop.
 * @param type that the value is known to have
 */
export function meter(evaluate: Evaluate, type: CsType): Evaluate {
  if (isOfFixedSize(type)) {
    return evaluate;
  }
  return written(
    (frame) => metered(evaluate(frame)),
    (writer) => `${writer.constant(metered)}(${writer.value(evaluate)})`,
  );
}

function metered(value: CsValue): CsValue {
  if (!isShort(value)) {
    consume(Math.floor(sizeOf(value) / READ_IN_ONE_STEP));
  }
  return value;
}

/** Whether reading all of a value takes no step of its own. */
export function isShort(value: CsValue): boolean {
  return typeof value === "string" ? value.length < READ_IN_ONE_STEP : typeof value !== "object";
}

/**
 * Makes the result of a call cost steps by the memory that it takes.
 * @param type that the result is known to have
 */
export function meterResult(evaluate: Evaluate, type: CsType): Evaluate {
  if (isOfFixedSize(type)) {
    return evaluate;
  }
  return written(
    (frame) => meteredResult(evaluate(frame)),
    (writer) => `${writer.constant(meteredResult)}(${writer.value(evaluate)})`,
  );
}

function meteredResult(value: CsValue): CsValue {
  if (!isShort(value) && (typeof value === "string" || value instanceof Uint8Array)) {
    consumeLength(value.length);
  }
  return value;
}

function sizeOf(value: CsValue): number {
  if (typeof value === "string" || value instanceof Uint8Array) {
    return value.length;
  }
  if (value instanceof CsArray || value instanceof CsList) {
    return value.items.length;
  }
  return value instanceof CsDictionary || value instanceof CsSet ? value.size : 0;
}
