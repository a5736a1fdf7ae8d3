import { INBOUND, PolicyElement } from "../policy-element";
import { dimensionElements, dimensionProblem, type MetricDimension } from "./metric-dimension";

/** Attributes and children of `<llm-emit-token-metric>`. */
export interface LlmEmitTokenMetricProps {
  /** Namespace of the metric in Application Insights. */
  readonly namespace: string;
  /** By what tokens are counted: each distinct set of values is a time series. */
  readonly dimensions: readonly MetricDimension[];
}

/**
 * `<llm-emit-token-metric>`: total, prompt and completion tokens, sent after the response.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy
 */
export function llmEmitTokenMetric({ namespace, dimensions }: LlmEmitTokenMetricProps): PolicyElement {
  return new PolicyElement({
    name: "llm-emit-token-metric",
    attributes: { namespace },
    children: dimensionElements(dimensions),
    placement: INBOUND,
    problems: [dimensionProblem("llm-emit-token-metric", dimensions)],
  });
}
