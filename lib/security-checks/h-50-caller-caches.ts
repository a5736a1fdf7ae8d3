import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

/** Caches of whole responses know the caller by headers at most, and those are what callers send. */
const OF_RESPONSES = ["cache-lookup", "cache-store", "cache-value"];
/** Caches that answer what is only similar. */
const SEMANTIC = ["llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"];
const VARIES_BY = ["callerClientId", "callerUserId", "routeDeployment"];
const CALLER = /callerClientId/;
const KEY = /context\.Variables\.GetValueOrDefault<string>\("answerKey", ""\)/;
/** A day: an answer that is older is another model's, perhaps. */
const MAX_DURATION = 86_400;

export const callerCaches: HouseCheck = {
  id: "H-50",
  title: "what is cached is kept for a verified caller, hashed with all that it asked, and not for long",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => {
      const values = [
        ...allElements(document, "cache-lookup-value"),
        ...allElements(document, "cache-store-value"),
      ];
      const valueOf = (name: string): string =>
        allElements(document, "set-variable")
          .filter((element) => element.getAttribute("name") === name)
          .map((element) => element.getAttribute("value") ?? "")
          .join();
      const [sharer, key] = [valueOf("answerSharer"), valueOf("answerKey")];
      const isOfCaller =
        CALLER.test(sharer) &&
        ["answerSharer", "routeDeployment", "api-version", "requestText", "SHA256"].every((part) =>
          key.includes(part),
        );
      return [
        ...OF_RESPONSES.flatMap((name) => allElements(document, name)).map(
          ({ tagName }) => `${address}: ${tagName} keeps answers for whoever sends the same headers`,
        ),
        ...SEMANTIC.flatMap((name) => allElements(document, name))
          .filter((element) => !VARIES_BY.every((part) => (element.textContent ?? "").includes(part)))
          .map(({ tagName }) => `${address}: ${tagName} must vary by client, user and deployment`),
        ...values
          .filter((element) => !isOfCaller || !KEY.test(element.getAttribute("key") ?? ""))
          .map(({ tagName }) => `${address}: ${tagName} has a key without a verified caller`),
        ...values
          .filter((element) => element.getAttribute("caching-type") !== "internal")
          .map(({ tagName }) => `${address}: ${tagName} must say where it keeps`),
        ...values
          .filter((element) => Number(element.getAttribute("duration") ?? 0) > MAX_DURATION)
          .map(({ tagName }) => `${address}: ${tagName} keeps for more than a day`),
      ];
    }),
};
