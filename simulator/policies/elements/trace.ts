import type { GatewayModel, TraceSeverity } from "../../model";
import { applyingDiagnostics } from "../applying-diagnostics";
import { childOf } from "../document/element-children";
import type { PolicyCompiler } from "../policy-compiler";

const SEVERITIES: readonly TraceSeverity[] = ["verbose", "information", "error"];
/** `SeverityLevel` of `AppTraces`. */
const LEVELS: Readonly<Record<TraceSeverity, number>> = { verbose: 0, information: 1, error: 3 };

/**
 * Writes to the request's trace, and a row of `AppTraces` where a diagnostic for Application Insights asks for it. No
 * sampling leaves one out.
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
    const attribute = element.attributes.get("severity");
    const severity = SEVERITIES.find((each) => each === attribute) ?? "verbose";
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
      const { context, services } = execution;
      const properties = Object.fromEntries(
        metadata.map(({ name, value }) => [name(execution), value(execution)]),
      );
      context.trace(text);
      services.sinks.trace({ source, severity, message: text, metadata: properties });
      if (isWritten(services.model, context.api?.id, severity)) {
        services.sinks.row("AppTraces", {
          TimeGenerated: new Date(services.clock.now()),
          Message: text,
          SeverityLevel: LEVELS[severity],
          Properties: properties,
        });
      }
    };
  },
};

/** Whether the diagnostic for Application Insights writes messages of a severity. */
function isWritten({ diagnostics }: GatewayModel, api: string | undefined, severity: TraceSeverity): boolean {
  const diagnostic = applyingDiagnostics(diagnostics, api).find(
    ({ identifier }) => identifier === "applicationinsights",
  );
  return diagnostic !== undefined && LEVELS[severity] >= LEVELS[diagnostic.verbosity ?? "information"];
}
