import { INBOUND, PolicyElement } from "../policy-element";

/**
 * `<authentication-certificate>`: presents a certificate of the service to whatever backend asks for one.
 *
 * Source: https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 *
 * @param certificateId literal name of the certificate, which outlives its renewals
 */
export function authenticationCertificate(certificateId: string): PolicyElement {
  return new PolicyElement({
    name: "authentication-certificate",
    attributes: { "certificate-id": certificateId },
    placement: INBOUND,
  });
}
