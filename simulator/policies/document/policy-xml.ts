import { SaxesParser } from "saxes";
import type { PolicyElementNode } from "../policy-compiler";
import { maskAttributeWhitespace, unmaskAttributeWhitespace } from "./attribute-whitespace";
import type { DocumentPlaces } from "./document-places";
import { RawExpressions, UnbalancedExpressionError } from "./raw-expressions";

/** The document cannot be read as XML, C# taken aside. */
export class PolicyXmlError extends Error {
  public override readonly name = "PolicyXmlError";
  public constructor(
    problem: string,
    public readonly line: number,
    public readonly column: number,
  ) {
    super(problem);
  }
}

/** What reads the tree afterwards goes down with it; no document that means something comes near. */
const MAX_DEPTH = 100;

/** Documents that were read: simulations of one stack read the same ones again, a change of one leaves the others. */
const READ = new Map<string, PolicyElementNode>();
/** Of the documents that are kept, in characters. */
const MAX_READ_LENGTH = 32 * 1024 * 1024;
let readLength = 0;

/**
 * Reads a policy document or fragment.
 * @param format `xml` is well-formed; `rawxml` may have C# written verbatim
 * @param places is told where elements and values stand @default - nobody is
 * @returns the root element; lines and columns are those of `source`, counted from 1
 * @throws PolicyXmlError with the first problem and its place
 */
export function parsePolicyXml(
  source: string,
  format: "xml" | "rawxml",
  places?: DocumentPlaces,
): PolicyElementNode {
  if (places !== undefined) {
    return readPolicyXml(source, format, places);
  }
  const key = `${format} ${source}`;
  const known = READ.get(key);
  if (known !== undefined) {
    return known;
  }
  const root = readPolicyXml(source, format);
  if (readLength > MAX_READ_LENGTH) {
    READ.clear();
    readLength = 0;
  }
  READ.set(key, root);
  readLength += source.length;
  return root;
}

function readPolicyXml(source: string, format: "xml" | "rawxml", places?: DocumentPlaces): PolicyElementNode {
  const lines = new LineIndex(source);
  try {
    return parse(source, { restore: (value) => value, sourceOffset: (offset) => offset }, lines, places);
  } catch (error) {
    if (!(error instanceof PolicyXmlError) || format === "xml") {
      throw error;
    }
  }
  const raw = readRaw(source, lines);
  return parse(raw.text, raw, lines, places);
}

function readRaw(source: string, lines: LineIndex): RawExpressions {
  try {
    return new RawExpressions(source);
  } catch (error) {
    if (error instanceof UnbalancedExpressionError) {
      const { line, column } = lines.placeOf(error.offset);
      throw new PolicyXmlError(error.message, line, column);
    }
    if (error instanceof RangeError) {
      throw new PolicyXmlError("a policy expression nests too deeply", 1, 1);
    }
    throw error;
  }
}

interface Writable {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: Writable[];
  text: string;
  readonly line: number;
  readonly column: number;
}

function parse(
  text: string,
  expressions: Pick<RawExpressions, "restore" | "sourceOffset">,
  lines: LineIndex,
  places: DocumentPlaces | undefined,
): PolicyElementNode {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const stack: Writable[] = [];
  let root: Writable | undefined;
  let start = { line: 1, column: 1 };
  let tagStart = 0;
  let textStart = 0;

  const fail = (problem: string, offset: number): never => {
    const { line, column } = lines.placeOf(expressions.sourceOffset(offset));
    throw new PolicyXmlError(problem, line, column);
  };
  parser.on("error", (error) => fail(error.message.replace(/^\d+:\d+: /, ""), parser.position));
  parser.on("doctype", () => fail("a document type declaration is not allowed", parser.position));
  parser.on("processinginstruction", () => fail("a processing instruction is not allowed", parser.position));
  parser.on("opentagstart", (tag) => {
    tagStart = text.lastIndexOf(`<${tag.name}`, parser.position);
    start = lines.placeOf(expressions.sourceOffset(tagStart));
  });
  parser.on("opentag", (tag) => {
    if (stack.length >= MAX_DEPTH) {
      fail(`elements nest more than ${MAX_DEPTH} deep`, parser.position);
    }
    const element: Writable = {
      name: tag.name,
      attributes: new Map(
        Object.entries(tag.attributes).map(([name, value]) => [
          name,
          asKey(expressions.restore(unmaskAttributeWhitespace(String(value)))),
        ]),
      ),
      children: [],
      text: "",
      ...start,
    };
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
    if (places !== undefined) {
      const place = (offset: number): number => expressions.sourceOffset(offset);
      places.opened(place(tagStart));
      for (const [from, to] of valuesIn(text.slice(tagStart, parser.position))) {
        places.value(place(tagStart + from), place(tagStart + to));
      }
      textStart = parser.position;
    }
  });
  parser.on("closetag", (tag) => {
    stack.pop();
    if (places !== undefined) {
      if (!tag.isSelfClosing) {
        const end = text.lastIndexOf("</", parser.position);
        places.value(expressions.sourceOffset(textStart), expressions.sourceOffset(end));
        textStart = parser.position;
      }
      places.closed(expressions.sourceOffset(parser.position));
    }
  });
  const addText = (value: string): void => {
    const element = stack.at(-1);
    if (element !== undefined) {
      element.text += expressions.restore(value);
    }
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(maskAttributeWhitespace(text)).close();
  return root ?? fail("the document is empty", 0);
}

/** Longer values are no names. */
const MAX_KEY_LENGTH = 100;

/**
 * The same text as V8 keeps the names of properties: once, and compared by their place. What the parser gives is a part
 * of the whole document, and most values are names that requests look up, dozens of times each.
 */
function asKey(value: string): string {
  const [key = value] = value.length > MAX_KEY_LENGTH ? [] : Object.keys({ [value]: undefined });
  return key;
}

/** Where the values of attributes stand in a tag. */
function valuesIn(tag: string): readonly (readonly [number, number])[] {
  return [...tag.matchAll(/=\s*(?:"([^"]*)"|'([^']*)')/g)].map((match) => {
    const end = match.index + match[0].length - 1;
    return [end - (match[1] ?? match[2] ?? "").length, end];
  });
}

/** Lines and columns of offsets. */
class LineIndex {
  private readonly starts: readonly number[];

  public constructor(source: string) {
    const starts = [0];
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    this.starts = starts;
  }

  public placeOf(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}
