import { isHopByHop, namedByConnection } from "../../network";
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
      const key = lowerCase(field[0]);
      if (this.fields.has(key)) {
        this.append(field[0], field[1]);
      } else {
        this.fields.set(key, field);
      }
    }
  }

  public get(name: string): readonly string[] | undefined {
    return this.fields.get(lowerCase(name))?.[1];
  }

  public set(name: string, values: readonly string[]): void {
    const key = lowerCase(name);
    this.fields.set(key, [this.fields.get(key)?.[0] ?? name, [...values]]);
  }

  public append(name: string, values: readonly string[]): void {
    const key = lowerCase(name);
    const field = this.fields.get(key);
    this.fields.set(key, field === undefined ? [name, [...values]] : [field[0], [...field[1], ...values]]);
  }

  public delete(name: string): void {
    this.deleteKey(lowerCase(name));
  }

  public deleteKey(key: string): void {
    this.fields.delete(key);
  }

  public entries(): IterableIterator<Field> {
    return this.fields.values();
  }

  public copy(): HeaderMap {
    return this.without(() => false);
  }

  /** A copy of what goes on to the next hop: neither hop-by-hop fields nor those that `Connection` names. */
  public endToEnd(): HeaderMap {
    const named = namedByConnection(this.fields.get("connection")?.[1] ?? []);
    return this.without(named.length === 0 ? isHopByHop : (key) => isHopByHop(key) || named.includes(key));
  }

  /** @param isLeftOut asked for names in lower case */
  private without(isLeftOut: (key: string) => boolean): HeaderMap {
    const result = new HeaderMap();
    for (const [key, field] of this.fields) {
      if (!isLeftOut(key)) {
        result.fields.set(key, field);
      }
    }
    return result;
  }
}

/** Names in lower case: policies ask for the same ones, dozens of times per request. */
const lowerCaseNames = new Map<string, string>();
const MAX_LOWER_CASE_NAMES = 1_000;
/** Longer names are not kept. */
const MAX_KEPT_LENGTH = 100;

function lowerCase(name: string): string {
  const known = lowerCaseNames.get(name);
  if (known !== undefined) {
    return known;
  }
  const result = name.toLowerCase();
  if (lowerCaseNames.size >= MAX_LOWER_CASE_NAMES) {
    lowerCaseNames.clear();
  }
  if (name.length <= MAX_KEPT_LENGTH) {
    lowerCaseNames.set(name, result);
  }
  return result;
}
