/** Where something stands in a document: offsets of its first character and after its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface ElementPlaces {
  readonly start: number;
  end: number;
  /** What attributes and text say, as written. */
  readonly values: Span[];
}

/** Where the elements of a document stand and their values: told by the reader of the document. */
export class DocumentPlaces {
  private readonly elements = new Map<number, ElementPlaces>();
  private readonly open: ElementPlaces[] = [];

  public constructor(public readonly source: string) {}

  /** An element that starts here; it is open until the next `close`. */
  public opened(start: number): void {
    const element = { start, end: start, values: [] };
    this.elements.set(start, element);
    this.open.push(element);
  }

  /** A value of the innermost open element. */
  public value(start: number, end: number): void {
    this.open.at(-1)?.values.push({ start, end });
  }

  public closed(end: number): void {
    const element = this.open.pop();
    if (element !== undefined) {
      element.end = end;
    }
  }

  /** @param start offset of the element */
  public element(start: number): Span {
    return this.elements.get(start) ?? { start, end: start };
  }

  /**
   * The value of an element that reads like this, and where each of its characters stands.
   *
   * @param substitute puts in named values
   * @returns for each character of `text`, and for its end, an offset; none if no value reads so
   */
  public charactersOf(
    start: number,
    text: string,
    substitute: (name: string) => string | undefined,
  ): readonly number[] | undefined {
    for (const span of this.elements.get(start)?.values ?? []) {
      const read = charactersIn(this.source, span, substitute);
      if (sameButWhiteSpace(read.text, text)) {
        return read.offsets;
      }
    }
    return undefined;
  }
}

const CDATA = /^(\s*<!\[CDATA\[)([\s\S]*)\]\]>\s*$/;
const REPLACED = /\{\{([A-Za-z0-9._-]+)\}\}|&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});/g;
/** No entity stands for more than one character of C#, but for those beyond the basic plane. */
const FIRST_ASTRAL = 0x10000;

/** The value as policies see it. Attributes have spaces where the document breaks lines. */
function charactersIn(
  source: string,
  { start, end }: Span,
  substitute: (name: string) => string | undefined,
): { readonly text: string; readonly offsets: readonly number[] } {
  const written = source.slice(start, end);
  const cdata = CDATA.exec(written);
  if (cdata !== null) {
    const from = start + (cdata[1]?.length ?? 0);
    const text = cdata[2] ?? "";
    return { text, offsets: Array.from({ length: text.length + 1 }, (_, at) => from + at) };
  }
  let text = "";
  const offsets: number[] = [];
  const copy = (from: number, to: number): void => {
    text += written.slice(from, to);
    for (let at = from; at < to; at++) {
      offsets.push(start + at);
    }
  };
  let copied = 0;
  for (const match of written.matchAll(REPLACED)) {
    const [whole, name] = match;
    const replacement = name === undefined ? decoded(whole) : substitute(name);
    if (replacement !== undefined) {
      copy(copied, match.index);
      text += replacement;
      offsets.push(...Array.from(replacement, () => start + match.index));
      copied = match.index + whole.length;
    }
  }
  copy(copied, written.length);
  offsets.push(end);
  return { text, offsets };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(entity: string): string | undefined {
  const name = entity.slice(1, -1);
  if (!name.startsWith("#")) {
    return ENTITIES[name];
  }
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code < FIRST_ASTRAL ? String.fromCharCode(code) : undefined;
}

function sameButWhiteSpace(one: string, other: string): boolean {
  return one.length === other.length && one.replace(/\s/g, " ") === other.replace(/\s/g, " ");
}
