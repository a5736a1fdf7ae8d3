import type { GatewaySinks, LogRecord, LogRow, LogTable, MetricRecord, TraceRecord } from "../policies";
import type { RequestRecord, RequestTrace } from "./request-trace";
import { RingBuffer } from "./ring-buffer";

const RECORDS_KEPT = 10_000;
const TRACES_KEPT = 1_000;

/** Where a simulation's metrics, logs and traces go, for tests to read. */
export class Sinks implements GatewaySinks {
  private readonly metricRecords = new RingBuffer<MetricRecord>(RECORDS_KEPT);
  private readonly logRecords = new RingBuffer<LogRecord>(RECORDS_KEPT);
  private readonly traceRecords = new RingBuffer<TraceRecord>(RECORDS_KEPT);
  private readonly tables: Readonly<Record<LogTable, RingBuffer<LogRow>>> = {
    AppTraces: new RingBuffer(RECORDS_KEPT),
    ApiManagementGatewayLogs: new RingBuffer(RECORDS_KEPT),
    ApiManagementGatewayLlmLog: new RingBuffer(RECORDS_KEPT),
  };
  private readonly requestTraces = new RingBuffer<RequestRecord>(TRACES_KEPT);
  private readonly requestListeners = new Set<(trace: RequestTrace) => void>();

  public metric(record: MetricRecord): void {
    this.metricRecords.push(record);
  }

  public log(record: LogRecord): void {
    this.logRecords.push(record);
  }

  public trace(record: TraceRecord): void {
    this.traceRecords.push(record);
  }

  public row(table: LogTable, row: LogRow): void {
    this.tables[table].push(row);
  }

  public request(record: RequestRecord): void {
    this.requestTraces.push(record);
    for (const listener of this.requestListeners) {
      listener(record.trace);
    }
  }

  /** Tells of each request as it ends. @returns stops telling */
  public onRequest(listener: (trace: RequestTrace) => void): () => void {
    this.requestListeners.add(listener);
    return () => void this.requestListeners.delete(listener);
  }

  /** Metrics emitted, oldest first. */
  public get metrics(): readonly MetricRecord[] {
    return this.metricRecords.toArray();
  }

  /** Events and diagnostic records, oldest first. */
  public get logs(): readonly LogRecord[] {
    return this.logRecords.toArray();
  }

  /** Messages of the `trace` policy, oldest first. */
  public get messages(): readonly TraceRecord[] {
    return this.traceRecords.toArray();
  }

  /** Rows of a table of the Log Analytics workspace, oldest first. */
  public rows(table: LogTable): readonly LogRow[] {
    return this.tables[table].toArray();
  }

  /** Every table of the Log Analytics workspace, with the columns of its latest row. */
  public get logTables(): Readonly<
    Record<LogTable, { readonly columns: readonly string[]; readonly rows: readonly LogRow[] }>
  > {
    const table = (name: LogTable): { columns: readonly string[]; rows: readonly LogRow[] } => {
      const rows = this.rows(name);
      return { columns: Object.keys(rows.at(-1) ?? {}), rows };
    };
    return {
      AppTraces: table("AppTraces"),
      ApiManagementGatewayLogs: table("ApiManagementGatewayLogs"),
      ApiManagementGatewayLlmLog: table("ApiManagementGatewayLlmLog"),
    };
  }

  /** One trace a request, in the order in which they ended. */
  public get traces(): readonly RequestTrace[] {
    return this.requestTraces.toArray().map(({ trace }) => trace);
  }

  public clear(): void {
    const { metricRecords, logRecords, traceRecords, requestTraces } = this;
    for (const buffer of [
      metricRecords,
      logRecords,
      traceRecords,
      requestTraces,
      ...Object.values(this.tables),
    ]) {
      buffer.clear();
    }
  }
}
