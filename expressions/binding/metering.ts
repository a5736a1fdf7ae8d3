import { CsArray, CsDictionary, CsList, CsSet } from "../values/collections";
import type { CsValue } from "../values/cs-value";
import { consume, consumeLength } from "../values/execution";
import type { Evaluate } from "./operand";

/** Characters, bytes or items that a library member reads in the time of one step. */
const READ_IN_ONE_STEP = 256;

/** Makes an operand of a call cost steps by its size: one call may take as long as a million rounds of a loop. */
export function meter(evaluate: Evaluate): Evaluate {
  return (frame) => {
    const value = evaluate(frame);
    if (typeof value === "string" ? value.length >= READ_IN_ONE_STEP : typeof value === "object") {
      consume(Math.floor(sizeOf(value) / READ_IN_ONE_STEP));
    }
    return value;
  };
}

/** Makes the result of a call cost steps by the memory that it takes. */
export function meterResult(evaluate: Evaluate): Evaluate {
  return (frame) => {
    const value = evaluate(frame);
    if ((typeof value === "string" && value.length >= READ_IN_ONE_STEP) || value instanceof Uint8Array) {
      consumeLength(value.length);
    }
    return value;
  };
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
