import type { HouseCheck } from "./house-check";
import { allElements, childElements } from "./synthesized-stack";

type Element = ReturnType<typeof allElements>[number];

const RECORDED = /(?:^|-)ai-gateway-audit$/;
/** In the address: the construct is called as the fragment. */
const OF_THE_FRAGMENT = /ai-gateway-refusal/;
const REFUSED = /(?:^|-)ai-gateway-refusal$/;

export const auditRecords: HouseCheck = {
  id: "H-41",
  title: "every answer of an API, and every refusal, writes one audit record",
  check: (stack) =>
    stack.policies.flatMap(({ address, scope, document }) => {
      const included = (element: Element | undefined): string =>
        (element?.tagName === "include-fragment" && element.getAttribute("fragment-id")) || "";
      const answers = allElements(document, "return-response");
      if (scope === "fragment") {
        const traces = allElements(document, "trace");
        const { documentElement: root } = document;
        const isAlways = root && traces[0]?.parentNode === root;
        return OF_THE_FRAGMENT.test(address) && (traces.length !== 1 || !isAlways)
          ? [`${address}: answers without one record before`]
          : [];
      }
      const [outbound] = allElements(document, "outbound");
      const isOurs = allElements(document, "include-fragment").some((element) =>
        REFUSED.test(included(element)),
      );
      if (!isOurs || scope === "global" || outbound === undefined) {
        return [];
      }
      const last = childElements(outbound).at(-1);
      const unrecorded = answers.filter((answer) => {
        const siblings = childElements(answer.parentNode as Element);
        return !RECORDED.test(included(siblings[siblings.indexOf(answer) - 1]));
      });
      return [
        ...(RECORDED.test(included(last)) ? [] : [`${address}: outbound does not end in the record`]),
        ...unrecorded.map(() => `${address}: an answer without record`),
      ];
    }),
};
