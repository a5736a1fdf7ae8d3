import { CsObject, type CsValue } from "../values/cs-value";
import { raise } from "../values/exception";

/** `System.Xml.Linq.XNamespace`. */
export class XNamespace extends CsObject {
  public static readonly none = new XNamespace("");
  public static readonly xml = new XNamespace("http://www.w3.org/XML/1998/namespace");
  public static readonly xmlns = new XNamespace("http://www.w3.org/2000/xmlns/");
  public readonly typeName = "System.Xml.Linq.XNamespace";

  public constructor(public readonly uri: string) {
    super();
  }

  public override toText(): string {
    return this.uri;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof XNamespace && other.uri === this.uri;
  }

  public override hashKey(): unknown {
    return `${this.typeName}:${this.uri}`;
  }
}

/** A name without a colon: letters, then digits and marks as well. */
const NC_NAME = /^[\p{L}_][\p{L}\p{Nd}\p{M}\-._\u00b7]*$/u;

/** `System.Xml.Linq.XName`: a local name in a namespace. */
export class XName extends CsObject {
  public readonly typeName = "System.Xml.Linq.XName";

  /** @throws System.Xml.XmlException for what is not a name */
  public constructor(
    public readonly local: string,
    public readonly namespace: XNamespace = XNamespace.none,
  ) {
    super();
    if (!NC_NAME.test(local)) {
      throw local === ""
        ? raise("ArgumentNullException", "Value cannot be null.\nParameter name: name")
        : raise("System.Xml.XmlException", `The name '${local}' cannot be used in XML.`);
    }
  }

  /** `local`, or `{namespace}local`. @throws System.ArgumentException for neither */
  public static parse(expandedName: string): XName {
    if (expandedName === "") {
      throw raise("ArgumentException", "'' is an invalid expanded name.");
    }
    if (!expandedName.startsWith("{")) {
      return new XName(expandedName);
    }
    const end = expandedName.lastIndexOf("}");
    if (end <= 1 || end === expandedName.length - 1) {
      throw raise("ArgumentException", `'${expandedName}' is an invalid expanded name.`);
    }
    return new XName(expandedName.slice(end + 1), new XNamespace(expandedName.slice(1, end)));
  }

  public override toText(): string {
    return this.namespace.uri === "" ? this.local : `{${this.namespace.uri}}${this.local}`;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof XName && other.local === this.local && other.namespace.equals(this.namespace);
  }

  public override hashKey(): unknown {
    return `${this.typeName}:${this.toText()}`;
  }
}
