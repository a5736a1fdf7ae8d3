import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

export const backendService: HouseCheck = {
  id: "H-13",
  title: "backends are chosen by literal id",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      allElements(document, "set-backend-service").flatMap((element) => {
        const id = element.getAttribute("backend-id") ?? "";
        return element.hasAttribute("base-url") || !/^[\w-]+$/.test(id)
          ? [`${address}: set-backend-service must name a literal backend-id, has '${id}'`]
          : [];
      }),
    ),
};
