export { RoleAssignments } from "./role-assignments";
export { roleById, roleByName, type RoleDefinition } from "./role-definition";
