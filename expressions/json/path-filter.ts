import { double } from "../values/cs-value";
import { CsDateTime } from "../values/date-time";
import { compareOrdinal } from "../values/equality";
import { raise } from "../values/exception";
import { consume } from "../values/execution";
import { toText } from "../values/text";
import { UnsupportedFeature } from "../values/unsupported-feature";
import { type JToken, JValue } from "./token";
import { writeJson } from "./writer";

/** What a filter looks at: the item, and the root of the document. */
interface FilterSubject {
  readonly item: JToken;
  readonly root: JToken;
}

type Condition = (subject: FilterSubject) => boolean;
/** One side of a comparison: what a path finds, or a literal. */
type Side = (subject: FilterSubject) => readonly JToken[];

/** How a path inside of a filter is read: by the paths themselves. */
type SelectPath = (token: JToken, path: string) => JToken[];

const TOKEN =
  /\s*(?:(?<path>[@$](?:\.\.?[^\s.[\]=!<>~()&|]+|\[(?:'(?:[^'\\]|\\.)*'|[^\]'])*\])*)|(?<literal>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d[\w.+-]*|true|false|null)|(?<operator>===|!==|==|!=|<>|<=|>=|=~|<|>|&&|\|\||[()]))/y;

interface Lexeme {
  readonly kind: "path" | "literal" | "operator";
  readonly text: string;
}

function lexemes(source: string): readonly Lexeme[] {
  const found: Lexeme[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(source)?.groups;
    const [kind, text] = Object.entries(groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind === undefined || text === undefined) {
      throw raise(
        "Newtonsoft.Json.JsonException",
        `Unexpected character while parsing path query: ${source.slice(start).trim()[0] ?? ""}`,
      );
    }
    if (text === "=~") {
      throw new UnsupportedFeature(
        "the simulator does not support '=~' in a JSONPath: Json.NET has it since 12.0.3",
      );
    }
    found.push({ kind: kind as Lexeme["kind"], text });
  }
  return found;
}

/**
 * The condition of `[?( … )]`.
 *
 * Source: https://www.newtonsoft.com/json/help/html/QueryJsonSelectTokenJsonPath.htm
 *
 * @throws Newtonsoft.Json.JsonException for what is not a condition
 */
export function parseFilter(source: string, select: SelectPath): Condition {
  const inner = /^\?\s*\(([\s\S]*)\)$/.exec(source.trim())?.[1];
  if (inner === undefined) {
    throw raise(
      "Newtonsoft.Json.JsonException",
      `Unexpected character while parsing path indexer: ${source}`,
    );
  }
  return new FilterParser(lexemes(inner), select).parse();
}

class FilterParser {
  private position = 0;

  public constructor(
    private readonly input: readonly Lexeme[],
    private readonly select: SelectPath,
  ) {}

  public parse(): Condition {
    const condition = this.alternatives();
    if (this.position < this.input.length) {
      throw this.unexpected();
    }
    return condition;
  }

  private unexpected(): Error {
    const found = this.input[this.position]?.text;
    return raise(
      "Newtonsoft.Json.JsonException",
      found === undefined ? "Path ended with open query." : `Unexpected path query: ${found}`,
    );
  }

  private take(...operators: readonly string[]): string | undefined {
    const next = this.input[this.position];
    if (next?.kind !== "operator" || !operators.includes(next.text)) {
      return undefined;
    }
    this.position++;
    return next.text;
  }

  private alternatives(): Condition {
    const terms = [this.conjunction()];
    while (this.take("||") !== undefined) {
      terms.push(this.conjunction());
    }
    return (subject) => terms.some((term) => term(subject));
  }

  private conjunction(): Condition {
    const terms = [this.comparison()];
    while (this.take("&&") !== undefined) {
      terms.push(this.comparison());
    }
    return (subject) => terms.every((term) => term(subject));
  }

  private comparison(): Condition {
    if (this.take("(") !== undefined) {
      const inner = this.alternatives();
      if (this.take(")") === undefined) {
        throw this.unexpected();
      }
      return inner;
    }
    const left = this.side();
    const operator = this.take("===", "!==", "==", "!=", "<>", "<=", ">=", "<", ">");
    if (operator === undefined) {
      return (subject) => left(subject).length > 0;
    }
    const right = this.side();
    const holds = COMPARISONS[operator] ?? (() => false);
    return (subject) => {
      const others = right(subject);
      return left(subject).some((a) =>
        others.some((b) => {
          consume();
          return holds(a, b);
        }),
      );
    };
  }

  private side(): Side {
    const next = this.input[this.position++];
    if (next?.kind === "path") {
      const isRooted = next.text.startsWith("$");
      const path = next.text.slice(1).replace(/^\.(?!\.)/, "");
      // Read once here, so that a wrong path is known before anything is filtered.
      this.select(JValue.null(), path);
      return ({ item, root }) => this.select(isRooted ? root : item, path);
    }
    if (next?.kind === "literal") {
      const value = [literal(next.text)];
      return () => value;
    }
    this.position--;
    throw this.unexpected();
  }
}

function literal(text: string): JValue {
  if (/^['"]/.test(text)) {
    return new JValue(text.slice(1, -1).replace(/\\(.)/g, "$1"));
  }
  if (text === "null") {
    return JValue.null();
  }
  if (text === "true" || text === "false") {
    return new JValue(text === "true");
  }
  if (/^-?\d+$/.test(text)) {
    return new JValue(BigInt(text));
  }
  return new JValue(double(Number(text)));
}

const COMPARISONS: Readonly<Record<string, (a: JToken, b: JToken) => boolean>> = {
  "==": matches,
  "!=": (a, b) => !matches(a, b),
  "<>": (a, b) => !matches(a, b),
  "===": (a, b) => a instanceof JValue && b instanceof JValue && a.type === b.type && a.equals(b),
  "!==": (a, b) => a instanceof JValue && b instanceof JValue && !(a.type === b.type && a.equals(b)),
  "<": ordered((order) => order < 0),
  ">": ordered((order) => order > 0),
  "<=": ordered((order) => order <= 0),
  ">=": ordered((order) => order >= 0),
};

/** Equal as values, as numbers, or as the text of a date, GUID or the like. */
function matches(a: JToken, b: JToken): boolean {
  if (!(a instanceof JValue) || !(b instanceof JValue)) {
    return false;
  }
  if (a.equals(b)) {
    return true;
  }
  const isNumber = ({ type }: JValue): boolean => type === "Integer" || type === "Float";
  if (isNumber(a) && isNumber(b)) {
    return Number(toText(a.value)) === Number(toText(b.value));
  }
  const isText = ["Date", "Guid", "TimeSpan", "Uri"].includes(a.type);
  return isText && b.type === "String" && JSON.parse(writeJson(a, false)) === b.value;
}

function ordered(holds: (order: number) => boolean): (a: JToken, b: JToken) => boolean {
  return (a, b) => {
    const order = a instanceof JValue && b instanceof JValue ? compare(a, b) : undefined;
    return order !== undefined && holds(order);
  };
}

/** Null is less than everything; texts compare by their code units, everything else as numbers. */
function compare({ value: a }: JValue, { value: b }: JValue): number | undefined {
  if (a === null || b === null) {
    return Number(a !== null) - Number(b !== null);
  }
  if (typeof a === "string" && typeof b === "string") {
    return compareOrdinal(a, b);
  }
  if (a instanceof CsDateTime && b instanceof CsDateTime) {
    return Number(a.ticks > b.ticks) - Number(a.ticks < b.ticks);
  }
  const [x, y] = [Number(toText(a)), Number(toText(b))];
  return Number.isNaN(x) || Number.isNaN(y) ? undefined : x - y;
}
