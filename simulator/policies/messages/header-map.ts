import type { MutableHeaders } from "../policy-execution";

/** Header fields: names compare without case, the spelling that came first is kept. */
export class HeaderMap implements MutableHeaders {
  private readonly fields = new Map<string, { readonly name: string; values: readonly string[] }>();

  public constructor(fields: Iterable<readonly [string, readonly string[]]> = []) {
    for (const [name, values] of fields) {
      this.append(name, values);
    }
  }

  public get(name: string): readonly string[] | undefined {
    return this.fields.get(name.toLowerCase())?.values;
  }

  public set(name: string, values: readonly string[]): void {
    const key = name.toLowerCase();
    const field = this.fields.get(key);
    if (field === undefined) {
      this.fields.set(key, { name, values: [...values] });
    } else {
      field.values = [...values];
    }
  }

  public append(name: string, values: readonly string[]): void {
    this.set(name, [...(this.get(name) ?? []), ...values]);
  }

  public delete(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  public *entries(): IterableIterator<[string, readonly string[]]> {
    for (const { name, values } of this.fields.values()) {
      yield [name, values];
    }
  }
}
