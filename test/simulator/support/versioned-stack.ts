import { OF_GATEWAY } from "../terraform/stack-fixture";
import { API_ID, apiStack, type ApiStackProps } from "./api-stack";
import { policyXml } from "./gateway-models";

export const VERSIONING_SCHEMES = ["Segment", "Query", "Header"] as const;

/** Writes a stack with version `v1` of an API at `/api`, for whoever has the key of `claims`. @returns its directory */
export function versionedStack(
  scheme: (typeof VERSIONING_SCHEMES)[number],
  api: NonNullable<ApiStackProps["api"]> = {},
): string {
  return apiStack({
    apiPolicy: policyXml({ inbound: `<return-response><set-status code="200" /></return-response>` }),
    subscriptions: { claims: { api_id: API_ID } },
    api: {
      version: "v1",
      version_set_id: "${azurerm_api_management_api_version_set.set.id}",
      subscription_required: true,
      ...api,
    },
    resources: {
      azurerm_api_management_api_version_set: {
        set: {
          ...OF_GATEWAY,
          name: "set",
          display_name: "set",
          versioning_scheme: scheme,
          ...(scheme === "Query" ? { version_query_name: "edition" } : {}),
          ...(scheme === "Header" ? { version_header_name: "Edition" } : {}),
        },
      },
    },
  });
}
