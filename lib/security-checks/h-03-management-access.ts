import type { HouseCheck } from "./house-check";
import { block, type SynthesizedStack } from "./synthesized-stack";

/** What a service has on unless something says otherwise, and the value that closes it. */
const CLOSED: Readonly<Record<string, string>> = {
  developerPortalStatus: "Disabled",
  legacyPortalStatus: "Disabled",
};
const NO_TRUSTED_CONNECTIVITY =
  "Microsoft.WindowsAzure.ApiManagement.Gateway.ManagedIdentity.DisableOverPrivilegedAccess";

/** Older ones give secrets to whoever may read. Source: Azure's policy "minimum API version … 2019-12-01 or higher" */
const MIN_API_VERSION = "2019-12-01";

export const managementAccess: HouseCheck = {
  id: "H-03",
  title: "no direct or outdated management access, no portal, no sign-up, no unsigned delegation",
  check: (stack) =>
    stack.ofType("azurerm_api_management").flatMap(({ address, attributes }) => {
      const delegation = block(attributes.delegation);
      return [
        ...(block(attributes.tenant_access)?.enabled ? [`${address}: tenant_access is enabled`] : []),
        ...(block(attributes.sign_up)?.enabled ? [`${address}: sign_up is enabled`] : []),
        ...(delegation && !delegation.validation_key ? [`${address}: delegation has no validation_key`] : []),
        ...(typeof attributes.min_api_version === "string" && attributes.min_api_version >= MIN_API_VERSION
          ? []
          : [`${address}: min_api_version must be ${MIN_API_VERSION} or later`]),
        ...(/^Consumption_/.test(String(attributes.sku_name)) ? [] : openEntrances(stack, address)),
      ];
    }),
};

/** Absence is not closed: each is looked for. */
function openEntrances(stack: SynthesizedStack, service: string): readonly string[] {
  const written = (armType: string, id: string): Readonly<Record<string, unknown>> =>
    Object.assign(
      {},
      ...stack
        .ofType("azapi_update_resource", "azapi_resource")
        .filter(({ attributes }) => String(attributes.type).startsWith(`${armType}@`))
        .filter(({ attributes }) => attributes.resource_id === id)
        .map(({ attributes }) => block(block(attributes.body)?.properties) ?? {}),
    ) as Readonly<Record<string, unknown>>;
  const properties = written("Microsoft.ApiManagement/service", `\${${service}.id}`);
  const portal = written(
    "Microsoft.ApiManagement/service/portalconfigs",
    `\${${service}.id}/portalconfigs/default`,
  );
  return [
    ...Object.entries(CLOSED)
      .filter(([name, closed]) => properties[name] !== closed)
      .map(([name, closed]) => `${service}: ${name} is not ${closed}`),
    ...(block(properties.customProperties)?.[NO_TRUSTED_CONNECTIVITY] === "True"
      ? []
      : [`${service}: other services may trust the gateway`]),
    ...(portal.enableBasicAuth === false ? [] : [`${service}: the portal takes passwords`]),
  ];
}
