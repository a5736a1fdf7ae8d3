import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements, childElements } from "./synthesized-stack";

const QUEUE = /https:\/\/[a-z0-9-]+\.servicebus\.windows\.net\//i;
const RESULTS = /https:\/\/[a-z0-9]+\.blob\.core\.windows\.net\//;
/** What the caller has spent; the query is checked where it is made. */
const SPENDING = /https:\/\/api\.loganalytics\.io\/v1\/workspaces\//;
/** Made of the verified caller. */
const CALLER_KEY = /queuedCallerKey/;
const CALLER = /callerClientId/;

/** What a policy sends elsewhere is read by nobody who tests an answer. */
export const policyCalls: HouseCheck = {
  id: "H-69",
  title:
    "policies call queue, results and records of spending only, with a token of the gateway, and the last two for the verified caller",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      [...allElements(document, "send-request"), ...allElements(document, "send-one-way-request")].flatMap(
        (element) => violations(element).map((each) => `${address}: ${each}`),
      ),
    ),
};

function violations(element: Element): readonly string[] {
  const text = (name: string): string =>
    childElements(element)
      .find(({ tagName }) => tagName === name)
      ?.textContent?.trim() ?? "";
  const url = text("set-url");
  const authorization = childElements(element).find(
    (each) => each.tagName === "set-header" && each.getAttribute("name") === "Authorization",
  );
  const isResult = RESULTS.test(url);
  const isSpending = SPENDING.test(url);
  return [
    ...(isResult || isSpending || QUEUE.test(url) ? [] : [`calls ${url.slice(0, 80)}`]),
    ...(isResult && !CALLER_KEY.test(url) ? ["names a result without its caller"] : []),
    ...(isSpending && !CALLER.test(text("set-body")) ? ["asks for spending without its caller"] : []),
    ...(/Token\b/.test(authorization?.textContent ?? "") ? [] : ["calls without a token of the gateway"]),
  ];
}
