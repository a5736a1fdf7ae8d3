import type { MutableHeaders } from "../policy-execution";

/** Never changed: whoever walks over the fields may keep it. */
type Field = readonly [name: string, values: readonly string[]];

const NONE: readonly Field[] = [];

/** Header fields: names compare without case, the spelling that came first is kept. */
export class HeaderMap implements MutableHeaders {
  /** By names in lower case. */
  private readonly fields = new Map<string, Field>();

  /** @param fields whose values nobody changes */
  public constructor(fields: Iterable<Field> = NONE) {
    for (const field of fields) {
      const key = field[0].toLowerCase();
      if (this.fields.has(key)) {
        this.append(field[0], field[1]);
      } else {
        this.fields.set(key, field);
      }
    }
  }

  public get(name: string): readonly string[] | undefined {
    return this.fields.get(name.toLowerCase())?.[1];
  }

  public set(name: string, values: readonly string[]): void {
    const key = name.toLowerCase();
    this.fields.set(key, [this.fields.get(key)?.[0] ?? name, [...values]]);
  }

  public append(name: string, values: readonly string[]): void {
    const key = name.toLowerCase();
    const field = this.fields.get(key);
    this.fields.set(key, field === undefined ? [name, [...values]] : [field[0], [...field[1], ...values]]);
  }

  public delete(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  public entries(): IterableIterator<Field> {
    return this.fields.values();
  }
}
