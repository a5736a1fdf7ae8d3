import { CertificateContentError, issueSelfSigned, readCertificates } from "../certificates";
import { RoleAssignments } from "../identity";
import type {
  GatewayIdentityModel,
  RoleAssignmentModel,
  VaultAccessPolicyModel,
  VaultCertificateModel,
  VaultModel,
} from "../model";
import { NetworkRules } from "../network";
import { sameArmId } from "./arm-resource-id";
import type { KeyVaultCertificateContent } from "./computed-attributes";
import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";
import { networkAccess } from "./network-access";
import { thumbprint } from "./thumbprint";

/**
 * Reads imported vault certificates and issues those that the vault would make itself, so that references to
 * their contents have values. Issued ones get a new key at each load, and are self-signed.
 */
export async function readVaultCertificates(conversion: Conversion): Promise<void> {
  for (const { resource, reader } of conversion.ofType("azurerm_key_vault_certificate")) {
    const imported = reader.block("certificate");
    const content = imported === undefined ? await issue(reader) : readImported(imported);
    if (content !== undefined) {
      conversion.stacks.certificates.set(resource, content);
    }
  }
}

function readImported(block: ConfigurationReader): KeyVaultCertificateContent | undefined {
  const contents = block.string("contents");
  const der = certificateFrom(block, contents, block.optionalString("password"));
  return der === undefined ? undefined : { der, thumbprint: thumbprint(der), secret: contents };
}

async function issue(reader: ConfigurationReader): Promise<KeyVaultCertificateContent | undefined> {
  const policy = reader.block("certificate_policy");
  const properties = policy?.block("x509_certificate_properties");
  if (properties === undefined) {
    reader.refuse("it has neither 'certificate' nor 'certificate_policy.x509_certificate_properties'");
    return undefined;
  }
  const months = properties.number("validity_in_months");
  const notBefore = new Date(Date.now() - 86_400_000);
  const notAfter = new Date(notBefore);
  notAfter.setUTCMonth(notAfter.getUTCMonth() + months);
  const names = properties.block("subject_alternative_names")?.strings("dns_names") ?? [];
  const issued = await issueSelfSigned({
    subject: properties.string("subject"),
    notBefore,
    notAfter,
    extendedKeyUsage: properties.strings("extended_key_usage"),
    dnsNames: names.length === 0 ? undefined : names,
  });
  return {
    der: issued.der,
    thumbprint: thumbprint(issued.der),
    secret: `${issued.privateKeyPem}\n${issued.pem}`,
  };
}

/** Converts the vaults of the stacks with what they hold. */
export function convertVaults(conversion: Conversion): readonly VaultModel[] {
  return conversion.ofType("azurerm_key_vault").map(({ resource, reader }) => {
    const id = reader.string("id");
    const inside = (type: string): ReturnType<Conversion["ofType"]> =>
      conversion.ofType(type).filter((child) => sameArmId(child.reader.string("key_vault_id"), id));
    return {
      address: resource.address,
      id,
      uri: reader.string("vault_uri"),
      tenantId: reader.string("tenant_id"),
      secrets: inside("azurerm_key_vault_secret").map(({ resource: secret, reader: body }) => ({
        address: secret.address,
        name: body.string("name"),
        value: body.optionalString("value_wo") ?? body.string("value"),
      })),
      certificates: inside("azurerm_key_vault_certificate").flatMap(
        (child): readonly VaultCertificateModel[] => {
          const content = conversion.stacks.certificates.get(child.resource);
          const { address } = child.resource;
          return content === undefined
            ? []
            : [{ address, name: child.reader.string("name"), der: content.der, secret: content.secret }];
        },
      ),
      network: networkAccess(
        conversion,
        reader,
        reader.boolean("public_network_access_enabled", true),
        "virtual_network_subnet_ids",
        reader.block("network_acls"),
      ),
      trustedServices: reader.block("network_acls")?.word("bypass", ["AzureServices", "None"]) !== "None",
      rbacAuthorization:
        reader.boolean("rbac_authorization_enabled", false) ||
        reader.boolean("enable_rbac_authorization", false),
      accessPolicies: [
        ...reader.blocks("access_policy"),
        ...inside("azurerm_key_vault_access_policy").map((child) => child.reader),
      ].map(accessPolicy),
    };
  });
}

function accessPolicy(block: ConfigurationReader): VaultAccessPolicyModel {
  const words = (name: string): readonly string[] => block.strings(name).map((word) => word.toLowerCase());
  return {
    objectId: block.string("object_id"),
    secretPermissions: words("secret_permissions"),
    certificatePermissions: words("certificate_permissions"),
  };
}

/** A gateway that reads secrets. */
export interface VaultReader {
  /** The identity that it reads with; none when that is not attached. */
  readonly identity?: GatewayIdentityModel;
  /** Whether it stands in a virtual network. */
  readonly virtualNetwork: boolean;
}

/** Secrets that a gateway reads from vaults when it is configured, with the rights it needs for that. */
export class VaultSecrets {
  private readonly roles: RoleAssignments;

  /** @param outside values of secrets in vaults that the stacks do not create, by URL without version */
  public constructor(
    private readonly vaults: readonly VaultModel[],
    assignments: readonly RoleAssignmentModel[],
    private readonly outside: Readonly<Record<string, string>>,
  ) {
    this.roles = new RoleAssignments(assignments);
  }

  /**
   * Reads a secret, or the secret part of a certificate, as the identity.
   * @param url data-plane URL, with or without version
   * @param gateway who reads
   * @returns `undefined` after reporting why API Management could not read it
   */
  public read(url: string, gateway: VaultReader, reader: ConfigurationReader): string | undefined {
    const target = parseVaultUrl(url);
    if (target === undefined) {
      const hint = this.vaults.some(({ uri }) => uri === url)
        ? "; a plan does not tell what stands behind a 'vault_uri': refer to the 'versionless_id' of the secret"
        : "";
      reader.refuse(
        `'${url}' is not the URL of a Key Vault secret (https://<vault>.vault.azure.net/secrets/<name>)${hint}`,
      );
      return undefined;
    }
    const vault = this.vaults.find(({ uri }) => new URL(uri).host === target.host);
    if (vault === undefined) {
      const value = this.outside[`https://${target.host}/secrets/${target.name}`];
      if (value === undefined) {
        reader.refuse(
          `the vault of '${url}' is not in the loaded stacks; load its stack, or give the value in 'secrets'`,
        );
      }
      return value;
    }
    const principalId = gateway.identity?.principalId;
    if (!reaches(gateway, vault)) {
      reader.refuse(
        `the network rules of ${vault.address} let API Management in as a trusted service with its system-assigned identity alone; ` +
          (vault.trustedServices
            ? "read with that one"
            : "set 'bypass' to 'AzureServices', and read with that one"),
      );
      return undefined;
    }
    if (principalId === undefined || !this.mayRead(vault, target.name, principalId)) {
      reader.refuse(
        principalId === undefined
          ? `no identity to read '${url}' with is attached to the service`
          : `identity ${principalId} may not read '${url}'; assign it Key Vault Secrets User on ${vault.address}`,
      );
      return undefined;
    }
    const value =
      vault.secrets.find(({ name }) => name === target.name)?.value ??
      vault.certificates.find(({ name }) => name === target.name)?.secret;
    if (value === undefined) {
      reader.refuse(`${vault.address} has no secret '${target.name}' in the loaded stacks`);
    }
    return value;
  }

  private mayRead(vault: VaultModel, name: string, principalId: string): boolean {
    return vault.rbacAuthorization
      ? this.roles.allows(
          principalId,
          "Microsoft.KeyVault/vaults/secrets/getSecret/action",
          `${vault.id}/secrets/${name}`,
        )
      : vault.accessPolicies.some(
          ({ objectId, secretPermissions }) => objectId === principalId && secretPermissions.includes("get"),
        );
  }
}

/**
 * Whether API Management gets through to a vault when it reads a secret. Behind a firewall it does as a trusted
 * service, which only its system-assigned identity makes it; inside a virtual network also the private way.
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
function reaches(
  { identity, virtualNetwork }: VaultReader,
  { network, trustedServices }: VaultModel,
): boolean {
  return (
    new NetworkRules(network).admits(virtualNetwork ? "virtualNetwork" : "internet") ||
    (trustedServices && identity?.kind === "SystemAssigned")
  );
}

function parseVaultUrl(url: string): { readonly host: string; readonly name: string } | undefined {
  const match = /^https:\/\/([^/]+)\/(?:secrets|certificates)\/([^/]+)(?:\/[^/]*)?$/.exec(url);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { host: match[1], name: match[2] };
}

/**
 * Reads exactly one certificate.
 * @param read what takes the forms that are allowed @default - all that Azure takes anywhere
 * @returns `undefined` after reporting why not
 */
export function certificateFrom(
  reader: ConfigurationReader,
  content: string,
  password?: string,
  read: typeof readCertificates = readCertificates,
): Uint8Array | undefined {
  if (content === "") {
    return undefined;
  }
  try {
    const [certificate, ...more] = read(content, password);
    if (more.length > 0) {
      reader.refuse(
        `the content has ${more.length + 1} certificates; API Management takes one in each entry`,
      );
    }
    return certificate;
  } catch (error) {
    if (!(error instanceof CertificateContentError)) {
      throw error;
    }
    reader.refuse(error.message);
    return undefined;
  }
}
