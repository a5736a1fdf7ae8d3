import type { ApiManagementCustomDomainGateway } from "@cdktf/provider-azurerm/lib/api-management-custom-domain";
import type { CertificateReference } from "../key-vault";
import { HOST_NAME } from "../private";
import type { Problems } from "../validation";
import type { GatewaySku } from "./gateway-sku";

/** A host name at which clients reach the gateway, with its certificate in Key Vault. */
export interface GatewayHostName {
  /** DNS name in lower case, such as `ai.contoso.com`; its DNS record is the caller's to make. */
  readonly hostName: string;
  /**
   * Certificate with its key, from the gateway's `certificateStore`. The gateway follows its renewals by
   * itself.
   */
  readonly certificate: CertificateReference;
  /**
   * Whether clients that send no server name (SNI) get this certificate.
   *
   * @default - the first host name does
   */
  readonly defaultSslBinding?: boolean;
}

/** Reports host names that the tier does not hold or that Azure reserves. */
export function checkHostNames(
  hostNames: readonly GatewayHostName[],
  sku: GatewaySku,
  problems: Problems,
): void {
  const names = hostNames.map(({ hostName }) => hostName);
  for (const name of names) {
    problems.checkPattern(name, HOST_NAME.pattern, {
      rule: `hostName must be ${HOST_NAME.words}`,
      remedy: "write it as in 'ai.contoso.com'",
    });
    problems.check(!name.endsWith(".azure-api.net"), {
      rule: "hostName must be one of your own: the service has its azure-api.net name anyway",
      value: name,
      remedy: "remove it",
    });
  }
  problems.check(new Set(names).size === names.length, {
    rule: "host names must be different",
    value: names,
    remedy: "remove the second mention",
  });
  problems.check(names.length <= 1 || sku.rules.severalHostNames, {
    rule: `tier ${sku.tier} holds one host name`,
    value: names,
    remedy: "use Developer or Premium for several",
  });
  problems.check(hostNames.filter(({ defaultSslBinding }) => defaultSslBinding).length <= 1, {
    rule: "defaultSslBinding must be set on one host name at most",
    value: names,
    remedy: "choose the one for clients without SNI",
  });
}

/**
 * The host names as azurerm wants them. Without a client id of an identity, the service reads the certificates with
 * its system-assigned one, which alone gets past a vault's firewall.
 *
 * @param negotiateClientCertificate whether clients are asked for a certificate, which they may still not
 * send
 */
export function hostNameConfiguration(
  hostNames: readonly GatewayHostName[],
  negotiateClientCertificate: boolean,
): ApiManagementCustomDomainGateway[] {
  const chosen = hostNames.find(({ defaultSslBinding }) => defaultSslBinding) ?? hostNames[0];
  return hostNames.map((each) => ({
    hostName: each.hostName,
    keyVaultCertificateId: each.certificate.versionlessSecretId,
    negotiateClientCertificate,
    defaultSslBinding: each === chosen,
  }));
}
