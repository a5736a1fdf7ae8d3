export const ENTRA_TENANT_ID = "11111111-1111-4111-8111-111111111111";
export const ENTRA_ISSUER = `https://login.microsoftonline.com/${ENTRA_TENANT_ID}/v2.0`;
export const API_CLIENT_ID = "55555555-5555-4555-8555-555555555555";
export const PARTNER_ISSUER = "https://partners.contoso.com/oauth2/default";
export const PARTNER_AUDIENCE = "api://ai-gateway-partners";
export const GATEWAY_HOST_NAME = "ai.contoso.com";
/** Issues the certificates of clients. */
export const CLIENT_AUTHORITY = "Contoso Devices Issuing CA 1";

/** Client id of a client's application. */
export function applicationId(index: number): string {
  return `66666666-6666-4666-8666-${String(index).padStart(12, "0")}`;
}

/** Common name of a client's certificate. */
export function certificateName(index: number): string {
  return `client-${index}.devices.contoso.com`;
}
