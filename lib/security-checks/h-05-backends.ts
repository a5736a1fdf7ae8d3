import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

const EXPECTED_HOST = /\.(openai|cognitiveservices|services\.ai)\.azure\.com$/;
/** Services that are not accounts: each is here because somebody wants it to be. */
const MODEL_ENDPOINTS = ["models.corp.contoso.com"];

export const backends: HouseCheck = {
  id: "H-05",
  title:
    "backends are https hosts of Azure OpenAI, or listed model endpoints, with TLS validation and a circuit breaker",
  check: (stack) =>
    stack.ofType("azurerm_api_management_backend").flatMap(({ address, attributes }) => {
      const found: string[] = [];
      const url = URL.canParse(String(attributes.url)) ? new URL(String(attributes.url)) : undefined;
      const tls = block(attributes.tls);
      if (!url || url.protocol !== "https:") {
        found.push(`url must be a literal https URL, is ${String(attributes.url)}`);
      } else {
        if (url.username || url.password || url.search || url.hash) {
          found.push("url has user info, query or fragment");
        }
        if (!EXPECTED_HOST.test(url.hostname) && !MODEL_ENDPOINTS.includes(url.hostname)) {
          found.push(`unexpected host ${url.hostname}`);
        }
      }
      if (tls?.validate_certificate_chain !== true || tls.validate_certificate_name !== true) {
        found.push("tls must validate chain and name");
      }
      if (!block(attributes.circuit_breaker_rule)) {
        found.push("no circuit breaker");
      }
      return found.map((problem) => `${address}: ${problem}`);
    }),
};
