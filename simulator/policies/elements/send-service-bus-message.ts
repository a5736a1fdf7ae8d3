import { isExpression } from "../../../expressions";
import { optionalText, textAttribute } from "../document/attribute-values";
import { childOf } from "../document/element-children";
import type { PolicyCompiler } from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";

const AUDIENCE = "https://servicebus.azure.net";

/**
 * Sends a message to a queue or topic of Service Bus, as the gateway's managed identity. It ends among the logs of the
 * simulation, under `<namespace>/<queue or topic>`; whether the identity has the role of a sender is not looked at.
 * Source: https://learn.microsoft.com/azure/api-management/send-service-bus-message-policy
 */
export const sendServiceBusMessage: PolicyCompiler = {
  name: "send-service-bus-message",
  sections: ["inbound", "outbound", "on-error"],
  gateways: ["classic"],
  shape: {
    attributes: {
      "queue-name": { expression: true },
      "topic-name": { expression: true },
      namespace: { expression: true },
      "client-id": { expression: true },
    },
    exactlyOne: [["queue-name", "topic-name"]],
    children: [
      {
        name: "message-properties",
        max: 1,
        shape: {
          children: [
            {
              name: "message-property",
              shape: { attributes: { name: { required: true, expression: true } }, text: "optional" },
            },
          ],
        },
      },
      { name: "payload", min: 1, max: 1, shape: { text: "required" } },
    ],
  },
  compile(element, compilation) {
    const argument = element.attributes.has("queue-name") ? "queue-name" : "topic-name";
    const entity = textAttribute(element, argument, compilation);
    const namespace = optionalText(element, "namespace", compilation);
    const clientId = optionalText(element, "client-id", compilation);
    const properties = (childOf(element, "message-properties")?.children ?? []).map((node) => ({
      name: compilation.text(node.attributes.get("name") ?? "", node),
      value: compilation.text(node.text.trim(), node),
    }));
    const payloadNode = childOf(element, "payload") ?? element;
    const source = isExpression(payloadNode.text) ? payloadNode.text.trim() : payloadNode.text;
    const payload = compilation.text(source, payloadNode);
    return async (execution) => {
      const logger = `${namespace?.(execution) ?? ""}/${entity(execution)}`;
      try {
        await execution.services.managedIdentityToken(AUDIENCE, clientId?.(execution));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new PolicyError("send-service-bus-message", "MessageNotSent", message, INTERNAL_SERVER_ERROR);
      }
      const sent = properties.map(({ name, value }) => [name(execution), value(execution)] as const);
      const body = payload(execution);
      execution.trace({ entity: logger, bytes: Buffer.byteLength(body) });
      execution.services.sinks.log({ logger, body, properties: Object.fromEntries(sent) });
    };
  },
};
