import type { DataMasking, DiagnosticModel, GatewayModel } from "../model";
import {
  applyingDiagnostics,
  type GatewaySinks,
  isEventStream,
  LanguageModelRequest,
  type LanguageModelUsage,
  type LogRow,
  type MutableHeaders,
  streamUsageOf,
  tokenCounter,
  usageOf,
} from "../policies";
import { BodySample } from "./body-sample";
import type { Exchange } from "./exchange";
import type { RequestSummary } from "./request-record";

/** Bytes of a body that APIM logs at most. */
const BODY_LIMIT = 8192;
/** Bytes of prompts and of completions that APIM logs at most. */
const MODEL_MESSAGE_LIMIT = 2 * 1024 ** 2;

/** The bodies of one request, as far as a diagnostic wants them. */
export interface BodySamples {
  readonly request: BodySample;
  readonly response: BodySample;
}

/**
 * The records that diagnostics (`applicationinsights`, `azuremonitor`) write for each request: by default no
 * header and no body. An API's diagnostic replaces the service's of the same identifier. `azuremonitor` fills tables
 * of the Log Analytics workspace besides.
 *
 * Source: https://learn.microsoft.com/azure/api-management/diagnostic-logs-reference
 */
export class DiagnosticLog {
  private readonly sampleBytes: number;

  public constructor(
    private readonly model: GatewayModel,
    private readonly sinks: GatewaySinks,
  ) {
    this.sampleBytes = Math.max(0, ...model.diagnostics.map(bytesWanted));
  }

  /** What to collect bodies with; none when no diagnostic logs any. */
  public samples(): BodySamples | undefined {
    const bytes = this.sampleBytes;
    return bytes === 0 ? undefined : { request: new BodySample(bytes), response: new BodySample(bytes) };
  }

  public write(exchange: Exchange, trace: RequestSummary, samples: BodySamples | undefined): void {
    for (const diagnostic of applyingDiagnostics(this.model.diagnostics, trace.api)) {
      const { identifier, logger, largeLanguageModelLogs, largeLanguageModelMessages } = diagnostic;
      const isWorkspace = identifier === "azuremonitor";
      this.sinks.log({ logger, body: JSON.stringify(gatewayRecord(diagnostic, exchange, trace, samples)) });
      if (isWorkspace) {
        this.sinks.row("ApiManagementGatewayLogs", {
          ...gatewayRow(diagnostic, exchange, trace),
          Region: this.model.location,
        });
      }
      if (!largeLanguageModelLogs || samples === undefined) {
        continue;
      }
      if (largeLanguageModelMessages) {
        this.sinks.log({ logger, body: JSON.stringify(modelRecord(trace, samples)) });
      }
      const row = isWorkspace ? modelRow(exchange, trace, samples) : undefined;
      if (row !== undefined) {
        this.sinks.row("ApiManagementGatewayLlmLog", row);
      }
    }
  }
}

function bytesWanted({ bodyBytes, largeLanguageModelLogs }: DiagnosticModel): number {
  return largeLanguageModelLogs ? MODEL_MESSAGE_LIMIT : Math.min(bodyBytes, BODY_LIMIT);
}

function gatewayRecord(
  { headersToLog, bodyBytes, masking }: DiagnosticModel,
  { incoming, request, response }: Exchange,
  trace: RequestSummary,
  samples: BodySamples | undefined,
): object {
  const bytes = Math.min(bodyBytes, BODY_LIMIT);
  const bodies =
    samples === undefined || bytes === 0
      ? {}
      : { requestBody: samples.request.text(bytes), responseBody: samples.response.text(bytes) };
  return {
    category: "GatewayLogs",
    time: new Date(trace.timestamp).toISOString(),
    correlationId: trace.requestId,
    method: trace.method,
    url: `https://${incoming.hostName}${incoming.path}${masked(incoming.queryString, masking?.frontendRequest)}`,
    apiId: trace.api,
    operationId: trace.operation,
    productId: trace.product,
    apimSubscriptionId: trace.subscription,
    responseCode: trace.status,
    backendCalls: trace.backendCalls,
    lastError: trace.lastError,
    requestHeaders: chosen(request.headers, headersToLog.frontendRequest, masking?.frontendRequest),
    backendRequestHeaders:
      trace.backendCalls.length === 0
        ? {}
        : chosen(request.headers, headersToLog.backendRequest, masking?.backendRequest),
    responseHeaders: response === undefined ? {} : chosen(response.headers, headersToLog.frontendResponse),
    ...bodies,
  };
}

/** Source: https://learn.microsoft.com/azure/azure-monitor/reference/tables/apimanagementgatewaylogs */
function gatewayRow(
  { headersToLog, masking }: DiagnosticModel,
  { incoming, request, response }: Exchange,
  trace: RequestSummary,
): LogRow {
  const call = trace.backendCalls.at(-1);
  return {
    TimeGenerated: new Date(trace.timestamp),
    CorrelationId: trace.requestId,
    Method: trace.method,
    Url: `https://${incoming.hostName}${incoming.path}${masked(incoming.queryString, masking?.frontendRequest)}`,
    ApiId: trace.api ?? "",
    OperationId: trace.operation ?? "",
    ProductId: trace.product ?? "",
    ApimSubscriptionId: trace.subscription ?? "",
    ResponseCode: trace.status ?? 0,
    IsRequestSuccess: trace.status !== undefined && trace.status < 400,
    TotalTime: Math.round(trace.durationMs),
    BackendId: call?.backend ?? "",
    BackendMethod: call?.method ?? "",
    BackendUrl: call === undefined ? "" : `https://${call.host}${call.path}`,
    BackendResponseCode: call?.status ?? null,
    LastErrorReason: trace.lastError?.reason ?? "",
    LastErrorSource: trace.lastError?.source ?? "",
    RequestHeaders: chosen(request.headers, headersToLog.frontendRequest, masking?.frontendRequest),
    // There is no request to a backend in the log of a call that was not forwarded.
    BackendRequestHeaders:
      call === undefined ? {} : chosen(request.headers, headersToLog.backendRequest, masking?.backendRequest),
    ResponseHeaders: response === undefined ? {} : chosen(response.headers, headersToLog.frontendResponse),
  };
}

/**
 * Tokens of a call to a language model. A failed call has none.
 * Source: https://learn.microsoft.com/azure/azure-monitor/reference/tables/apimanagementgatewayllmlog
 * @returns none where the answer is not a model's
 */
function modelRow(
  { response, matchedParameters }: Exchange,
  trace: RequestSummary,
  samples: BodySamples,
): LogRow | undefined {
  if (response === undefined || trace.status === undefined || trace.status >= 400) {
    return undefined;
  }
  const isStream = isEventStream(response.headers);
  const usage = isStream ? streamUsage(samples) : usageOf(samples.response.bytes);
  if (usage === undefined) {
    return undefined;
  }
  return {
    TimeGenerated: new Date(trace.timestamp),
    CorrelationId: trace.requestId,
    OperationName: trace.operation ?? "",
    DeploymentName: matchedParameters.get("deployment-id") ?? modelIn(samples.request),
    ModelName: modelIn(samples.response),
    IsStreamCompletion: isStream,
    PromptTokens: usage.promptTokens,
    CompletionTokens: usage.completionTokens,
    TotalTokens: usage.totalTokens,
    SequenceNumber: 0,
  };
}

/** Counted where the stream says nothing. */
function streamUsage({ request, response }: BodySamples): LanguageModelUsage {
  const countTokens = tokenCounter();
  const prompt = LanguageModelRequest.of(request.bytes)?.estimatePromptTokens(countTokens) ?? 0;
  return streamUsageOf(response.bytes, prompt, countTokens);
}

/** `model` of a body, which a stream has in each event. */
function modelIn(sample: BodySample): string {
  return /"model"\s*:\s*"([^"]*)"/.exec(sample.text(MODEL_MESSAGE_LIMIT))?.[1] ?? "";
}

function modelRecord(trace: RequestSummary, { request, response }: BodySamples): object {
  return {
    category: "GatewayLlmLogs",
    time: new Date(trace.timestamp).toISOString(),
    correlationId: trace.requestId,
    requestMessages: request.text(MODEL_MESSAGE_LIMIT),
    responseMessages: response.text(MODEL_MESSAGE_LIMIT),
  };
}

function chosen(
  headers: MutableHeaders,
  names: readonly string[],
  masking?: DataMasking,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = headers.get(name);
      const mode = masking?.headers.find((rule) => rule.name.toLowerCase() === name.toLowerCase())?.mode;
      return values === undefined || mode === "Hide"
        ? []
        : [[name, mode === "Mask" ? MASK : values.join(",")]];
    }),
  );
}

/** A query as it may be recorded: names are compared as decoded, `*` stands for all. */
function masked(queryString: string, masking: DataMasking | undefined): string {
  if (masking === undefined || masking.queryParameters.length === 0) {
    return queryString;
  }
  const kept = [...new URLSearchParams(queryString)].flatMap(([name, value]) => {
    const rules = masking.queryParameters.filter(
      (rule) => rule.name === "*" || rule.name.toLowerCase() === name.toLowerCase(),
    );
    if (rules.some(({ mode }) => mode === "Hide")) {
      return [];
    }
    return [`${encodeURIComponent(name)}=${rules.length > 0 ? MASK : encodeURIComponent(value)}`];
  });
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

const MASK = "***";
