import { type StackJson, synthesized } from "../support/simulation";

test("an API asks about the budgets of its own clients only", () => {
  const { resource } = synthesized("prod").json as unknown as StackJson;
  const policies = Object.entries(resource.azurerm_api_management_api_policy ?? {});
  const [assistant, partners] = ["assistant", "partners"].map((name) =>
    String(policies.find(([id]) => id.includes(`api-${name}_`))?.[1].xml_content),
  );
  // Only partners have budgets that end their month.
  expect(partners).toContain("x-budget-remaining");
  expect(assistant).toContain("spendingFound");
  expect(assistant).not.toContain("x-budget-remaining");
});
