import { type OpenAiOperation, USAGE_GROUP } from "./openai-operation";

/** What spending adds to the operations of an API. */
export const USAGE_OPERATION: OpenAiOperation = {
  id: "usage-get",
  displayName: "Get own usage of this month",
  group: USAGE_GROUP,
  shape: "v1",
  method: "GET",
  urlTemplate: "/usage",
  templateParameters: [],
  // Clients of the dated shape send it with whatever they ask.
  queryParameters: [{ name: "api-version", required: false }],
  body: "none",
  deploymentIn: "none",
  stateful: false,
};
