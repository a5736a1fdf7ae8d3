export { establishedCaller, type EstablishedCaller } from "./established-caller";
export type { BackendCall, PolicyStep, RequestRecord, RequestTrace, StepOutcome } from "./request-trace";
export { RingBuffer } from "./ring-buffer";
export { Sinks } from "./sinks";
