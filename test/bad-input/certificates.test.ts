import { CertificateStore, type ServerCertificateOptions } from "../../lib";
import { type GatewayStack, PLACE, TENANT } from "../lib/gateway/gateway-stack";
import { certificates } from "../support/certificates/read-certificate";
import { type BadInput, refusesAtOnce } from "./refusals";

function vault({ stack }: GatewayStack): CertificateStore {
  return new CertificateStore(stack, "vault", { ...PLACE, name: "kv-ai", tenantId: TENANT });
}

function authority(pem: string): BadInput["when"] {
  return (stage) => {
    const store = vault(stage);
    return () => store.addCertificateAuthority("partner", { pem });
  };
}

function serverCertificate(options: Partial<ServerCertificateOptions>): BadInput["when"] {
  return (stage) => {
    const store = vault(stage);
    return () =>
      store.addServerCertificate("tls", {
        hostNames: ["ai.contoso.com"],
        issuerName: "DigiCert",
        ...options,
      });
  };
}

/** Of no key at all: what matters is the label. */
const PRIVATE_KEY = ["-----BEGIN", "PRIVATE KEY-----\nAAAA\n-----END", "PRIVATE KEY-----\n"].join(" ");

const CASES: readonly BadInput[] = [
  {
    input: "a certificate that has ended",
    when: authority(certificates("expired")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Old Root CA, O=Contoso' must be valid on 2026-12-01, got \"not " +
        "after 2026-01-01T00:00:00.000Z\": replace it by the authority's current certificate",
    ],
  },
  {
    input: "a certificate that does not hold yet",
    when: authority(certificates("not-yet-valid")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Next Root CA, O=Contoso' must be valid on 2026-12-01, got \"not " +
        'before 2027-01-01T00:00:00.000Z": wait until it is valid, or correct the synthesis date',
    ],
  },
  {
    input: "a certificate of no authority",
    when: authority(certificates("no-authority", "root")),
    says: [
      "[prod/vault/partner] 'CN=claims.contoso.com' must be a certificate authority (basicConstraints " +
        "cA): give the certificate of the authority, not of a client or server",
      "[prod/vault/partner] 'CN=claims.contoso.com' must be allowed to sign certificates (keyUsage " +
        "keyCertSign): have the authority's certificate reissued with that usage",
    ],
  },
  {
    input: "the root before the authority that it issued",
    when: authority(certificates("root", "issuing")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Root CA, O=Contoso' must be followed by its issuer, got " +
        '"CN=Contoso Issuing CA, O=Contoso": order the certificates from the issuing authority to its ' +
        "root, without gaps",
      '[prod/vault/partner] the chain must end with a self-signed root, got "CN=Contoso Issuing CA, ' +
        'O=Contoso": append the certificates of its issuers, up to the root',
    ],
  },
  {
    input: "a root that did not issue the authority",
    when: authority(certificates("issuing", "other-root")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Issuing CA, O=Contoso' must be followed by its issuer, got " +
        '"CN=Fabrikam Root CA, O=Fabrikam": order the certificates from the issuing authority to its ' +
        "root, without gaps",
    ],
  },
  {
    input: "a chain without its root",
    when: authority(certificates("issuing")),
    says: [
      '[prod/vault/partner] the chain must end with a self-signed root, got "CN=Contoso Issuing CA, ' +
        'O=Contoso": append the certificates of its issuers, up to the root',
    ],
  },
  {
    input: "a certificate twice",
    when: authority(certificates("root", "root")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Root CA, O=Contoso' must be in the chain once, got " +
        '"F8C1859FEBEDCC892DD51CB1C63B3CF4919EC2CD": remove the second copy',
    ],
  },
  {
    input: "an authority below one that allows none",
    when: authority(certificates("below-narrow-root", "narrow-root")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Narrow Root CA, O=Contoso' allows 0 authorities below it " +
        "(pathLenConstraint), got 1: leave out the authorities that it does not allow",
    ],
  },
  {
    input: "a signature with SHA-1",
    when: authority(certificates("sha1-signature")),
    says: [
      "[prod/vault/partner] signature of 'CN=Contoso Legacy Root CA, O=Contoso' must use SHA-256, " +
        'SHA-384, SHA-512, got "SHA-1": have the certificate reissued with a current signature algorithm',
    ],
  },
  {
    input: "an RSA key of 1024 bits",
    when: authority(certificates("rsa-1024")),
    says: [
      "[prod/vault/partner] key of 'CN=Contoso Small Root CA, O=Contoso' must be RSA with 2048 bits or " +
        'more, or EC on P-256, P-384, P-521, got "rsa 1024": have the authority issue from a stronger key',
    ],
  },
  {
    input: "a private key beside the certificate",
    when: authority(certificates("root") + PRIVATE_KEY),
    says: [
      '[prod/vault/partner] pem must not contain a private key, got "PRIVATE KEY": remove it from the ' +
        "source, and have the authority's key replaced: it has been exposed",
    ],
  },
  {
    input: "text that is not PEM",
    when: authority("Contoso Root CA"),
    says: [
      '[prod/vault/partner] pem must contain a CERTIFICATE block, got "15 characters": give the text ' +
        "between and including the BEGIN and END lines",
    ],
  },
  {
    input: "nothing",
    when: authority(""),
    says: [
      '[prod/vault/partner] pem must contain a CERTIFICATE block, got "0 characters": give the text ' +
        "between and including the BEGIN and END lines",
    ],
  },
  {
    input: "PEM around something that is not a certificate",
    when: authority("-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"),
    says: [
      "[prod/vault/partner] certificate 1 must be one X.509 certificate in DER form, and nothing else, " +
        "got \"14 bytes\": export it again, for example with 'openssl x509 -in ca.crt -outform DER'",
    ],
  },
  {
    input: "a certificate that was cut off",
    when: authority(certificates("root").replace(/\n-----END CERTIFICATE-----\n$/, "")),
    says: [
      '[prod/vault/partner] every block of pem must be base64 between a BEGIN and an END line, got "1 ' +
        'begin, 0 can be read": export the certificates again',
    ],
  },
  {
    input: "a request instead of a certificate",
    when: authority(certificates("root").replace(/CERTIFICATE/g, "CERTIFICATE REQUEST")),
    says: [
      '[prod/vault/partner] pem must contain CERTIFICATE blocks only, got "CERTIFICATE REQUEST": remove ' +
        "the block",
    ],
  },
  {
    input: "neither PEM nor DER",
    when: (stage) => {
      const store = vault(stage);
      return () => store.addCertificateAuthority("partner", {});
    },
    says: [
      "[prod/vault/partner] exactly one of pem and der must be given: give the PEM text of the chain, " +
        "or the DER form of a root",
    ],
  },
  {
    input: "two certificates that are wrong in different ways",
    when: authority(certificates("expired", "rsa-1024")),
    says: [
      "[prod/vault/partner] 'CN=Contoso Old Root CA, O=Contoso' must be valid on 2026-12-01, got \"not " +
        "after 2026-01-01T00:00:00.000Z\": replace it by the authority's current certificate",
      "[prod/vault/partner] key of 'CN=Contoso Small Root CA, O=Contoso' must be RSA with 2048 bits or " +
        'more, or EC on P-256, P-384, P-521, got "rsa 1024": have the authority issue from a stronger key',
    ],
  },
  {
    input: "a name that a secret cannot have",
    when: (stage) => {
      const store = vault(stage);
      return () =>
        store.addCertificateAuthority("partner", { pem: certificates("root"), name: "partner_ca" });
    },
    says: ["[prod/vault/partner] name must be 1 to 110 letters, digits or '-', got \"partner_ca\": set name"],
  },
  {
    input: "somebody else's authority by a SHA-256 thumbprint",
    when: (stage) => {
      const store = vault(stage);
      return () =>
        store.certificateAuthorityByName("partner", {
          secretName: "partner-ca",
          subject: "CN=Partner CA",
          thumbprint: "A".repeat(64),
          isRoot: true,
        });
    },
    says: [
      "[prod/vault/partner] thumbprint must be the SHA-1 of the certificate: 40 hexadecimal digits, got " +
        '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": take it from \'openssl x509 ' +
        "-noout -fingerprint -sha1'",
    ],
  },
  {
    input: "a server certificate for a host in capitals",
    when: serverCertificate({ hostNames: ["AI.contoso.com"] }),
    says: [
      '[prod/vault/tls] hostNames must be DNS names in lower case, got "AI.contoso.com": write it as in ' +
        "'ai.contoso.com'",
    ],
  },
  {
    input: "a server certificate that lasts two years",
    when: serverCertificate({ validityInMonths: 24 }),
    says: [
      "[prod/vault/tls] validityInMonths must be 1 to 12, got 24: choose a short life: the vault renews " +
        "by itself",
    ],
  },
  {
    input: "a server certificate that is renewed before it begins",
    when: serverCertificate({ validityInMonths: 1, renewBeforeExpiryDays: 60 }),
    says: [
      "[prod/vault/tls] renewBeforeExpiryDays must be less than the 28 days of validityInMonths, got " +
        "60: renew later, or make the certificate last longer",
    ],
  },
  {
    input: "a server certificate of an issuer that cannot renew",
    when: serverCertificate({ issuerName: "Unknown" }),
    says: [
      '[prod/vault/tls] issuerName must be an issuer that can renew by itself, got "Unknown": give the ' +
        "name of an issuer of the vault, or 'Self'",
    ],
  },
];

describe("certificates", () => {
  refusesAtOnce(CASES);
});
