import { type Problems, TOKEN_SCOPE } from "../validation";

/** What a token must hold, as far as two kinds of authenticator share it. */
export interface TokenPermissions {
  /** @default - none are needed */
  readonly scopes?: readonly string[];
  /** @default - none are needed */
  readonly roles?: readonly string[];
  /** By operation group. @default - none are needed */
  readonly operationScopes?: Readonly<Record<string, readonly string[]>>;
}

/** Reports scopes and roles that no token can hold, and operations that nobody could call. */
export function checkPermissions(
  authenticator: string,
  permissions: TokenPermissions,
  problems: Problems,
): void {
  const { scopes = [], roles = [], operationScopes = {} } = permissions;
  for (const value of [...scopes, ...roles, ...Object.values(operationScopes).flat()]) {
    problems.check(TOKEN_SCOPE.pattern.test(value), {
      rule: `scopes and roles of '${authenticator}' must be single words`,
      value,
      remedy: "list each scope by itself, as it stands in the token",
    });
  }
  for (const [operation, needed] of Object.entries(operationScopes)) {
    problems.check(needed.length > 0, {
      rule: `operationScopes of '${authenticator}' must name a scope for each operation`,
      value: operation,
      remedy: "name one, or leave the operation out of operationScopes",
    });
  }
}
