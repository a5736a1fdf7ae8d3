import { isExpression } from "../../../expressions";
import { optionalText } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/** What Event Hubs gets at most; the rest is cut off. */
const MAX_BYTES = 200 * 1024;

/**
 * Sends a text to an event hub.
 * Source: https://learn.microsoft.com/azure/api-management/log-to-eventhub-policy
 */
export const logToEventhub: PolicyCompiler = {
  name: "log-to-eventhub",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      "logger-id": { required: true },
      "partition-id": {},
      "partition-key": { expression: true },
    },
    text: "required",
  },
  compile(element, compilation) {
    const loggerId = element.attributes.get("logger-id") ?? "";
    const logger = compilation.model.loggers.find(({ name }) => name === loggerId);
    if (logger === undefined) {
      compilation.refuse(`names logger '${loggerId}', which does not exist`);
    } else if (logger.kind !== "eventHub") {
      compilation.refuse(`names logger '${loggerId}', which is not an event hub but ${logger.kind}`);
    }
    const partitionId = element.attributes.get("partition-id");
    if (partitionId !== undefined && element.attributes.has("partition-key")) {
      compilation.refuse("takes 'partition-id' or 'partition-key', not both");
    }
    const partitionKey = optionalText(element, "partition-key", compilation);
    const body = compilation.text(isExpression(element.text) ? element.text.trim() : element.text, element);
    return (execution) => {
      const bytes = Buffer.from(body(execution), "utf8");
      execution.trace({ logger: loggerId, bytes: bytes.byteLength });
      execution.services.sinks.log({
        logger: loggerId,
        body: bytes.subarray(0, MAX_BYTES).toString("utf8"),
        partitionId,
        partitionKey: partitionKey?.(execution),
      });
    };
  },
};
