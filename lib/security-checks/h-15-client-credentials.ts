import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

const HEADERS = ["api-key", "ocp-apim-subscription-key", "authorization"];

export const clientCredentials: HouseCheck = {
  id: "H-15",
  title: "no client credential is forwarded",
  check: (stack) =>
    stack.policies
      .filter(({ document }) => allElements(document, "authentication-managed-identity").length > 0)
      .flatMap(({ address, document }) => {
        const elements = Array.from(document.getElementsByTagName("*"));
        const identity = elements.findIndex(
          (element) => element.tagName === "authentication-managed-identity" && !isForCalls(element),
        );
        if (identity < 0) {
          return [];
        }
        const deleted = new Set(
          elements
            .slice(0, identity)
            .filter(({ tagName }) => tagName === "set-header" || tagName === "set-query-parameter")
            .filter((element) => element.getAttribute("exists-action") === "delete")
            .map((element) => `${element.tagName} ${element.getAttribute("name")?.toLowerCase()}`),
        );
        const queryNames = stack
          .ofType("azurerm_api_management_api")
          .map(
            ({ attributes }) =>
              (attributes.subscription_key_parameter_names as { query?: string } | undefined)?.query,
          )
          .filter((name): name is string => Boolean(name));
        const wanted = [
          ...HEADERS.map((name) => `set-header ${name}`),
          "set-query-parameter subscription-key",
          ...new Set(queryNames.map((name) => `set-query-parameter ${name.toLowerCase()}`)),
        ];
        return wanted
          .filter((it) => !deleted.has(it))
          .map((it) => `${address}: '${it}' is not deleted before the token is set`);
      }),
};

/** Whether the token stays in a variable that only calls of the policy's own send: they take nothing of the client. */
function isForCalls(element: Element): boolean {
  const variable = element.getAttribute("output-token-variable-name");
  const readers = Array.from(element.ownerDocument?.getElementsByTagName("set-header") ?? []).filter(
    ({ textContent }) => textContent?.includes(`"${variable}"`) ?? false,
  );
  return (
    readers.length > 0 &&
    readers.every(({ parentNode }) => (parentNode as Element | null)?.tagName === "send-request")
  );
}
