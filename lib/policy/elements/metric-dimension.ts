import type { Problem } from "../../validation";
import type { CSharp } from "../csharp";
import { PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** Dimensions that Azure Monitor takes from one metric of API Management. */
const MAX_DIMENSIONS = 5;

/** A dimension of a metric. Its values are few and opaque: each combination is a time series. */
export interface MetricDimension {
  /** Name of the dimension. */
  readonly name: string;
  /** C# `string`. */
  readonly value: CSharp;
}

/** `dimension` elements, and the problem of too many. */
export function dimensionElements(dimensions: readonly MetricDimension[]): readonly PolicyElement[] {
  return dimensions.map(
    ({ name, value }) =>
      new PolicyElement({ name: "dimension", attributes: { name, value: PolicyExpression.of(value) } }),
  );
}

/** Says what is wrong with the dimensions of a metric. @returns `undefined` if nothing is */
export function dimensionProblem(
  element: string,
  dimensions: readonly MetricDimension[],
): Problem | undefined {
  if (dimensions.length >= 1 && dimensions.length <= MAX_DIMENSIONS) {
    return undefined;
  }
  return {
    rule: `<${element}> takes 1 to ${MAX_DIMENSIONS} dimensions`,
    value: dimensions.map(({ name }) => name),
    remedy: "keep the ones that queries group by",
  };
}
