import type { PolicyElementNode } from "../policy-compiler";

/** The child element of that name, of which the shape allows one. */
export function childOf(element: PolicyElementNode, name: string): PolicyElementNode | undefined {
  return element.children.find((node) => node.name === name);
}

/** What the child element of that name holds; nothing where it is left out. */
export function itemsOf(element: PolicyElementNode, name: string): readonly PolicyElementNode[] {
  return childOf(element, name)?.children ?? [];
}
