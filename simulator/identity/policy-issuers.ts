import { allRevisions, type GatewayModel } from "../model";

/** Issuers that a gateway's policies name with literal values or named values. */
export interface PolicyIssuers {
  /** URLs of `openid-config` elements. */
  readonly openIdConfigurations: readonly string[];
  /** Texts of `issuer` elements. */
  readonly issuers: readonly string[];
  /** GUIDs of `validate-azure-ad-token`. */
  readonly tenantIds: readonly string[];
  /** APIs of Entra tenants, as `validate-azure-ad-token` expects tokens for them. */
  readonly entraApis: readonly PolicyApi[];
  /** Applications that are asked for with the gateway's own identity: identifier URIs and client ids. */
  readonly resources: readonly string[];
}

/** An API whose tokens a policy asks for. */
export interface PolicyApi {
  readonly tenantId: string;
  /** `aud`: a client id or an identifier URI. */
  readonly audience: string;
  /** Version of the tokens, by the claim `ver` that the policy requires; without that 2. */
  readonly accessTokenVersion: 1 | 2;
}

// None looks beyond the next tag: a document without ends would be read again from each beginning.
const OPEN_ID_CONFIG = /<openid-config\s[^<>]*?url\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const ISSUER = /<issuer>([^<]*)<\/issuer>/g;
const AZURE_AD_TOKEN = "validate-azure-ad-token";
const TENANT_ID = /<validate-azure-ad-token\s[^<>]*?tenant-id\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const RESOURCE = /<authentication-managed-identity\s[^<>]*?resource\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const AUDIENCE = /<audience>([^<]*)<\/audience>/g;
const VERSION_1 = /<claim\s[^<>]*?name\s*=\s*["']ver["'][^<>]*>\s*<value>\s*1\.0\s*<\/value>/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds the issuers that must exist for a gateway's policies to work; computed values are left out. */
export function issuersNamedByPolicies(gateway: GatewayModel): PolicyIssuers {
  const named = new Map(gateway.namedValues.map(({ displayName, value }) => [displayName, value]));
  const documents = [
    gateway.policy?.xml,
    ...gateway.fragments.map(({ xml }) => xml),
    ...gateway.products.map(({ policy }) => policy?.xml),
    ...allRevisions(gateway).flatMap(({ policy, operations }) => [
      policy?.xml,
      ...operations.map((item) => item.policy?.xml),
    ]),
  ].filter((xml) => xml !== undefined);
  const valuesIn = (xml: string, pattern: RegExp): readonly string[] =>
    [...xml.matchAll(pattern)].map(([, double, single]) =>
      (double ?? single ?? "")
        .replace(/\{\{([^{}]+)\}\}/g, (whole, name: string) => named.get(name.trim()) ?? whole)
        .replaceAll("&amp;", "&")
        .trim(),
    );
  const values = (pattern: RegExp): readonly string[] => [
    ...new Set(documents.flatMap((xml) => valuesIn(xml, pattern))),
  ];
  const entraApis = documents
    .flatMap((xml) => elementsIn(xml, AZURE_AD_TOKEN))
    .flatMap((element) =>
      valuesIn(element, TENANT_ID).flatMap((tenant) =>
        valuesIn(element, AUDIENCE).map((name): PolicyApi => ({
          tenantId: tenant,
          audience: name,
          accessTokenVersion: VERSION_1.test(element) ? 1 : 2,
        })),
      ),
    );
  return {
    openIdConfigurations: values(OPEN_ID_CONFIG).filter((url) => /^https?:\/\/[^@{}]+$/.test(url)),
    issuers: values(ISSUER),
    tenantIds: values(TENANT_ID).filter((id) => GUID.test(id)),
    resources: values(RESOURCE).filter((name) => GUID.test(name) || /^api:\/\/[^@{}]+$/.test(name)),
    entraApis: entraApis.filter(
      (api) => GUID.test(api.tenantId) && (GUID.test(api.audience) || /^\w+:\/\/[^@{}]+$/.test(api.audience)),
    ),
  };
}

/** Texts of the elements of a name that do not hold each other, without their end tags. */
function elementsIn(xml: string, name: string): readonly string[] {
  return xml
    .split(new RegExp(`<${name}(?=\\s)`))
    .slice(1)
    .flatMap((rest) => {
      const end = rest.indexOf(`</${name}>`);
      return end < 0 ? [] : [`<${name}${rest.slice(0, end)}`];
    });
}
