import { loadStacks } from "../../../simulator/terraform";
import { type PlannedFixture, writePlan } from "./shown-fixture";

const GROUP: PlannedFixture = {
  address: "azurerm_resource_group.this",
  values: { name: "rg", location: "westeurope" },
};

describe("a plan that leaves something out", () => {
  it("is refused", async () => {
    const plan = writePlan([GROUP], { applyable: true, complete: false, errored: false });
    await expect(loadStacks(plan)).rejects.toThrow(
      /plan\.json: the plan is not complete \('complete' is false\): '-target', '-exclude' or a deferred change/,
    );
  });

  it.each([
    ["is complete", { applyable: true, complete: true, errored: false }],
    ["is of a Terraform that does not say", {}],
  ])("is not one that %s", async (_which, rest) => {
    await expect(loadStacks(writePlan([GROUP], rest))).resolves.toBeDefined();
  });

  it("is refused for its errors, where it has some", async () => {
    const plan = writePlan([GROUP], { applyable: false, complete: false, errored: true });
    const refused = loadStacks(plan);
    await expect(refused).rejects.toThrow(/the plan has errors/);
    await expect(refused).rejects.not.toThrow(/not complete/);
  });
});
