import type { ApiModel, GatewayModel, OperationModel, PolicyDocumentModel, ProductModel } from "../../model";
import type { PolicyElementNode } from "../policy-compiler";
import type { ScopeName, SectionName } from "../policy-execution";
import { DEFAULT_GLOBAL_POLICY, SECTION_NAMES } from "./document";
import { parsePolicyXml } from "./policy-xml";

/** Where a request is: what decides which policies run for it. */
export interface PolicyScope {
  readonly api: ApiModel;
  /** @default - no operation: what runs for all operations of the API */
  readonly operation?: OperationModel;
  /** @default - no product: the caller has no subscription to one */
  readonly product?: ProductModel;
}

/** An element of the policies that run, with the document it comes from. */
export interface EffectiveElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** What stands in the element; below `include-fragment`, the policies of the fragment. */
  readonly children: readonly EffectiveElement[];
  readonly text: string;
  readonly scope: ScopeName;
  /** Terraform address of the resource that holds the document or fragment. */
  readonly address: string;
  readonly line: number;
  readonly column: number;
}

type Sections = Readonly<Record<SectionName, readonly EffectiveElement[]>>;

/**
 * The policies that run for a scope, as written: every `<base />` replaced by the same section of the next broader
 * scope, fragments put in, named values left as references.
 * @param gateway one that has been compiled: its documents parse
 */
export function effectivePolicy(gateway: GatewayModel, scope: PolicyScope): Sections {
  const fragments = new Map(
    gateway.fragments.map(({ name, address, xml, format }) => [
      name,
      { address, children: parsePolicyXml(xml, format).children },
    ]),
  );
  const place = (node: PolicyElementNode, address: string, scopeName: ScopeName): EffectiveElement => {
    const fragment =
      node.name === "include-fragment" ? fragments.get(node.attributes.get("fragment-id") ?? "") : undefined;
    const { name, attributes, text, line, column } = node;
    const children = fragment?.children ?? node.children;
    return {
      name,
      attributes,
      text,
      line,
      column,
      address,
      scope: scopeName,
      children: children.map((child) => place(child, fragment?.address ?? address, scopeName)),
    };
  };
  const documents = documentsOf(gateway, scope).map(({ document, scopeName }) => ({
    sections: new Map(parsePolicyXml(document.xml, "rawxml").children.map((node) => [node.name, node])),
    address: document.address,
    scopeName,
  }));
  /** @param depth index of the document, narrow to broad */
  const sectionAt = (section: SectionName, depth: number): readonly EffectiveElement[] => {
    const document = documents[depth];
    if (document === undefined) {
      return [];
    }
    const node = document.sections.get(section);
    return node === undefined
      ? sectionAt(section, depth + 1)
      : node.children.flatMap((child) =>
          child.name === "base"
            ? sectionAt(section, depth + 1)
            : [place(child, document.address, document.scopeName)],
        );
  };
  return Object.fromEntries(
    SECTION_NAMES.map((section) => [section, sectionAt(section, 0)]),
  ) as unknown as Sections;
}

interface ScopedDocument {
  readonly document: PolicyDocumentModel;
  readonly scopeName: ScopeName;
}

/** Documents narrow to broad; a scope without one inherits. */
function documentsOf(
  gateway: GatewayModel,
  { operation, api, product }: PolicyScope,
): readonly ScopedDocument[] {
  const optional = (
    document: PolicyDocumentModel | undefined,
    scopeName: ScopeName,
  ): readonly ScopedDocument[] => (document === undefined ? [] : [{ document, scopeName }]);
  return [
    ...optional(operation?.policy, "operation"),
    ...optional(api.policy, "api"),
    ...optional(product?.policy, "product"),
    {
      document: gateway.policy ?? { address: gateway.address, xml: DEFAULT_GLOBAL_POLICY },
      scopeName: "global",
    },
  ];
}
