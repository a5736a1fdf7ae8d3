import type { CSharp } from "../csharp";
import { ANYWHERE, PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";
import { dimensionElements, dimensionProblem, type MetricDimension } from "./metric-dimension";

/** Attributes and children of `<emit-metric>`. */
export interface EmitMetricProps {
  /** Name of the metric. */
  readonly name: string;
  /** Namespace of the metric in Application Insights. */
  readonly namespace: string;
  /** C# number: what is added. @default 1 */
  readonly value?: CSharp;
  /** By what it is counted: each distinct set of values is a time series. */
  readonly dimensions: readonly MetricDimension[];
}

/**
 * `<emit-metric>` that counts occurrences, or adds a number. Goes to the Application Insights that the gateway logs to;
 * without one it has no effect.
 *
 * Source: https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
export function emitMetric({ name, namespace, value, dimensions }: EmitMetricProps): PolicyElement {
  return new PolicyElement({
    name: "emit-metric",
    attributes: { name, value: value ? PolicyExpression.of(value) : 1, namespace },
    children: dimensionElements(dimensions),
    placement: ANYWHERE,
    problems: [dimensionProblem("emit-metric", dimensions)],
  });
}
