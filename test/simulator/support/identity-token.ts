import { UnsecuredJWT } from "jose";

/** A token as an identity endpoint gives it out, for tests in which nobody verifies it. */
export function identityToken(resource: string, clientId: string | undefined): string {
  return new UnsecuredJWT({ aud: resource, appid: clientId ?? "system-assigned" })
    .setExpirationTime(new Date("2030-01-01T00:00:00Z"))
    .encode();
}
