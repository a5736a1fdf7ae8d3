import type { Element } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

/** What is not known without it lets requests pass: no request goes anywhere with this token. */
const OF_RECORDS = "https://api.loganalytics.io";
const RESOURCES = [
  OF_RECORDS,
  "https://cognitiveservices.azure.com",
  "https://servicebus.azure.net",
  "https://storage.azure.com/",
  "api://on-premises-models",
];

function isOfRecords(element: Element): boolean {
  return (
    element.getAttribute("resource") === OF_RECORDS &&
    element.getAttribute("output-token-variable-name") === "spendingToken"
  );
}

export const managedIdentity: HouseCheck = {
  id: "H-12",
  title: "the gateway's token is for a listed resource, and its failure is fatal",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      allElements(document, "authentication-managed-identity").flatMap((element) => [
        ...(["", "false"].includes(element.getAttribute("ignore-error") ?? "") || isOfRecords(element)
          ? []
          : [`${address}: ignore-error is set`]),
        ...(RESOURCES.includes(element.getAttribute("resource") ?? "")
          ? []
          : [`${address}: resource ${element.getAttribute("resource")} is not listed`]),
      ]),
    ),
};
