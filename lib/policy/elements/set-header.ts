import { ANYWHERE, PolicyElement, type PolicyValue } from "../policy-element";

/**
 * `<set-header>` that replaces whatever the message had: of a request in inbound and backend, of a response
 * in outbound, on-error and `return-response`. Appending or skipping would keep what a caller sent.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export function setHeader(name: string, value: PolicyValue): PolicyElement {
  return new PolicyElement({
    name: "set-header",
    attributes: { name, "exists-action": "override" },
    children: [new PolicyElement({ name: "value", text: value })],
    placement: ANYWHERE,
  });
}

/** `<set-header>` that deletes. */
export function deleteHeader(name: PolicyValue): PolicyElement {
  return new PolicyElement({
    name: "set-header",
    attributes: { name, "exists-action": "delete" },
    placement: ANYWHERE,
  });
}
