import type { AttributeShape, ElementShape } from "../policy-compiler";

/** The shape of an element that lists texts, at least one: `<audiences><audience>…</audience></audiences>`. */
export function textListShape(
  item: string,
  attributes?: Readonly<Record<string, AttributeShape>>,
): ElementShape {
  return { attributes, children: [{ name: item, min: 1, shape: { text: "required" } }] };
}
