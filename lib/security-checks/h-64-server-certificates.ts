import type { HouseCheck } from "./house-check";
import { block, blocks } from "./synthesized-stack";

/** NIST SP 800-57, for what is in use after 2030. */
const MIN_KEY_BITS = 3072;
/** For TLS servers. Source: RFC 5280, 4.2.1.12 */
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

export const serverCertificates: HouseCheck = {
  id: "H-64",
  title: "keys of certificates that a vault makes are long, new with every certificate, and renewed in time",
  check: (stack) =>
    stack.ofType("azurerm_key_vault_certificate").flatMap(({ address, attributes }) => {
      const policy = block(attributes.certificate_policy);
      if (policy === undefined) {
        // Its key was made elsewhere.
        return attributes.certificate === undefined ? [`${address}: has no policy`] : [];
      }
      const key = block(policy.key_properties);
      const isShort = key?.key_type === "RSA" && !(Number(key.key_size) >= MIN_KEY_BITS);
      const renews = blocks(policy.lifetime_action).some(
        ({ action }) => block(action)?.action_type === "AutoRenew",
      );
      const certificate = block(policy.x509_certificate_properties);
      const usages = certificate?.extended_key_usage as readonly string[] | undefined;
      const names = block(certificate?.subject_alternative_names)?.dns_names as readonly string[] | undefined;
      return [
        ...(isShort ? [`key_size must be ${MIN_KEY_BITS} at least`] : []),
        ...(key?.reuse_key === false ? [] : ["reuse_key must be false"]),
        ...(renews ? [] : ["must renew itself"]),
        ...(usages === undefined || usages.includes(SERVER_AUTHENTICATION) ? [] : ["is none of a server"]),
        ...(names === undefined || certificate?.subject === `CN=${names[0]}`
          ? []
          : [`names ${names.join(", ")}, and is for ${String(certificate?.subject)}`]),
      ].map((problem) => `${address}: ${problem}`);
    }),
};
