import { Name } from "../../certificates";

/** Attribute types that Windows spells otherwise than RFC 4514, or that have no short name there. */
const WINDOWS_TYPES = {
  S: "2.5.4.8",
  SERIALNUMBER: "2.5.4.5",
  STREET: "2.5.4.9",
  PostalCode: "2.5.4.17",
};

/**
 * A distinguished name in a form that compares: `CN=client, O="Contoso, Inc."` equals `CN=client,O=Contoso\, Inc.`.
 * .NET prints the most specific part first, certificates may store it last: both orders are one name.
 */
export class DistinguishedName {
  private readonly parts: readonly string[];

  private constructor(name: Name) {
    this.parts = name.toJSON().map((part) => JSON.stringify(part));
  }

  /** @throws Error when the text is not a distinguished name (RFC 4514, or as Windows prints one) */
  public static parse(text: string): DistinguishedName {
    const parsed = new Name(text.replaceAll(/\bOID\.(?=\d)/g, ""), WINDOWS_TYPES);
    // Through DER, so that each type has the one spelling that certificates get.
    const name = new DistinguishedName(new Name(parsed.toArrayBuffer()));
    if (name.parts.length === 0) {
      throw new Error(`'${text}' is not a distinguished name`);
    }
    return name;
  }

  public static of(name: Name): DistinguishedName {
    return new DistinguishedName(name);
  }

  public equals({ parts }: DistinguishedName): boolean {
    const { length } = this.parts;
    return (
      parts.length === length &&
      (this.parts.every((part, index) => part === parts[index]) ||
        this.parts.every((part, index) => part === parts[length - 1 - index]))
    );
  }
}
