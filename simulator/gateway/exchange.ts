import type { LastError, X509Certificate2 } from "../../expressions";
import type { ApiModel, OperationModel, ProductModel, SubscriptionModel } from "../model";
import type { CancellationSignal } from "../network";
import type { CompletedResponse, SectionName } from "../policies";
import type { BackendCall } from "../sinks";
import type { GatewayRequest, GatewayResponse } from "./gateway-message";
import { StepLog } from "./step-log";

/** A request as it came in; never changed. */
export interface IncomingRequest {
  readonly id: string;
  /** Arrival, milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly method: string;
  /** One of the gateway's host names. */
  readonly hostName: string;
  /** The `Host` header or `:authority` as sent. */
  readonly headerHost: string;
  /** Path as sent, not decoded. */
  readonly path: string;
  /** With the leading `?`; empty when there is none. */
  readonly queryString: string;
  /** Its parameters, decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly ipAddress: string;
  /** Client certificates, leaf first, DER; empty unless the host name negotiates. */
  readonly certificateChain: readonly Uint8Array[];
  /** Aborts when the caller is gone. */
  readonly signal: CancellationSignal;
}

/** The subscription that let a call in, and the key it came with. */
export interface UsedSubscription {
  readonly subscription: SubscriptionModel;
  readonly key: string;
}

/** Everything about one request that changes while it runs. */
export class Exchange {
  public api: ApiModel | undefined;
  public operation: OperationModel | undefined;
  public product: ProductModel | undefined;
  public subscription: UsedSubscription | undefined;
  public matchedParameters: ReadonlyMap<string, string> = new Map();
  public certificate: X509Certificate2 | null = null;
  public response: GatewayResponse | undefined;
  public lastError: LastError | null = null;
  public section: SectionName = "inbound";
  public preflight = false;
  public readonly variables = new Map<string, unknown>();
  public readonly steps = new StepLog();
  public readonly backendCalls: BackendCall[] = [];
  public readonly messages: string[] = [];
  public fault: string | undefined;
  /** Stands for the last call to a backend that answered. */
  public forwarded: object | undefined;
  public readonly beforeOutbound: (() => Promise<void> | void)[] = [];
  public readonly afterPolicies: (() => Promise<void> | void)[] = [];
  public readonly onResponseComplete: ((completed: CompletedResponse) => void)[] = [];

  public constructor(
    public readonly incoming: IncomingRequest,
    public readonly request: GatewayRequest,
  ) {}
}
