import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks } from "./synthesized-stack";

const NEVER_LOGGED =
  /^(authorization|api-key|ocp-apim-subscription-key|cookie|set-cookie|proxy-authorization|x-arr-clientcert|x-client-cert|x-ssl-client-cert|x-forwarded-client-cert|client-cert|x-azure-clientcertificate)$/i;
const SIDES = ["frontend_request", "frontend_response", "backend_request", "backend_response"];
/** Each has the query in its URL. */
const REQUESTS = ["frontend_request", "backend_request"];

export const diagnostics: HouseCheck = {
  id: "H-18",
  title: "diagnostics log no bodies, no credentials, and hide the key parameter",
  check: (stack) => [
    ...stack
      .ofType("azurerm_api_management_diagnostic", "azurerm_api_management_api_diagnostic")
      .flatMap(({ address, attributes }) => {
        const sides = SIDES.map((name) => block(attributes[name])).filter((side) => side !== undefined);
        const found = sides.flatMap((side) => violations(Number(side.body_bytes ?? 0), side.headers_to_log));
        found.push(
          ...REQUESTS.filter(
            (name) => !hidesKey(block(block(attributes[name])?.data_masking)?.query_params),
          ).map((name) => `the key query parameter is not hidden in ${name}`),
        );
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
        if (!adds) {
          found.push(
            ...["frontend", "backend"]
              .filter(
                (end) => !hidesKey(block(block(block(properties[end])?.request)?.dataMasking)?.queryParams),
              )
              .map((end) => `the key query parameter is not hidden in ${end}.request`),
          );
        }
        return found.map((problem) => `${address}: ${problem}`);
      }),
  ],
};

/** By its own name, and with all others. */
function hidesKey(parameters: unknown): boolean {
  const hidden = blocks(parameters).map(({ mode, value }) => (mode === "Hide" ? value : undefined));
  return hidden.includes("*") && hidden.includes("subscription-key");
}

function violations(bytes: number, headers: unknown): string[] {
  return [
    ...(bytes > 0 ? [`${bytes} body bytes are logged`] : []),
    ...((headers as string[] | undefined) ?? [])
      .filter((name) => NEVER_LOGGED.test(name))
      .map((name) => `header ${name} is logged`),
  ];
}
