import { BuiltInRole } from "../../../lib/identity/built-in-role";
import { GUID } from "../../../lib/validation/name-rule";

/** Roles with every right, or the right to give rights: Azure's ids of them, which never change. */
const NEVER_GRANTED = {
  Owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
};

const roles = Object.values(BuiltInRole).filter(
  (value): value is BuiltInRole => value instanceof BuiltInRole,
);

describe("a built-in role", () => {
  it("has an id of its own, and is meant for one type of resource", () => {
    for (const { roleId, resourceType } of roles) {
      expect(roleId).toMatch(GUID.pattern);
      expect(resourceType).toMatch(/^Microsoft\.[A-Za-z]+\/[A-Za-z]+$/);
    }
    expect(new Set(roles.map(({ roleId }) => roleId)).size).toBe(roles.length);
  });

  it.each(Object.entries(NEVER_GRANTED))("is never %s", (name, id) => {
    expect(roles.map(({ roleId }) => roleId)).not.toContain(id);
    expect(roles.map(({ roleName }) => roleName)).not.toContain(name);
  });

  it("for models lets nobody read keys or change deployments", () => {
    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/ai-machine-learning
    expect(BuiltInRole.COGNITIVE_SERVICES_OPENAI_USER.roleId).toBe("5e0bd9bd-7b93-4f28-af87-19fc36ad61bd");
  });
});
