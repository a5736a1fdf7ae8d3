import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadStacks } from "../../../simulator/terraform";
import { type PlannedFixture, writePlan, writeState } from "./shown-fixture";
import { PLACED, writeStack } from "./stack-fixture";

const application = (displayName: string): PlannedFixture => ({
  address: "azuread_application.this",
  values: { display_name: displayName },
  unknown: { client_id: true, object_id: true },
});
const identity = (name: string): PlannedFixture => ({
  address: "azurerm_user_assigned_identity.this",
  values: { ...PLACED, name },
  unknown: { client_id: true, principal_id: true },
});
const PLAN: readonly PlannedFixture[] = [application("Chat"), identity("id-chat")];

/** The same file, elsewhere. */
function copied(file: string, ...path: readonly string[]): string {
  const copy = join(dirname(file), ...path);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(file, copy);
  return copy;
}

async function idsOf(...files: readonly string[]): Promise<readonly string[]> {
  const { applications, identities } = await loadStacks(files);
  return [
    ...applications.map(({ clientId }) => clientId),
    ...identities.flatMap(({ clientId, principalId }) => [clientId, principalId]),
  ];
}

describe("made-up ids", () => {
  it("are the same whatever a plan's file is called, and wherever it lies", async () => {
    const plan = writePlan(PLAN);
    const ids = await idsOf(plan);
    expect(new Set(ids).size).toBe(3);
    expect(await idsOf(copied(plan, "before.json"))).toEqual(ids);
    expect(await idsOf(copied(plan, "elsewhere", "plan.json"))).toEqual(ids);
  });

  it.each([
    ["of other names", "other.json"],
    ["of the same name", "elsewhere/plan.json"],
  ])("are different for the same address in two plans loaded together, %s", async (_which, path) => {
    const plan = writePlan(PLAN);
    const other = copied(writePlan([application("Search"), identity("id-search")]), ...path.split("/"));
    const ids = await idsOf(plan, other);
    expect(new Set(ids).size).toBe(6);
    expect(await idsOf(copied(plan, "first.json"), copied(other, "second.json"))).toEqual(ids);
  });

  it("are those of a plan alone for what no document before it has", async () => {
    const plan = writePlan(PLAN);
    const state = writeState([{ address: "azurerm_resource_group.this", values: { name: "rg" } }]);
    expect(await idsOf(state, plan)).toEqual(await idsOf(plan));
  });

  it("are different for two stacks of one name", async () => {
    const sections = (name: string): Record<string, object> => ({
      resource: { azurerm_user_assigned_identity: { this: { ...PLACED, name } } },
    });
    const ids = await idsOf(writeStack("dev", sections("id-one")), writeStack("dev", sections("id-two")));
    expect(new Set(ids).size).toBe(4);
  });
});

describe("documents of one name", () => {
  it("each keep their own provider", async () => {
    const stack = (id: string): string =>
      writeStack("dev", {
        provider: { azurerm: [{ features: [{}], subscription_id: "sub-1", tenant_id: `tenant-${id}` }] },
        resource: { azurerm_user_assigned_identity: { this: { ...PLACED, name: `id-${id}` } } },
      });
    const { identities } = await loadStacks([stack("one"), stack("two")]);
    expect(identities.map(({ name, tenantId }) => [name, tenantId])).toEqual([
      ["id-one", "tenant-one"],
      ["id-two", "tenant-two"],
    ]);
  });

  it("are told by their folders in addresses", async () => {
    const plan = writePlan([identity("id-chat")]);
    const one = copied(plan, "one", "plan.json");
    const two = copied(writePlan([identity("id-search")]), "..", "two", "plan.json");
    const { identities } = await loadStacks([one, two]);
    expect(identities.map(({ address }) => address)).toEqual([
      "one/plan/azurerm_user_assigned_identity.this",
      "two/plan/azurerm_user_assigned_identity.this",
    ]);
  });
});
