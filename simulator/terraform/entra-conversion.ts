import { roleById, roleByName } from "../identity";
import type { ApplicationModel, ApplicationSecretModel, IdentityModel, RoleAssignmentModel } from "../model";
import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";

/** User-assigned identities, those that data sources look up included. */
export function convertIdentities(conversion: Conversion): readonly IdentityModel[] {
  const byId = new Map<string, IdentityModel>();
  for (const resource of conversion.stacks.ofTypeOrData("azurerm_user_assigned_identity")) {
    const reader = conversion.read(resource);
    const id = reader.string("id");
    if (!byId.has(id.toLowerCase())) {
      byId.set(id.toLowerCase(), {
        address: resource.address,
        id,
        name: reader.string("name"),
        clientId: reader.string("client_id"),
        principalId: reader.string("principal_id"),
        tenantId: conversion.stacks.tenantIdOf(resource),
      });
    }
  }
  return [...byId.values()];
}

/** Role assignments; one to a group counts for each of its members. */
export function convertRoleAssignments(conversion: Conversion): readonly RoleAssignmentModel[] {
  const members = groupMembers(conversion);
  return conversion.ofType("azurerm_role_assignment").flatMap(({ resource, reader }) => {
    const role = roleOf(reader, conversion);
    const principalId = reader.string("principal_id");
    const scope = reader.string("scope");
    if (/^\/providers\/Microsoft\.Management\/managementGroups\//i.test(scope)) {
      reader.refuse(
        `'scope' is the management group '${lastSegment(scope)}': which subscriptions lie below it, the stack does not say; assign the role at a subscription or below`,
      );
    }
    if (role === undefined) {
      return [];
    }
    const assignment = { address: resource.address, scope, ...role };
    return [principalId, ...(members.get(principalId) ?? [])].map((principal) => ({
      ...assignment,
      principalId: principal,
    }));
  });
}

/** A role as an assignment names it. */
type AssignedRole = Pick<RoleAssignmentModel, "roleDefinitionId" | "customRole">;

function roleOf(reader: ConfigurationReader, conversion: Conversion): AssignedRole | undefined {
  const id = reader.optionalString("role_definition_id");
  // A state has both, whichever was configured.
  const name =
    reader.isRecorded && id !== undefined ? undefined : reader.optionalString("role_definition_name");
  if ((id === undefined) === (name === undefined)) {
    reader.refuse("exactly one of 'role_definition_id' and 'role_definition_name' is needed");
    return undefined;
  }
  const role = id === undefined ? roleByName(name ?? "") : roleById(id);
  if (role !== undefined) {
    return { roleDefinitionId: role.id };
  }
  const custom = id === undefined ? undefined : customRole(lastSegment(id), reader, conversion);
  if (custom === undefined) {
    reader.refuse(
      `role '${id ?? name ?? ""}' is neither a custom role of the loaded stacks, by id, nor one the simulator knows; ` +
        "use a built-in role of role-definition.ts",
    );
  }
  return custom;
}

/** A role of the stacks' own: it holds below the scopes that it names, and nowhere else. */
function customRole(
  id: string,
  assignment: ConfigurationReader,
  conversion: Conversion,
): AssignedRole | undefined {
  const definition = conversion
    .ofType("azurerm_role_definition")
    .find(({ reader }) => reader.string("role_definition_id").toLowerCase() === id.toLowerCase())?.reader;
  if (definition === undefined) {
    return undefined;
  }
  const scope = assignment.string("scope");
  const assignable = definition.isSet("assignable_scopes")
    ? definition.strings("assignable_scopes")
    : [definition.string("scope")];
  if (!assignable.some((above) => lies(scope, above))) {
    assignment.refuse(
      `custom role '${definition.string("name")}' cannot be assigned at '${scope}', only at or below ` +
        assignable.join(", "),
    );
  }
  const permissions = definition.blocks("permissions");
  return {
    roleDefinitionId: id.toLowerCase(),
    customRole: {
      dataActions: permissions.flatMap((permission) => permission.strings("data_actions")),
      notDataActions: permissions.flatMap((permission) => permission.strings("not_data_actions")),
    },
  };
}

function lies(scope: string, above: string): boolean {
  return `${scope.toLowerCase()}/`.startsWith(`${above.toLowerCase().replace(/\/+$/, "")}/`);
}

function groupMembers(conversion: Conversion): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, readonly string[]>();
  for (const { reader } of conversion.ofType("azuread_group")) {
    members.set(reader.string("object_id"), reader.strings("members"));
  }
  for (const { reader } of conversion.ofType("azuread_group_member")) {
    const group = lastSegment(reader.string("group_object_id"));
    members.set(group, [...(members.get(group) ?? []), reader.string("member_object_id")]);
  }
  return members;
}

/** Applications with the parts that separate resources add to them. */
export function convertApplications(conversion: Conversion): readonly ApplicationModel[] {
  const registrations = [
    ...conversion.ofType("azuread_application").map((entry) => ({ ...entry, defaultVersion: 1 })),
    ...conversion
      .ofType("azuread_application_registration")
      .map((entry) => ({ ...entry, defaultVersion: 2 })),
  ];
  return registrations.map(({ resource, reader, defaultVersion }): ApplicationModel => {
    const objectId = reader.string("object_id");
    const clientId = reader.string("client_id");
    const parts = (type: string): readonly ConfigurationReader[] =>
      conversion
        .ofType(type)
        .map((part) => part.reader)
        .filter((part) => lastSegment(part.string("application_id")) === objectId);
    const api = reader.block("api");
    const version =
      api?.optionalNumber("requested_access_token_version") ??
      reader.optionalNumber("requested_access_token_version") ??
      defaultVersion;
    return {
      address: resource.address,
      clientId,
      objectId,
      tenantId: conversion.stacks.tenantIdOf(resource),
      displayName: reader.string("display_name"),
      identifierUris: [
        ...reader.strings("identifier_uris"),
        ...parts("azuread_application_identifier_uri").map((part) => part.string("identifier_uri")),
      ],
      accessTokenVersion: version === 2 ? 2 : 1,
      publicClient:
        reader.boolean("fallback_public_client_enabled", false) ||
        parts("azuread_application_fallback_public_client").some((part) => part.boolean("enabled", false)),
      appRoles: [
        ...reader.blocks("app_role").map((role) => ({ role, id: role.string("id") })),
        ...parts("azuread_application_app_role").map((role) => ({ role, id: role.string("role_id") })),
      ]
        .filter(({ role }) => role.boolean("enabled", true))
        .map(({ role, id }) => ({
          id,
          value: role.optionalString("value") ?? "",
          memberTypes: role.strings("allowed_member_types"),
        })),
      scopes: [
        ...(api?.blocks("oauth2_permission_scope") ?? []).map((scope) => ({ scope, id: scope.string("id") })),
        ...parts("azuread_application_permission_scope").map((scope) => ({
          scope,
          id: scope.string("scope_id"),
        })),
      ]
        .filter(({ scope }) => scope.boolean("enabled", true))
        .map(({ scope, id }) => ({ id, value: scope.optionalString("value") ?? "" })),
      secrets: [...reader.blocks("password"), ...parts("azuread_application_password")].map(secret),
      tokenTypeClaim: tokenTypeClaim([
        ...reader.blocks("optional_claims"),
        ...parts("azuread_application_optional_claims"),
      ]),
      federatedCredentials: parts("azuread_application_federated_identity_credential").map((credential) => ({
        issuer: credential.string("issuer"),
        subject: credential.string("subject"),
        audiences: credential.strings("audiences"),
      })),
      servicePrincipal: servicePrincipal(conversion, clientId),
    };
  });
}

/** A password; one that the stack gives no end ends two years after the deployment, which is now. */
function secret(password: ConfigurationReader): ApplicationSecretModel {
  return {
    value: password.string("value"),
    validFrom: instant(password, "start_date"),
    validUntil: instant(password, "end_date"),
  };
}

function instant(reader: ConfigurationReader, name: string): string | undefined {
  const text = reader.optionalString(name);
  if (text !== undefined && Number.isNaN(Date.parse(text))) {
    reader.refuse(`'${name}' is '${text}', which is not a date and time of RFC 3339`);
    return undefined;
  }
  return text;
}

/** Source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference */
function tokenTypeClaim(optionalClaims: readonly ConfigurationReader[]): ApplicationModel["tokenTypeClaim"] {
  const claim = optionalClaims
    .flatMap((claims) => claims.blocks("access_token"))
    .find((candidate) => candidate.string("name") === "idtyp");
  if (claim === undefined) {
    return undefined;
  }
  return claim.strings("additional_properties").includes("include_user_token")
    ? "allTokens"
    : "applicationTokens";
}

function servicePrincipal(conversion: Conversion, clientId: string): ApplicationModel["servicePrincipal"] {
  const found = conversion
    .ofType("azuread_service_principal")
    .find(({ reader }) => reader.string("client_id") === clientId);
  if (found === undefined) {
    return undefined;
  }
  if (!found.reader.boolean("account_enabled", true)) {
    found.reader.refuse("'account_enabled' false is not supported; leave the service principal out");
  }
  const objectId = found.reader.string("object_id");
  return {
    objectId,
    appRoleAssignmentRequired: found.reader.boolean("app_role_assignment_required", false),
    assignedRoles: conversion
      .ofType("azuread_app_role_assignment")
      .filter(({ reader }) => reader.string("resource_object_id") === objectId)
      .map(({ reader }) => ({
        principalId: reader.string("principal_object_id"),
        appRoleId: reader.string("app_role_id"),
      })),
  };
}

function lastSegment(id: string): string {
  return id.split("/").at(-1) ?? "";
}
