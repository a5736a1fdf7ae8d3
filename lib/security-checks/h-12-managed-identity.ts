import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

const RESOURCES = [
  "https://cognitiveservices.azure.com",
  "https://servicebus.azure.net",
  "https://storage.azure.com/",
  "api://on-premises-models",
];

export const managedIdentity: HouseCheck = {
  id: "H-12",
  title: "the gateway's token is for a listed resource, and its failure is fatal",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      allElements(document, "authentication-managed-identity").flatMap((element) => [
        ...(["", "false"].includes(element.getAttribute("ignore-error") ?? "")
          ? []
          : [`${address}: ignore-error is set`]),
        ...(RESOURCES.includes(element.getAttribute("resource") ?? "")
          ? []
          : [`${address}: resource ${element.getAttribute("resource")} is not listed`]),
      ]),
    ),
};
