import { notSimulated } from "../not-simulated";

/** Source: https://learn.microsoft.com/azure/api-management/json-to-xml-policy */
export const jsonToXml = notSimulated(
  "json-to-xml",
  ["inbound", "backend", "outbound", "on-error"],
  "no Azure OpenAI operation speaks XML",
  {
    attributes: {
      apply: { required: true, values: ["always", "content-type-json"] },
      "consider-accept-header": { expression: true, type: "boolean" },
      "parse-date": { type: "boolean" },
      "namespace-separator": { expression: true },
      "namespace-prefix": { expression: true },
      "attribute-block-name": { expression: true },
    },
  },
);
