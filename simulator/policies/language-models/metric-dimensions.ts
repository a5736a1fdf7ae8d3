import { isExpression } from "../../../expressions";
import type { GatewayModel } from "../../model";
import type { ChildShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

type DimensionDefault = (execution: PolicyExecution) => string;

/** Dimensions that need no value; empty where the request has none. */
const DEFAULTS: Readonly<Record<string, DimensionDefault>> = {
  "API ID": ({ context }) => context.api?.id ?? "",
  "Operation ID": ({ context }) => context.operation?.id ?? "",
  "Product ID": ({ context }) => context.product?.id ?? "",
  "User ID": ({ context }) => context.user?.id ?? "",
  "Subscription ID": ({ context }) => context.subscription?.id ?? "",
  Location: ({ context }) => context.deployment.region,
  "Gateway ID": ({ context }) => context.deployment.gateway.id,
};

const BACKEND_DEFAULT: Readonly<Record<string, DimensionDefault>> = {
  "Backend ID": ({ request }) =>
    request.backend !== undefined && "backendId" in request.backend ? request.backend.backendId : "",
};

/** Child of the metric policies. */
export const DIMENSION_CHILD: ChildShape = {
  name: "dimension",
  min: 1,
  shape: { attributes: { name: { required: true, expression: true }, value: { expression: true } } },
};

export interface MetricDimensionsProps {
  /** Custom dimensions allowed at most. */
  readonly maxCustom: number;
  /** Whether `Backend ID` has a default. */
  readonly knowsBackend: boolean;
}

/** Compiles the dimensions of a metric policy. */
export function metricDimensions(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
  { maxCustom, knowsBackend }: MetricDimensionsProps,
): (execution: PolicyExecution) => Readonly<Record<string, string>> {
  const known = knowsBackend ? { ...DEFAULTS, ...BACKEND_DEFAULT } : DEFAULTS;
  const nodes = element.children.filter(({ name }) => name === DIMENSION_CHILD.name);
  const custom = nodes.filter((node) => !Object.hasOwn(known, node.attributes.get("name") ?? ""));
  if (custom.length > maxCustom) {
    compilation.refuse(`has ${custom.length} custom dimensions; allowed: ${maxCustom}`);
  }
  const dimensions = nodes.map((node) => {
    const name = node.attributes.get("name") ?? "";
    const value = node.attributes.get("value");
    const byDefault = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value === undefined && byDefault === undefined) {
      const names = Object.keys(known).join(", ");
      const what = isExpression(name) ? "a computed name" : `'${name}'`;
      compilation.refuse(`needs attribute 'value' for ${what}; names with a default: ${names}`, node);
    }
    return {
      name: compilation.text(name, node),
      value: value === undefined ? (byDefault ?? ((): string => "")) : compilation.text(value, node),
    };
  });
  return (execution) =>
    Object.fromEntries(dimensions.map(({ name, value }) => [name(execution), value(execution)]));
}

/**
 * Whether metrics of an API go anywhere: a diagnostic of the API or of the service sends them to Application
 * Insights.
 */
export function sendsMetrics(model: GatewayModel, api: string | undefined): boolean {
  return model.diagnostics.some(
    (diagnostic) =>
      diagnostic.metrics &&
      diagnostic.identifier.toLowerCase() === "applicationinsights" &&
      (diagnostic.api === undefined || diagnostic.api === api),
  );
}
