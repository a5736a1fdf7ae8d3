import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements, childElements } from "./synthesized-stack";

const QUEUE = /https:\/\/[a-z0-9-]+\.servicebus\.windows\.net\//i;
const RESULTS = /https:\/\/[a-z0-9]+\.blob\.core\.windows\.net\//;
/** Made of the verified caller. */
const CALLER_KEY = /queuedCallerKey/;

/** What a policy sends elsewhere is read by nobody who tests an answer. */
export const policyCalls: HouseCheck = {
  id: "H-69",
  title:
    "policies call queue and results only, with a token of the gateway, and results below the verified caller",
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
  return [
    ...(isResult || QUEUE.test(url) ? [] : [`calls ${url.slice(0, 80)}`]),
    ...(isResult && !CALLER_KEY.test(url) ? ["names a result without its caller"] : []),
    ...(/Token\b/.test(authorization?.textContent ?? "") ? [] : ["calls without a token of the gateway"]),
  ];
}
