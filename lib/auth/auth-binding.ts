import type {
  AuthAlternative,
  AuthBinding,
  AuthBindOptions,
  Authenticator,
  CredentialKind,
} from "./auth-strategy";
import type { ICertificateAuthority } from "./certificate-authority";

/** @returns the kinds of credential that the alternative asks for, in a fixed order */
export function credentialKinds({ token, certificate, key }: AuthAlternative): readonly CredentialKind[] {
  const asked: readonly [CredentialKind, boolean][] = [
    ["token", token.length > 0],
    ["certificate", certificate !== undefined],
    ["key", key !== undefined],
  ];
  return asked.flatMap(([kind, isAsked]) => (isAsked ? [kind] : []));
}

/**
 * @returns one alternative for each set of kinds: tokens of several issuers are told apart by their issuer
 */
export function mergeAlternatives(alternatives: readonly AuthAlternative[]): readonly AuthAlternative[] {
  const byKinds = new Map<string, AuthAlternative>();
  for (const alternative of alternatives) {
    const kinds = credentialKinds(alternative).join("+");
    const same = byKinds.get(kinds);
    const token = [...new Set([...(same?.token ?? []), ...alternative.token])];
    byKinds.set(kinds, { ...alternative, token });
  }
  return [...byKinds.values()];
}

/** The binding that follows from its alternatives. */
export function authBinding(
  alternatives: readonly AuthAlternative[],
  certificateAuthorities: readonly ICertificateAuthority[],
): AuthBinding {
  const withKey = alternatives.filter(({ key }) => key).length;
  return {
    alternatives,
    authenticators: authenticatorsOf(alternatives),
    subscriptionKey: withKey === 0 ? "unused" : withKey === alternatives.length ? "required" : "optional",
    negotiatesClientCertificates: alternatives.some(({ certificate }) => certificate),
    certificateAuthorities: [...new Set(certificateAuthorities)],
  };
}

/**
 * Binds a strategy once per API, so that a strategy that stands in two alternatives is one authenticator.
 */
export function bindOnce(
  bind: (options: AuthBindOptions) => AuthBinding,
): (options: AuthBindOptions) => AuthBinding {
  const bound = new WeakMap<AuthBindOptions, AuthBinding>();
  return (options) => {
    const binding = bound.get(options) ?? bind(options);
    bound.set(options, binding);
    return binding;
  };
}

/** @returns every authenticator of the alternatives, once */
export function authenticatorsOf(alternatives: readonly AuthAlternative[]): readonly Authenticator[] {
  const all = alternatives.flatMap(({ token, certificate, key }) => [...token, certificate, key]);
  return [...new Set(all.filter((authenticator) => authenticator !== undefined))];
}
