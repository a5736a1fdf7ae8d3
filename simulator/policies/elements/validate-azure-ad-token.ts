import { decodeJwt } from "jose";
import { isExpression } from "../../../expressions";
import { invalidValue, textAttribute } from "../document/attribute-values";
import { childOf, itemsOf } from "../document/element-children";
import { textListShape } from "../document/text-list-shape";
import type { PolicyCompilation, PolicyCompiler, PolicyElementNode } from "../policy-compiler";
import { OpenIdConfiguration } from "../tokens/open-id-configuration";
import { requiredClaimsShape } from "../tokens/required-claims";
import { tokenPolicy } from "../tokens/token-policy";
import { TOKEN_REFUSAL_ATTRIBUTES } from "../tokens/token-refusal";
import { TokenRejection } from "../tokens/token-rejection";
import { TOKEN_SOURCE_ATTRIBUTES, tokenSource } from "../tokens/token-source";
import { validateToken } from "../tokens/token-validator";

const PUBLIC_CLOUD = "https://login.microsoftonline.com";
/** Issuer of v1.0 tokens in the public cloud. */
const SECURITY_TOKEN_SERVICE = "https://sts.windows.net";
/** Names that stand for many tenants. */
const TENANT_GROUPS = ["common", "organizations", "consumers"];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Validates a token of Microsoft Entra ID: signature, dates, tenant, client, audience and claims. Tokens of both
 * versions pass. Without audiences and client application ids any token of the tenant passes.
 * `backend-application-ids` is refused because its meaning is not documented, decryption keys because the model
 * of a stack holds no private keys.
 * Source: https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
export const validateAzureAdToken: PolicyCompiler = {
  name: "validate-azure-ad-token",
  sections: ["inbound"],
  shape: {
    attributes: {
      "tenant-id": { required: true, expression: true },
      ...TOKEN_SOURCE_ATTRIBUTES,
      "authentication-endpoint": {},
      ...TOKEN_REFUSAL_ATTRIBUTES,
      "output-token-variable-name": {},
    },
    children: [
      { name: "backend-application-ids", max: 1, shape: textListShape("application-id") },
      { name: "client-application-ids", max: 1, shape: textListShape("application-id") },
      { name: "audiences", max: 1, shape: textListShape("audience") },
      { name: "required-claims", max: 1, shape: requiredClaimsShape(true) },
      {
        name: "decryption-keys",
        max: 1,
        shape: {
          children: [
            { name: "key", min: 1, shape: { attributes: { "certificate-id": { required: true } } } },
          ],
        },
      },
    ],
  },
  compile(element, compilation) {
    refuseUnsupported(element, compilation);
    const tenantId = textAttribute(element, "tenant-id", compilation);
    const endpoint = element.attributes.get("authentication-endpoint")?.replace(/\/+$/, "") ?? PUBLIC_CLOUD;
    const clientIds = itemsOf(element, "client-application-ids").map((node) =>
      node.text.trim().toLowerCase(),
    );
    const audiences = itemsOf(element, "audiences").map((node) => compilation.text(node.text.trim(), node));

    const tenantOf = rememberingTenant(endpoint);

    return tokenPolicy(element, compilation, {
      source: tokenSource(element, compilation, { defaultHeader: "Authorization" }),
      absentMessage: "Azure AD JWT not present",
      invalidMessage: "Invalid Azure AD JWT",
      validate: async (token, execution) => {
        const text = tenantId(execution);
        const tenant = tenantOf(text);
        if (tenant === undefined) {
          throw invalidValue("validate-azure-ad-token", `Attribute 'tenant-id' evaluated to '${text}'.`);
        }
        const metadataUrl = `${tenant.authority}/${tenant.tenant}/v2.0/.well-known/openid-configuration`;
        const provider = OpenIdConfiguration.at(metadataUrl, execution.services);
        const jwt = await validateToken(token, {
          providers: [provider],
          signingKeys: [],
          decryptionKeys: [],
          issuers: await tenantIssuers(provider, tenant, token),
          audiences: audiences.map((audience) => audience(execution)),
          requireSignedTokens: true,
          requireExpirationTime: true,
          clockSkewSeconds: DEFAULT_CLOCK_SKEW_SECONDS,
          now: execution.services.clock.now(),
        });
        checkClient(jwt.claims, clientIds);
        return jwt;
      },
    });
  },
};

/** What Microsoft's token library for .NET allows for where nothing is set; the policy has no attribute for it. */
const DEFAULT_CLOCK_SKEW_SECONDS = 300;

function refuseUnsupported(element: PolicyElementNode, compilation: PolicyCompilation): void {
  const sources = Object.keys(TOKEN_SOURCE_ATTRIBUTES).filter((name) => element.attributes.has(name));
  if (sources.length > 1) {
    compilation.refuse(`takes one of the attributes ${sources.join(", ")}`);
  }
  const tenant = element.attributes.get("tenant-id") ?? "";
  if (!isExpression(tenant) && entraTenant(tenant, PUBLIC_CLOUD) === undefined) {
    compilation.refuse(
      `attribute 'tenant-id' is '${tenant}', which is not a tenant id, domain or URL of a tenant`,
    );
  }
  const endpoint = element.attributes.get("authentication-endpoint");
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    compilation.refuse(`attribute 'authentication-endpoint' is '${endpoint}', which is not an absolute URL`);
  }
  const reasons = {
    "backend-application-ids": "is not simulated: its meaning is not documented",
    "decryption-keys": "is not simulated: a stack holds no private keys",
  };
  for (const [name, reason] of Object.entries(reasons)) {
    const node = childOf(element, name);
    if (node !== undefined) {
      compilation.refuse(reason, node);
    }
  }
  for (const node of itemsOf(element, "client-application-ids").filter(({ text }) => isExpression(text))) {
    compilation.refuse("takes no policy expression", node);
  }
}

interface EntraTenant {
  /** Where the tenant signs in, without a slash at the end. */
  readonly authority: string;
  /** GUID, domain, or the name of a group of tenants; lower case. */
  readonly tenant: string;
}

/** Remembers the latest tenant: a policy names one, as a rule. */
function rememberingTenant(endpoint: string): (text: string) => EntraTenant | undefined {
  let latest: { readonly text: string; readonly tenant: EntraTenant | undefined } | undefined;
  return (text) => {
    if (latest?.text !== text) {
      latest = { text, tenant: entraTenant(text, endpoint) };
    }
    return latest.tenant;
  };
}

/** @returns none for a text that names no tenant */
function entraTenant(text: string, endpoint: string): EntraTenant | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const tenant = (url === undefined ? text : (url.pathname.split("/")[1] ?? "")).toLowerCase();
  return /^[a-z0-9][a-z0-9.-]*$/.test(tenant) ? { authority: url?.origin ?? endpoint, tenant } : undefined;
}

/** Issuers of both token versions. For a group of tenants the token's own tenant, whose keys then decide. */
async function tenantIssuers(
  provider: OpenIdConfiguration,
  { authority, tenant }: EntraTenant,
  token: string,
): Promise<readonly string[]> {
  const id = TENANT_GROUPS.includes(tenant) ? tenantClaim(token) : await tenantGuid(provider, tenant);
  return id === undefined ? [] : [`${authority}/${id}/v2.0`, `${SECURITY_TOKEN_SERVICE}/${id}/`];
}

/** A domain's GUID stands in the issuer that the tenant publishes. */
async function tenantGuid(provider: OpenIdConfiguration, tenant: string): Promise<string | undefined> {
  if (GUID.test(tenant)) {
    return tenant;
  }
  const issuer = (await provider.current())?.issuer ?? "";
  return issuer.split("/").find((part) => GUID.test(part));
}

function tenantClaim(token: string): string | undefined {
  try {
    const { tid } = decodeJwt(token);
    return typeof tid === "string" && GUID.test(tid) ? tid : undefined;
  } catch {
    // Validation says what is wrong with the token.
    return undefined;
  }
}

/** Claim `appid` in v1.0 tokens, `azp` in v2.0 tokens; a token that has both must be allowed by both. */
function checkClient(claims: ReadonlyMap<string, readonly string[]>, allowed: readonly string[]): void {
  if (allowed.length === 0) {
    return;
  }
  const clients = ["appid", "azp"].flatMap((name) => claims.get(name) ?? []);
  if (clients.length === 0 || !clients.every((client) => allowed.includes(client.toLowerCase()))) {
    throw new TokenRejection("TokenClaimValueNotAllowed", `Client '${clients.join(",")}' is not allowed.`);
  }
}
