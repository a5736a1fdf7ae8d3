import type { HouseCheck } from "./house-check";
import { blocks, type SynthesizedStack } from "./synthesized-stack";

/** Azure's own filters. They block from "Medium" on; the newer ones look for attacks as well. */
const OF_AZURE = /^Microsoft\.Default(V\d+)?$/;
/** What a filter of one's own must have. Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter */
const REQUIRED = [
  ...["Hate", "Sexual", "Violence", "Selfharm"].flatMap((harm) => [`${harm} Prompt`, `${harm} Completion`]),
  "Jailbreak Prompt",
  "Indirect Attack Prompt",
  "Protected Material Text Completion",
  "Protected Material Code Completion",
];
const SEVERITIES: readonly unknown[] = ["Low", "Medium"];
const FILTER = /^\$\{(azurerm_cognitive_account_rai_policy\.[\w-]+)\.name\}$/;

export const contentFilters: HouseCheck = {
  id: "H-55",
  title: "every deployment has a content filter, and every filter blocks before anything is answered",
  check: (stack) => [...openFilters(stack), ...unfiltered(stack)],
};

function openFilters(stack: SynthesizedStack): readonly string[] {
  return stack.ofType("azurerm_cognitive_account_rai_policy").flatMap(({ address, attributes }) => {
    const filters = blocks(attributes.content_filter);
    const present = filters.map(({ name, source }) => `${String(name)} ${String(source)}`);
    return [
      ...(attributes.mode === "Blocking" ? [] : [`${address}: mode must be Blocking`]),
      ...(OF_AZURE.test(String(attributes.base_policy_name))
        ? []
        : [`${address}: base_policy_name must be a filter of Azure`]),
      ...REQUIRED.filter((name) => !present.includes(name)).map((name) => `${address}: no filter '${name}'`),
      ...filters.flatMap(({ filter_enabled, block_enabled, severity_threshold }, at) => [
        ...(filter_enabled === true && block_enabled === true
          ? []
          : [`${address}: '${present[at]}' does not block`]),
        ...(SEVERITIES.includes(severity_threshold)
          ? []
          : [`${address}: '${present[at]}' blocks from ${String(severity_threshold)} on`]),
      ]),
    ];
  });
}

/** Absence means Azure's default of the day; that is not said by anybody. */
function unfiltered(stack: SynthesizedStack): readonly string[] {
  const accounts = new Map(
    stack
      .ofType("azurerm_cognitive_account_rai_policy")
      .map(({ address, attributes }) => [address, attributes.cognitive_account_id]),
  );
  return stack.ofType("azurerm_cognitive_deployment").flatMap(({ address, attributes }) => {
    const name = typeof attributes.rai_policy_name === "string" ? attributes.rai_policy_name : "";
    const filter = FILTER.exec(name)?.[1];
    if (filter === undefined) {
      return OF_AZURE.test(name) ? [] : [`${address}: rai_policy_name must name a filter of this stack`];
    }
    return accounts.get(filter) === attributes.cognitive_account_id
      ? []
      : [`${address}: its filter is of another account`];
  });
}
