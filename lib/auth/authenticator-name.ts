import type { Problems } from "../validation";

const NAME = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;

/** Reports a name that could not stand in a client id, which is `<authenticator>/<verified id>`. */
export function checkAuthenticatorName(name: string, problems: Problems): void {
  problems.check(NAME.test(name), {
    rule: "name of an authenticator must be 2 to 40 lower-case letters, digits or '-', starting with a letter",
    value: name,
    remedy: "shorten it, as in 'okta'",
  });
}
