import { libraryType } from "../types/runtime-type";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsEnumerable, requireIndex } from "../values/collections";
import type { CsFunction, CsValue } from "../values/cs-value";
import { CsEnum } from "../values/enum";
import { argumentOutOfRange } from "../values/exception";
import { type CsGroup, CsMatch, CsRegex, expandReplacement, REGEX_OPTIONS } from "../values/regex";
import { toText } from "../values/text";
import type { CsTimeSpan } from "../values/time-span";
import { notNull } from "./object";
import { stringArray } from "./string";

/** `MatchCollection` and `GroupCollection`. */
class CsRegexCollection<T extends CsValue> extends CsEnumerable {
  public constructor(
    private readonly fullName: string,
    public readonly items: readonly T[],
    public readonly match?: CsMatch,
  ) {
    super();
  }

  public get genericType(): ReturnType<typeof libraryType> {
    return libraryType(this.fullName);
  }

  public [Symbol.iterator](): IterableIterator<CsValue> {
    return this.items[Symbol.iterator]();
  }
}

const NAMESPACE = "System.Text.RegularExpressions";

function regexOf(pattern: string | null, options?: CsEnum): CsRegex {
  return CsRegex.of(notNull(pattern, "pattern"), options?.value ?? 0);
}

function checkPattern(constants: ReadonlyMap<string, CsValue>): void {
  const [pattern, options] = [constants.get("pattern"), constants.get("options")];
  if (typeof pattern === "string") {
    CsRegex.of(pattern, options instanceof CsEnum ? options.value : 0);
  }
}

function text(input: string | null): string {
  return notNull(input, "input");
}

function matches(regex: CsRegex, input: string | null): CsValue {
  return new CsRegexCollection(`${NAMESPACE}.MatchCollection`, regex.matches(text(input)));
}

function replace(regex: CsRegex, input: string | null, replacement: string | null, count?: number): string {
  const [subject, by] = [text(input), notNull(replacement, "replacement")];
  return regex.replace(subject, (match) => expandReplacement(by, match, subject), count);
}

function replaceBy(regex: CsRegex, input: string | null, evaluator: CsFunction): string {
  return regex.replace(text(input), (match) => toText(evaluator(match)));
}

/** The instance form, and the static forms with and without options. */
function forms<A extends readonly CsValue[]>(
  result: string,
  name: string,
  parameters: string,
  run: (regex: CsRegex, input: string | null, ...rest: A) => CsValue,
): NonNullable<TypeDeclaration["members"]> {
  const extra = parameters === "" ? "" : `, ${parameters}`;
  return {
    [`${result} ${name}(string input${extra})`]: run,
    [`static ${result} ${name}(string input, string pattern${extra})`]: (
      input: string | null,
      pattern: string | null,
      ...rest: A
    ) => run(regexOf(pattern), input, ...rest),
    [`static ${result} ${name}(string input, string pattern${extra}, RegexOptions options)`]: (
      input: string | null,
      pattern: string | null,
      ...rest: [...A, CsEnum]
    ) =>
      run(regexOf(pattern, rest.at(parameters === "" ? 0 : 1) as CsEnum), input, ...(rest as unknown as A)),
    // The expression's own limit of time is the shorter one.
    [`static ${result} ${name}(string input, string pattern${extra}, RegexOptions options, TimeSpan matchTimeout)`]:
      (input: string | null, pattern: string | null, ...rest: [...A, CsEnum, CsTimeSpan]) =>
        run(regexOf(pattern, rest.at(parameters === "" ? 0 : 1) as CsEnum), input, ...(rest as unknown as A)),
  };
}

/** Source: https://learn.microsoft.com/dotnet/api/system.text.regularexpressions */
export const regexTypes: readonly TypeDeclaration[] = [
  { namespace: NAMESPACE, header: "enum RegexOptions", values: REGEX_OPTIONS, flags: true },
  { namespace: NAMESPACE, header: "delegate string MatchEvaluator(Match match)", unnameable: true },
  {
    namespace: NAMESPACE,
    header: "class Capture",
    members: {
      "int Index { get; }": (self: CsGroup) => self.index,
      "int Length { get; }": (self: CsGroup) => self.value.length,
      "string Value { get; }": (self: CsGroup) => self.value,
    },
  },
  {
    namespace: NAMESPACE,
    header: "class Group : Capture",
    members: { "bool Success { get; }": (self: CsGroup) => self.success },
  },
  {
    namespace: NAMESPACE,
    header: "class Match : Group",
    members: {
      "static Match Empty { get; }": () => CsMatch.empty,
      "GroupCollection Groups { get; }": (self: CsMatch) =>
        new CsRegexCollection(
          `${NAMESPACE}.GroupCollection`,
          Array.from({ length: self.groupCount }, (_, index) => self.group(index)),
          self,
        ),
      "string Result(string replacement)": (self: CsMatch, replacement: string | null) =>
        expandReplacement(notNull(replacement, "replacement"), self, self.value),
    },
  },
  {
    namespace: NAMESPACE,
    header: "class GroupCollection : IEnumerable",
    members: {
      "int Count { get; }": (self: CsRegexCollection<CsGroup>) => self.items.length,
      "Group this[int groupnum] { get; }": (self: CsRegexCollection<CsGroup>, key: number) =>
        self.match?.group(key) ?? CsMatch.empty,
      "Group this[string groupname] { get; }": (self: CsRegexCollection<CsGroup>, key: string | null) =>
        self.match?.group(notNull(key, "groupname")) ?? CsMatch.empty,
    },
  },
  {
    namespace: NAMESPACE,
    header: "class MatchCollection : IEnumerable",
    unnameable: true,
    members: {
      "int Count { get; }": (self: CsRegexCollection<CsMatch>) => self.items.length,
      "Match this[int i] { get; }": (self: CsRegexCollection<CsMatch>, index: number): CsValue => {
        if (index < 0 || index >= self.items.length) {
          throw argumentOutOfRange("i");
        }
        requireIndex(index, self.items.length);
        return self.items[index] ?? null;
      },
    },
  },
  {
    namespace: NAMESPACE,
    header: "class Regex",
    checkConstants: checkPattern,
    members: {
      "Regex(string pattern)": (pattern: string | null) => regexOf(pattern),
      "Regex(string pattern, RegexOptions options)": regexOf,
      "Regex(string pattern, RegexOptions options, TimeSpan matchTimeout)": regexOf,
      ...forms("bool", "IsMatch", "", (regex, input) => regex.isMatch(text(input))),
      ...forms("Match", "Match", "", (regex, input) => regex.match(text(input))),
      ...forms("MatchCollection", "Matches", "", matches),
      ...forms("string", "Replace", "string replacement", (regex, input, by: CsValue) =>
        replace(regex, input, by as string | null),
      ),
      ...forms("string", "Replace", "MatchEvaluator evaluator", (regex, input, by: CsValue) =>
        replaceBy(regex, input, by as CsFunction),
      ),
      "string Replace(string input, string replacement, int count)": replace,
      ...forms("string[]", "Split", "", (regex, input) => stringArray(regex.split(text(input)))),
      "static string Unescape(string str)": (value: string | null) => unescape(notNull(value, "str")),
      "string ToString()": (self: CsRegex) => self.toText(),
    },
  },
];

function unescape(value: string): string {
  const simple: Readonly<Record<string, string>> = {
    n: "\n",
    r: "\r",
    t: "\t",
    f: "\f",
    v: "\v",
    a: "\x07",
    e: "\x1b",
    b: "\b",
  };
  return value.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]))/g,
    (_, hex?: string, code?: string, letter?: string) => {
      const number = hex ?? code;
      return number === undefined
        ? (simple[letter ?? ""] ?? letter ?? "")
        : String.fromCharCode(Number.parseInt(number, 16));
    },
  );
}
