import { UnsupportedFeature } from "../values/unsupported-feature";
import { XNamespace } from "./name";
import {
  type XAttribute,
  XCData,
  XComment,
  type XContainer,
  XDocument,
  XElement,
  type XNode,
  XObject,
  XProcessingInstruction,
  XText,
} from "./node";

/** That of Windows, on which API Management runs. */
const LINE_END = "\r\n";

/** Namespaces by prefix. */
type Scope = ReadonlyMap<string, string>;

/** Where something is written. */
interface Place {
  /** Prefixes to choose from, those of elements around what is written included. */
  readonly known: Scope;
  /** Prefixes that the text has declared so far. */
  readonly written: Scope;
  /** What a line begins with. Beside a text, and below, everything stays on one line. @default - one line */
  readonly indent?: string;
}

const NOTHING: Scope = new Map();

/** Lets nodes print themselves. */
export function printXml(): void {
  XObject.write = (object) => {
    if (object instanceof XDocument) {
      return writeNodes(object, { known: NOTHING, written: NOTHING, indent: "" });
    }
    return object instanceof XElement
      ? writeElement(object, { known: scopeAround(object), written: NOTHING, indent: "" })
      : writeLeaf(object as XNode | XAttribute);
  };
}

function writeLeaf(object: XNode | XAttribute): string {
  if (object instanceof XCData) {
    return `<![CDATA[${object.value.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
  }
  if (object instanceof XText) {
    return escapeText(object.value);
  }
  if (object instanceof XComment) {
    return `<!--${object.value}-->`;
  }
  if (object instanceof XProcessingInstruction) {
    return `<?${object.target}${object.data === "" ? "" : ` ${object.data}`}?>`;
  }
  const attribute = object as XAttribute;
  return writeAttribute(attribute, attribute.parent === null ? NOTHING : scopeOf(attribute.parent));
}

function writeElement(element: XElement, place: Place): string {
  const { namespace, local } = element.name;
  const known = declarationsOf(element, place.known);
  const declared = declarationsOf(element, place.written);
  const prefix = prefixOf(namespace, known, true) ?? "";
  // What the text has not declared, the writer declares, after the attributes that there are.
  const isMissing = (declared.get(prefix) ?? "") !== namespace.uri;
  const written = isMissing ? new Map([...declared, [prefix, namespace.uri]]) : declared;
  const attributes = element.attributes.map((attribute) => ` ${writeAttribute(attribute, known)}`);
  const declaration = isMissing
    ? ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(namespace.uri)}"`
    : "";
  const name = prefix === "" ? local : `${prefix}:${local}`;
  const start = `${name}${attributes.join("")}${declaration}`;
  if (element.isEmpty) {
    return `<${start} />`;
  }
  const { indent } = place;
  const nodes = writeNodes(element, {
    known,
    written,
    indent: indent === undefined ? undefined : `${indent}  `,
  });
  const hasText = element.nodes.length === 0 || element.nodes.some((node) => node instanceof XText);
  return `<${start}>${nodes}${hasText ? "" : lineStart(indent)}</${name}>`;
}

/** Nodes of an element, each on a line of its own until there is a text among them. */
function writeNodes(container: XContainer, place: Place): string {
  let indent = place.indent;
  return container.nodes
    .map((node, index) => {
      indent = node instanceof XText ? undefined : indent;
      const isFirst = index === 0 && container instanceof XDocument;
      const written = node instanceof XElement ? writeElement(node, { ...place, indent }) : writeLeaf(node);
      return `${isFirst ? "" : lineStart(indent)}${written}`;
    })
    .join("");
}

function lineStart(indent: string | undefined): string {
  return indent === undefined ? "" : `${LINE_END}${indent}`;
}

/** What is in force around an element. */
function scopeAround(element: XElement): Scope {
  return element
    .ancestors()
    .toReversed()
    .reduce<Scope>((scope, ancestor) => declarationsOf(ancestor, scope), NOTHING);
}

function scopeOf(element: XElement): Scope {
  return declarationsOf(element, scopeAround(element));
}

function declarationsOf(element: XElement, outer: Scope): Scope {
  const declarations = element.attributes.filter(({ isNamespaceDeclaration }) => isNamespaceDeclaration);
  return declarations.length === 0
    ? outer
    : new Map([
        ...outer,
        ...declarations.map(
          ({ name, value }) => [name.namespace.uri === "" ? "" : name.local, value] as const,
        ),
      ]);
}

function prefixOf({ uri }: XNamespace, scope: Scope, allowsDefault: boolean): string | undefined {
  if (uri === "") {
    return "";
  }
  if (uri === XNamespace.xml.uri) {
    return "xml";
  }
  if (uri === XNamespace.xmlns.uri) {
    return "xmlns";
  }
  const found = [...scope]
    .toReversed()
    .find(([prefix, value]) => value === uri && (allowsDefault || prefix !== ""));
  return found?.[0];
}

/** @throws UnsupportedFeature where .NET would make up a prefix */
function writeAttribute({ name, value }: XAttribute, scope: Scope): string {
  const prefix = prefixOf(name.namespace, scope, false);
  if (prefix === undefined) {
    throw new UnsupportedFeature(
      `the simulator does not make up a prefix for the namespace '${name.namespace.uri}' of an attribute`,
    );
  }
  return `${prefix === "" ? "" : `${prefix}:`}${name.local}="${escapeAttribute(value)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#xA;",
  "\r": "&#xD;",
  "\t": "&#x9;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (found) => ESCAPES[found] ?? found).replace(/\r\n?|\n/g, LINE_END);
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\n\r\t]/g, (found) => ESCAPES[found] ?? found);
}
