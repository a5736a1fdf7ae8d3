import type { LastError } from "../../expressions";
import type { PolicyPosition } from "../policies";

/** How one policy of a request ended. */
export type StepOutcome = "completed" | "failed" | "endedPipeline" | "cancelled";

/** One policy that ran. Nested policies follow their parent. */
export interface PolicyStep {
  /** Name of the policy. */
  readonly element: string;
  /** Its attribute `id`. @default - none */
  readonly id?: string;
  /** Where it stands. */
  readonly position: PolicyPosition;
  /** How it ended. */
  readonly outcome: StepOutcome;
  /** Milliseconds of real time. */
  readonly durationMs: number;
  /** What the policy itself tells: branch taken, backend chosen, counter values. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One call to a backend: `forward-request` may make several. */
export interface BackendCall {
  /** Name of the backend resource; none when only a URL was set. @default - only a URL was set */
  readonly backend?: string;
  /** Name that was called. */
  readonly host: string;
  /** Method of HTTP, in upper case. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Thumbprint of the certificate presented by `authentication-certificate`. @default - no certificate */
  readonly clientCertificate?: string;
  /** Status of the response. @default - no response came */
  readonly status?: number;
  /** Why no response came. @default - one came */
  readonly failure?: string;
}

/** What happened to one request, policy by policy. */
export interface RequestTrace {
  /** Name of the API Management service. */
  readonly gateway: string;
  /** `context.RequestId`, as callers and logs have it. */
  readonly requestId: string;
  /** Arrival, milliseconds since the Unix epoch, on the simulation's clock. */
  readonly timestamp: number;
  /** Method of HTTP, in upper case. */
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Name of the API. @default - no API has the path */
  readonly api?: string;
  /** Name of the operation. @default - no operation has the path and the method */
  readonly operation?: string;
  /** Name of the product. @default - none */
  readonly product?: string;
  /** Name of the subscription whose key was sent. @default - none */
  readonly subscription?: string;
  /** What ran, in its order. */
  readonly steps: readonly PolicyStep[];
  /** Whom the gateway called. */
  readonly backendCalls: readonly BackendCall[];
  /**
   * Context variables that hold text, as they stood at the end: what `set-variable` and output variables left.
   * Texts longer than 200 characters are left out; they are bodies, mostly.
   */
  readonly variables: Readonly<Record<string, string>>;
  /** `context.LastError` at the end. @default - no error */
  readonly lastError?: LastError;
  /**
   * Why the simulator could not run the request: something computed at run time is beyond it, such as a regular
   * expression, or it has a defect.
   * @default - it could run it
   */
  readonly fault?: string;
  /** Messages of `context.Trace` and of the `trace` policy. */
  readonly messages: readonly string[];
  /** Status sent to the caller; none when the caller left before. @default - the caller left before */
  readonly status?: number;
  /** Headers sent to the caller. @default - none, when the caller left before */
  readonly responseHeaders?: Readonly<Record<string, readonly string[]>>;
  /** Body of a short answer with a status of 400 and above, which says why. @default - none */
  readonly errorBody?: string;
  /** How the exchange with the caller ended. */
  readonly outcome: "completed" | "clientDisconnected" | "backendBrokeOff";
  /** Milliseconds of real time. */
  readonly durationMs: number;
}

/** A request that has ended, whose trace is made when someone asks for it. */
export interface RequestRecord {
  readonly trace: RequestTrace;
}
