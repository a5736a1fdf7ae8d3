export const entraTenantId = "11111111-1111-4111-8111-111111111111";
export const entraIssuer = `https://login.microsoftonline.com/${entraTenantId}/v2.0`;
export const apiClientId = "55555555-5555-4555-8555-555555555555";
export const partnerIssuer = "https://partners.contoso.com/oauth2/default";
export const partnerAudience = "api://ai-gateway-partners";
export const gatewayHostName = "ai.contoso.com";
/** Issues the certificates of clients. */
export const clientAuthority = "Contoso Devices Issuing CA 1";

/** Client id of a client's application. */
export function applicationId(index: number): string {
  return `66666666-6666-4666-8666-${String(index).padStart(12, "0")}`;
}

/** Common name of a client's certificate. */
export function certificateName(index: number): string {
  return `client-${index}.devices.contoso.com`;
}
