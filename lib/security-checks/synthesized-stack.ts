import { type Document, DOMParser, type Element } from "@xmldom/xmldom";

/** Attributes of one resource as they stand in `cdk.tf.json`. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface SynthesizedResource {
  readonly address: string;
  readonly type: string;
  readonly attributes: Attributes;
}

export interface SynthesizedPolicy {
  readonly address: string;
  /** Scope of the document, or `fragment`. */
  readonly scope: "global" | "api" | "operation" | "product" | "fragment";
  readonly xml: string;
  readonly document: Document;
}

/** One `cdk.tf.json`, as it is: nothing here comes from the constructs that wrote it. */
export class SynthesizedStack {
  public readonly resources: readonly SynthesizedResource[];
  private parsedPolicies: readonly SynthesizedPolicy[] | undefined;

  public constructor(
    public readonly name: string,
    public readonly json: Readonly<Record<string, unknown>>,
  ) {
    this.resources = Object.entries(asRecord(json.resource)).flatMap(([type, byName]) =>
      Object.entries(asRecord(byName)).map(([id, attributes]) => ({
        address: `${type}.${id}`,
        type,
        attributes: asRecord(attributes),
      })),
    );
  }

  /** @throws Error if one is not well-formed */
  public get policies(): readonly SynthesizedPolicy[] {
    return (this.parsedPolicies ??= this.resources.flatMap(readPolicy));
  }

  public ofType(...types: string[]): readonly SynthesizedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }
}

/** Blocks are written as an object or as a list with one; both read the same. */
export function block(value: unknown): Attributes | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return first === undefined || first === null ? undefined : asRecord(first);
}

export function blocks(value: unknown): readonly Attributes[] {
  if (value === undefined || value === null) {
    return [];
  }
  return (Array.isArray(value) ? value : [value]).map(asRecord);
}

export function isReference(value: unknown): boolean {
  return typeof value === "string" && /(?<!\$)\$\{/.test(value);
}

export function childElements(element: Element): readonly Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

export function allElements(document: Document, name: string): readonly Element[] {
  return Array.from(document.getElementsByTagName(name));
}

/** Every attribute value and text of a document, with the element that holds it. */
export function allTexts(
  document: Document,
): readonly { readonly element: Element; readonly text: string }[] {
  return Array.from(document.getElementsByTagName("*")).flatMap((element) => [
    ...Array.from(element.attributes).map((attribute) => ({ element, text: attribute.value })),
    ...Array.from(element.childNodes)
      .filter((node) => node.nodeType === 3 && node.nodeValue?.trim())
      .map((node) => ({ element, text: (node.nodeValue ?? "").trim() })),
  ]);
}

/** Policies of revisions are written through azapi: azurerm names the current revision only. */
function isRevisionPolicy(type: string, attributes: Attributes): boolean {
  return /^azapi_(?:update_)?resource$/.test(type) && /\/apis\/policies@/i.test(String(attributes.type));
}

function readPolicy({ address, type, attributes }: SynthesizedResource): SynthesizedPolicy[] {
  const scope = {
    azurerm_api_management_policy: "global",
    azurerm_api_management_api_policy: "api",
    azurerm_api_management_api_operation_policy: "operation",
    azurerm_api_management_product_policy: "product",
    azurerm_api_management_policy_fragment: "fragment",
    ...(isRevisionPolicy(type, attributes) ? { [type]: "api" } : {}),
  }[type] as SynthesizedPolicy["scope"] | undefined;
  const content = isRevisionPolicy(type, attributes)
    ? block(block(attributes.body)?.properties)?.value
    : scope === "fragment"
      ? attributes.value
      : attributes.xml_content;
  if (!scope || typeof content !== "string") {
    return [];
  }
  const xml = content.replace(/([$%])\1\{/g, "$1{");
  return [{ address, scope, xml, document: parse(address, xml) }];
}

/** Documents that were read last. Most changes of a stack leave most of its policies as they are. */
const PARSED = new Map<string, Document>();
const MAX_PARSED = 32;

function parse(address: string, xml: string): Document {
  const known = PARSED.get(xml);
  if (known !== undefined) {
    return known;
  }
  const document = new DOMParser({
    onError: (_level, message) => {
      throw new Error(`${address}: ${message}`);
    },
  }).parseFromString(xml, "text/xml");
  if (PARSED.size === MAX_PARSED) {
    PARSED.clear();
  }
  PARSED.set(xml, document);
  return document;
}

function asRecord(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}
