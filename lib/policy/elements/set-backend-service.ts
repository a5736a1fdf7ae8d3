import { PolicyElement } from "../policy-element";

/**
 * `<set-backend-service>` by the literal id of a backend or pool: what a request says never picks a host.
 *
 * Source: https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export function setBackendService(backendId: string): PolicyElement {
  return new PolicyElement({
    name: "set-backend-service",
    attributes: { "backend-id": backendId },
    placement: { sections: ["inbound", "backend"] },
  });
}
