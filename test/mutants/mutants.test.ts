import { synthesized } from "../support/simulation";
import type { Json, Mutant } from "./mutant";
import { policyMutants } from "./policy-mutants";
import { resourceMutants } from "./resource-mutants";
import { isNoticed, mutantsOf, oneOfEach } from "./survivors";

const STACK: Json = {
  resource: {
    azurerm_thing: {
      one: { name: "n", open: false, limit: 3, rules: [{ role: "reader" }] },
    },
    azurerm_api_management_api_policy: {
      api: {
        xml_content:
          '<policies><inbound><choose><when condition="@(x)"><choose><when condition="@(y)"><a /></when></choose></when></choose>' +
          '<rate-limit-by-key calls="5" /><set-variable value="@{ if (n &gt; 4 &amp;&amp; b) { return &quot;forbidden:rule&quot;; } }" />' +
          "</inbound></policies>",
      },
    },
  },
};

function changesOf(mutants: readonly Mutant[]): readonly string[] {
  return mutants.map(({ operator, change }) => `${operator} ${change}`);
}

test("of a resource, everything that has weight is left out, turned, widened or replaced", () => {
  const changes = resourceMutants(STACK).filter(({ address }) => address === "azurerm_thing.one");
  expect(changesOf(changes)).toEqual([
    "leave-out the resource",
    "leave-out open",
    "flip open → true",
    "leave-out limit",
    "widen limit → 3000",
    "leave-out rules",
    "leave-out rules.0",
    "leave-out rules.0.role",
    "replace rules.0.role → other-reader",
  ]);
});

test.each([
  ["a choice by another", { type: "Admin" }, "type → User"],
  ["a choice by another of its place", { network_rules: { bypass: ["None"] } }, "bypass.0 → AzureServices"],
  ["a GUID by another", { id: "a/5ddba6d2-784a-5760-848c-5dbac5fbd653" }, "id → a/0e0e0e0e-"],
  [
    "a resource by another of its type",
    { scope: "${azurerm_thing.one.id}" },
    "scope → ${azurerm_thing.other.id}",
  ],
])("%s is replaced", (_, attributes, change) => {
  const stack = { resource: { azurerm_thing: { one: attributes, other: { open: true } } } };
  const replaced = resourceMutants(stack).filter(({ operator }) => operator === "replace");
  expect(changesOf(replaced).filter((each) => each.includes(change))).toHaveLength(1);
});

test("what leaving out means is not left out, and the only resource of a type not replaced", () => {
  const stack = {
    resource: { azurerm_thing: { one: { rules: [], limit: null, id: "${azurerm_thing.one.id}" } } },
  };
  expect(changesOf(resourceMutants(stack))).toEqual(["leave-out the resource", "leave-out id"]);
});

test("a mutant is the stack with one change, and leaves the stack as it is", () => {
  const before = JSON.stringify(STACK);
  const [flipped] = resourceMutants(STACK).filter(({ operator }) => operator === "flip");
  expect(JSON.stringify(flipped?.json())).toBe(before.replace('"open":false', '"open":true'));
  const [emptied] = resourceMutants(STACK).filter(({ change }) => change === "rules.0");
  expect(JSON.stringify(emptied?.json())).toBe(before.replace('[{"role":"reader"}]', "[]"));
  expect(JSON.stringify(STACK)).toBe(before);
});

test("of a policy, elements, conditions, refusals and bounds are changed, one at a time", () => {
  const policies = policyMutants(STACK).map(({ json }) => {
    const { azurerm_api_management_api_policy: found } = json().resource as Record<
      string,
      Record<string, Json>
    >;
    return String(found?.api?.xml_content);
  });
  expect(new Set(policies).size).toBe(policies.length);
  for (const part of [
    '<inbound><rate-limit-by-key calls="5" />',
    '<when condition="@(x)"></when>',
    '<when condition="@(true)"><choose><when condition="@(y)">',
    '<when condition="@(x)"><choose><when condition="@(false)">',
    'calls="5000"',
    "n &gt; 4000",
    "4 || b",
    "{ return &quot;&quot;; }",
  ]) {
    expect(policies.filter((policy) => policy.includes(part)).length).toBeGreaterThan(0);
  }
});

/** Changes that no refusal shows: each was noticed by nobody but snapshots once. */
test.each([
  ["dev", "azuread_service_principal", "flip app_role_assignment_required → false"],
  ["prod", "azurerm_cognitive_account_rai_policy", "flip content_filter.0.block_enabled → false"],
  ["prod", "azurerm_cognitive_account_rai_policy", "replace mode → Asynchronous_filter"],
  ["prod", "azurerm_cognitive_account_rai_policy", "leave-out content_filter.8"],
  ["prod", "azurerm_cognitive_deployment", "leave-out rai_policy_name"],
  ["prod", "azurerm_cognitive_deployment", "leave-out version_upgrade_option"],
] as const)("%s: a house check notices of %s: %s", (name, type, change) => {
  const mutants = mutantsOf(synthesized(name).json).filter(
    (mutant) => mutant.address.startsWith(`${type}.`) && `${mutant.operator} ${mutant.change}` === change,
  );
  expect(mutants).not.toEqual([]);
  expect(mutants.filter((mutant) => !isNoticed(mutant))).toEqual([]);
});

test("another value at the same place is another kind", () => {
  const changes = ["Audit", "Trace"].map((was): Mutant => ({
    operator: "leave-out",
    address: "a.one",
    change: "log.0",
    was,
    json: () => ({}),
  }));
  expect(oneOfEach(changes)).toEqual(changes);
});

test("one of each kind stands for resources of one type and items of one list", () => {
  const changes = ["content_filter.0.block_enabled", "content_filter.1.block_enabled"].map(
    (change): Mutant => ({
      operator: "flip",
      address: "a.one",
      change: `${change} → false`,
      json: () => ({}),
    }),
  );
  expect(oneOfEach(changes)).toEqual(changes.slice(0, 1));
});
