import type { NamedType } from "./cs-type";
import { CsObject, type CsValue } from "./cs-value";

const interned = new WeakMap<NamedType, Map<number, CsEnum>>();

/** A value of an enum. The same value of the same enum is the same object. */
export class CsEnum extends CsObject {
  private constructor(
    public readonly type: NamedType,
    public readonly value: number,
  ) {
    super();
  }

  public static of(type: NamedType, value: number): CsEnum {
    let values = interned.get(type);
    if (values === undefined) {
      values = new Map();
      interned.set(type, values);
    }
    let found = values.get(value);
    if (found === undefined) {
      found = new CsEnum(type, value);
      values.set(value, found);
    }
    return found;
  }

  public get typeName(): string {
    return this.type.fullName;
  }

  public override toText(): string {
    const { enumValues, isFlags } = this.type.definition;
    const exact = Object.entries(enumValues).find(([, value]) => value === this.value);
    if (exact !== undefined || !isFlags) {
      return exact?.[0] ?? this.value.toString();
    }
    const names: string[] = [];
    let rest = this.value;
    for (const [name, value] of Object.entries(enumValues).sort(([, a], [, b]) => b - a)) {
      if (value !== 0 && (rest & value) === value) {
        names.unshift(name);
        rest &= ~value;
      }
    }
    return rest === 0 ? names.join(", ") : this.value.toString();
  }

  public override equals(other: CsValue): boolean {
    return this === other;
  }
}
