import type { SchemaDifference } from "./binding-schema";

/** Versions of azurerm whose schemas the bindings of the two flavours carry. */
export const AZURERM_VERSIONS = { cdktf: "4.55.0", cdktn: "4.73.0" } as const;

/**
 * Where those schemas differ, of all resources that the constructs and stacks use. `npm run test:flavours`, which
 * installs both bindings, compares this with them.
 */
export const BINDING_DIFFERENCES: readonly SchemaDifference[] = [
  { resource: "federated-identity-credential", what: "parent_id", before: "required", after: "optional" },
  {
    resource: "federated-identity-credential",
    what: "resource_group_name",
    before: "required",
    after: "optional",
  },
  {
    resource: "federated-identity-credential",
    what: "user_assigned_identity_id",
    before: undefined,
    after: "optional",
  },
  {
    resource: "monitor-scheduled-query-rules-alert-v2",
    what: "action.email_subject",
    before: undefined,
    after: "optional",
  },
  { resource: "provider", what: "enhanced_validation", before: undefined, after: "optional" },
  { resource: "provider", what: "enhanced_validation.locations", before: undefined, after: "optional" },
  {
    resource: "provider",
    what: "enhanced_validation.resource_providers",
    before: undefined,
    after: "optional",
  },
  { resource: "user-assigned-identity", what: "isolation_scope", before: undefined, after: "optional" },
];
