import { PolicyElement, type PolicyPlacement, type PolicyValue } from "../policy-element";

const OF_REQUESTS: PolicyPlacement = { sections: ["inbound", "backend"] };

/**
 * `<set-query-parameter>` that deletes a parameter of the request.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export function deleteQueryParameter(name: string): PolicyElement {
  return new PolicyElement({
    name: "set-query-parameter",
    attributes: { name, "exists-action": "delete" },
    placement: OF_REQUESTS,
  });
}

/** `<set-query-parameter>` that replaces whatever the request had. */
export function setQueryParameter(name: string, value: PolicyValue): PolicyElement {
  return new PolicyElement({
    name: "set-query-parameter",
    attributes: { name, "exists-action": "override" },
    children: [new PolicyElement({ name: "value", text: value })],
    placement: OF_REQUESTS,
  });
}
