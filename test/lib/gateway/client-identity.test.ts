import type { Authenticator } from "../../../lib/auth/auth-strategy";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { Problems } from "../../../lib/validation/problems";

/** As much of an authenticator as an identity looks at. */
const AUTHENTICATORS = [
  { credential: "token", name: "entra" },
  { credential: "token", name: "okta" },
  { credential: "certificate", name: "partner" },
  { credential: "key", name: "key" },
] as Authenticator[];

function resolve(identity: ClientIdentity): ReturnType<ClientIdentity["on"]> {
  const problems = new Problems("client");
  const description = identity.on(AUTHENTICATORS, "claims-web", problems);
  problems.throwIfAny();
  return description;
}

describe("ClientIdentity", () => {
  it("of a key is the client's subscription on the API", () => {
    expect(resolve(ClientIdentity.subscriptionKey())).toEqual({ authenticator: "key", id: "claims-web" });
  });

  it("of an application is the client id in the tokens of one issuer", () => {
    expect(resolve(ClientIdentity.application("0oa1", { authenticator: "okta" }))).toEqual({
      authenticator: "okta",
      id: "0oa1",
    });
  });

  it("of a certificate is the name in it, and the one certificate if that is pinned", () => {
    expect(
      resolve(
        ClientIdentity.certificate("claims.partner.com", { thumbprint: "ab:".repeat(20).slice(0, -1) }),
      ),
    ).toEqual({
      authenticator: "partner",
      id: "claims.partner.com",
      thumbprint: "AB".repeat(20),
    });
  });

  it("must say which issuer if the API has several", () => {
    expect(() => resolve(ClientIdentity.application("0oa1"))).toThrow(
      '[client] a token identity must say which authenticator verifies it, got ["entra","okta"]: set authenticator to one ' +
        "of these names",
    );
  });

  it("must be verified by an authenticator for its kind of credential", () => {
    expect(() => resolve(ClientIdentity.certificate("claims", { authenticator: "entra" }))).toThrow(
      "[client] a client certificate identity must be of an authenticator of the API that takes such credentials, got " +
        '"entra": name partner',
    );
  });

  it("must not be empty", () => {
    expect(() => resolve(ClientIdentity.application(" ", { authenticator: "okta" }))).toThrow(
      '[client] an identity must not be empty, got " ": give the client id, or the name in the certificate',
    );
  });

  it("refuses what is not a thumbprint", () => {
    expect(() => resolve(ClientIdentity.certificate("claims", { thumbprint: "AB:CD" }))).toThrow(
      '[client] thumbprint must be a SHA-1 hash of 40 hexadecimal digits, got "AB:CD": copy it from ' +
        "'openssl x509 -noout -fingerprint -sha1'",
    );
  });
});
