import type { GatewayModel } from "../model";

/** Issuers that a gateway's policies name with literal values or named values. */
export interface PolicyIssuers {
  /** URLs of `openid-config` elements. */
  readonly openIdConfigurations: readonly string[];
  /** Texts of `issuer` elements. */
  readonly issuers: readonly string[];
  /** GUIDs of `validate-azure-ad-token`. */
  readonly tenantIds: readonly string[];
}

const openIdConfig = /<openid-config\s[^>]*?url\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const issuer = /<issuer>\s*([^<]*?)\s*<\/issuer>/g;
const tenantId = /<validate-azure-ad-token\s[^>]*?tenant-id\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds the issuers that must exist for a gateway's policies to work; computed values are left out. */
export function issuersNamedByPolicies(gateway: GatewayModel): PolicyIssuers {
  const named = new Map(gateway.namedValues.map(({ displayName, value }) => [displayName, value]));
  const documents = [
    gateway.policy?.xml,
    ...gateway.fragments.map(({ xml }) => xml),
    ...gateway.products.map(({ policy }) => policy?.xml),
    ...gateway.apis.flatMap(({ policy, operations }) => [
      policy?.xml,
      ...operations.map((item) => item.policy?.xml),
    ]),
  ].filter((xml) => xml !== undefined);
  const values = (pattern: RegExp): readonly string[] => [
    ...new Set(
      documents.flatMap((xml) =>
        [...xml.matchAll(pattern)].map(([, double, single]) =>
          (double ?? single ?? "")
            .replace(/\{\{([^{}]+)\}\}/g, (whole, name: string) => named.get(name.trim()) ?? whole)
            .replaceAll("&amp;", "&"),
        ),
      ),
    ),
  ];
  return {
    openIdConfigurations: values(openIdConfig).filter((url) => /^https?:\/\/[^@{}]+$/.test(url)),
    issuers: values(issuer),
    tenantIds: values(tenantId).filter((id) => guid.test(id)),
  };
}
