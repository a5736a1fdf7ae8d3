import { notSimulated } from "../not-simulated";

/** Source: https://learn.microsoft.com/azure/api-management/xml-to-json-policy */
export const xmlToJson = notSimulated(
  "xml-to-json",
  ["inbound", "outbound", "on-error"],
  "no Azure OpenAI operation speaks XML",
  {
    attributes: {
      kind: { required: true, values: ["javascript-friendly", "direct"] },
      apply: { required: true, values: ["always", "content-type-xml"] },
      "consider-accept-header": { expression: true, type: "boolean" },
      "always-array-child-elements": { expression: true, type: "boolean" },
    },
  },
);
