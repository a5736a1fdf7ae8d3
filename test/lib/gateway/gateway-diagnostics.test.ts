import type { AiGatewayProps } from "../../../lib/gateway/ai-gateway-props";
import { Telemetry } from "../../../lib/observability/telemetry";
import type { Attributes } from "../../support/synthesized-stack";
import { GatewayStack, PLACE, REASON } from "./gateway-stack";

function logged(props: Partial<AiGatewayProps> = {}): GatewayStack {
  const stack = new GatewayStack();
  const telemetry = new Telemetry(stack.stack, "telemetry", {
    ...PLACE,
    workspaceName: "log-ai",
    applicationInsightsName: "appi-ai",
  });
  stack.gateway({
    telemetry,
    securityOptOuts: [{ control: "gateway-private-network", reason: REASON }],
    ...props,
  });
  return stack;
}

function properties(stack: GatewayStack, type: string): Attributes {
  const resource = stack.attributes("azapi_resource").find((each) => String(each.type).includes(type));
  return (resource?.body as { properties: Attributes }).properties;
}

const HIDDEN = expect.arrayContaining([
  { mode: "Hide", value: "*" },
  { mode: "Hide", value: "subscription-key" },
]) as unknown;

describe("GatewayDiagnostics", () => {
  it("sends resource logs of every request to the workspace, with correlation but without client addresses", () => {
    const [diagnostic] = logged().attributes("azurerm_api_management_diagnostic");

    expect(diagnostic).toMatchObject({
      identifier: "azuremonitor",
      api_management_logger_id: "${azurerm_api_management.gateway_B15F83BA.id}/loggers/azuremonitor",
      sampling_percentage: 100,
      always_log_errors: true,
      log_client_ip: false,
      http_correlation_protocol: "W3C",
    });
    expect(diagnostic?.depends_on).toEqual([expect.stringMatching(/^azurerm_monitor_diagnostic_setting\./)]);
  });

  it.each(["frontend_request", "frontend_response", "backend_request", "backend_response"])(
    "logs no body of a %s",
    (side) => {
      const [diagnostic] = logged().attributes("azurerm_api_management_diagnostic");
      expect(diagnostic?.[side]).toMatchObject({ body_bytes: 0 });
    },
  );

  it("logs the tokens of every call to a model without what was said, again after azurerm has written", () => {
    const stack = logged();
    const update = stack
      .attributes("azapi_update_resource")
      .find(({ type }) => String(type).includes("/diagnostics@"));

    expect(update).toMatchObject({
      resource_id: "${azurerm_api_management.gateway_B15F83BA.id}/diagnostics/azuremonitor",
      body: { properties: { largeLanguageModel: { logs: "enabled" } } },
      lifecycle: {
        replace_triggered_by: [expect.stringMatching(/^azurerm_api_management_diagnostic\./)],
      },
    });
  });

  it("hides query values and headers with credentials", () => {
    const [diagnostic] = logged().attributes("azurerm_api_management_diagnostic");

    expect(diagnostic?.frontend_request).toMatchObject({
      data_masking: {
        query_params: HIDDEN,
        headers: expect.arrayContaining([{ mode: "Hide", value: "authorization" }]) as unknown,
      },
    });
  });

  it("logs who called as the policy established it: on the way to the account, never as the client claims it", () => {
    const [diagnostic] = logged().attributes("azurerm_api_management_diagnostic");
    const headers = (side: string) => (diagnostic?.[side] as { headers_to_log: string[] }).headers_to_log;

    expect(headers("backend_request")).toContain("x-ai-gateway-client-id");
    expect(headers("frontend_request")).not.toContain("x-ai-gateway-client-id");
  });

  it("logs further request headers on request", () => {
    const [diagnostic] = logged({ loggedRequestHeaders: ["X-Request-Source"] }).attributes(
      "azurerm_api_management_diagnostic",
    );

    expect(diagnostic?.frontend_request).toMatchObject({
      headers_to_log: ["traceparent", "x-ms-client-request-id", "x-request-source"],
    });
  });

  it("sends traces by identity, which has the right to before the logger exists", () => {
    const stack = logged();
    const logger = stack
      .attributes("azapi_resource")
      .find(({ type }) => type === "Microsoft.ApiManagement/service/loggers@2024-05-01");

    expect(logger?.sensitive_body).toMatchObject({
      properties: { credentials: { identityClientId: expect.stringMatching(/\.client_id\}$/) as unknown } },
    });
    expect(logger?.depends_on).toEqual([
      expect.stringMatching(/^azurerm_role_assignment\..*monitoring-metrics-publisher/),
    ]);
  });

  it("keeps the credentials of the logger out of the state, and out of the next plan", () => {
    const logger = properties(logged(), "/loggers@");

    expect(logger).toMatchObject({ loggerType: "applicationInsights" });
    expect(logger).not.toHaveProperty("credentials");
  });

  it("lets the metrics through that policies emit, and no contents", () => {
    const diagnostic = properties(logged(), "/diagnostics@");

    expect(diagnostic).toMatchObject({ metrics: true, logClientIp: false, alwaysLog: "allErrors" });
    expect(diagnostic.frontend).toMatchObject({
      request: { body: { bytes: 0 }, dataMasking: { queryParams: HIDDEN } },
      response: { body: { bytes: 0 } },
    });
    expect(diagnostic).not.toHaveProperty("largeLanguageModel");
  });

  it("writes no resource logs if that was opted out of", () => {
    const stack = logged({
      securityOptOuts: [
        { control: "gateway-private-network", reason: REASON },
        { control: "gateway-audit-logs", reason: REASON },
      ],
    });

    expect(stack.attributes("azurerm_api_management_diagnostic")).toEqual([]);
  });

  it.each([
    [
      "X_Header:",
      'loggedRequestHeaders must be header names, got "X_Header:": name one header, without wildcard',
    ],
    [
      "Api-Key",
      'loggedRequestHeaders must not carry credentials, got "Api-Key": remove it: the caller\'s id is in the log already',
    ],
  ])("refuses to log %s", (header, message) => {
    expect(() => logged({ loggedRequestHeaders: [header] })).toThrow(`[prod/gateway] ${message}`);
  });
});
