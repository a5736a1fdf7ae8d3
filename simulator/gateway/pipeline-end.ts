import type { PolicyError, PolicyPosition } from "../policies";
import type { GatewayResponse } from "./gateway-message";

/** Thrown to leave the pipeline with a response: `return-response` and its like. No failure. */
export class ResponseReturned extends Error {
  public override readonly name = "ResponseReturned";
  public constructor(public readonly response: GatewayResponse) {
    super("the pipeline ended with a response");
  }
}

/** Thrown to go on in outbound with a cached response. No failure. */
export class CachedAnswer extends Error {
  public override readonly name = "CachedAnswer";
  public constructor(
    public readonly response: GatewayResponse,
    /** Policy after which outbound resumes. */
    public readonly store: string,
  ) {
    super("the response came from a cache");
  }
}

/** The caller closed the connection before the response was complete. */
export class ClientDisconnectedError extends Error {
  public override readonly name = "ClientDisconnectedError";
  public constructor() {
    super("The client closed the connection.");
  }
}

/** A policy failed: the error, and where. */
export class PolicyFailure extends Error {
  public override readonly name = "PolicyFailure";
  public constructor(
    public readonly error: PolicyError,
    public readonly position: PolicyPosition,
    public readonly policyId: string | undefined,
  ) {
    super(error.message);
  }
}
