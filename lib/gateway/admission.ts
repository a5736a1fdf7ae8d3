import type { AuthAlternative, AuthBinding } from "../auth";
import type { ClientIdentityDescription } from "./policy/openai-api-description";

/**
 * Whether a registered client can get in: for one of the accepted combinations, each kind of credential in it
 * identifies the client. A kind that did not would let anybody's credential of that kind stand in: any
 * application's token beside the client's key.
 */
export function admitsClient(
  binding: AuthBinding,
  identities: readonly ClientIdentityDescription[],
): boolean {
  const identifiedBy = new Set(identities.map(({ authenticator }) => authenticator));
  return binding.alternatives.some(({ token, certificate, key }) =>
    [token, certificate ? [certificate] : [], key ? [key] : []]
      .filter((kind) => kind.length > 0)
      .every((kind) => kind.some(({ name }) => identifiedBy.has(name))),
  );
}

/**
 * Whether somebody who is not a registered client can get in.
 *
 * @param anyClientOfTheIssuer whether a token of any application is accepted, which takes an opt-out
 */
export function admitsUnregistered(binding: AuthBinding, anyClientOfTheIssuer: boolean): boolean {
  return binding.alternatives.some(({ token, certificate, key }: AuthAlternative) => {
    const tokens = token.length === 0 || anyClientOfTheIssuer || token.some((each) => each.restrictsClients);
    return !key && tokens && (!certificate || certificate.restrictsClients);
  });
}

/** Entra ID has a service tag of its own, which the gateway's network always lets through. */
const ENTRA_ID = /^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)\//;

/** @returns names of the authenticators whose signing keys the gateway fetches from anywhere on the internet */
export function internetIssuers({ authenticators }: AuthBinding): readonly string[] {
  return authenticators.flatMap((each) =>
    each.credential === "token" && each.issuers.some(({ issuer }) => !ENTRA_ID.test(issuer))
      ? [each.name]
      : [],
  );
}
