import type { Problems } from "../validation";
import { authBinding, authenticatorsOf, bindOnce, credentialKinds, mergeAlternatives } from "./auth-binding";
import type {
  AuthAlternative,
  AuthBinding,
  Authenticator,
  AuthStrategy,
  CredentialKind,
} from "./auth-strategy";

/**
 * `Auth.anyOf`: the credentials that a request presents pick the one member that must accept it. Nothing is
 * tried twice: a wrong credential is refused even if another one would do.
 */
export function anyOfAuth(members: readonly AuthStrategy[]): AuthStrategy {
  return composite("anyOf", members, (bindings) => bindings.flatMap(({ alternatives }) => alternatives));
}

/**
 * `Auth.allOf`: every member must accept the request. Credentials that identify registered clients must
 * identify the same one.
 */
export function allOfAuth(members: readonly AuthStrategy[]): AuthStrategy {
  return composite("allOf", members, (bindings, problems) => {
    const [first = [], ...others] = bindings.map(({ alternatives }) => alternatives);
    return others.reduce((left, right) => left.flatMap((a) => right.map((b) => both(a, b, problems))), first);
  });
}

function composite(
  kind: "anyOf" | "allOf",
  members: readonly AuthStrategy[],
  combine: (bindings: readonly AuthBinding[], problems: Problems) => readonly AuthAlternative[],
): AuthStrategy {
  return {
    bind: bindOnce((options) => {
      if (members.length === 0) {
        options.problems.add({
          rule: `Auth.${kind} needs at least one member`,
          remedy: "name the authenticators that let callers in",
        });
        return authBinding([], []);
      }
      const bindings = members.map((member) => member.bind(options));
      const alternatives = combine(bindings, options.problems);
      checkDistinguishable(authenticatorsOf(alternatives), options.problems);
      return authBinding(
        mergeAlternatives(alternatives),
        bindings.flatMap(({ certificateAuthorities }) => certificateAuthorities),
      );
    }),
  };
}

function both(left: AuthAlternative, right: AuthAlternative, problems: Problems): AuthAlternative {
  const twice = credentialKinds(left).filter((kind) => credentialKinds(right).includes(kind));
  for (const kind of new Set(twice)) {
    problems.add({
      rule: `a request presents one ${kind}, so Auth.allOf cannot ask for two`,
      value: [...names(left, kind), ...names(right, kind)],
      remedy: "let Auth.anyOf choose between them inside Auth.allOf",
    });
  }
  return {
    token: [...left.token, ...right.token],
    certificate: left.certificate ?? right.certificate,
    key: left.key ?? right.key,
  };
}

function names(alternative: AuthAlternative, kind: CredentialKind): readonly string[] {
  if (kind === "token") {
    return alternative.token.map(({ name }) => name);
  }
  return [alternative[kind]?.name ?? ""];
}

function checkDistinguishable(authenticators: readonly Authenticator[], problems: Problems): void {
  for (const kind of ["certificate", "key"] as const) {
    const same = authenticators.filter(({ credential }) => credential === kind);
    problems.check(same.length <= 1, {
      rule: `an API has one ${kind} authenticator, since nothing in a request tells two apart`,
      value: same.map(({ name }) => name),
      remedy: kind === "key" ? "remove one" : "merge their authorities and identities into one",
    });
  }
  for (const name of repeated(authenticators.map(({ name }) => name))) {
    problems.add({
      rule: "authenticators of one API need different names",
      value: name,
      remedy: "give one of them another name",
    });
  }
  const issuers = authenticators.flatMap((authenticator) =>
    authenticator.credential === "token" ? authenticator.issuers.map(({ issuer }) => issuer) : [],
  );
  for (const issuer of repeated(issuers)) {
    problems.add({
      rule: "an issuer belongs to one authenticator, since the issuer picks it",
      value: issuer,
      remedy: "merge the two authenticators, or publish two APIs",
    });
  }
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
