import type { AuthAlternative, AuthBinding } from "../auth/auth-strategy";
import type { ClientIdentityDescription } from "./openai-api-description";

/**
 * Whether a registered client can get in: for one of the accepted combinations of credentials it is
 * identified by at least one of them, and nothing in the combination needs an identity that the client does
 * not have.
 */
export function admitsClient(
  binding: AuthBinding,
  identities: readonly ClientIdentityDescription[],
): boolean {
  const identifiedBy = new Set(identities.map(({ authenticator }) => authenticator));
  return binding.alternatives.some((alternative) => {
    const { token, certificate, key } = alternative;
    const names = [...token, certificate, key].flatMap((authenticator) =>
      authenticator ? [authenticator.name] : [],
    );
    return (
      names.some((name) => identifiedBy.has(name)) &&
      (!key || identifiedBy.has(key.name)) &&
      (!certificate || identifiedBy.has(certificate.name) || certificate.restrictsClients)
    );
  });
}

/**
 * Whether somebody who is no registered client can get in.
 *
 * @param anyClientOfTheIssuer whether a token of any application is accepted, which takes an opt-out
 */
export function admitsUnregistered(binding: AuthBinding, anyClientOfTheIssuer: boolean): boolean {
  return binding.alternatives.some(({ token, certificate, key }: AuthAlternative) => {
    const tokens = token.length === 0 || anyClientOfTheIssuer || token.some((each) => each.restrictsClients);
    return !key && tokens && (!certificate || certificate.restrictsClients);
  });
}
