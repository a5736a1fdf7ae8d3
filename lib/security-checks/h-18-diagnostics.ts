import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks } from "./synthesized-stack";

const NEVER_LOGGED =
  /^(authorization|api-key|ocp-apim-subscription-key|cookie|set-cookie|proxy-authorization|x-arr-clientcert|x-client-cert|x-ssl-client-cert|x-forwarded-client-cert|client-cert|x-azure-clientcertificate)$/i;
const SIDES = ["frontend_request", "frontend_response", "backend_request", "backend_response"];

export const diagnostics: HouseCheck = {
  id: "H-18",
  title: "diagnostics log no bodies, no credentials, and hide the key parameter",
  check: (stack) => [
    ...stack
      .ofType("azurerm_api_management_diagnostic", "azurerm_api_management_api_diagnostic")
      .flatMap(({ address, attributes }) => {
        const sides = SIDES.map((name) => block(attributes[name])).filter((side) => side !== undefined);
        const found = sides.flatMap((side) => violations(Number(side.body_bytes ?? 0), side.headers_to_log));
        const masked = sides
          .flatMap((side) => blocks(block(side.data_masking)?.query_params))
          .map(({ value }) => value);
        if (!masked.includes("subscription-key")) {
          found.push("the key query parameter is not hidden");
        }
        if (attributes.log_client_ip !== false) {
          found.push("log_client_ip must be false");
        }
        return found.map((problem) => `${address}: ${problem}`);
      }),
    ...stack
      .ofType("azapi_resource", "azapi_update_resource")
      .filter(({ attributes }) => /\/diagnostics@/.test(String(attributes.type)))
      .flatMap(({ address, attributes }) => {
        const properties = (attributes.body as { properties?: Attributes } | undefined)?.properties ?? {};
        const sides = ["frontend", "backend"].flatMap((end) =>
          ["request", "response"].map(
            (way) => (properties[end] as Record<string, Attributes> | undefined)?.[way],
          ),
        );
        const found = sides.flatMap((side) =>
          side
            ? violations(Number((side.body as { bytes?: number } | undefined)?.bytes ?? 0), side.headers)
            : [],
        );
        const { requests, responses } = (properties.largeLanguageModel ?? {}) as Attributes;
        if (requests !== undefined || responses !== undefined) {
          found.push("prompts are logged");
        }
        // What is set of a diagnostic that azurerm makes says nothing of addresses: that one does.
        const adds = Object.keys(properties).every((name) => name === "largeLanguageModel");
        if (!adds && properties.logClientIp !== false) {
          found.push("logClientIp must be false");
        }
        return found.map((problem) => `${address}: ${problem}`);
      }),
  ],
};

function violations(bytes: number, headers: unknown): string[] {
  return [
    ...(bytes > 0 ? [`${bytes} body bytes are logged`] : []),
    ...((headers as string[] | undefined) ?? [])
      .filter((name) => NEVER_LOGGED.test(name))
      .map((name) => `header ${name} is logged`),
  ];
}
