import type { HouseCheck } from "./house-check";
import { blocks } from "./synthesized-stack";

export const negotiatedCertificates: HouseCheck = {
  id: "H-42",
  title: "where an API takes client certificates, TLS asks for them at every host name of the gateway's own",
  check: (stack) => {
    const takes = stack.policies.some(({ xml }) => xml.includes("<validate-client-certificate"));
    return stack.ofType("azurerm_api_management_custom_domain").flatMap(({ address, attributes }) =>
      blocks(attributes.gateway)
        .filter(({ negotiate_client_certificate: asks }) => takes && asks !== true)
        .map(({ host_name: name }) => `${address}: ${String(name)} must negotiate client certificates`),
    );
  },
};
