import { CsObject, type CsValue } from "./cs-value";

/** `System.Numerics.BigInteger`: what Json.NET reads where a number fits no `long`. No expression can name it. */
export class CsBigInteger extends CsObject {
  public readonly typeName = "System.Numerics.BigInteger";

  public constructor(public readonly value: bigint) {
    super();
  }

  public override toText(): string {
    return this.value.toString();
  }

  public override equals(other: CsValue): boolean {
    return other instanceof CsBigInteger && other.value === this.value;
  }

  public override hashKey(): unknown {
    return `\0big:${this.value}`;
  }
}
