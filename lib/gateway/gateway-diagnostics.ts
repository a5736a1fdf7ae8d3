import { ApiManagementDiagnostic } from "@cdktf/provider-azurerm/lib/api-management-diagnostic";
import { dependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { AzapiResource, AzapiUpdateResource } from "../azapi";
import { DiagnosticTarget, type ITelemetry } from "../observability";
import { stackPath } from "../private";
import type { Problems } from "../validation";
import { type IGatewayService, inService } from "./gateway-service";
import { CALLER_HEADERS } from "./policy/caller";
import { SUBSCRIPTION_KEY_PARAMETERS } from "./policy/subscription-key-parameters";

/** Headers that carry credentials: never logged, whatever is asked for. */
const CREDENTIAL_HEADERS = [
  "authorization",
  "api-key",
  "ocp-apim-subscription-key",
  "cookie",
  "set-cookie",
  "proxy-authorization",
  "x-arr-clientcert",
  "x-client-cert",
  "x-ssl-client-cert",
  "x-forwarded-client-cert",
  "client-cert",
  "x-azure-clientcertificate",
];

/** Correlation, throttling and region of a response: what an operator needs and no caller minds. */
const LOGGED_REQUEST_HEADERS = ["traceparent", "x-ms-client-request-id"];
const LOGGED_RESPONSE_HEADERS = ["apim-request-id", "retry-after", "x-ms-region", "x-request-id"];

/** Who called, as the policy established it. They exist on the way to the account only. */
const CALLER_TRACING_HEADERS = Object.values(CALLER_HEADERS);

/** Query values are not logged: what a client puts there by mistake may be a key. */
const HIDDEN_QUERY_PARAMETERS = ["*", "subscription-key", SUBSCRIPTION_KEY_PARAMETERS.query];

/** azurerm and ARM write masks alike. */
const MASKING = {
  headers: CREDENTIAL_HEADERS.map((value) => ({ value, mode: "Hide" })),
  queryParams: HIDDEN_QUERY_PARAMETERS.map((value) => ({ value, mode: "Hide" })),
};

export interface GatewayDiagnosticsProps {
  readonly service: IGatewayService;
  readonly telemetry: ITelemetry;
  /** Whether resource logs go to the workspace. */
  readonly resourceLogs: boolean;
  /** Names of request headers that are logged besides those for correlation. */
  readonly loggedRequestHeaders: readonly string[];
  /** Whether APIs give answers again, which then say who asked. Asked for at synthesis. @default - they do not */
  readonly cachesAnswers?: () => boolean;
}

/** Reports names that are not header names, or of headers that carry credentials. */
export function checkLoggedHeaders(headers: readonly string[], problems: Problems): void {
  for (const header of headers) {
    problems.checkPattern(header, /^[A-Za-z0-9-]{1,100}$/, {
      rule: "loggedRequestHeaders must be header names",
      remedy: "name one header, without wildcard",
    });
    problems.check(!CREDENTIAL_HEADERS.includes(header.toLowerCase()), {
      rule: "loggedRequestHeaders must not carry credentials",
      value: header,
      remedy: "remove it: the caller's id is in the log already",
    });
  }
}

/**
 * What a gateway records: every request and its tokens in resource logs, and audit records, traces and metrics in
 * Application Insights. Prompts, answers, other bodies, credentials, query values and client addresses are in none of them.
 *
 * Source: https://learn.microsoft.com/azure/api-management/diagnostic-logs-reference
 */
export class GatewayDiagnostics extends Construct {
  public constructor(scope: Construct, id: string, props: GatewayDiagnosticsProps) {
    super(scope, id);
    const requestHeaders = [
      ...new Set([
        ...LOGGED_REQUEST_HEADERS,
        ...props.loggedRequestHeaders.map((name) => name.toLowerCase()),
      ]),
    ];
    this.createTraces(props, requestHeaders);
    if (props.resourceLogs) {
      this.createResourceLogs(props, requestHeaders);
    }
  }

  private createResourceLogs(
    { service, telemetry, cachesAnswers }: GatewayDiagnosticsProps,
    requestHeaders: string[],
  ): void {
    const setting = telemetry.addDiagnosticSetting(
      `gateway-${stackPath(service).join("-")}`,
      DiagnosticTarget.apiManagement(service),
    );
    const request = { bodyBytes: 0, headersToLog: requestHeaders, dataMasking: MASKING };
    const backendRequest = { ...request, headersToLog: [...requestHeaders, ...CALLER_TRACING_HEADERS] };
    const response = { bodyBytes: 0, headersToLog: LOGGED_RESPONSE_HEADERS };
    const frontendResponse = {
      bodyBytes: 0,
      headersToLog: Lazy.listValue({ produce: () => answered(cachesAnswers) }),
    };
    const diagnostic = new ApiManagementDiagnostic(this, "AzureMonitor", {
      ...inService(service, this),
      identifier: "azuremonitor",
      // The service has this logger from the start; API Management offers no other of its kind.
      apiManagementLoggerId: `${service.id}/loggers/azuremonitor`,
      alwaysLogErrors: true,
      logClientIp: false,
      samplingPercentage: 100,
      verbosity: "information",
      httpCorrelationProtocol: "W3C",
      frontendRequest: request,
      frontendResponse,
      backendRequest,
      backendResponse: response,
      dependsOn: [setting.resource],
    });
    // Through azapi: azurerm knows no `largeLanguageModel`, and what it writes takes it away again.
    new AzapiUpdateResource(this, "LanguageModelLogs", {
      type: "Microsoft.ApiManagement/service/diagnostics@2024-10-01-preview",
      resourceId: `${service.id}/diagnostics/azuremonitor`,
      body: { properties: { largeLanguageModel: { logs: "enabled" } } },
      dependsOn: [diagnostic],
      lifecycle: { replaceTriggeredBy: [dependable(diagnostic)] },
    });
  }

  /** Through azapi: azurerm's logger knows no identity, and its diagnostic no `metrics`. */
  private createTraces(
    { service, telemetry, cachesAnswers }: GatewayDiagnosticsProps,
    requestHeaders: string[],
  ): void {
    const logger = new AzapiResource(this, "ApplicationInsightsLogger", {
      type: "Microsoft.ApiManagement/service/loggers@2024-05-01",
      name: "applicationinsights",
      parentId: service.id,
      body: {
        properties: {
          loggerType: "applicationInsights",
          resourceId: telemetry.applicationInsightsId,
          isBuffered: true,
        },
      },
      // API Management answers with references to values of its own, which would show as a change in every plan.
      sensitiveBody: {
        properties: {
          credentials: {
            connectionString: telemetry.applicationInsightsConnectionString,
            identityClientId: service.identity.clientId,
          },
        },
      },
    });
    telemetry.grantPublishMetrics(service.identity).applyBefore(logger);
    const request = { headers: requestHeaders, body: { bytes: 0 }, dataMasking: MASKING };
    const backendRequest = { ...request, headers: [...requestHeaders, ...CALLER_TRACING_HEADERS] };
    const response = { headers: LOGGED_RESPONSE_HEADERS, body: { bytes: 0 } };
    const frontendResponse = {
      ...response,
      headers: Lazy.anyValue({ produce: () => answered(cachesAnswers) }),
    };
    new AzapiResource(this, "ApplicationInsights", {
      type: "Microsoft.ApiManagement/service/diagnostics@2024-05-01",
      name: "applicationinsights",
      parentId: service.id,
      body: {
        properties: {
          loggerId: logger.id,
          alwaysLog: "allErrors",
          logClientIp: false,
          // Without it, metrics that policies emit are dropped.
          metrics: true,
          httpCorrelationProtocol: "W3C",
          operationNameFormat: "Name",
          sampling: { samplingType: "fixed", percentage: 100 },
          verbosity: "information",
          frontend: { request, response: frontendResponse },
          backend: { request: backendRequest, response },
        },
      },
    });
  }
}

/** Headers of answers: one that was given again reached no account, whose request would say who asked. */
function answered(cachesAnswers: () => boolean = () => false): string[] {
  return cachesAnswers()
    ? [...LOGGED_RESPONSE_HEADERS, "age", "x-ai-gateway-cache", ...CALLER_TRACING_HEADERS]
    : LOGGED_RESPONSE_HEADERS;
}
