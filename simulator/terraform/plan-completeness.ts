import type { JsonObject } from "./stack-document";

/**
 * Why a plan must not be taken for the whole: what a targeted or deferred one leaves out is not in `planned_values`, even
 * if it exists. Without its policies, everybody would get in. Plans with errors are refused as such.
 */
export function incompletePlanProblem(json: JsonObject): string | undefined {
  return json["complete"] === false && json["errored"] !== true
    ? "the plan is not complete ('complete' is false): '-target', '-exclude' or a deferred change leaves something out, " +
        "which may be what guards the rest; plan without, or read the state"
    : undefined;
}
