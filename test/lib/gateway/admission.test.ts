import type { AuthAlternative, AuthBinding, Authenticator } from "../../../lib/auth/auth-strategy";
import { admitsClient, admitsUnregistered } from "../../../lib/gateway/admission";
import { csharp } from "../../../lib/policy/csharp";

const UNUSED = csharp`""`;

function token(name: string, restrictsClients = false): AuthAlternative["token"][number] {
  return {
    credential: "token",
    name,
    issuers: [],
    clientId: UNUSED,
    userId: UNUSED,
    canonicalId: (id) => id,
    scopes: UNUSED,
    roles: UNUSED,
    permissions: UNUSED,
    conditions: [],
    restrictsClients,
  };
}

function certificate(restrictsClients = false): NonNullable<AuthAlternative["certificate"]> {
  return {
    credential: "certificate",
    name: "certificate",
    clientId: UNUSED,
    canonicalId: (name) => name,
    names: [],
    restrictsClients,
    checkNames: () => undefined,
    validation: () => {
      throw new Error("no policy is composed here");
    },
  };
}

const KEY: NonNullable<AuthAlternative["key"]> = { credential: "key", name: "key" };

function binding(...alternatives: AuthAlternative[]): AuthBinding {
  const authenticators = alternatives.flatMap(({ token: tokens, ...others }) =>
    [...tokens, others.certificate, others.key].filter((each): each is Authenticator => each !== undefined),
  );
  return {
    alternatives,
    authenticators,
    subscriptionKey: "optional",
    negotiatesClientCertificates: false,
    certificateAuthorities: [],
  };
}

const by = (...authenticators: string[]) =>
  authenticators.map((authenticator) => ({ authenticator, id: `id at ${authenticator}` }));

describe("a registered client gets in", () => {
  it("by one of several issuers", () => {
    const issuers = binding({ token: [token("entra"), token("okta")] });
    expect(admitsClient(issuers, by("okta"))).toBe(true);
    expect(admitsClient(issuers, by("certificate"))).toBe(false);
  });

  it("by a token and a key only if both are its own", () => {
    const both = binding({ token: [token("entra", true)], key: KEY });
    expect(admitsClient(both, by("entra", "key"))).toBe(true);
    expect(admitsClient(both, by("entra"))).toBe(false);
    expect(admitsClient(both, by("key"))).toBe(false);
  });

  it("by a token of one of several issuers and a key", () => {
    expect(
      admitsClient(binding({ token: [token("entra"), token("okta")], key: KEY }), by("okta", "key")),
    ).toBe(true);
  });

  it("by a token and a certificate only if both are its own, whomever else the certificates are of", () => {
    const both = binding({ token: [token("entra")], certificate: certificate(true) });
    expect(admitsClient(both, by("entra"))).toBe(false);
    expect(admitsClient(both, by("certificate"))).toBe(false);
    expect(admitsClient(both, by("entra", "certificate"))).toBe(true);
  });

  it("by any of the accepted combinations", () => {
    const either = binding({ token: [], certificate: certificate() }, { token: [], key: KEY });
    expect(admitsClient(either, by("key"))).toBe(true);
  });
});

describe("somebody who is not a registered client gets in", () => {
  it("by a token only if its authenticator says which clients, or any is accepted", () => {
    expect(admitsUnregistered(binding({ token: [token("entra")] }), false)).toBe(false);
    expect(admitsUnregistered(binding({ token: [token("entra")] }), true)).toBe(true);
    expect(admitsUnregistered(binding({ token: [token("entra", true)] }), false)).toBe(true);
  });

  it("by a certificate only if its authenticator says whose", () => {
    expect(admitsUnregistered(binding({ token: [], certificate: certificate() }), true)).toBe(false);
    expect(admitsUnregistered(binding({ token: [], certificate: certificate(true) }), false)).toBe(true);
  });

  it("never where a key is needed: a key is of a client", () => {
    expect(admitsUnregistered(binding({ token: [token("entra", true)], key: KEY }), true)).toBe(false);
  });
});
