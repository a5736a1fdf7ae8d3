import { KeyVaultCertificate } from "@cdktf/provider-azurerm/lib/key-vault-certificate";
import { type ITerraformDependable, type TerraformProvider, Token } from "cdktf";
import { Construct } from "constructs";
import { HOST_NAME, NAME_RULES } from "../private";
import { Problems } from "../validation";

const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

/** A certificate with its private key in Key Vault, as a gateway host name takes it. */
export interface CertificateReference {
  /**
   * Secret id without a version, so that the gateway picks up every renewal by itself.
   *
   * @returns a token, unless the vault is named by literals
   */
  readonly versionlessSecretId: string;
  /** What must exist before the certificate can be read. */
  readonly dependables: readonly ITerraformDependable[];
}

/** A TLS certificate that the vault issues and renews. */
export interface ServerCertificateOptions {
  /**
   * DNS names that the certificate is for, in lower case; the first is also its common name (64 characters at
   * most).
   */
  readonly hostNames: readonly string[];
  /**
   * Who issues: the name of an issuer that is set up in the vault (DigiCert, GlobalSign), or `Self` for a
   * self-signed certificate that every client would have to be told to trust.
   */
  readonly issuerName: string;
  /** Name in the vault: 1 to 127 letters, digits or '-'. @default - `id` */
  readonly name?: string;
  /** 1 to 12; public issuers grant less every year (200 days from March 2026). @default 6 */
  readonly validityInMonths?: number;
  /** Days before its end at which the vault renews the certificate: 7 to 60. @default 30 */
  readonly renewBeforeExpiryDays?: number;
  /** Bits of the RSA key: 2048, 3072 or 4096. @default 3072 */
  readonly keySize?: 2048 | 3072 | 4096;
}

/** @internal what the store adds to the options */
export interface ServerCertificateProps extends ServerCertificateOptions {
  readonly keyVaultId: string;
  readonly dependsOn?: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/**
 * A TLS certificate that Key Vault issues, keeps and renews. The key is made in the vault, anew for every
 * renewal, and is exportable because API Management fetches it as PKCS#12.
 *
 * Source: https://learn.microsoft.com/azure/key-vault/certificates/about-certificates
 */
export class ServerCertificate extends Construct implements CertificateReference {
  public readonly versionlessSecretId: string;
  /** The certificate itself, for what this class does not offer. */
  public readonly resource: KeyVaultCertificate;

  /** @internal made by `CertificateStore.addServerCertificate` */
  public constructor(scope: Construct, id: string, props: ServerCertificateProps) {
    super(scope, id);
    const problems = new Problems(this);
    checkOptions(problems, id, props);
    problems.throwIfAny();

    this.resource = new KeyVaultCertificate(this, "Resource", {
      name: props.name ?? id,
      keyVaultId: props.keyVaultId,
      certificatePolicy: {
        issuerParameters: { name: props.issuerName },
        keyProperties: { keyType: "RSA", keySize: props.keySize ?? 3072, exportable: true, reuseKey: false },
        secretProperties: { contentType: "application/x-pkcs12" },
        x509CertificateProperties: {
          subject: `CN=${props.hostNames[0]}`,
          subjectAlternativeNames: { dnsNames: [...props.hostNames] },
          validityInMonths: props.validityInMonths ?? 6,
          keyUsage: ["digitalSignature", "keyEncipherment"],
          extendedKeyUsage: [SERVER_AUTHENTICATION],
        },
        lifetimeAction: [
          {
            action: { actionType: "AutoRenew" },
            trigger: { daysBeforeExpiry: props.renewBeforeExpiryDays ?? 30 },
          },
        ],
      },
      dependsOn: props.dependsOn,
      provider: props.provider,
    });
    this.versionlessSecretId = this.resource.versionlessSecretId;
  }

  public get dependables(): readonly ITerraformDependable[] {
    return [this.resource];
  }
}

function checkOptions(problems: Problems, id: string, options: ServerCertificateOptions): void {
  problems.checkPattern(options.name ?? id, NAME_RULES.keyVaultItem.pattern, {
    rule: `name must be ${NAME_RULES.keyVaultItem.words}`,
    remedy: "set name",
  });
  problems.check(options.hostNames.length > 0, {
    rule: "hostNames must name at least one host",
    remedy: "add the gateway's host name",
  });
  for (const hostName of options.hostNames) {
    problems.check(Token.isUnresolved(hostName) || HOST_NAME.pattern.test(hostName.replace(/^\*\./, "")), {
      rule: "hostNames must be DNS names in lower case",
      value: hostName,
      remedy: "write it as in 'ai.contoso.com'",
    });
  }
  problems.checkPattern(options.hostNames[0] ?? "", /^.{0,64}$/, {
    rule: "the first of hostNames is the common name, and must have 64 characters at most",
    remedy: "put a shorter one first",
  });
  problems.checkPattern(options.issuerName, /^(?!unknown$)[0-9a-z-]{1,127}$/i, {
    rule: "issuerName must be an issuer that can renew by itself",
    remedy: "give the name of an issuer of the vault, or 'Self'",
  });
  const { validityInMonths = 6, renewBeforeExpiryDays = 30 } = options;
  problems.checkRange(validityInMonths, 1, 12, {
    rule: "validityInMonths must be 1 to 12",
    remedy: "choose a short life: the vault renews by itself",
  });
  problems.checkRange(renewBeforeExpiryDays, 7, 60, {
    rule: "renewBeforeExpiryDays must be 7 to 60",
    remedy: "leave time for a failed renewal to be noticed",
  });
  problems.check(renewBeforeExpiryDays < validityInMonths * 28, {
    rule: `renewBeforeExpiryDays must be less than the ${validityInMonths * 28} days of validityInMonths`,
    value: renewBeforeExpiryDays,
    remedy: "renew later, or make the certificate last longer",
  });
}
