import { GUID, type Problems } from "../validation";
import { nameBasedUuid } from "./name-based-uuid";

/** What scopes and app roles have in common. */
interface EntraPermission {
  /** Value in the token's claim, such as `Models.Invoke`: visible characters, no blank, no leading dot. */
  readonly value: string;
  /** What it allows, for the administrator who consents or assigns. */
  readonly displayName: string;
  /** @default - `displayName` */
  readonly description?: string;
  /**
   * Its id, a GUID, which must never change: consents and assignments refer to it.
   * @default - derived from `value`, the same in every environment
   */
  readonly id?: string;
}

/**
 * A delegated permission: what a client may do in the name of a signed-in user. Token claim `scp`.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/quickstart-configure-app-expose-web-apis
 */
export interface PermissionScope extends EntraPermission {
  /** Who may consent to it: administrators only, or each user. @default "Admin" */
  readonly consent?: "Admin" | "User";
}

/**
 * A right of a user, group or workload. Token claim `roles`.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/howto-add-app-roles-in-apps
 */
export interface AppRole extends EntraPermission {
  /** To whom it can be assigned: `User` stands for users and groups, `Application` for workloads. */
  readonly allowedMemberTypes: readonly ("User" | "Application")[];
}

/** A permission with its id settled. */
export type Identified<T extends EntraPermission> = T & { readonly id: string; readonly description: string };

/** @internal */
export function identify<T extends EntraPermission>(
  kind: "scope" | "role",
  permissions: readonly T[] = [],
): readonly Identified<T>[] {
  return permissions.map((permission) => ({
    ...permission,
    id: permission.id ?? nameBasedUuid(`${kind}:${permission.value}`),
    description: permission.description ?? permission.displayName,
  }));
}

/**
 * Adds what is wrong with the permissions of one application. Scopes and roles share one name space in Entra:
 * the same value under two ids is refused, and so is one id with two values.
 *
 * @internal
 */
export function checkPermissions(
  problems: Problems,
  scopes: readonly Identified<PermissionScope>[],
  roles: readonly Identified<AppRole>[],
): void {
  const permissions = [...scopes, ...roles];
  problems.check(permissions.length > 0, {
    rule: "an application that others call needs at least one scope or app role",
    remedy: "set scopes for clients that act for users, appRoles for workloads",
  });
  for (const { value, id, displayName } of permissions) {
    problems.checkLiteral(value, /^(?!\.)[!-~]{1,120}$/, {
      rule: "value of a scope or app role must be a literal of 1 to 120 visible characters without a leading '.'",
      remedy: "write it as in Models.Invoke",
    });
    problems.checkLiteral(id, GUID.pattern, {
      rule: `id of scope or app role '${value}' must be ${GUID.words}`,
      remedy: "leave it out to have one derived from the value",
    });
    problems.check(displayName.trim() !== "", {
      rule: `displayName of scope or app role '${value}' must not be empty`,
      remedy: "say what it allows: administrators read it when they consent",
    });
  }
  for (const member of ["value", "id"] as const) {
    const all = permissions.map((permission) => permission[member]);
    for (const repeated of new Set(all.filter((each, index) => all.indexOf(each) !== index))) {
      problems.add({
        rule: `${member}s of scopes and app roles must be unique on an application`,
        value: repeated,
        remedy: "give each its own, scopes and roles together",
      });
    }
  }
  for (const { value, allowedMemberTypes } of roles) {
    problems.check(allowedMemberTypes.length > 0, {
      rule: `app role '${value}' must be assignable to users, applications or both`,
      remedy: "set allowedMemberTypes",
    });
  }
}
