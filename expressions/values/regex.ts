import { CsObject } from "./cs-value";
import { raise } from "./exception";
import { consume } from "./execution";
import { RegexBacktracking } from "./regex-backtracking";
import { withinTime } from "./time-limit";
import { UnsupportedFeature } from "./unsupported-feature";

/** `RegexOptions`, the bits that change what matches. */
export const REGEX_OPTIONS = {
  None: 0,
  IgnoreCase: 1,
  Multiline: 2,
  ExplicitCapture: 4,
  Compiled: 8,
  Singleline: 16,
  IgnorePatternWhitespace: 32,
  RightToLeft: 64,
  ECMAScript: 256,
  CultureInvariant: 512,
} as const;

const WORD = String.raw`\p{L}\p{Mn}\p{Nd}\p{Pc}\u200c\u200d`;
const SPACE = String.raw`\f\n\r\t\v\x85\p{Z}`;
/** Work of a matcher that needs no clock: tens of milliseconds at most. */
const MAX_WORK = 50_000_000;
/** Real time for the matches of one text. */
const MAX_MS = 5000;
/** Answers that are kept of matches that needed a clock, for texts up to a length. */
const MAX_REMEMBERED = 100;
const MAX_REMEMBERED_LENGTH = 1_000;
/** What JavaScript says of patterns that .NET refuses as well. */
const WRONG_IN_BOTH =
  /Nothing to repeat|out of order|Lone quantifier|Invalid (?:character class|escape|named reference|named capture referenced|property name)/;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/;

/** A group of the pattern, in the order of opening parentheses. */
interface PatternGroup {
  readonly name: string | undefined;
}

/**
 * Rewrites a .NET pattern as a JavaScript one with the same meaning: Unicode `\w`, `\d`, `\s` and `\b`, `$`
 * before a last line feed, `.` that stops at line feeds only, inline options at the start, atomic groups.
 *
 * Source: https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference
 */
class PatternTranslation {
  private position = 0;
  private options: number;
  private atomics = 0;
  public readonly groups: PatternGroup[] = [];

  public constructor(
    private readonly pattern: string,
    options: number,
  ) {
    this.options = options;
    const inline = /^\(\?([imnsx]+)\)/.exec(pattern);
    if (inline !== null) {
      for (const letter of inline[1] ?? "") {
        this.options |= { i: 1, m: 2, n: 4, s: 16, x: 32 }[letter] ?? 0;
      }
      this.position = inline[0].length;
    }
    if ((this.options & REGEX_OPTIONS.RightToLeft) !== 0) {
      throw this.unsupported("RightToLeft");
    }
  }

  public get flags(): string {
    return (this.options & REGEX_OPTIONS.IgnoreCase) !== 0 ? "dgiu" : "dgu";
  }

  public translate(): string {
    const result = this.alternatives();
    if (this.position < this.pattern.length) {
      throw this.invalid("Too many )'s.");
    }
    return result;
  }

  private has(option: keyof typeof REGEX_OPTIONS): boolean {
    return (this.options & REGEX_OPTIONS[option]) !== 0;
  }

  private invalid(problem: string): Error {
    return raise("ArgumentException", `parsing "${this.pattern}" - ${problem}`);
  }

  private unsupported(what: string): Error {
    return new UnsupportedFeature(
      `the simulator does not support ${what} in a regular expression: ${this.pattern}`,
    );
  }

  private alternatives(): string {
    let result = "";
    while (this.position < this.pattern.length && this.pattern[this.position] !== ")") {
      result += this.part();
    }
    return result;
  }

  private part(): string {
    const symbol = this.pattern[this.position++] ?? "";
    if (this.has("IgnorePatternWhitespace")) {
      if (/\s/.test(symbol)) {
        return "";
      }
      if (symbol === "#") {
        const end = this.pattern.indexOf("\n", this.position);
        this.position = end < 0 ? this.pattern.length : end + 1;
        return "";
      }
    }
    switch (symbol) {
      case "\\":
        return this.escape();
      case "[":
        return this.characterClass();
      case "(":
        return this.group();
      case ".":
        return this.has("Singleline") ? String.raw`[\s\S]` : String.raw`[^\n]`;
      case "^":
        return this.has("Multiline") ? String.raw`(?<![^\n])` : String.raw`(?<![\s\S])`;
      case "$":
        return this.has("Multiline") ? String.raw`(?![^\n])` : String.raw`(?=\n?(?![\s\S]))`;
      case "{":
        return this.braces();
      case "*":
      case "+":
      case "?":
      case "|":
        return symbol;
      default:
        return SYNTAX.test(symbol) ? `\\${symbol}` : symbol;
    }
  }

  private braces(): string {
    const quantifier = /^\d+(?:,\d*)?\}/.exec(this.pattern.slice(this.position));
    if (quantifier === null) {
      return String.raw`\{`;
    }
    this.position += quantifier[0].length;
    return `{${quantifier[0]}`;
  }

  private escape(): string {
    const letter = this.pattern[this.position++];
    const ecma = this.has("ECMAScript");
    const word = ecma ? "a-zA-Z0-9_" : WORD;
    switch (letter) {
      case undefined:
        throw this.invalid("Illegal \\ at end of pattern.");
      case "A":
        return String.raw`(?<![\s\S])`;
      case "Z":
        return String.raw`(?=\n?(?![\s\S]))`;
      case "z":
        return String.raw`(?![\s\S])`;
      case "G":
        throw this.unsupported("\\G");
      case "b":
        return `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
      case "B":
        return `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
      case "k": {
        const name = /^<(\w+)>|^'(\w+)'/.exec(this.pattern.slice(this.position));
        if (name === null) {
          throw this.invalid("Malformed \\k<...> named back reference.");
        }
        this.position += name[0].length;
        return `\\k<${name[1] ?? name[2] ?? ""}>`;
      }
      default:
        if (/[1-9]/.test(letter)) {
          const rest = /^\d*/.exec(this.pattern.slice(this.position))?.[0] ?? "";
          this.position += rest.length;
          return `(?:\\${letter}${rest})`;
        }
        return this.classEscape(letter, false);
    }
  }

  /** Escapes that mean the same inside and outside of `[...]`; a negated set is a class of its own in both. */
  private classEscape(letter: string, inClass: boolean): string {
    const ecma = this.has("ECMAScript");
    const set = (plain: string, negated: boolean): string =>
      negated ? `[^${plain}]` : inClass ? plain : `[${plain}]`;
    switch (letter) {
      case "d":
        return set(ecma ? "0-9" : String.raw`\p{Nd}`, false);
      case "D":
        return inClass && !ecma ? String.raw`\P{Nd}` : set(ecma ? "0-9" : String.raw`\p{Nd}`, true);
      case "w":
        return set(ecma ? "a-zA-Z0-9_" : WORD, false);
      case "W":
        return set(ecma ? "a-zA-Z0-9_" : WORD, true);
      case "s":
        return set(ecma ? String.raw`\f\n\r\t\v ` : SPACE, false);
      case "S":
        return set(ecma ? String.raw`\f\n\r\t\v ` : SPACE, true);
      case "p":
      case "P": {
        const category = /^\{(\w+)\}/.exec(this.pattern.slice(this.position));
        if (category === null || (category[1] ?? "").startsWith("Is")) {
          throw this.unsupported("named Unicode blocks");
        }
        this.position += category[0].length;
        return `\\${letter}${category[0]}`;
      }
      case "a":
        return String.raw`\x07`;
      case "e":
        return String.raw`\x1b`;
      case "b":
        return String.raw`\x08`;
      case "t":
      case "r":
      case "n":
      case "f":
      case "v":
        return `\\${letter}`;
      case "0":
        return this.code(/^[0-7]{0,2}/, 8);
      case "x":
        return this.code(/^[\da-fA-F]{2}/, 16);
      case "u":
        return this.code(/^[\da-fA-F]{4}/, 16);
      case "c":
        return `\\x${((this.pattern[this.position++] ?? "@").toUpperCase().charCodeAt(0) & 31).toString(16).padStart(2, "0")}`;
      default:
        if (/\w/.test(letter)) {
          throw this.invalid(`Unrecognized escape sequence \\${letter}.`);
        }
        return SYNTAX.test(letter) || (inClass && letter === "-") ? `\\${letter}` : letter;
    }
  }

  private code(digits: RegExp, radix: number): string {
    const match = digits.exec(this.pattern.slice(this.position));
    if (match === null) {
      throw this.invalid("Insufficient hexadecimal digits.");
    }
    this.position += match[0].length;
    const value = Number.parseInt(match[0] === "" ? "0" : match[0], radix);
    return `\\u{${value.toString(16)}}`;
  }

  private characterClass(): string {
    const isNegated = this.pattern[this.position] === "^";
    this.position += isNegated ? 1 : 0;
    // JavaScript has no class inside a class: negated sets are alternatives, what is subtracted is looked at ahead.
    const negatedSets: string[] = [];
    let result = "";
    let subtracted = "";
    for (let isFirst = true; ; isFirst = false) {
      const symbol = this.pattern[this.position++];
      if (symbol === undefined) {
        throw this.invalid("Unterminated [] set.");
      }
      if (symbol === "]" && !isFirst) {
        break;
      }
      if (symbol === "-" && !isFirst && this.pattern[this.position] === "[") {
        this.position++;
        subtracted = `(?!${this.characterClass()})`;
        if (this.pattern[this.position++] !== "]") {
          throw this.invalid("A subtraction must be the last element in a character class.");
        }
        break;
      }
      if (symbol === "\\") {
        const letter = this.pattern[this.position++] ?? "";
        const escaped = this.classEscape(letter, true);
        if (escaped.startsWith("[")) {
          negatedSets.push(escaped);
        } else {
          result += escaped;
        }
        // What follows a set is not a range.
        if (
          /[dDwWsSpP]/.test(letter) &&
          this.pattern[this.position] === "-" &&
          this.pattern[this.position + 1] !== "["
        ) {
          result += "\\-";
          this.position++;
        }
      } else if (symbol === "-") {
        const isRange = result !== "" && this.pattern[this.position] !== "]";
        result += isRange ? "-" : "\\-";
      } else {
        result += SYNTAX.test(symbol) ? `\\${symbol}` : symbol;
      }
    }
    if (negatedSets.length === 0) {
      const set = `[${isNegated ? "^" : ""}${result}]`;
      // One group, so that a quantifier behind it repeats all of it.
      return subtracted === "" ? set : `(?:${subtracted}${set})`;
    }
    const sets = [...(result === "" ? [] : [`[${result}]`]), ...negatedSets].join("|");
    return isNegated ? String.raw`(?:${subtracted}(?!${sets})[\s\S])` : `(?:${subtracted}(?:${sets}))`;
  }

  private group(): string {
    const rest = this.pattern.slice(this.position);
    const comment = /^\?#[^)]*\)/.exec(rest);
    if (comment !== null) {
      this.position += comment[0].length;
      return "";
    }
    const plain = /^\?(?::|=|!|<=|<!)/.exec(rest);
    if (plain !== null) {
      this.position += plain[0].length;
      // JavaScript repeats no lookaround unless it is in a group.
      const inner = `(${plain[0]}${this.close()})`;
      return plain[0] === "?:" ? inner : `(?:${inner})`;
    }
    const named = /^\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
    if (named !== null) {
      this.position += named[0].length;
      const name = named[1] ?? named[2] ?? "";
      this.groups.push({ name });
      return `(?<${name}>${this.close()})`;
    }
    if (rest.startsWith("?>")) {
      this.position += 2;
      const name = `atomic${this.atomics++}_`;
      this.groups.push({ name });
      return `(?:(?=(?<${name}>${this.close()}))\\k<${name}>)`;
    }
    if (rest.startsWith("?")) {
      throw this.unsupported(`the group (${rest.slice(0, 3)}`);
    }
    if (this.has("ExplicitCapture")) {
      return `(?:${this.close()})`;
    }
    this.groups.push({ name: undefined });
    return `(${this.close()})`;
  }

  private close(): string {
    const inner = this.alternatives();
    if (this.pattern[this.position++] !== ")") {
      throw this.invalid("Not enough )'s.");
    }
    return inner;
  }
}

/** A group that took part in a match, or not. */
export class CsGroup extends CsObject {
  public readonly typeName: string = "System.Text.RegularExpressions.Group";

  public constructor(
    public readonly success: boolean,
    public readonly index: number,
    public readonly value: string,
  ) {
    super();
  }

  public override toText(): string {
    return this.value;
  }
}

/** `Match`: its own first group. */
export class CsMatch extends CsGroup {
  public override readonly typeName = "System.Text.RegularExpressions.Match";
  public static readonly empty = new CsMatch(false, 0, "", [], []);

  public constructor(
    success: boolean,
    index: number,
    value: string,
    /** By .NET's numbers, from 1. */
    private readonly numbered: readonly CsGroup[],
    private readonly names: readonly (string | undefined)[],
  ) {
    super(success, index, value);
  }

  public get groupCount(): number {
    return this.success ? this.numbered.length + 1 : 1;
  }

  /** Whether the pattern has a group of that name. */
  public hasGroup(name: string): boolean {
    return this.names.includes(name);
  }

  /** A group that does not exist is one that failed. */
  public group(key: number | string): CsGroup {
    const number =
      typeof key === "number" ? key : /^\d+$/.test(key) ? Number(key) : this.names.indexOf(key) + 1 || -1;
    return number === 0 ? this : (this.numbered[number - 1] ?? new CsGroup(false, 0, ""));
  }
}

/** `Regex`. */
export class CsRegex extends CsObject {
  public readonly typeName = "System.Text.RegularExpressions.Regex";
  private readonly expression: RegExp;
  private backtracking: RegexBacktracking | undefined;
  private readonly answers = new Map<string, boolean>();
  /** JavaScript's group number for each of .NET's: .NET counts unnamed groups first. */
  private readonly order: readonly number[];
  private readonly names: readonly (string | undefined)[];

  private constructor(
    private readonly pattern: string,
    options: number,
  ) {
    super();
    const translation = new PatternTranslation(pattern, options);
    const source = translation.translate();
    try {
      // Where groups begin is not asked for where there are none.
      const flags = translation.groups.length === 0 ? translation.flags.replace("d", "") : translation.flags;
      this.expression = new RegExp(source, flags);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "";
      if (WRONG_IN_BOTH.test(reason)) {
        throw raise("ArgumentException", `parsing "${pattern}" - ${reason}`);
      }
      throw new UnsupportedFeature(`the simulator cannot run the regular expression ${pattern}: ${reason}`);
    }
    const groups = translation.groups.map(({ name }, index) => ({ name, number: index + 1 }));
    const visible = groups.filter(({ name }) => name?.endsWith("_") !== true || !name.startsWith("atomic"));
    const sorted = [
      ...visible.filter(({ name }) => name === undefined),
      ...visible.filter(({ name }) => name !== undefined),
    ];
    this.order = sorted.map(({ number }) => number);
    this.names = sorted.map(({ name }) => name);
  }

  /** By options, and then by patterns: a key of both would be a new text each time, whose hash nobody knows. */
  private static readonly cache = new Map<number, Map<string, CsRegex>>();

  /** @throws System.ArgumentException for a wrong pattern, {@link UnsupportedFeature} for one that .NET takes. */
  public static of(pattern: string, options = 0): CsRegex {
    let known = CsRegex.cache.get(options);
    if (known === undefined) {
      known = new Map();
      if (CsRegex.cache.size > 50) {
        CsRegex.cache.clear();
      }
      CsRegex.cache.set(options, known);
    }
    let regex = known.get(pattern);
    if (regex === undefined) {
      regex = new CsRegex(pattern, options);
      if (known.size > 500) {
        known.clear();
      }
      known.set(pattern, regex);
    }
    return regex;
  }

  public isMatch(text: string): boolean {
    const known = this.answers.get(text);
    if (known !== undefined) {
      return known;
    }
    this.expression.lastIndex = 0;
    if (!this.needsClock(text)) {
      return this.expression.test(text);
    }
    const answer = withinTime(MAX_MS, () => this.expression.test(text));
    this.remember(text, answer);
    return answer;
  }

  /** The clock costs more than most matches, and requests repeat their paths. */
  private remember(text: string, answer: boolean): void {
    if (text.length > MAX_REMEMBERED_LENGTH) {
      return;
    }
    const [oldest] = this.answers.keys();
    if (this.answers.size >= MAX_REMEMBERED && oldest !== undefined) {
      this.answers.delete(oldest);
    }
    this.answers.set(text, answer);
  }

  public match(text: string): CsMatch {
    return this.matches(text, 1)[0] ?? CsMatch.empty;
  }

  public matches(text: string, max = Infinity): readonly CsMatch[] {
    const { expression } = this;
    expression.lastIndex = 0;
    return this.withinTime(text, () => {
      const found: CsMatch[] = [];
      // Not `matchAll`, which compiles the expression once more.
      for (
        let match = max === 0 ? null : expression.exec(text);
        match !== null;
        match = expression.exec(text)
      ) {
        consume();
        if (match[0] === "") {
          expression.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
        }
        const { indices } = match;
        const groups = this.order.map((number) => {
          const [start] = indices?.[number] ?? [];
          return new CsGroup(start !== undefined, start ?? 0, match?.[number] ?? "");
        });
        found.push(new CsMatch(true, match.index, match[0], groups, this.names));
        if (found.length >= max) {
          break;
        }
      }
      return found;
    });
  }

  private withinTime<T>(text: string, work: () => T): T {
    return this.needsClock(text) ? withinTime(MAX_MS, work) : work();
  }

  private needsClock(text: string): boolean {
    // Looked into for the first text: most patterns of a gateway are compiled and never asked.
    this.backtracking ??= new RegexBacktracking(this.expression.source, this.expression.ignoreCase);
    return this.backtracking.work(text.length) > MAX_WORK;
  }

  public replace(text: string, replacement: (match: CsMatch) => string, count = -1): string {
    let result = "";
    let position = 0;
    for (const match of this.matches(text, count < 0 ? Infinity : count)) {
      result += text.slice(position, match.index) + replacement(match);
      position = match.index + match.value.length;
    }
    return result + text.slice(position);
  }

  /** Captured groups are part of the result. */
  public split(text: string): string[] {
    const parts: string[] = [];
    let position = 0;
    for (const match of this.matches(text)) {
      parts.push(text.slice(position, match.index));
      for (let group = 1; group < match.groupCount; group++) {
        if (match.group(group).success) {
          parts.push(match.group(group).value);
        }
      }
      position = match.index + match.value.length;
    }
    parts.push(text.slice(position));
    return parts;
  }

  public override toText(): string {
    return this.pattern;
  }
}

/**
 * Fills in a replacement text: `$1`, `${name}`, `$&`, `$$` and their kin.
 *
 * Source: https://learn.microsoft.com/dotnet/standard/base-types/substitutions-in-regular-expressions
 */
export function expandReplacement(replacement: string, match: CsMatch, text: string): string {
  if (!replacement.includes("$")) {
    return replacement;
  }
  return replacement.replace(
    /\$(?:(\d+)|\{(\w+)\}|([$&`'_+]))/g,
    (whole: string, digits?: string, name?: string, symbol?: string) => {
      if (symbol !== undefined) {
        const end = match.index + match.value.length;
        const last = match.group(match.groupCount - 1).value;
        const special: Readonly<Record<string, string>> = {
          $: "$",
          "&": match.value,
          "`": text.slice(0, match.index),
          "'": text.slice(end),
          _: text,
          "+": last,
        };
        return special[symbol] ?? whole;
      }
      const number = digits ?? (/^\d+$/.test(name ?? "") ? name : undefined);
      if (number !== undefined) {
        return Number(number) < match.groupCount ? match.group(Number(number)).value : whole;
      }
      return match.hasGroup(name ?? "") ? match.group(name ?? "").value : whole;
    },
  );
}
