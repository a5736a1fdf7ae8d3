import type { HouseCheck } from "./house-check";
import { allElements, allTexts } from "./synthesized-stack";

/** What a caller wrote, or what lets it in. Whether the answer streams is read from the type of the answer. */
const OF_THE_REQUEST =
  /context\.Request\.|\.Body\b|Url\b|IpAddress|Certificate|Subscription|AsJwt|\.Headers(?!\.(?:GetValueOrDefault)\("Content-Type")/;

export const policyLogging: HouseCheck = {
  id: "H-17",
  title: "policies trace ids of the audit record only, log no bodies, and answer without internal messages",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => [
      ...allElements(document, "trace").flatMap((element) => [
        ...(element.getAttribute("source") === "ai-gateway" ? [] : [`${address}: a trace policy`]),
        ...Array.from(element.getElementsByTagName("metadata"))
          .map((member) => member.getAttribute("value") ?? "")
          .filter((value) => OF_THE_REQUEST.test(value))
          .map((value) => `${address}: a trace reads the request: ${value.slice(0, 120)}`),
      ]),
      ...allElements(document, "log-to-eventhub")
        .filter((element) => /\.Body\b/.test(element.textContent ?? ""))
        .map(() => `${address}: log-to-eventhub reads a body`),
      ...allTexts(document)
        .filter(({ text }) => /LastError\.(Message|Path|Scope|PolicyId)/.test(text))
        .map(({ text }) => `${address}: uses internal error text: ${text.slice(0, 120)}`),
    ]),
};
