/** Replacements in the order in which azurerm makes them. */
const REPLACEMENTS: readonly (readonly [string, string])[] = [
  ["\n", ""],
  ["\r", ""],
  ["\t", ""],
  [" ", ""],
  ["&quot;", '"'],
  ["&gt;", ">"],
  ["&lt;", "<"],
  ["&amp;", "&"],
  ["&apos;", "'"],
];

/**
 * What azurerm compares of a policy document or fragment before it shows a difference: white space is gone, and so is
 * the escaping of XML. Two documents of which this is the same are "No changes".
 *
 * Source: internal/services/apimanagement/diff_suppress.go of hashicorp/terraform-provider-azurerm, 4.55 to 5.2
 */
export function comparedByAzurerm(xml: string): string {
  return REPLACEMENTS.reduce((text, [from, to]) => text.replaceAll(from, to), xml);
}
