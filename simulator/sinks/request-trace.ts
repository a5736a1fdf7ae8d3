import type { LastError } from "../../expressions";
import type { PolicyPosition } from "../policies";

/** How one policy of a request ended. */
export type StepOutcome = "completed" | "failed" | "endedPipeline" | "cancelled";

/** One policy that ran. Nested policies follow their parent. */
export interface PolicyStep {
  readonly element: string;
  readonly id?: string;
  readonly position: PolicyPosition;
  readonly outcome: StepOutcome;
  /** Milliseconds of real time. */
  readonly durationMs: number;
  /** What the policy itself tells: branch taken, backend chosen, counter values. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One call to a backend: `forward-request` may make several. */
export interface BackendCall {
  /** Name of the backend resource; none when only a URL was set. */
  readonly backend?: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** Thumbprint of the certificate presented by `authentication-certificate`. */
  readonly clientCertificate?: string;
  /** None when no response came. */
  readonly status?: number;
  readonly failure?: string;
}

/** What happened to one request, policy by policy. */
export interface RequestTrace {
  readonly gateway: string;
  readonly requestId: string;
  /** Arrival, milliseconds since the Unix epoch, on the simulation's clock. */
  readonly timestamp: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly api?: string;
  readonly operation?: string;
  readonly product?: string;
  readonly subscription?: string;
  readonly steps: readonly PolicyStep[];
  readonly backendCalls: readonly BackendCall[];
  /**
   * Context variables that hold text, as they stood at the end: what `set-variable` and output variables left.
   * Texts longer than 200 characters are left out; they are bodies, mostly.
   */
  readonly variables: Readonly<Record<string, string>>;
  readonly lastError?: LastError;
  /**
   * Why the simulator could not run the request: something computed at run time is beyond it, such as a regular
   * expression, or it has a defect.
   */
  readonly fault?: string;
  /** Messages of `context.Trace` and of the `trace` policy. */
  readonly messages: readonly string[];
  /** Status sent to the caller; none when the caller left before. */
  readonly status?: number;
  readonly outcome: "completed" | "clientDisconnected" | "backendBrokeOff";
  readonly durationMs: number;
}
