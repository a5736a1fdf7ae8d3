import ipaddr from "ipaddr.js";

const BITS = 32;

/** An IPv4 range in CIDR form (RFC 4632). */
export class AddressPrefix {
  /**
   * @returns `undefined` unless the text is a range whose address is its first: `10.1.0.0/24`, not
   * `10.1.0.7/24`
   */
  public static parse(text: string): AddressPrefix | undefined {
    const { IPv4 } = ipaddr;
    if (!IPv4.isValidCIDRFourPartDecimal(text)) {
      return undefined;
    }
    const [first, length] = IPv4.parseCIDR(text);
    const isFirst = IPv4.networkAddressFromCIDR(text).toString() === first.toString();
    return isFirst ? new AddressPrefix(text, first, length) : undefined;
  }

  private constructor(
    private readonly text: string,
    private readonly first: ipaddr.IPv4,
    /** Leading bits that all its addresses share. */
    public readonly length: number,
  ) {}

  /** Number of addresses, those that Azure keeps for itself included. */
  public get size(): number {
    return 2 ** (BITS - this.length);
  }

  /** Whether every address of `other` is in this range. */
  public contains(other: AddressPrefix): boolean {
    return other.length >= this.length && other.first.match(this.first, this.length);
  }

  public overlaps(other: AddressPrefix): boolean {
    return this.contains(other) || other.contains(this);
  }

  /**
   * One of the equal parts that the range is divided into.
   *
   * @param length leading bits of a part, at least those of the range
   * @param index of the part, from 0
   * @returns `undefined` if there is no such part
   */
  public part(length: number, index: number): AddressPrefix | undefined {
    if (length < this.length || index >= 2 ** (length - this.length)) {
      return undefined;
    }
    const bytes = this.first.toByteArray();
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0) + index * 2 ** (BITS - length);
    const first = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
    return AddressPrefix.parse(`${first}/${length}`);
  }

  public toString(): string {
    return this.text;
  }
}
