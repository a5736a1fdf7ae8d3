/**
 * C# written verbatim into a policy document (`rawxml`) makes it no XML. This finds the expressions, puts a
 * placeholder for each, and puts them back once the rest is parsed.
 */
export class RawExpressions {
  /** The document with placeholders: well-formed if everything else is. */
  public readonly text: string;
  private readonly spans: readonly Span[];

  /** @throws UnbalancedExpressionError for an expression without an end. */
  public constructor(source: string) {
    const spans: Span[] = [];
    let text = "";
    let copied = 0;
    for (const { start, end } of findExpressions(source)) {
      text += source.slice(copied, start);
      const placeholder = `${OPEN}${spans.length}${CLOSE}`;
      spans.push({ start, end, placeholderStart: text.length, source: source.slice(start, end) });
      text += placeholder;
      copied = end;
    }
    this.text = text + source.slice(copied);
    this.spans = spans;
  }

  /** Puts the expressions back into an attribute value or a text, entities decoded. */
  public restore(value: string): string {
    return value.replace(PLACEHOLDER_PATTERN, (_, index: string) => {
      const span = this.spans[Number(index)];
      return span === undefined ? "" : decodeEntities(span.source);
    });
  }

  /** Offset in the source for an offset in `text`. */
  public sourceOffset(offset: number): number {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.spans[middle]?.placeholderStart ?? 0) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const span = this.spans[low - 1];
    return span === undefined
      ? offset
      : offset + span.end - span.placeholderStart - placeholderLength(low - 1);
  }
}

/** An expression that starts and never ends. */
export class UnbalancedExpressionError extends Error {
  public override readonly name = "UnbalancedExpressionError";
  public constructor(public readonly offset: number) {
    super("the policy expression that starts here has no closing bracket");
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly placeholderStart: number;
  readonly source: string;
}

// Private-use characters: no C# and no header needs them, and XML allows them.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const PLACEHOLDER_PATTERN = /\uE000(\d+)\uE001/g;

function placeholderLength(index: number): number {
  return OPEN.length + String(index).length + CLOSE.length;
}

/** An expression is a whole value: it follows an attribute's quote, or a tag and white space. */
const VALUE_START = /(?:=\s*["']|>\s*)(?=@[({])/y;

function* findExpressions(source: string): Generator<{ readonly start: number; readonly end: number }> {
  let offset = 0;
  while (offset < source.length) {
    const skipped = skipMarkup(source, offset);
    if (skipped !== undefined) {
      offset = skipped;
      continue;
    }
    VALUE_START.lastIndex = offset;
    if (VALUE_START.test(source)) {
      const start = VALUE_START.lastIndex;
      const end = endOfBrackets(source, start + 1);
      if (end === undefined) {
        throw new UnbalancedExpressionError(start);
      }
      yield { start, end };
      offset = end;
    } else {
      offset += 1;
    }
  }
}

/** Where to go on after a comment or CDATA section that starts here; a value may follow a comment's last `>`. */
function skipMarkup(source: string, offset: number): number | undefined {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
  ] as const) {
    if (source.startsWith(start, offset)) {
      const at = source.indexOf(end, offset + start.length);
      return at < 0 ? source.length : at + end.length - (start === "<!--" ? 1 : 0);
    }
  }
  return undefined;
}

/** Offset after the bracket that closes the one at `offset`; none if the source ends first. */
function endOfBrackets(source: string, offset: number): number | undefined {
  let depth = 0;
  let at = offset;
  while (at < source.length) {
    const literalEnd = skipLiteral(source, at);
    if (literalEnd !== undefined) {
      at = literalEnd;
      continue;
    }
    const character = source.charAt(at);
    at += 1;
    if ("({[".includes(character)) {
      depth += 1;
    } else if (")}]".includes(character)) {
      depth -= 1;
      if (depth === 0) {
        return at;
      }
    }
  }
  return undefined;
}

/** Quotes may be written as entities: `&quot;` delimits a string as `"` does. */
const QUOTE = '(?:"|&quot;|&#34;)';
const STRING_START = new RegExp(`(\\$@|@\\$|@|\\$)?${QUOTE}`, "y");
const QUOTE_PATTERN = new RegExp(QUOTE, "y");
const CHARACTER_LITERAL = /(?:'|&apos;|&#39;)(?:\\.[^']{0,8}?|&[a-z#0-9]+;|[^\\'])(?:'|&apos;|&#39;)/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;

/** End of the C# string, character or comment that starts here. */
function skipLiteral(source: string, offset: number): number | undefined {
  for (const pattern of [LINE_COMMENT, BLOCK_COMMENT, CHARACTER_LITERAL]) {
    pattern.lastIndex = offset;
    if (pattern.test(source)) {
      return pattern.lastIndex;
    }
  }
  STRING_START.lastIndex = offset;
  const start = STRING_START.exec(source);
  if (start === null) {
    return undefined;
  }
  const prefix = start[1] ?? "";
  return endOfString(source, STRING_START.lastIndex, prefix.includes("@"), prefix.includes("$"));
}

function endOfString(source: string, offset: number, verbatim: boolean, interpolated: boolean): number {
  let at = offset;
  while (at < source.length) {
    QUOTE_PATTERN.lastIndex = at;
    if (QUOTE_PATTERN.test(source)) {
      const after = QUOTE_PATTERN.lastIndex;
      if (!verbatim) {
        return after;
      }
      if (!QUOTE_PATTERN.test(source)) {
        return after;
      }
      at = QUOTE_PATTERN.lastIndex || after + 1;
    } else if (!verbatim && source.charAt(at) === "\\") {
      at += 2;
    } else if (interpolated && source.charAt(at) === "{") {
      at = source.charAt(at + 1) === "{" ? at + 2 : (endOfBrackets(source, at) ?? source.length);
    } else {
      at += 1;
    }
  }
  return source.length;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Predefined and numeric entities; `&&` and other bare ampersands stay. */
function decodeEntities(source: string): string {
  return source.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/g,
    (whole, name, decimal, hex) => {
      if (typeof name === "string") {
        return ENTITIES[name] ?? whole;
      }
      const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
