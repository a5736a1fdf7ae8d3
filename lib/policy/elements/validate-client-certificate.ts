import { INBOUND, PolicyElement } from "../policy-element";

/** A certificate passes if every member that is given matches. */
export interface CertificateIdentity {
  /** Distinguished name. @default - any */
  readonly subject?: string;
  /** Common name in the subject of the certificate. @default - any */
  readonly commonName?: string;
  /** A `dNSName` of the subject alternative names. @default - any */
  readonly dnsName?: string;
  /** SHA-1 hash as 40 upper-case hexadecimal digits. @default - any */
  readonly thumbprint?: string;
  /** Distinguished name of the certificate that signed. */
  readonly issuerSubject: string;
  /** Its SHA-1 hash. */
  readonly issuerThumbprint: string;
}

/** Attributes and children of `<validate-client-certificate>`. */
export interface ValidateClientCertificateProps {
  /** `context.LastError.PolicyId` when the certificate is refused. */
  readonly id: string;
  /** Check revocation lists. */
  readonly validateRevocation: boolean;
  /** Check the chain up to a trusted root. */
  readonly validateTrust: boolean;
  /** Check the dates. */
  readonly validateDates: boolean;
  /** At least one, or any certificate of any trusted authority would pass. */
  readonly identities: readonly CertificateIdentity[];
}

/**
 * `<validate-client-certificate>` for the certificate of the TLS handshake.
 *
 * Source: https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy
 */
export function validateClientCertificate(props: ValidateClientCertificateProps): PolicyElement {
  const identities = props.identities.map(
    (identity) =>
      new PolicyElement({
        name: "identity",
        attributes: {
          thumbprint: identity.thumbprint,
          "common-name": identity.commonName,
          subject: identity.subject,
          "dns-name": identity.dnsName,
          "issuer-subject": identity.issuerSubject,
          "issuer-thumbprint": identity.issuerThumbprint,
        },
      }),
  );
  return new PolicyElement({
    name: "validate-client-certificate",
    attributes: {
      id: props.id,
      "validate-revocation": props.validateRevocation,
      "validate-trust": props.validateTrust,
      "validate-not-before": props.validateDates,
      "validate-not-after": props.validateDates,
      "ignore-error": false,
    },
    children: [new PolicyElement({ name: "identities", children: identities })],
    placement: INBOUND,
    problems: [
      identities.length > 0
        ? undefined
        : {
            rule: "<validate-client-certificate> needs an identity, or any certificate of a trusted authority passes",
            remedy: "name the certificates that get in, or register clients with certificates",
          },
    ],
  });
}
