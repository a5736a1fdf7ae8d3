import { type SaxesAttributeNS, SaxesParser } from "saxes";
import { raise } from "../values/exception";
import { consume } from "../values/execution";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { XName, XNamespace } from "./name";
import {
  XAttribute,
  XCData,
  XComment,
  type XContainer,
  XDeclaration,
  XDocument,
  XElement,
  XProcessingInstruction,
  XText,
} from "./node";

/** Steps for a node that is read; each level above it is one more, since the parser looks there for its namespace. */
const READ = 10;
const ONLY_SPACE = /^[ \t\r\n]*$/;

/**
 * `XDocument.Parse`: white space between elements is left out, unless `xml:space` keeps it.
 *
 * @throws System.Xml.XmlException for what is not well formed
 * @throws UnsupportedFeature for a document type
 */
export function parseXml(text: string): XDocument {
  const document = new XDocument();
  const parser = new SaxesParser({ xmlns: true });
  let current: XContainer = document;
  let level = 0;
  parser.on("error", ({ message }) => {
    throw raise("System.Xml.XmlException", message);
  });
  parser.on("doctype", () => {
    throw new UnsupportedFeature("the simulator does not read XML with a document type");
  });
  parser.on("xmldecl", ({ version = null, encoding = null, standalone = null }) => {
    document.declaration = new XDeclaration(version, encoding, standalone);
  });
  parser.on("opentag", ({ local, uri, attributes, isSelfClosing }) => {
    consume(READ + level);
    level += 1;
    const element = new XElement(nameOf(local, uri));
    for (const attribute of Object.values(attributes)) {
      element.addAttribute(attributeOf(attribute));
    }
    element.hasEmptyContent = !isSelfClosing;
    current.add(element);
    current = element;
  });
  parser.on("closetag", () => {
    level -= 1;
    current = current.container ?? document;
  });
  parser.on("text", (value) => {
    if (current !== document && (!ONLY_SPACE.test(value) || keepsSpace(current))) {
      current.add(new XText(value));
    }
  });
  parser.on("cdata", (value) => current.add(new XCData(value)));
  parser.on("comment", (value) => current.add(new XComment(value)));
  parser.on("processinginstruction", ({ target, body }) =>
    current.add(new XProcessingInstruction(target, body)),
  );
  parser.write(text).close();
  return document;
}

/** `XElement.Parse`: the element alone. @throws System.Xml.XmlException for what is not well formed */
export function parseElement(text: string): XElement {
  const { root } = parseXml(text);
  if (root === null) {
    throw raise("System.Xml.XmlException", "Root element is missing.");
  }
  root.remove();
  return root;
}

function nameOf(local: string, uri: string): XName {
  return new XName(local, uri === "" ? XNamespace.none : new XNamespace(uri));
}

function attributeOf({ name, local, uri, value }: SaxesAttributeNS): XAttribute {
  // A default namespace is declared by an attribute that is in none.
  return new XAttribute(name === "xmlns" ? new XName("xmlns") : nameOf(local, uri), value);
}

function keepsSpace(container: XContainer): boolean {
  const around = container instanceof XElement ? [container, ...container.ancestors()] : [];
  const name = new XName("space", XNamespace.xml);
  const given = around.map((element) => element.attribute(name)).find((found) => found !== undefined);
  return given?.value === "preserve";
}
