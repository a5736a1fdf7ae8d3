import type { HouseCheck } from "./house-check";
import { block, blocks, type SynthesizedResource, type SynthesizedStack } from "./synthesized-stack";

/** Filters of the detectors of attacks: Azure keeps no severity of theirs. */
const DETECTORS = /^(?:Jailbreak|Indirect Attack|Protected Material Text|Protected Material Code)$/;
/** A named value that operators write. */
const OPERATORS_VALUE = /cut-off$/;

export const settledPlans: HouseCheck = {
  id: "H-62",
  title: "what goes with a resource is replaced with it, and no plan takes back what another resource wrote",
  check: (stack) => [...leftBehind(stack), ...takenBack(stack)],
};

/**
 * Azure deletes the children of a service with it. Those that know it by its name only are not replaced in a plan that
 * replaces it, and the next plan finds them gone.
 */
function leftBehind(stack: SynthesizedStack): readonly string[] {
  const children = stack.resources.flatMap((child) => {
    const holder = holderOf(child);
    return holder === undefined ? [] : [{ child, holder }];
  });
  // A stack that leaves it to the next plan everywhere has decided so.
  return children.some(({ child }) => triggersOf(child).length > 0)
    ? children
        .filter(({ child, holder }) => !isReplacedWith(holder, child))
        .map(({ child, holder }) => `${child.address}: must be replaced with ${holder}`)
    : [];
}

/** @returns the address that `replace_triggered_by` has to name; none if references replace the resource already */
function holderOf({ type, attributes }: SynthesizedResource): string | undefined {
  const { api_management_name, resource_id, depends_on } = attributes;
  if (type === "azapi_update_resource" && /\/diagnostics\/[\w-]+$/.test(String(resource_id))) {
    return ((depends_on ?? []) as readonly string[]).find((each) => /^azurerm_\w+_diagnostic\./.test(each));
  }
  const named = type === "azapi_update_resource" ? resource_id : api_management_name;
  return /^\$\{(azurerm_api_management\.[\w-]+)\.(?:name|id)\}$/.exec(String(named))?.[1];
}

function isReplacedWith(holder: string, child: SynthesizedResource): boolean {
  return triggersOf(child).some((each) => each === holder || each === `${holder}.id`);
}

function triggersOf({ attributes }: SynthesizedResource): readonly string[] {
  return (block(attributes.lifecycle)?.replace_triggered_by ?? []) as readonly string[];
}

function takenBack(stack: SynthesizedStack): readonly string[] {
  const uris = stack
    .ofType("azuread_application_identifier_uri")
    .map(({ attributes }) => attributes.application_id);
  return [
    ...stack
      .ofType("azuread_application")
      .filter(({ address }) => uris.includes(`\${${address}.id}`))
      .flatMap((application) => mustIgnore(application, "identifier_uris")),
    ...stack
      .ofType("azurerm_cognitive_account_rai_policy")
      .flatMap((policy) =>
        blocks(policy.attributes.content_filter).flatMap(({ name }, at) =>
          DETECTORS.test(String(name)) ? mustIgnore(policy, `content_filter[${at}].severity_threshold`) : [],
        ),
      ),
    // Operators cut clients off by writing to it: a plan that writes it again lets them in.
    ...stack
      .ofType("azurerm_api_management_named_value")
      .filter(({ attributes }) => OPERATORS_VALUE.test(String(attributes.display_name)))
      .flatMap((value) => mustIgnore(value, "value")),
  ];
}

function mustIgnore({ address, attributes }: SynthesizedResource, name: string): readonly string[] {
  const ignored = (block(attributes.lifecycle)?.ignore_changes ?? []) as readonly string[];
  return ignored.includes(name) ? [] : [`${address}: must ignore changes of ${name}`];
}
