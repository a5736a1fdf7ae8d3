import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, type SynthesizedStack } from "./synthesized-stack";

const RESULTS = /https:\/\/([a-z0-9]+)\.blob\.core\.windows\.net\/([a-z0-9-]+)/g;
const MAX_DAYS = 30;

/** Prompts and answers are in what waits for its caller; the gateway stops giving it, and deletes nothing. */
export const keptResults: HouseCheck = {
  id: "H-70",
  title: "what policies keep for callers in a storage account of the stack is deleted in time",
  check: (stack) => {
    const kept = stack.policies.flatMap(({ xml }) =>
      [...xml.matchAll(RESULTS)].map(([, account = "", container = ""]) => ({ account, container })),
    );
    return stack.ofType("azurerm_storage_account").flatMap(({ address, attributes }) => {
      const containers = kept.filter(({ account }) => account === attributes.name);
      const rules = rulesOf(stack, address);
      return [...new Set(containers.map(({ container }) => container))]
        .filter((container) => !rules.some((rule) => deletes(rule, container)))
        .map((container) => `${address}: nothing deletes what is in ${container} within ${MAX_DAYS} days`);
    });
  },
};

function rulesOf(stack: SynthesizedStack, account: string): readonly Attributes[] {
  return stack
    .ofType("azurerm_storage_management_policy")
    .filter(({ attributes }) => attributes.storage_account_id === `\${${account}.id}`)
    .flatMap(({ attributes }) => blocks(attributes.rule));
}

function deletes({ enabled, filters, actions }: Attributes, container: string): boolean {
  const { prefix_match: prefixes, blob_types: types } = block(filters) ?? {};
  const days = Number(
    block(block(actions)?.base_blob)?.delete_after_days_since_modification_greater_than ?? Infinity,
  );
  const all = (prefixes ?? []) as readonly string[];
  return (
    enabled === true &&
    days <= MAX_DAYS &&
    ((types ?? []) as readonly string[]).includes("blockBlob") &&
    (all.length === 0 || all.includes(`${container}/`))
  );
}
