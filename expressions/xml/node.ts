import { CsArray, CsEnumerable } from "../values/collections";
import { CsObject, type CsValue } from "../values/cs-value";
import { invalidOperation, raise } from "../values/exception";
import { consume } from "../values/execution";
import { type XName, XNamespace } from "./name";
import { valueText } from "./value-text";

/** `System.Xml.XmlNodeType`, with .NET's numbers. */
export const NODE_TYPES = {
  None: 0,
  Element: 1,
  Attribute: 2,
  Text: 3,
  CDATA: 4,
  EntityReference: 5,
  Entity: 6,
  ProcessingInstruction: 7,
  Comment: 8,
  Document: 9,
  DocumentType: 10,
  DocumentFragment: 11,
  Notation: 12,
  Whitespace: 13,
  SignificantWhitespace: 14,
  EndElement: 15,
  EndEntity: 16,
  XmlDeclaration: 17,
} as const;

export type NodeType = keyof typeof NODE_TYPES;

const LINQ = "System.Xml.Linq";
/** Steps for a node that is copied. */
const COPY = 10;

/** `XObject`: a node or an attribute. */
export abstract class XObject extends CsObject {
  /** Text in XML. Assigned by `writer.ts`, which knows every kind. */
  public static write: (object: XObject) => string = () => "";

  /** What it is part of: `Parent` only tells of elements. */
  public container: XContainer | null = null;
  public abstract readonly nodeType: NodeType;

  public get parent(): XElement | null {
    return this.container instanceof XElement ? this.container : null;
  }

  public get document(): XDocument | null {
    const root = this.ancestors().at(-1) ?? this;
    const top = root.container ?? root;
    return top instanceof XDocument ? top : null;
  }

  /** Elements around it, the nearest first. */
  public ancestors(): readonly XElement[] {
    const found: XElement[] = [];
    for (let element = this.parent; element !== null; element = element.parent) {
      found.push(element);
    }
    return found;
  }

  public override toText(): string {
    return XObject.write(this);
  }
}

/** `XAttribute`; a namespace declaration is one as well. */
export class XAttribute extends XObject {
  public readonly typeName = `${LINQ}.XAttribute`;
  public readonly nodeType = "Attribute";

  public constructor(
    public readonly name: XName,
    public value: string,
  ) {
    super();
  }

  public get isNamespaceDeclaration(): boolean {
    const { local, namespace } = this.name;
    return namespace.uri === "" ? local === "xmlns" : namespace.equals(XNamespace.xmlns);
  }

  public clone(): XAttribute {
    return new XAttribute(this.name, this.value);
  }

  /** @throws System.InvalidOperationException when it is part of nothing */
  public remove(): void {
    const element = this.parent;
    if (element === null) {
      throw invalidOperation("The parent is missing.");
    }
    element.attributes.splice(element.attributes.indexOf(this), 1);
    this.container = null;
  }
}

/** `XNode`: everything but attributes. */
export abstract class XNode extends XObject {
  public abstract clone(): XNode;
  /** `XNode.DeepEquals`. */
  public abstract deepEquals(other: XNode): boolean;

  public sibling(step: 1 | -1): XNode | null {
    const all = this.container?.nodes ?? [];
    return all[all.indexOf(this) + step] ?? null;
  }

  /** Elements of the same parent before it (`-1`) or after it, in the order of the document. */
  public siblings(step: 1 | -1): readonly XElement[] {
    const all = this.container?.nodes ?? [];
    const index = all.indexOf(this);
    return elementsOf(step === 1 ? all.slice(index + 1) : all.slice(0, Math.max(0, index)));
  }

  /** @throws System.InvalidOperationException when it is part of nothing */
  public remove(): void {
    const { nodes } = this.requireContainer();
    nodes.splice(nodes.indexOf(this), 1);
    this.container = null;
  }

  /** Puts content beside it. @throws System.InvalidOperationException when it is part of nothing */
  public addBeside(content: CsValue, after: boolean): void {
    const container = this.requireContainer();
    const index = container.nodes.indexOf(this) + (after ? 1 : 0);
    container.insert(index, content);
  }

  private requireContainer(): XContainer {
    if (this.container === null) {
      throw invalidOperation("The parent is missing.");
    }
    return this.container;
  }
}

/** `XText`. */
export class XText extends XNode {
  public readonly typeName: string = `${LINQ}.XText`;
  public readonly nodeType: NodeType = "Text";

  public constructor(public value: string) {
    super();
  }

  public clone(): XText {
    return new XText(this.value);
  }

  public deepEquals(other: XNode): boolean {
    return other instanceof XText && other.nodeType === this.nodeType && other.value === this.value;
  }
}

/** `XCData`. */
export class XCData extends XText {
  public override readonly typeName = `${LINQ}.XCData`;
  public override readonly nodeType = "CDATA";

  public override clone(): XCData {
    return new XCData(this.value);
  }
}

/** `XComment`. */
export class XComment extends XNode {
  public readonly typeName = `${LINQ}.XComment`;
  public readonly nodeType = "Comment";

  public constructor(public value: string) {
    super();
  }

  public clone(): XComment {
    return new XComment(this.value);
  }

  public deepEquals(other: XNode): boolean {
    return other instanceof XComment && other.value === this.value;
  }
}

/** `XProcessingInstruction`. */
export class XProcessingInstruction extends XNode {
  public readonly typeName = `${LINQ}.XProcessingInstruction`;
  public readonly nodeType = "ProcessingInstruction";

  public constructor(
    public target: string,
    public data: string,
  ) {
    super();
  }

  public clone(): XProcessingInstruction {
    return new XProcessingInstruction(this.target, this.data);
  }

  public deepEquals(other: XNode): boolean {
    return (
      other instanceof XProcessingInstruction && other.target === this.target && other.data === this.data
    );
  }
}

/** `XContainer`: an element or a document. */
export abstract class XContainer extends XNode {
  public nodes: XNode[] = [];

  public elements(): readonly XElement[] {
    return elementsOf(this.nodes);
  }

  /** Every node below, in the order of the document. */
  public *descendantNodes(): Generator<XNode> {
    for (const node of this.nodes) {
      consume();
      yield node;
      if (node instanceof XContainer) {
        yield* node.descendantNodes();
      }
    }
  }

  public descendants(): readonly XElement[] {
    return elementsOf(this.descendantNodes());
  }

  /** `Add`. */
  public add(content: CsValue): void {
    if (content instanceof XAttribute) {
      this.addAttribute(content);
    } else if (content instanceof XNode) {
      this.addNode(content);
    } else if (content instanceof CsEnumerable || content instanceof CsArray) {
      for (const item of content) {
        this.add(item);
      }
    } else if (content !== null) {
      this.addString(valueText(content));
    }
  }

  /** Puts content before the node with that index. */
  public insert(index: number, content: CsValue): void {
    const rest = this.nodes.splice(index);
    this.add(content);
    this.nodes.push(...rest);
  }

  public removeNodes(): void {
    this.nodes.forEach((node) => (node.container = null));
    this.nodes = [];
  }

  /** @throws System.InvalidOperationException for what cannot be in there */
  protected abstract checkNode(node: XNode): void;
  protected abstract addAttribute(attribute: XAttribute): void;

  protected addString(text: string): void {
    const last = this.nodes.at(-1);
    if (last instanceof XText && !(last instanceof XCData)) {
      last.value += text;
    } else if (text !== "") {
      this.addNode(new XText(text));
    }
  }

  protected equalNodes(other: XContainer): boolean {
    return (
      this.nodes.length === other.nodes.length &&
      this.nodes.every((node, index) => {
        const counterpart = other.nodes[index];
        return counterpart !== undefined && node.deepEquals(counterpart);
      })
    );
  }

  protected copyNodes(from: XContainer): void {
    for (const node of from.nodes) {
      consume(COPY);
      this.addNode(node.clone());
    }
  }

  /** A node that is part of something is copied, as in .NET. */
  private addNode(node: XNode): void {
    this.checkNode(node);
    const root = [...this.ancestors(), this].includes(node as XElement);
    const added = node.container !== null || root ? node.clone() : node;
    added.container = this;
    this.nodes.push(added);
  }
}

/** `XElement`. */
export class XElement extends XContainer {
  public readonly typeName = `${LINQ}.XElement`;
  public readonly nodeType = "Element";
  public attributes: XAttribute[] = [];
  /** Whether it has been given empty content, which is written as a start tag and an end tag. */
  public hasEmptyContent = false;

  public constructor(public name: XName) {
    super();
  }

  public get value(): string {
    return textsOf(this)
      .map(({ value }) => value)
      .join("");
  }

  public get isEmpty(): boolean {
    return this.nodes.length === 0 && !this.hasEmptyContent;
  }

  public attribute(name: XName): XAttribute | undefined {
    return this.attributes.find((attribute) => attribute.name.equals(name));
  }

  public setValue(text: string): void {
    this.removeNodes();
    this.addString(text);
  }

  public override removeNodes(): void {
    super.removeNodes();
    this.hasEmptyContent = false;
  }

  public clone(): XElement {
    const copy = new XElement(this.name);
    this.attributes.forEach((attribute) => copy.addAttribute(attribute));
    copy.copyNodes(this);
    copy.hasEmptyContent = this.hasEmptyContent;
    return copy;
  }

  public deepEquals(other: XNode): boolean {
    return (
      other instanceof XElement &&
      other.name.equals(this.name) &&
      other.attributes.length === this.attributes.length &&
      this.attributes.every(({ name, value }, index) => {
        const counterpart = other.attributes[index];
        return counterpart?.name.equals(name) === true && counterpart.value === value;
      }) &&
      this.isEmpty === other.isEmpty &&
      this.equalNodes(other)
    );
  }

  public addAttribute(attribute: XAttribute): void {
    if (this.attribute(attribute.name) !== undefined) {
      throw invalidOperation("Duplicate attribute.");
    }
    const added = attribute.container === null ? attribute : attribute.clone();
    added.container = this;
    this.attributes.push(added);
  }

  protected override addString(text: string): void {
    this.hasEmptyContent ||= this.nodes.length === 0 && text === "";
    super.addString(text);
  }

  protected checkNode(node: XNode): void {
    if (node instanceof XDocument) {
      throw raise("ArgumentException", "A node of type Document cannot be added to content.");
    }
  }
}

/** `XDeclaration`. */
export class XDeclaration extends CsObject {
  public readonly typeName = `${LINQ}.XDeclaration`;

  public constructor(
    public version: string | null,
    public encoding: string | null,
    public standalone: string | null,
  ) {
    super();
  }

  public override toText(): string {
    const parts = { version: this.version, encoding: this.encoding, standalone: this.standalone };
    const given = Object.entries(parts).flatMap(([name, value]) =>
      value === null ? [] : [` ${name}="${value}"`],
    );
    return `<?xml${given.join("")}?>`;
  }
}

/** `XDocument`. */
export class XDocument extends XContainer {
  public readonly typeName = `${LINQ}.XDocument`;
  public readonly nodeType = "Document";
  public declaration: XDeclaration | null = null;

  public get root(): XElement | null {
    return this.elements()[0] ?? null;
  }

  public clone(): XDocument {
    const copy = new XDocument();
    copy.declaration = this.declaration;
    copy.copyNodes(this);
    return copy;
  }

  public deepEquals(other: XNode): boolean {
    return other instanceof XDocument && this.equalNodes(other);
  }

  protected addAttribute(): void {
    throw raise("ArgumentException", "An attribute cannot be added to content.");
  }

  protected override addString(text: string): void {
    if (/[^ \t\r\n]/.test(text)) {
      throw raise("ArgumentException", "Non white space characters cannot be added to content.");
    }
    super.addString(text);
  }

  protected checkNode(node: XNode): void {
    if (node instanceof XElement && this.root !== null) {
      throw invalidOperation("This operation would create an incorrectly structured document.");
    }
    if (node instanceof XDocument || node instanceof XCData) {
      throw raise("ArgumentException", `A node of type ${node.nodeType} cannot be added to content.`);
    }
  }
}

/** Elements among nodes. */
function elementsOf(nodes: Iterable<XNode>): readonly XElement[] {
  return [...nodes].filter((node): node is XElement => node instanceof XElement);
}

function textsOf(container: XContainer): readonly XText[] {
  return [...container.descendantNodes()].filter((node): node is XText => node instanceof XText);
}
