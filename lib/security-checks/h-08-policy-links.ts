import type { HouseCheck } from "./house-check";

export const policyLinks: HouseCheck = {
  id: "H-08",
  title: "no policy is read from a link: the link would have to be public",
  check: (stack) =>
    stack.resources
      .filter(({ attributes }) => attributes.xml_link !== undefined)
      .map(({ address }) => `${address}: xml_link is set`),
};
