import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";

const LOOKUPS = ["cache-lookup-value", "llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"];
/** What a caller has spent is not an answer. */
const SPENDING = /spendingKey/;
/** What must have run: rights to the model, and the caller's limit of requests. */
const BEFORE = [
  (element: Element) => element.tagName === "rate-limit-by-key" && idOf(element).startsWith("limit-requests"),
  (element: Element) =>
    element.tagName === "set-variable" && element.getAttribute("name") === "routeDeployment",
];
/** What a hit must not pay for. */
const AFTER = ["llm-token-limit", "llm-emit-token-metric"];

export const lateCaches: HouseCheck = {
  id: "H-53",
  title: "caches answer after rights and limits of requests, and before tokens are counted",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => {
      const elements = Array.from(document.getElementsByTagName("*"));
      const lookup = elements.findIndex(
        (element) => LOOKUPS.includes(element.tagName) && !SPENDING.test(element.getAttribute("key") ?? ""),
      );
      if (lookup < 0) {
        return [];
      }
      const early = elements.slice(0, lookup);
      return [
        ...BEFORE.filter((isThere) => !early.some(isThere)).map(
          () => `${address}: a cache answers before rights and limits`,
        ),
        ...early
          .filter(({ tagName }) => AFTER.includes(tagName))
          .map(({ tagName }) => `${address}: ${tagName} counts what a cache answers`),
      ];
    }),
};

function idOf(element: Element): string {
  return element.getAttribute("id") ?? "";
}
