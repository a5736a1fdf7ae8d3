import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { KeyVaultCertificateContacts } from "@cdktf/provider-azurerm/lib/key-vault-certificate-contacts";
import { KeyVaultSecret } from "@cdktf/provider-azurerm/lib/key-vault-secret";
import {
  Annotations,
  dependable,
  type ITerraformDependable,
  type TerraformProvider,
  type TerraformResource,
} from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { BuiltInRole, type IPrincipal, RoleGrant } from "../identity";
import {
  checkAllowedAddressRanges,
  checkPlacement,
  guardAgainstTemplates,
  NAME_RULES,
  type Placement,
  resourceIdPattern,
} from "../private";
import {
  GUID,
  Problems,
  recordEndDate,
  type SecurityControl,
  type SecurityOptOut,
  SecurityOptOuts,
  SynthesisDate,
} from "../validation";
import type { CertificateAuthority } from "./certificate-authority";
import {
  type CertificateAuthoritySource,
  readCertificateAuthorityChain,
} from "./certificate-authority-chain";
import {
  type CertificateAuthorityByNameOptions,
  type CertificateAuthorityReference,
  readCertificateAuthority,
} from "./certificate-authority-reference";
import {
  type CertificateReference,
  ServerCertificate,
  type ServerCertificateOptions,
} from "./server-certificate";

const CONTROLS: readonly SecurityControl[] = ["vault-public-network", "vault-purge-protection"];
const RETENTION_DAYS = 90;
/** The shortest that Azure offers, for a vault that is thrown away. */
const UNPROTECTED_RETENTION_DAYS = 7;
/** A new authority has to reach every client before the old one ends. */
const EXPIRY_WARNING_DAYS = 90;
const MILLISECONDS_PER_DAY = 86_400_000;
const VAULT_ID = resourceIdPattern("Microsoft.KeyVault/vaults");

/** A Key Vault that holds what the gateway trusts, and the certificates that it shows. */
export interface ICertificateStore extends IConstruct {
  /** ARM id. @returns a token, unless imported */
  readonly id: string;
  /** `https://<name>.vault.azure.net/`, with the slash. @returns a token, unless imported */
  readonly vaultUri: string;
  /** Lets `principal` read secret values (Key Vault Secrets User) through the vault's network rules. */
  grantReadSecrets(principal: IPrincipal): RoleGrant;
  /**
   * Lets the system-assigned identity of a service that Azure trusts, such as API Management, read secret values past
   * the firewall: named values, and the TLS certificates of host names, which it reads as secrets. A user-assigned
   * identity does not get past it. The owner of an imported vault must let trusted services past by himself.
   *
   * Source:
   * https://learn.microsoft.com/azure/api-management/api-management-howto-properties#requirements-for-key-vault-firewall
   */
  grantReadSecretsPastFirewall(principal: IPrincipal): RoleGrant;
  /**
   * A certificate authority that is in the vault already: base64 of the DER form of a root, or of a PKCS#12 container
   * with an intermediate, without its key and with an empty password.
   *
   * @param id construct id, below this construct
   * @throws ValidationError with everything that is wrong with the options
   */
  certificateAuthorityByName(
    id: string,
    options: CertificateAuthorityByNameOptions,
  ): CertificateAuthorityReference;
  /**
   * A certificate with its key that is in the vault already. Reads nothing: the gateway does.
   *
   * @param name of the certificate in the vault
   * @throws ValidationError if the name is not one that Key Vault takes
   */
  certificateByName(name: string): CertificateReference;
}

/** A Key Vault for certificates. */
export interface CertificateStoreProps extends Placement {
  /** 3 to 24 letters, digits or single '-'; unique in all of Azure, and kept for 90 days after deletion. */
  readonly name: string;
  /** Directory that the vault trusts: a GUID. */
  readonly tenantId: string;
  /**
   * Public IPv4 addresses and ranges (CIDR) that may connect. Required by, and only allowed with, the opt-out
   * `vault-public-network`. @default - no public address; private endpoints only
   */
  readonly allowedAddressRanges?: readonly string[];
  /**
   * Lets all of Microsoft's trusted services past the firewall; each of them still needs a role on the vault. A
   * gateway that reads the vault is one of them, and needs this.
   *
   * @default - only once {@link ICertificateStore.grantReadSecretsPastFirewall} is called
   */
  readonly trustedServicesBypass?: boolean;
  /**
   * `vault-public-network`; `vault-purge-protection`, for test stacks that are thrown away: the vault can
   * then be purged and keeps what was deleted for 7 days. @default - every control holds
   */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** What is known of a vault that another team owns. */
export interface CertificateStoreAttributes {
  /** ARM id of the vault. */
  readonly id: string;
  /** `https://<name>.vault.azure.net/`. */
  readonly vaultUri: string;
  /** Provider of the vault's subscription. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/**
 * A certificate authority that the gateway is to trust.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates
 */
export interface CertificateAuthorityOptions extends CertificateAuthoritySource {
  /**
   * Name of the secret with the issuing authority: 1 to 110 letters, digits or '-'. Its issuers are called
   * `<name>-issuer-1` and so on. @default - `id`
   */
  readonly name?: string;
}

abstract class CertificateStoreBase extends Construct implements ICertificateStore {
  public abstract readonly id: string;
  public abstract readonly vaultUri: string;
  protected abstract readonly provider: TerraformProvider | undefined;

  protected abstract letTrustedServicesPast(): void;

  public grantReadSecrets(principal: IPrincipal): RoleGrant {
    return RoleGrant.assign({
      grantee: principal,
      role: BuiltInRole.KEY_VAULT_SECRETS_USER,
      resource: this,
      resourceId: this.id,
      provider: this.provider,
    });
  }

  public grantReadSecretsPastFirewall(principal: IPrincipal): RoleGrant {
    this.letTrustedServicesPast();
    return this.grantReadSecrets(principal);
  }

  public certificateAuthorityByName(
    id: string,
    options: CertificateAuthorityByNameOptions,
  ): CertificateAuthorityReference {
    return readCertificateAuthority(this, id, { ...options, keyVaultId: this.id, provider: this.provider });
  }

  public certificateByName(name: string): CertificateReference {
    const problems = new Problems(this);
    problems.checkPattern(name, NAME_RULES.keyVaultItem.pattern, {
      rule: `name of a certificate must be ${NAME_RULES.keyVaultItem.words}`,
      remedy: "give the name, not the id, of the certificate",
    });
    problems.throwIfAny();
    return { versionlessSecretId: `${this.vaultUri}secrets/${name}`, dependables: [] };
  }
}

/**
 * Key Vault for certificate authorities and server certificates: RBAC, purge protection, no public network.
 *
 * Whoever runs Terraform writes the content through the vault's data plane. It needs the roles Key Vault
 * Secrets Officer and Key Vault Certificates Officer, from before this stack, and a way in: call
 * {@link writeContentAfter} with the private endpoint.
 *
 * ```ts
 * const store = new CertificateStore(this, "certificates", { ...place, name: names.keyVault(), tenantId });
 * const partner = store.addCertificateAuthority("partner-ca", { pem: partnerCaPem });
 * store.grantReadSecrets(auditorIdentity);
 * ```
 *
 * Source: https://learn.microsoft.com/azure/key-vault/general/secure-key-vault
 */
export class CertificateStore extends CertificateStoreBase {
  /**
   * A vault that another team owns. Creates no resource by itself.
   *
   * @throws ValidationError if a literal is not the ARM id or URI of a vault
   */
  public static fromCertificateStoreAttributes(
    scope: Construct,
    id: string,
    attributes: CertificateStoreAttributes,
  ): ICertificateStore {
    return new ImportedCertificateStore(scope, id, attributes);
  }

  public readonly id: string;
  public readonly vaultUri: string;
  /** The vault itself, for what this class does not offer. */
  public readonly resource: KeyVault;

  protected readonly provider: TerraformProvider | undefined;
  private readonly allowedAddressRanges: readonly string[];
  private readonly content: TerraformResource[] = [];
  private readonly prerequisites: ITerraformDependable[] = [];

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: CertificateStoreProps) {
    super(scope, id);
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    checkProps(problems, optOuts, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const purgeProtected = !optOuts.has("vault-purge-protection");
    this.provider = props.provider;
    this.allowedAddressRanges = props.allowedAddressRanges ?? [];
    this.resource = new KeyVault(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tenantId: props.tenantId,
      skuName: "standard",
      rbacAuthorizationEnabled: true,
      purgeProtectionEnabled: purgeProtected,
      softDeleteRetentionDays: purgeProtected ? RETENTION_DAYS : UNPROTECTED_RETENTION_DAYS,
      publicNetworkAccessEnabled: optOuts.has("vault-public-network"),
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      tags: optOuts.tagged(props.tags),
      provider: props.provider,
    });
    // Written even while public access is off, so that switching it on by hand opens nothing.
    this.putNetworkAcls(props.trustedServicesBypass ? "AzureServices" : "None");
    this.id = this.resource.id;
    this.vaultUri = this.resource.vaultUri;
  }

  /**
   * Holds a certificate authority and everything above it, each certificate as a secret that ends when the
   * certificate does: a root in DER form, the others in PKCS#12 containers, as API Management takes them. A new
   * certificate under the same `id` becomes a new version, without a change of names.
   *
   * @param id construct id, below this construct
   * @returns the issuing authority first, the root last
   * @throws ValidationError with everything that is wrong with any of the certificates, by subject
   */
  public addCertificateAuthority(
    id: string,
    options: CertificateAuthorityOptions,
  ): readonly CertificateAuthorityReference[] {
    const at = SynthesisDate.of(this);
    const name = options.name ?? id;
    const problems = new Problems(this, id);
    problems.checkPattern(name, /^[0-9a-zA-Z-]{1,110}$/, {
      rule: "name must be 1 to 110 letters, digits or '-'",
      remedy: "set name",
    });
    const chain = readCertificateAuthorityChain(options, at, problems);
    problems.throwIfAny();

    const scope = new Construct(this, id);
    return chain.map((certificate, index) => {
      warnOfExpiry(scope, certificate, at);
      recordEndDate(scope, {
        what: `certificate authority ${certificate.subject}`,
        endsOn: certificate.notAfter.toISOString().slice(0, 10),
      });
      const secret = this.addSecret(scope, index === 0 ? "issuing" : `issuer-${index}`, {
        name: index === 0 ? name : `${name}-issuer-${index}`,
        certificate,
      });
      return {
        subject: certificate.subject,
        thumbprint: certificate.thumbprint,
        isRoot: certificate.isRoot,
        notAfter: certificate.notAfter,
        encodedCertificate: secret.value,
        versionlessSecretId: secret.versionlessId,
      };
    });
  }

  /**
   * Has the vault issue a certificate for TLS, and renew it.
   *
   * @param id construct id, below this construct, and the certificate's name unless `name` is given
   * @throws ValidationError with everything that is wrong with the options
   */
  public addServerCertificate(id: string, options: ServerCertificateOptions): ServerCertificate {
    const certificate = new ServerCertificate(this, id, {
      ...options,
      keyVaultId: this.id,
      dependsOn: this.prerequisites.length > 0 ? [...this.prerequisites] : undefined,
      provider: this.provider,
    });
    this.content.push(certificate.resource);
    return certificate;
  }

  /**
   * Has Key Vault write to people before certificates end that a public issuer renews through this vault. A vault has
   * one list of them.
   *
   * @param emailAddresses at least one
   */
  public addCertificateContacts(emailAddresses: readonly string[]): void {
    const contacts = new KeyVaultCertificateContacts(this, "Contacts", {
      keyVaultId: this.id,
      contact: emailAddresses.map((email) => ({ email })),
      dependsOn: this.prerequisites.length > 0 ? [...this.prerequisites] : undefined,
      provider: this.provider,
    });
    this.content.push(contacts);
  }

  /**
   * Writes secrets and certificates, those added later too, only once `prerequisites` exist: the private
   * endpoint through which Terraform reaches the vault, and its roles if this stack assigns them.
   */
  public writeContentAfter(...prerequisites: ITerraformDependable[]): void {
    this.prerequisites.push(...prerequisites);
    for (const resource of this.content) {
      resource.dependsOn = [...(resource.dependsOn ?? []), ...prerequisites.map((it) => dependable(it))];
    }
  }

  protected override letTrustedServicesPast(): void {
    this.putNetworkAcls("AzureServices");
  }

  private putNetworkAcls(bypass: "AzureServices" | "None"): void {
    this.resource.putNetworkAcls({ defaultAction: "Deny", bypass, ipRules: [...this.allowedAddressRanges] });
  }

  private addSecret(
    scope: Construct,
    id: string,
    { name, certificate }: { readonly name: string; readonly certificate: CertificateAuthority },
  ): KeyVaultSecret {
    const secret = new KeyVaultSecret(scope, id, {
      name,
      keyVaultId: this.id,
      // Not write-only: the certificate is public, and the gateway's argument reads it from here.
      value: certificate.encoded,
      contentType: certificate.contentType,
      expirationDate: certificate.notAfter.toISOString().replace(/\.\d+Z$/, "Z"),
      tags: { thumbprint: certificate.thumbprint },
      dependsOn: this.prerequisites.length > 0 ? [...this.prerequisites] : undefined,
      provider: this.provider,
    });
    this.content.push(secret);
    return secret;
  }
}

class ImportedCertificateStore extends CertificateStoreBase {
  public readonly id: string;
  public readonly vaultUri: string;
  protected readonly provider: TerraformProvider | undefined;

  public constructor(scope: Construct, id: string, attributes: CertificateStoreAttributes) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(attributes.id, VAULT_ID, {
      rule: "id must be the ARM id of a key vault",
      remedy: "copy it from the vault's properties",
    });
    problems.checkPattern(attributes.vaultUri, /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/$/i, {
      rule: "vaultUri must be https://<name>.vault.azure.net/, with the slash",
      remedy: "copy it from the vault's overview",
    });
    problems.throwIfAny();
    this.id = attributes.id;
    this.vaultUri = attributes.vaultUri;
    this.provider = attributes.provider;
  }

  /** Does nothing: the vault's network rules are its owner's. */
  protected override letTrustedServicesPast(): void {
    return;
  }
}

function checkProps(problems: Problems, optOuts: SecurityOptOuts, props: CertificateStoreProps): void {
  problems.checkPattern(props.name, NAME_RULES.keyVault.pattern, {
    rule: `name must be ${NAME_RULES.keyVault.words}`,
    remedy: "shorten or change it",
  });
  checkPlacement(problems, props);
  problems.checkPattern(props.tenantId, GUID.pattern, {
    rule: `tenantId must be ${GUID.words}`,
    remedy: "give the directory's id, not its domain name",
  });
  checkAllowedAddressRanges(problems, {
    allowedAddressRanges: props.allowedAddressRanges,
    control: "vault-public-network",
    optOuts,
    max: 1000,
  });
}

function warnOfExpiry(scope: Construct, { subject, notAfter }: CertificateAuthority, at: Date): void {
  const days = Math.floor((notAfter.getTime() - at.getTime()) / MILLISECONDS_PER_DAY);
  if (days >= EXPIRY_WARNING_DAYS) {
    return;
  }
  Annotations.of(scope).addWarning(
    `certificate authority '${subject}' ends on ${notAfter.toISOString().slice(0, 10)}, in ${days} days: ` +
      "add its successor now, so that client certificates can be reissued before that",
  );
}
