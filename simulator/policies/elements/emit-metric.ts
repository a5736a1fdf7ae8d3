import { numberAttribute } from "../document/attribute-values";
import { DIMENSION_CHILD, metricDimensions, sendsMetrics } from "../language-models/metric-dimensions";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Sends a metric to Application Insights; nothing is sent where no diagnostic with metrics is set up.
 * Source: https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
export const emitMetric: PolicyCompiler = {
  name: "emit-metric",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      name: { required: true },
      value: { expression: true, type: "number" },
      namespace: {},
    },
    children: [DIMENSION_CHILD],
  },
  compile(element, compilation) {
    const name = element.attributes.get("name") ?? "";
    const namespace = element.attributes.get("namespace") ?? "API Management";
    const value = numberAttribute(element, "value", compilation, {}, 1);
    const dimensions = metricDimensions(element, compilation, { maxCustom: 10, knowsBackend: false });
    return (execution) => {
      const record = { name, namespace, value: value(execution), dimensions: dimensions(execution) };
      const sent = sendsMetrics(execution.services.model, execution.context.api?.id);
      execution.trace({ metric: name, sent });
      if (sent) {
        execution.services.sinks.metric(record);
      }
    };
  },
};
