import type { HouseCheck } from "./house-check";
import { allElements, allTexts } from "./synthesized-stack";

export const policyLogging: HouseCheck = {
  id: "H-17",
  title: "policies neither trace, nor log bodies, nor answer with internal messages",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => [
      ...allElements(document, "trace").map(() => `${address}: a trace policy`),
      ...allElements(document, "log-to-eventhub")
        .filter((element) => /\.Body\b/.test(element.textContent ?? ""))
        .map(() => `${address}: log-to-eventhub reads a body`),
      ...allTexts(document)
        .filter(({ text }) => /LastError\.(Message|Path|Scope|PolicyId)/.test(text))
        .map(({ text }) => `${address}: uses internal error text: ${text.slice(0, 120)}`),
    ]),
};
