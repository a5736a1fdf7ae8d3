import { childOf } from "../document/element-children";
import type { PolicyCompiler } from "../policy-compiler";

const SEVERITIES = ["verbose", "information", "error"];

/**
 * Writes to the request's trace and to Application Insights.
 * Source: https://learn.microsoft.com/azure/api-management/trace-policy
 */
export const trace: PolicyCompiler = {
  name: "trace",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: { source: { required: true }, severity: { values: SEVERITIES } },
    children: [
      { name: "message", pageMin: 1, max: 1, shape: { text: "required" } },
      {
        name: "metadata",
        shape: {
          attributes: {
            name: { required: true, expression: true },
            value: { required: true, expression: true },
          },
        },
      },
    ],
    // Deployed policies have the text of the message in its place.
    text: "optional",
  },
  compile(element, compilation) {
    const source = element.attributes.get("source") ?? "";
    const severity = element.attributes.get("severity") ?? "verbose";
    const messageNode = childOf(element, "message");
    const metadataNodes = element.children.filter(({ name }) => name === "metadata");
    const own = element.text.trim();
    if (own !== "" && (compilation.isStrict || messageNode !== undefined)) {
      compilation.refuse(`holds no text; found '${own.slice(0, 40)}'`);
    }
    if (own === "" && messageNode === undefined && !compilation.isStrict) {
      compilation.refuse("needs at least 1 <message>; has 0");
    }
    const message = compilation.text(messageNode?.text.trim() ?? own, messageNode ?? element);
    const metadata = metadataNodes.map((node) => ({
      name: compilation.text(node.attributes.get("name") ?? "", node),
      value: compilation.text(node.attributes.get("value") ?? "", node),
    }));
    return (execution) => {
      const text = message(execution);
      execution.context.trace(text);
      execution.services.sinks.trace({
        source,
        severity,
        message: text,
        metadata: Object.fromEntries(metadata.map(({ name, value }) => [name(execution), value(execution)])),
      });
    };
  },
};
