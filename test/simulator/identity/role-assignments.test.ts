import { RoleAssignments, roleById, roleByName } from "../../../simulator/identity";

const CHAT = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
const ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a";

function allows(role: string, scope: string, action = CHAT, resource = ACCOUNT): boolean {
  const roleDefinitionId = roleByName(role)?.id ?? "";
  return new RoleAssignments([{ address: "r", scope, principalId: "P", roleDefinitionId }]).allows(
    "p",
    action,
    resource,
  );
}

test.each([
  ["at the account", ACCOUNT],
  ["at its resource group, in other letter case", "/SUBSCRIPTIONS/s/resourcegroups/RG"],
  ["at the subscription", "/subscriptions/s"],
  ["with a final slash", "/subscriptions/s/"],
])("a role %s counts", (_name, scope) => {
  expect(allows("Cognitive Services OpenAI User", scope)).toBe(true);
});

test.each([
  ["at another account", `${ACCOUNT}2`],
  ["at a namesake of its group", "/subscriptions/s/resourceGroups/r"],
  ["below the account", `${ACCOUNT}/deployments/d`],
])("a role %s does not count", (_name, scope) => {
  expect(allows("Cognitive Services OpenAI User", scope)).toBe(false);
});

test.each([
  ["Cognitive Services OpenAI User", true],
  ["Cognitive Services OpenAI Contributor", true],
  ["Cognitive Services User", true],
  ["Cognitive Services Contributor", false],
  ["Owner", false],
  ["Contributor", false],
])("%s opens chat completions: %s", (role, expected) => {
  expect(allows(role, ACCOUNT)).toBe(expected);
});

test("OpenAI User may read but not manage", () => {
  const openAi = "Microsoft.CognitiveServices/accounts/OpenAI";
  expect(allows("Cognitive Services OpenAI User", ACCOUNT, `${openAi}/models/read`)).toBe(true);
  expect(allows("Cognitive Services OpenAI User", ACCOUNT, `${openAi}/responses/delete`)).toBe(true);
  expect(allows("Cognitive Services OpenAI User", ACCOUNT, `${openAi}/deployments/write`)).toBe(false);
  expect(allows("Cognitive Services OpenAI User", ACCOUNT, `${openAi}/stored-completions/read`)).toBe(false);
});

test("roles are found by name and by id, whatever the letter case", () => {
  const role = roleByName("key vault secrets user");
  expect(
    roleById(`/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${role?.id.toUpperCase()}`),
  ).toBe(role);
  expect(roleByName("Key Vault Wizard")).toBeUndefined();
});
