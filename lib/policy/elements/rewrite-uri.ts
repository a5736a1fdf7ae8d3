import { INBOUND, PolicyElement, type PolicyValue } from "../policy-element";

/**
 * `<rewrite-uri>`: replaces the path below the backend's URL, before a backend is chosen for good. The query stays.
 *
 * Source: https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 *
 * @param template begins with `/`
 */
export function rewriteUri(template: PolicyValue): PolicyElement {
  return new PolicyElement({ name: "rewrite-uri", attributes: { template }, placement: INBOUND });
}
