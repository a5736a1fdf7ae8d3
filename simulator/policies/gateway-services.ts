import type { ChainFinding } from "../certificates";
import type { GatewayModel } from "../model";
import type { CancellationSignal, HttpResponse, OutboundRequest } from "../network";

/** What a gateway is given: the world around it. Every time-dependent policy reads `clock`. */
export interface GatewayServices {
  readonly clock: GatewayClock;
  /** Metrics, logs and events, readable by tests. */
  readonly sinks: GatewaySinks;
  /** Pseudo-random number in [0, 1), from the simulation's seed. */
  random(): number;
  /**
   * All calls out of the gateway: names resolve to the simulated world, never to the internet.
   * @param validation what the peer's certificate must be @default - chain and name are checked
   * @throws NetworkError (`simulator/network`) when no response comes
   */
  fetch(request: OutboundRequest, validation?: CertificateValidation): Promise<HttpResponse>;
  /** Token of the gateway's managed identity. @throws when the identity is not attached. */
  managedIdentityToken(resource: string, clientId: string | undefined): Promise<string>;
  /**
   * Token of a connection of the credential manager, by `<provider>/<authorization>`. @default - none is known
   */
  authorization?(place: string): AuthorizationGrant | undefined;
  /**
   * Judges a client's certificate chain against the gateway's certificate stores (`simulator/certificates`).
   * @param chain DER, leaf first
   * @returns everything that is wrong; empty for a good chain. @throws when the leaf cannot be parsed
   */
  verifyClientCertificate(
    chain: readonly Uint8Array[],
    checkRevocation: boolean,
  ): Promise<readonly ChainFinding[]>;
}

/** What policies are given: the gateway's services, with what it describes and what it remembers. */
export interface PolicyServices extends Omit<GatewayServices, "managedIdentityToken"> {
  /** As the gateway's; at once when the gateway has it. */
  managedIdentityToken(resource: string, clientId: string | undefined): Promise<string> | string;
  readonly model: GatewayModel;
  /** State that lives as long as the gateway: counters, caches, breakers; one namespace per policy. */
  state<T>(namespace: string, create: () => T): T;
}

/** What a connection of the credential manager has. */
export interface AuthorizationGrant {
  readonly accessToken: string;
  /** @default - none */
  readonly claims?: Readonly<Record<string, string>>;
}

/** What is checked of the certificate that a backend presents. */
export interface CertificateValidation {
  readonly validateCertificateChain: boolean;
  readonly validateCertificateName: boolean;
}

export interface GatewayClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves when the clock has moved on by `ms`. @throws the signal's reason when it aborts. */
  sleep(ms: number, signal?: CancellationSignal): Promise<void>;
}

export interface GatewaySinks {
  metric(record: MetricRecord): void;
  log(record: LogRecord): void;
  trace(record: TraceRecord): void;
  /** A row of a table of the Log Analytics workspace. */
  row(table: LogTable, row: LogRow): void;
}

/** Tables of a Log Analytics workspace that a gateway fills, as Azure names them. */
export type LogTable = "AppTraces" | "ApiManagementGatewayLogs" | "ApiManagementGatewayLlmLog";

/**
 * A row by the names of its columns. Columns that the simulator knows nothing of are left out.
 * Source: https://learn.microsoft.com/azure/azure-monitor/reference/tables-index
 */
export type LogRow = Readonly<Record<string, unknown>> & { readonly TimeGenerated: Date };

export interface MetricRecord {
  readonly name: string;
  readonly namespace: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An event sent to a logger: by `log-to-eventhub`, or by a diagnostic. */
export interface LogRecord {
  readonly logger: string;
  readonly body: string;
  readonly partitionId?: string;
  readonly partitionKey?: string;
  /** Of a message to Service Bus. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface TraceRecord {
  readonly source: string;
  readonly severity: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}
