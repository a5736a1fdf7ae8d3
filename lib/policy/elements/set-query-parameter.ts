import { PolicyElement } from "../policy-element";

/**
 * `<set-query-parameter>` that deletes a parameter of the request.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export function deleteQueryParameter(name: string): PolicyElement {
  return new PolicyElement({
    name: "set-query-parameter",
    attributes: { name, "exists-action": "delete" },
    placement: { sections: ["inbound", "backend"] },
  });
}
