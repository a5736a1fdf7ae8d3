import type { PolicyCompiler } from "../policy-compiler";
import { LanguageModelRequest } from "./language-model-request";
import { isEventStream, type LanguageModelUsage, streamUsageOf, usageOf } from "./language-model-usage";
import { DIMENSION_CHILD, metricDimensions, sendsMetrics } from "./metric-dimensions";
import { tokenCounter } from "./token-count";

/** Microsoft's page says 5; deployed policies have 6, and Application Insights takes 10. */
const MAX_CUSTOM_DIMENSIONS = { page: 5, deployed: 10 };

/**
 * Sends the tokens of a call to Application Insights once its answer has passed; nothing is sent where no
 * diagnostic with metrics is set up. Dimensions are evaluated when the policy runs. A failed call has no tokens.
 * Source: https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy
 */
export function tokenMetric(name: string): PolicyCompiler {
  return {
    name,
    sections: ["inbound"],
    shape: { attributes: { namespace: {} }, children: [DIMENSION_CHILD] },
    compile(element, compilation) {
      const namespace = element.attributes.get("namespace") ?? "API Management";
      const dimensions = metricDimensions(element, compilation, {
        maxCustom: compilation.isStrict ? MAX_CUSTOM_DIMENSIONS.page : MAX_CUSTOM_DIMENSIONS.deployed,
        knowsBackend: true,
      });
      return async (execution) => {
        const values = dimensions(execution);
        const { services, context } = execution;
        if (!sendsMetrics(services.model, context.api?.id)) {
          execution.trace({ inactive: "no Application Insights diagnostic of the API sends metrics" });
          return;
        }
        const countTokens = tokenCounter();
        const request = await LanguageModelRequest.read(execution.request);
        const send = ({ totalTokens, promptTokens, completionTokens }: LanguageModelUsage): void => {
          const metrics = {
            "Total Tokens": totalTokens,
            "Prompt Tokens": promptTokens,
            "Completion Tokens": completionTokens,
          };
          for (const [metric, value] of Object.entries(metrics)) {
            services.sinks.metric({ name: metric, namespace, value, dimensions: values });
          }
        };
        execution.onResponseComplete(({ status, headers, body }) => {
          if (status >= 400) {
            return;
          }
          const estimate = (): number => request?.estimatePromptTokens(countTokens) ?? 0;
          const usage = isEventStream(headers) ? streamUsageOf(body, estimate(), countTokens) : usageOf(body);
          if (usage !== undefined) {
            send(usage);
          }
        });
      };
    },
  };
}
