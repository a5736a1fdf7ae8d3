import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

/** What may go on to an account, each with no effect on the model, its filter or its deployment. */
const HARMLESS = [
  "accept",
  "content-type",
  "user-agent",
  "x-ms-client-request-id",
  "traceparent",
  "tracestate",
  "host",
  "connection",
  "keep-alive",
  "content-length",
  "transfer-encoding",
];
/** Names that are deleted by their number. */
const DELETED = /Split\(':'\)\[(\d+)\]/;

/** Whoever forwards with the gateway's own identity forwards no header but those. */
export const forwardedHeaders: HouseCheck = {
  id: "H-51",
  title: "of a client's headers a closed list goes on to the account",
  check: (stack) =>
    stack.policies
      .filter(({ document }) => allElements(document, "authentication-managed-identity").length > 0)
      .flatMap(({ address, document }) => {
        const [list, ...others] = allElements(document, "set-variable")
          .filter((element) => element.getAttribute("name") === "unlistedHeaders")
          .map((element) => element.getAttribute("value") ?? "");
        if (list === undefined || others.length > 0) {
          return [`${address}: must list the headers that do not go on, once`];
        }
        const kept = /new\[\] \{([^}]*)\}/.exec(list)?.[1]?.match(/[^", ]+/g) ?? [];
        const numbers = allElements(document, "set-header")
          .filter((element) => element.getAttribute("exists-action") === "delete")
          .flatMap((element) => DELETED.exec(element.getAttribute("name") ?? "")?.[1] ?? [])
          .map(Number);
        return [
          ...kept
            .filter((name) => !HARMLESS.includes(name))
            .map((name) => `${address}: lets '${name}' through`),
          ...(numbers.length >= 32 && numbers.every((number, index) => number === index)
            ? []
            : [`${address}: must delete each of 32 listed headers`]),
        ];
      }),
};
