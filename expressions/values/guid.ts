import { CsObject, type CsValue } from "./cs-value";
import { formatError } from "./exception";

const FORMS = [
  /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i,
  /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i,
  /^\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}$/i,
  /^\(([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\)$/i,
];

/** `System.Guid`. */
export class CsGuid extends CsObject {
  public static readonly empty = new CsGuid("00000000-0000-0000-0000-000000000000");
  public readonly typeName = "System.Guid";

  private constructor(private readonly text: string) {
    super();
  }

  /** Reads the forms `N`, `D`, `B` and `P`. */
  public static tryParse(text: string): CsGuid | undefined {
    for (const form of FORMS) {
      const match = form.exec(text.trim());
      if (match !== null) {
        return new CsGuid(match.slice(1).join("-").toLowerCase());
      }
    }
    return undefined;
  }

  /** @throws System.FormatException */
  public static parse(text: string): CsGuid {
    const guid = CsGuid.tryParse(text);
    if (guid === undefined) {
      throw formatError(
        "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
      );
    }
    return guid;
  }

  /** The first three groups are little-endian, as in .NET. */
  public static fromBytes(bytes: Uint8Array): CsGuid {
    const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    const hex = order.map((index) => (bytes[index] ?? 0).toString(16).padStart(2, "0")).join("");
    return CsGuid.parse(hex);
  }

  public toBytes(): Uint8Array {
    const bytes = Buffer.from(this.text.replace(/-/g, ""), "hex");
    return Uint8Array.from(
      [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15],
      (index) => bytes[index] ?? 0,
    );
  }

  /** @throws System.FormatException */
  public format(format: string | null): string {
    switch ((format === null || format === "" ? "D" : format).toUpperCase()) {
      case "D":
        return this.text;
      case "N":
        return this.text.replace(/-/g, "");
      case "B":
        return `{${this.text}}`;
      case "P":
        return `(${this.text})`;
      case "X":
        return this.hexadecimal();
      default:
        throw formatError('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".');
    }
  }

  private hexadecimal(): string {
    const [first, second, third, ...rest] = this.text.split("-");
    const bytes = rest.join("").match(/../g) ?? [];
    return `{0x${first},0x${second},0x${third},{${bytes.map((byte) => `0x${byte}`).join(",")}}}`;
  }

  /** .NET's hash code. */
  public hashCode(): number {
    const view = new DataView(this.toBytes().buffer);
    return [0, 4, 8, 12].reduce((hash, at) => hash ^ view.getInt32(at, true), 0);
  }

  public override toText(): string {
    return this.text;
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsGuid && other.text === this.text;
  }

  public override hashKey(): unknown {
    return `\0guid:${this.text}`;
  }
}
