import { deterministicGuid, deterministicHex } from "./deterministic-value";
import { keyForms } from "./key-forms";
import { isKeyName, type RecordedKey } from "./recorded-key-places";

/** What is shorter may stand in another text by chance. */
const MIN_LENGTH_INSIDE = 16;
/** What is shorter may be a whole text by chance, such as a name. */
const MIN_LENGTH_WHOLE = 8;

/** Of a key in another text: wherever it begins, one part that begins at a multiple of this is whole. */
const PART = MIN_LENGTH_INSIDE / 2;

const BASE64 = /[\w+/-]{20,}={0,2}/g;

/**
 * Puts other keys in place of those that plans and states hold, wherever they stand: whoever reads what the simulator
 * prints could get into what is deployed with them. A key has one replacement for all documents, so that what was equal
 * stays equal.
 */
export class RecordedKeys {
  private readonly others = new Map<string, string>();
  private readonly forms = new Map<string, string>();
  /** What a text has a part of that holds a key: most hold none, and one search for all keys takes long. */
  private readonly parts = new Set<string>();
  private readonly anyForm: RegExp;
  private readonly anyEncoded: RegExp;

  /** @param keys of all documents; where several have one, the first place decides */
  public constructor(keys: readonly RecordedKey[]) {
    const places = new Map<string, number>();
    for (const { key, place } of keys) {
      if (!this.others.has(key)) {
        const count = places.get(place) ?? 0;
        places.set(place, count + 1);
        this.others.set(key, otherKey(key, count === 0 ? place : `${place} ${count}`));
      }
    }
    for (const [key, other] of this.others) {
      if (key.length >= MIN_LENGTH_INSIDE) {
        const otherForms = keyForms(other);
        keyForms(key).forEach((form, index) => this.forms.set(form, otherForms[index] ?? ""));
      }
    }
    const forms = [...this.forms.keys()];
    const encoded = forms.flatMap(encodedParts);
    for (const text of [...forms, ...encoded]) {
      for (let start = 0; start < PART; start++) {
        this.parts.add(text.slice(start, start + PART));
      }
    }
    this.anyForm = anyOf(forms, "g");
    this.anyEncoded = anyOf(encoded);
  }

  /** The value with other keys in it. It may be nested deeper than calls. */
  public replacedIn<T>(value: T): T {
    if (this.others.size === 0) {
      return value;
    }
    const root: Container = { value };
    const open = [root];
    for (let container = open.pop(); container !== undefined; container = open.pop()) {
      for (const [name, item] of Object.entries(container)) {
        if (typeof item === "string") {
          container[name] = this.replacedText(name, item);
        } else if (isContainer(item)) {
          const copy = (Array.isArray(item) ? [...(item as readonly unknown[])] : { ...item }) as Container;
          container[name] = copy;
          open.push(copy);
        }
      }
    }
    return root["value"] as T;
  }

  private replacedText(name: string, text: string): string {
    const other = this.others.get(text);
    if (other !== undefined && (text.length >= MIN_LENGTH_WHOLE || isKeyName(name))) {
      return other;
    }
    if (!this.mayHoldKey(text)) {
      return text;
    }
    const replaced = this.replacedForms(text);
    return this.anyEncoded.test(replaced)
      ? replaced.replace(BASE64, (encoded) => this.replacedBase64(encoded))
      : replaced;
  }

  private mayHoldKey(text: string): boolean {
    for (let start = 0; start + PART <= text.length; start += PART) {
      if (this.parts.has(text.slice(start, start + PART))) {
        return true;
      }
    }
    return false;
  }

  private replacedForms(text: string): string {
    return text.replace(this.anyForm, (form) => this.forms.get(form) ?? form);
  }

  /** What stands before the encoded text, such as a path, may look like a part of it. */
  private replacedBase64(encoded: string): string {
    for (let start = 0; start < 4; start++) {
      const part = encoded.slice(start);
      const decoded = Buffer.from(part, "base64").toString("latin1");
      const replaced = this.replacedForms(decoded);
      if (replaced !== decoded) {
        const isForUrls = /[-_]/.test(part);
        const whole = Buffer.from(replaced, "latin1").toString(isForUrls ? "base64url" : "base64");
        const isPadded = part.length % 4 === 0;
        return `${encoded.slice(0, start)}${isPadded ? whole : whole.replace(/=+$/, "")}`;
      }
    }
    return encoded;
  }
}

type Container = Record<string, unknown>;

/** A test's own objects may be of another context. */
function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The longest first: one key may begin with another one. */
function anyOf(texts: readonly string[], flags = ""): RegExp {
  const escaped = [...texts]
    .sort((left, right) => right.length - left.length)
    .map((text) => text.replace(/[^\w]/g, "\\$&"));
  return new RegExp(escaped.join("|"), flags);
}

/** What each Base64 text has in which the key stands, whatever stands around it. */
function encodedParts(key: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(`${" ".repeat(before)}${key}`)
      .toString("base64")
      .replace(/=+$/, "");
    // The first and the last digits hold bits of the neighbours.
    const part = encoded.slice(Math.ceil((before * 8) / 6), -1);
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** The same in every run, and of the kind of the key where somebody may look at that. */
function otherKey(key: string, place: string): string {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(key)) {
    return deterministicGuid(place);
  }
  if (/^(?:[A-Za-z\d+/]{43}=|[A-Za-z\d+/]{86}==)$/.test(key)) {
    const digits = `${deterministicHex(place, 64)}${deterministicHex(`${place} `, 64)}`;
    return Buffer.from(digits.slice(0, key.length === 44 ? 64 : 128), "hex").toString("base64");
  }
  return deterministicHex(place, 32);
}
