import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { type CsArray, iterate } from "../values/collections";
import type { CsType } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { argumentNull } from "../values/exception";
import { CsGuid } from "../values/guid";
import type { NumericKind } from "../values/numeric";
import { XName, XNamespace } from "../xml/name";
import {
  NODE_TYPES,
  type NodeType,
  XAttribute,
  XCData,
  XComment,
  type XContainer,
  XDeclaration,
  XDocument,
  XElement,
  type XNode,
  type XObject,
  XProcessingInstruction,
  XText,
} from "../xml/node";
import { parseElement, parseXml } from "../xml/reader";
import { readBoolean, readDateTime, readNumber, valueText } from "../xml/value-text";
import { printXml } from "../xml/writer";
import { sequenceOf } from "./collections";
import { notNull } from "./object";

const LINQ = "System.Xml.Linq";

type Members = NonNullable<TypeDeclaration["members"]>;

function type(name: string): CsType {
  return libraryType(`${LINQ}.${name}`);
}

function elements(walk: () => Iterable<XElement>): CsValue {
  return sequenceOf(type("XElement"), walk);
}

function nodeType(value: NodeType): CsEnum {
  return CsEnum.of(libraryType("System.Xml.XmlNodeType"), NODE_TYPES[value]);
}

/** Elements of that name; of none, where there is no name. */
function named(found: readonly XElement[], name: XName | null): readonly XElement[] {
  return name === null ? [] : found.filter((element) => element.name.equals(name));
}

const NUMBERS: readonly NumericKind[] = ["int", "uint", "long", "ulong", "float", "double", "decimal"];

const READERS: readonly (readonly [string, (text: string) => CsValue])[] = [
  ["bool", readBoolean],
  ["DateTime", readDateTime],
  ["Guid", (text) => CsGuid.parse(text)],
  ...NUMBERS.map((kind) => [kind, (text: string) => readNumber(text, kind)] as const),
];

/** `(int)element` and its like: those to types that can be null take a missing one. */
function conversions(source: "XElement" | "XAttribute", parameter: string): Members {
  const members: Record<string, (value: { readonly value: string } | null) => CsValue> = {
    [`static explicit operator string(${source} ${parameter})`]: (value) => value?.value ?? null,
  };
  for (const [target, read] of READERS) {
    members[`static explicit operator ${target}(${source} ${parameter})`] = (value) => {
      if (value === null) {
        throw argumentNull(parameter);
      }
      return read(value.value);
    };
    members[`static explicit operator ${target}?(${source} ${parameter})`] = (value) =>
      value === null ? null : read(value.value);
  }
  return members;
}

function comparisons(name: "XName" | "XNamespace"): Members {
  const same = (a: XName | null, b: XName | null): boolean => a === b || (a?.equals(b) ?? false);
  return {
    [`static bool operator ==(${name} left, ${name} right)`]: same,
    [`static bool operator !=(${name} left, ${name} right)`]: (a: XName | null, b: XName | null) =>
      !same(a, b),
    "bool Equals(object obj)": (self: XName, other: CsValue) => self.equals(other),
    "string ToString()": (self: XName) => self.toText(),
  };
}

const names: readonly TypeDeclaration[] = [
  {
    namespace: LINQ,
    header: "class XName",
    members: {
      ...comparisons("XName"),
      "static implicit operator XName(string expandedName)": (text: string | null) =>
        text === null ? null : XName.parse(text),
      "static XName Get(string expandedName)": (text: string | null) =>
        XName.parse(notNull(text, "expandedName")),
      "static XName Get(string localName, string namespaceName)": (
        local: string | null,
        uri: string | null,
      ) => new XName(notNull(local, "localName"), new XNamespace(notNull(uri, "namespaceName"))),
      "string LocalName { get; }": ({ local }: XName) => local,
      "XNamespace Namespace { get; }": ({ namespace }: XName) => namespace,
      "string NamespaceName { get; }": ({ namespace }: XName) => namespace.uri,
    },
  },
  {
    namespace: LINQ,
    header: "class XNamespace",
    members: {
      ...comparisons("XNamespace"),
      "static implicit operator XNamespace(string namespaceName)": (uri: string | null) =>
        uri === null ? null : new XNamespace(uri),
      "static XName operator +(XNamespace ns, string localName)": (
        namespace: XNamespace | null,
        local: string | null,
      ) => new XName(notNull(local, "localName"), notNull(namespace, "ns")),
      "static XNamespace Get(string namespaceName)": (uri: string | null) =>
        new XNamespace(notNull(uri, "namespaceName")),
      "static XNamespace None { get; }": () => XNamespace.none,
      "static XNamespace Xml { get; }": () => XNamespace.xml,
      "static XNamespace Xmlns { get; }": () => XNamespace.xmlns,
      "XName GetName(string localName)": (self: XNamespace, local: string | null) =>
        new XName(notNull(local, "localName"), self),
      "string NamespaceName { get; }": ({ uri }: XNamespace) => uri,
    },
  },
];

const attribute: TypeDeclaration = {
  namespace: LINQ,
  header: "class XAttribute : XObject",
  members: {
    ...conversions("XAttribute", "attribute"),
    "XAttribute(XName name, object value)": (name: XName | null, value: CsValue) =>
      new XAttribute(notNull(name, "name"), valueText(notNull(value, "value"))),
    "XAttribute(XAttribute other)": (other: XAttribute | null) => notNull(other, "other").clone(),
    "XName Name { get; }": ({ name }: XAttribute) => name,
    "bool IsNamespaceDeclaration { get; }": ({ isNamespaceDeclaration }: XAttribute) =>
      isNamespaceDeclaration,
    "string Value { get; set; }": {
      get: ({ value }: XAttribute) => value,
      set: (self: XAttribute, value: string | null) => {
        self.value = notNull(value, "value");
      },
    },
    "void SetValue(object value)": (self: XAttribute, value: CsValue) => {
      self.value = valueText(notNull(value, "value"));
    },
    "void Remove()": (self: XAttribute) => self.remove(),
  },
};

const objects: readonly TypeDeclaration[] = [
  {
    namespace: LINQ,
    header: "class XObject",
    members: {
      "XmlNodeType NodeType { get; }": (self: XObject) => nodeType(self.nodeType),
      "XElement Parent { get; }": ({ parent }: XObject) => parent,
      "XDocument Document { get; }": ({ document }: XObject) => document,
    },
  },
  {
    namespace: LINQ,
    header: "class XNode : XObject",
    members: {
      "static bool DeepEquals(XNode n1, XNode n2)": (a: XNode | null, b: XNode | null) =>
        a === b || (a !== null && b !== null && a.deepEquals(b)),
      "XNode NextNode { get; }": (self: XNode) => self.sibling(1),
      "XNode PreviousNode { get; }": (self: XNode) => self.sibling(-1),
      "IEnumerable<XElement> Ancestors()": (self: XNode) => elements(() => self.ancestors()),
      "IEnumerable<XElement> Ancestors(XName name)": (self: XNode, name: XName | null) =>
        elements(() => named(self.ancestors(), name)),
      "IEnumerable<XElement> ElementsAfterSelf()": (self: XNode) => elements(() => self.siblings(1)),
      "IEnumerable<XElement> ElementsAfterSelf(XName name)": (self: XNode, name: XName | null) =>
        elements(() => named(self.siblings(1), name)),
      "IEnumerable<XElement> ElementsBeforeSelf()": (self: XNode) => elements(() => self.siblings(-1)),
      "IEnumerable<XElement> ElementsBeforeSelf(XName name)": (self: XNode, name: XName | null) =>
        elements(() => named(self.siblings(-1), name)),
      "void AddAfterSelf(object content)": (self: XNode, content: CsValue) => self.addBeside(content, true),
      "void AddAfterSelf(params object[] content)": (self: XNode, content: CsArray | null) =>
        self.addBeside(content, true),
      "void AddBeforeSelf(object content)": (self: XNode, content: CsValue) => self.addBeside(content, false),
      "void AddBeforeSelf(params object[] content)": (self: XNode, content: CsArray | null) =>
        self.addBeside(content, false),
      "void Remove()": (self: XNode) => self.remove(),
      "void ReplaceWith(object content)": replaceWith,
      "void ReplaceWith(params object[] content)": replaceWith,
      "string ToString()": (self: XNode) => self.toText(),
    },
  },
  {
    namespace: LINQ,
    header: "class XText : XNode",
    members: {
      "XText(string value)": (value: string | null) => new XText(notNull(value, "value")),
      "XText(XText other)": (other: XText | null) => notNull(other, "other").clone(),
      "string Value { get; set; }": {
        get: ({ value }: XText) => value,
        set: (self: XText, value: string | null) => {
          self.value = notNull(value, "value");
        },
      },
    },
  },
  {
    namespace: LINQ,
    header: "class XCData : XText",
    members: { "XCData(string value)": (value: string | null) => new XCData(notNull(value, "value")) },
  },
  {
    namespace: LINQ,
    header: "class XComment : XNode",
    members: {
      "XComment(string value)": (value: string | null) => new XComment(notNull(value, "value")),
      "string Value { get; set; }": {
        get: ({ value }: XComment) => value,
        set: (self: XComment, value: string | null) => {
          self.value = notNull(value, "value");
        },
      },
    },
  },
  {
    namespace: LINQ,
    header: "class XProcessingInstruction : XNode",
    members: {
      "XProcessingInstruction(string target, string data)": (target: string | null, data: string | null) =>
        new XProcessingInstruction(notNull(target, "target"), notNull(data, "data")),
      "string Target { get; }": ({ target }: XProcessingInstruction) => target,
      "string Data { get; }": ({ data }: XProcessingInstruction) => data,
    },
  },
];

function replaceWith(self: XNode, content: CsValue): void {
  self.addBeside(content, true);
  self.remove();
}

const container: TypeDeclaration = {
  namespace: LINQ,
  header: "class XContainer : XNode",
  members: {
    "void Add(object content)": (self: XContainer, content: CsValue) => self.add(content),
    "void Add(params object[] content)": (self: XContainer, content: CsArray | null) => self.add(content),
    "void AddFirst(object content)": (self: XContainer, content: CsValue) => self.insert(0, content),
    "void AddFirst(params object[] content)": (self: XContainer, content: CsArray | null) =>
      self.insert(0, content),
    "XNode FirstNode { get; }": ({ nodes }: XContainer) => nodes[0] ?? null,
    "XNode LastNode { get; }": ({ nodes }: XContainer) => nodes.at(-1) ?? null,
    "XElement Element(XName name)": (self: XContainer, name: XName | null) =>
      named(self.elements(), name)[0] ?? null,
    "IEnumerable<XElement> Elements()": (self: XContainer) => elements(() => self.elements()),
    "IEnumerable<XElement> Elements(XName name)": (self: XContainer, name: XName | null) =>
      elements(() => named(self.elements(), name)),
    "IEnumerable<XElement> Descendants()": (self: XContainer) => elements(() => self.descendants()),
    "IEnumerable<XElement> Descendants(XName name)": (self: XContainer, name: XName | null) =>
      elements(() => named(self.descendants(), name)),
    "IEnumerable<XNode> DescendantNodes()": (self: XContainer) =>
      sequenceOf(type("XNode"), () => self.descendantNodes()),
    "IEnumerable<XNode> Nodes()": (self: XContainer) => sequenceOf(type("XNode"), () => [...self.nodes]),
    "void RemoveNodes()": (self: XContainer) => self.removeNodes(),
    "void ReplaceNodes(object content)": replaceNodes,
    "void ReplaceNodes(params object[] content)": replaceNodes,
  },
};

function replaceNodes(self: XContainer, content: CsValue): void {
  self.removeNodes();
  self.add(content);
}

function newElement(name: XName | null, content: CsValue = null): XElement {
  const element = new XElement(notNull(name, "name"));
  element.add(content);
  return element;
}

function setAttribute(self: XElement, name: XName | null, value: CsValue): void {
  const found = self.attribute(notNull(name, "name"));
  if (value === null) {
    found?.remove();
  } else if (found === undefined) {
    self.addAttribute(new XAttribute(notNull(name, "name"), valueText(value)));
  } else {
    found.value = valueText(value);
  }
}

function setElement(self: XElement, name: XName | null, value: CsValue): void {
  const [found] = named(self.elements(), notNull(name, "name"));
  if (value === null) {
    found?.remove();
  } else if (found === undefined) {
    self.add(newElement(name, valueText(value)));
  } else {
    found.setValue(valueText(value));
  }
}

function removeAttributes(self: XElement): void {
  [...self.attributes].forEach((found) => found.remove());
}

function withSelf(self: XElement, others: readonly XElement[]): readonly XElement[] {
  return [self, ...others];
}

const element: TypeDeclaration = {
  namespace: LINQ,
  header: "class XElement : XContainer",
  members: {
    ...conversions("XElement", "element"),
    "XElement(XName name)": (name: XName | null) => newElement(name),
    "XElement(XName name, object content)": newElement,
    "XElement(XName name, params object[] content)": newElement,
    "XElement(XElement other)": (other: XElement | null) => notNull(other, "other").clone(),
    "static XElement Parse(string text)": (text: string | null) => parseElement(notNull(text, "text")),
    "XName Name { get; set; }": {
      get: ({ name }: XElement) => name,
      set: (self: XElement, name: XName | null) => {
        self.name = notNull(name, "value");
      },
    },
    "string Value { get; set; }": {
      get: ({ value }: XElement) => value,
      set: (self: XElement, value: string | null) => self.setValue(notNull(value, "value")),
    },
    "bool HasAttributes { get; }": ({ attributes }: XElement) => attributes.length > 0,
    "bool HasElements { get; }": (self: XElement) => self.elements().length > 0,
    "bool IsEmpty { get; }": ({ isEmpty }: XElement) => isEmpty,
    "XAttribute FirstAttribute { get; }": ({ attributes }: XElement) => attributes[0] ?? null,
    "XAttribute LastAttribute { get; }": ({ attributes }: XElement) => attributes.at(-1) ?? null,
    "XAttribute Attribute(XName name)": (self: XElement, name: XName | null) =>
      name === null ? null : (self.attribute(name) ?? null),
    "IEnumerable<XAttribute> Attributes()": ({ attributes }: XElement) =>
      sequenceOf(type("XAttribute"), () => [...attributes]),
    "IEnumerable<XAttribute> Attributes(XName name)": (self: XElement, name: XName | null) =>
      sequenceOf(type("XAttribute"), () =>
        self.attributes.filter((found) => name !== null && found.name.equals(name)),
      ),
    "IEnumerable<XElement> AncestorsAndSelf()": (self: XElement) =>
      elements(() => withSelf(self, self.ancestors())),
    "IEnumerable<XElement> AncestorsAndSelf(XName name)": (self: XElement, name: XName | null) =>
      elements(() => named(withSelf(self, self.ancestors()), name)),
    "IEnumerable<XElement> DescendantsAndSelf()": (self: XElement) =>
      elements(() => withSelf(self, self.descendants())),
    "IEnumerable<XElement> DescendantsAndSelf(XName name)": (self: XElement, name: XName | null) =>
      elements(() => named(withSelf(self, self.descendants()), name)),
    "void SetAttributeValue(XName name, object value)": setAttribute,
    "void SetElementValue(XName name, object value)": setElement,
    "void SetValue(object value)": (self: XElement, value: CsValue) =>
      self.setValue(valueText(notNull(value, "value"))),
    "void RemoveAttributes()": removeAttributes,
    "void RemoveAll()": (self: XElement) => {
      removeAttributes(self);
      self.removeNodes();
    },
    "void ReplaceAll(object content)": replaceAll,
    "void ReplaceAll(params object[] content)": replaceAll,
  },
};

function replaceAll(self: XElement, content: CsValue): void {
  removeAttributes(self);
  replaceNodes(self, content);
}

function newDocument(declaration: XDeclaration | null, content: CsValue): XDocument {
  const made = new XDocument();
  made.declaration = declaration;
  made.add(content);
  return made;
}

const documents: readonly TypeDeclaration[] = [
  {
    namespace: LINQ,
    header: "class XDocument : XContainer",
    members: {
      "XDocument()": () => new XDocument(),
      "XDocument(params object[] content)": (content: CsArray | null) => newDocument(null, content),
      "XDocument(XDeclaration declaration, params object[] content)": newDocument,
      "XDocument(XDocument other)": (other: XDocument | null) => notNull(other, "other").clone(),
      "static XDocument Parse(string text)": (text: string | null) => parseXml(notNull(text, "text")),
      "XElement Root { get; }": ({ root }: XDocument) => root,
      "XDeclaration Declaration { get; set; }": {
        get: ({ declaration }: XDocument) => declaration,
        set: (self: XDocument, declaration: XDeclaration | null) => {
          self.declaration = declaration;
        },
      },
    },
  },
  {
    namespace: LINQ,
    header: "class XDeclaration",
    members: {
      "XDeclaration(string version, string encoding, string standalone)": (
        version: string | null,
        encoding: string | null,
        standalone: string | null,
      ) => new XDeclaration(version, encoding, standalone),
      "string Version { get; }": ({ version }: XDeclaration) => version,
      "string Encoding { get; }": ({ encoding }: XDeclaration) => encoding,
      "string Standalone { get; }": ({ standalone }: XDeclaration) => standalone,
      "string ToString()": (self: XDeclaration) => self.toText(),
    },
  },
  { namespace: "System.Xml", header: "enum XmlNodeType", values: NODE_TYPES },
];

/** Elements of several containers, one after the other. */
function ofEach(source: CsValue, walk: (item: XElement) => Iterable<XElement>): CsValue {
  return elements(function* () {
    for (const item of iterate(source)) {
      yield* walk(item as XElement);
    }
  });
}

function removeEach(source: CsValue): void {
  for (const item of [...iterate(source)]) {
    (item as XNode | XAttribute).remove();
  }
}

const extensions: TypeDeclaration = {
  namespace: LINQ,
  header: "static class Extensions",
  hasExtensions: true,
  members: {
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source)": (source: CsValue) =>
      ofEach(source, (item) => item.elements()),
    "static IEnumerable<XElement> Elements(this IEnumerable<XContainer> source, XName name)": (
      source: CsValue,
      name: XName | null,
    ) => ofEach(source, (item) => named(item.elements(), name)),
    "static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source)": (source: CsValue) =>
      ofEach(source, (item) => item.descendants()),
    "static IEnumerable<XElement> Descendants(this IEnumerable<XContainer> source, XName name)": (
      source: CsValue,
      name: XName | null,
    ) => ofEach(source, (item) => named(item.descendants(), name)),
    "static IEnumerable<XElement> Ancestors(this IEnumerable<XNode> source)": (source: CsValue) =>
      ofEach(source, (item) => item.ancestors()),
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source)": (source: CsValue) =>
      attributesOfEach(source, () => true),
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)": (
      source: CsValue,
      name: XName | null,
    ) => attributesOfEach(source, (found) => name !== null && found.name.equals(name)),
    "static void Remove(this IEnumerable<XAttribute> source)": removeEach,
    "static void Remove(this IEnumerable<XNode> source)": removeEach,
  },
};

function attributesOfEach(source: CsValue, isMeant: (attribute: XAttribute) => boolean): CsValue {
  return sequenceOf(type("XAttribute"), function* () {
    for (const item of iterate(source)) {
      yield* (item as XElement).attributes.filter(isMeant);
    }
  });
}

/** Source: https://learn.microsoft.com/dotnet/api/system.xml.linq */
export function xmlTypes(): readonly TypeDeclaration[] {
  printXml();
  return [...names, attribute, ...objects, container, element, ...documents, extensions];
}
