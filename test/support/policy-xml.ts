import { type Document, DOMParser, type Element } from "@xmldom/xmldom";

/** What Terraform makes of a literal of `cdk.tf.json`: the escapes of template sequences undone. */
export function afterTerraform(text: string): string {
  return text.replace(/([$%])\1\{/g, "$1{");
}

/** Parses a rendered policy as Azure gets it. @throws Error if it is not well-formed */
export function parsePolicy(text: string): Document {
  return new DOMParser({
    onError: (_level, message) => {
      throw new Error(message);
    },
  }).parseFromString(afterTerraform(text), "text/xml");
}

/** Elements of a section, or of the whole document, in document order. */
export function elementsOf(root: Document | Element, name = "*"): readonly Element[] {
  return Array.from(root.getElementsByTagName(name));
}

/** The first element with that name. @throws Error if there is none */
export function elementOf(root: Document | Element, name: string): Element {
  const [first] = elementsOf(root, name);
  if (!first) {
    throw new Error(`no <${name}>`);
  }
  return first;
}

export function childrenOf(element: Element): readonly Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

/** Attribute values and texts of an element and everything in it. */
export function valuesOf(root: Document | Element): readonly string[] {
  return elementsOf(root).flatMap((element) => [
    ...Array.from(element.attributes).map(({ value }) => value),
    ...(childrenOf(element).length === 0 && element.textContent ? [element.textContent] : []),
  ]);
}
