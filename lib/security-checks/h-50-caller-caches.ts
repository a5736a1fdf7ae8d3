import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements, childElements } from "./synthesized-stack";

/** Caches of whole responses know the caller by headers at most, and those are what callers send. */
const OF_RESPONSES = ["cache-lookup", "cache-store", "cache-value"];
/** Caches that answer what is only similar. */
const LOOKUPS = ["llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"];
const STORES = ["llm-semantic-cache-store", "azure-openai-semantic-cache-store"];
const CALLER = /callerClientId/;
/** Key of what a caller has spent, which is kept for that caller. */
const SPENDING_KEY = /^@\(context\.Variables\.GetValueOrDefault<string>\("spendingKey", ""\)\)$/;
const KEY = /context\.Variables\.GetValueOrDefault<string>\("answerKey", ""\)/;
/** What every key has in it, and what it has of the body for each kind of cache. */
const IN_KEY = ["answerSharer", "routeDeployment", "api-version", "SHA256"];
const BODY = { exact: "requestText", semantic: "requestBody" };
/** A day: an answer that is older is another model's, perhaps. */
const MAX_DURATION = 86_400;
/** A distance: beyond it, questions about different things are taken for the same. */
const MAX_DISTANCE = 0.2;

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
      const [sharer, key, spendingKey] = [
        valueOf("answerSharer"),
        valueOf("answerKey"),
        valueOf("spendingKey"),
      ];
      const isSpending = (element: Element): boolean =>
        SPENDING_KEY.test(element.getAttribute("key") ?? "") &&
        CALLER.test(spendingKey) &&
        spendingKey.includes("SHA256");
      const isOfCaller = (kind: keyof typeof BODY): boolean =>
        CALLER.test(sharer) && [...IN_KEY, BODY[kind]].every((part) => key.includes(part));
      const lookups = LOOKUPS.flatMap((name) => allElements(document, name));
      const stores = STORES.flatMap((name) => allElements(document, name));
      return [
        ...OF_RESPONSES.flatMap((name) => allElements(document, name)).map(
          ({ tagName }) => `${address}: ${tagName} keeps answers for whoever sends the same headers`,
        ),
        ...lookups
          .filter((element) => {
            const partitions = childElements(element).map(({ textContent }) => textContent ?? "");
            return (
              !isOfCaller("semantic") ||
              partitions.length !== 1 ||
              !partitions.every((each) => KEY.test(each))
            );
          })
          .map(({ tagName }) => `${address}: ${tagName} must vary by the verified caller, and by that alone`),
        ...lookups
          .filter((element) => !(Number(element.getAttribute("score-threshold") ?? 1) <= MAX_DISTANCE))
          .map(({ tagName }) => `${address}: ${tagName} takes distant questions for the same`),
        ...lookups
          .filter((element) => element.getAttribute("ignore-system-messages") !== "true")
          .map(({ tagName }) => `${address}: ${tagName} compares what its key has in it already`),
        ...stores
          .filter(
            (element) => !/answerKept/.test((element.parentNode as Element).getAttribute("condition") ?? ""),
          )
          .map(({ tagName }) => `${address}: ${tagName} keeps whatever was answered`),
        ...values
          .filter((element) => !isSpending(element))
          .filter((element) => !isOfCaller("exact") || !KEY.test(element.getAttribute("key") ?? ""))
          .map(({ tagName }) => `${address}: ${tagName} has a key without a verified caller`),
        ...values
          .filter((element) => element.getAttribute("caching-type") !== "internal")
          .map(({ tagName }) => `${address}: ${tagName} must say where it keeps`),
        ...[...values, ...stores]
          .filter((element) => Number(element.getAttribute("duration") ?? 0) > MAX_DURATION)
          .map(({ tagName }) => `${address}: ${tagName} keeps for more than a day`),
      ];
    }),
};
