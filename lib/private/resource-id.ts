/**
 * Pattern of the ARM ids of one type of resource, below a resource group. Case does not count: Azure returns ids in
 * varying case.
 *
 * @param type such as `Microsoft.Network/virtualNetworks/subnets`
 * @param name pattern of the last name
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
 */
export function resourceIdPattern(type: string, name = "[^/]+"): RegExp {
  const [namespace = "", ...types] = type.replaceAll(".", "\\.").split("/");
  const path = types.join("/[^/]+/");
  return new RegExp(
    `^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/${namespace}/${path}/${name}$`,
    "i",
  );
}
