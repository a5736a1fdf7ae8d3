import type { HouseCheck } from "./house-check";

const UNVERIFIED = /context\.Request\.(Headers|Url|OriginalUrl|Body|IpAddress|MatchedParameters)/;
const ADDRESS_ONLY = /^[^]*context\.Request\.IpAddress[^]*$/;
const AUTHENTICATION = /^validate-(jwt|azure-ad-token|client-certificate)$/;

export const verifiedKeys: HouseCheck = {
  id: "H-14",
  title: "counters and cache partitions are keyed by verified identity",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) => {
      const elements = Array.from(document.getElementsByTagName("*"));
      const firstAuthentication = elements.findIndex(({ tagName }) => AUTHENTICATION.test(tagName));
      const keys = elements.flatMap((element, index) => {
        const key =
          element.getAttribute("counter-key") ?? (element.tagName === "vary-by" ? element.textContent : null);
        return key ? [{ element, key, index }] : [];
      });
      const found = keys
        .filter(({ key }) => UNVERIFIED.test(key))
        .filter(
          ({ element, key, index }) =>
            !isCoarseLimit(element.tagName, key, index < firstAuthentication || firstAuthentication < 0),
        )
        .map(({ element, key }) => `${address}: ${element.tagName} is keyed by ${key}`);
      const withoutCaller = keys
        .filter(({ key }) => !UNVERIFIED.test(key) && !/context\.Variables/.test(key))
        .map(({ element, key }) => `${address}: ${element.tagName} is keyed by ${key}, not by the caller`);
      return [...found, ...withoutCaller];
    }),
};

/** The one exception: a coarse limit for each address, before anybody is authenticated. */
function isCoarseLimit(name: string, key: string, beforeAuthentication: boolean): boolean {
  return (
    name === "rate-limit-by-key" &&
    beforeAuthentication &&
    ADDRESS_ONLY.test(key) &&
    !/Headers|Url|Body/.test(key)
  );
}
