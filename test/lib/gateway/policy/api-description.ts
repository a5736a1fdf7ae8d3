import { Auth } from "../../../../lib/auth/auth";
import type { AuthStrategy } from "../../../../lib/auth/auth-strategy";
import type { OpenAiApiDescription } from "../../../../lib/gateway/policy/openai-api-description";
import { openAiOperations } from "../../../../lib/gateway/policy/openai-operation";
import type { SecurityControl } from "../../../../lib/validation/security-opt-out";
import { API, bindStrategy, CLIENT, ISSUING, ROOT, TENANT } from "../../auth/bind-strategy";

export const ENTRA = Auth.entraId({ tenantId: TENANT, audiences: [API], clientApplicationIds: [CLIENT] });
/** Lets in whoever is registered: the authenticator itself restricts nobody. */
export const ANY_APPLICATION = Auth.entraId({ tenantId: TENANT, audiences: [API] });
export const OKTA = Auth.oidc({
  name: "okta",
  issuer: "https://contoso.okta.com",
  audiences: ["api://claims"],
  scopes: ["chat"],
  scopesClaim: "scp",
  clientIdClaim: "cid",
});
export const CERTIFICATE = Auth.clientCertificate({ certificateAuthorities: [ISSUING, ROOT] });
export const KEY = Auth.subscriptionKey();

export interface ApiDescriptionOptions extends Partial<Omit<OpenAiApiDescription, "auth" | "optOuts">> {
  /** @default ENTRA */
  readonly auth?: AuthStrategy;
  /** @default - none */
  readonly optOuts?: readonly SecurityControl[];
}

/** An API with two deployments for chat and embeddings, in both URL shapes. */
export function apiDescription({
  auth = ENTRA,
  optOuts = [],
  ...options
}: ApiDescriptionOptions = {}): OpenAiApiDescription {
  return {
    constructPath: "stack/gateway/claims",
    apiName: "claims",
    auth: bindStrategy(auth, { optOuts }).binding,
    operations: openAiOperations(["chat", "embeddings"], ["dated", "v1"]),
    deployments: [
      { name: "gpt-4o", backendId: "claims-gpt-4o-pool", memberCount: 3 },
      { name: "Embed", backendId: "oai-weu", memberCount: 1 },
    ],
    apiVersions: ["2024-10-21"],
    v1ApiVersions: ["v1"],
    limits: { requestsPerMinute: 60, tokensPerMinute: 1000 },
    timeoutSeconds: 120,
    retries: 2,
    concurrentCalls: 20,
    managedIdentityClientId: CLIENT,
    subscriptionKeyQueryParameter: "refused-key",
    tier: { tier: "classic", policyDocumentBytes: 256 * 1024 },
    ownsGlobalPolicy: true,
    refusalFragmentId: "ai-gateway-refusal",
    auditFragmentId: "ai-gateway-audit",
    optOuts: { has: (control) => optOuts.includes(control) },
    ...options,
  };
}

/** A client that is known by its application id. */
export function application(
  name: string,
  id: string,
  authenticator = "entra",
): NonNullable<OpenAiApiDescription["clients"]>[number] {
  return { name, identities: [{ authenticator, id }] };
}
