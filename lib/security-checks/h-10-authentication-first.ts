import type { HouseCheck } from "./house-check";
import { allElements } from "./synthesized-stack";

const AUTHENTICATION = /^validate-(jwt|azure-ad-token|client-certificate)$/;
const AFTER =
  /^(cache-lookup(-value)?|(llm|azure-openai)-semantic-cache-lookup|(llm|azure-openai)-token-limit|set-backend-service|authentication-managed-identity)$/;

export const authenticationFirst: HouseCheck = {
  id: "H-10",
  title: "authentication comes before caches, token limits, routing and the gateway's own token",
  check: (stack) =>
    stack.policies
      .filter(({ scope }) => scope === "api" || scope === "operation" || scope === "product")
      .flatMap(({ address, document }) => {
        const inbound = allElements(document, "inbound")[0];
        const names = inbound
          ? Array.from(inbound.getElementsByTagName("*")).map(({ tagName }) => tagName)
          : [];
        const lastAuthentication = names.findLastIndex((name) => AUTHENTICATION.test(name));
        const firstUse = names.findIndex((name) => AFTER.test(name));
        return firstUse >= 0 && firstUse < lastAuthentication
          ? [`${address}: ${names[firstUse]} comes before ${names[lastAuthentication]}`]
          : [];
      }),
};
