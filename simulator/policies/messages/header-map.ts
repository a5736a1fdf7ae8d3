import type { MutableHeaders } from "../policy-execution";

/** Never changed: whoever walks over the fields may keep it. */
type Field = [name: string, values: readonly string[]];

/** Header fields: names compare without case, the spelling that came first is kept. */
export class HeaderMap implements MutableHeaders {
  /** By names in lower case. */
  private readonly fields = new Map<string, Field>();

  public constructor(fields: Iterable<readonly [string, readonly string[]]> = []) {
    for (const [name, values] of fields) {
      this.append(name, values);
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

  public entries(): IterableIterator<[string, readonly string[]]> {
    return this.fields.values();
  }
}
