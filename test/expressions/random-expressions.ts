/** Numbers from a seed: the same seed gives the same expressions. */
class Choices {
  public constructor(private state: number) {}

  public below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  public of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  public some(max: number, make: () => string): string {
    return Array.from({ length: this.below(max + 1) }, make).join("");
  }
}

/** Kinds of expressions, as the issue of each is another part of the language. */
export const RANDOM_KINDS = ["operators", "formats", "parsing", "json", "regex", "texts"] as const;

export type RandomKind = (typeof RANDOM_KINDS)[number];

/** What operators are applied to; only what an expression uses is declared. */
const VARIABLES: Readonly<Record<string, string>> = {
  i: "int i = 7;",
  j: "int j = 3;",
  q: "int? q = null;",
  k: "int? k = 4;",
  L: "long L = 5;",
  d: "double d = 2.5;",
  m: "decimal m = 1.25m;",
  s: 'string s = "abc";',
  n: "string n = null;",
  t: "bool t = true;",
  f: "bool f = false;",
  c: "char c = 'x';",
  ob: 'object ob = "obj";',
  li: "var li = new List<int> { 3, 1, 2 };",
  ls: 'var ls = new[] { "b", "a", "cc" };',
  o: 'JObject o = JObject.Parse("{\\"a\\":4,\\"t\\":\\"x\\",\\"n\\":null,\\"arr\\":[1,2,3]}");',
};

const JSON_TEXTS = [
  '{"a":{"b":[1,2,{"c":"d"}]},"n":2.5}',
  '[1,"2",null,true,3.0,{"k":"v"}]',
  '[{"id":1,"t":["x"]},{"id":2,"t":[]},{"id":"3"}]',
  '{"a.b":1,"c d":"e","":"empty","f-g":{"h":[[1],[2,3]]}}',
  '{"d":"2026-01-02T03:04:05Z","s":"2026-01-02","l":12345678901234,"f":1e5}',
  '{"x":-0.0,"y":0.1,"z":[],"w":{}}',
  '{"price":[{"v":3,"c":"red"},{"v":10,"c":"blue"},{"v":7}]}',
  "{'a':1,b:'two',/* c */c:[1,2,],}",
  '{"a":1,"a":2}',
  "[1,2",
  '{"a":tru}',
  '"text"',
  "12.50",
  '{"e":"\\u00e9\\n","q":"\\""}',
];

const JSON_PATHS = [
  "a",
  "a.b",
  "$.a.b[0]",
  "a.b[2].c",
  "$..c",
  "$..*",
  "[0]",
  "[-1]",
  "[1:3]",
  "[*].id",
  "$[?(@.id > 1)].id",
  "$[?(@.id == '3')].id",
  "price[?(@.v >= 7 && @.c)].v",
  "price[?(@.c == 'red' || @.v < 8)].v",
  "$.price[?(@.c != 'red')].v",
  "price[?(@.v < 5)]",
  "['a.b']",
  "['a.b','c d']",
  "f-g.h[1][0]",
  "x.y",
  "a[",
  "..",
  "d",
  "$",
];

const REGEX_PATTERNS = [
  "a",
  "^a|c$",
  "(a)(b)?",
  "(?<n>\\w+)\\s(?<m>\\w+)",
  "\\d+",
  "[a-c]+?",
  "[^\\s,]+",
  "(?:ab)+",
  "\\bx\\b",
  "(a|b)*c",
  "a{2,3}",
  ".",
  "^",
  "$",
  "",
  "(?i)A",
  "(?=b)",
  "(?<!a)b",
  "(\\w)\\1",
  "[\\w-[b]]+",
  "\\p{L}+",
  "a.c",
  "#x",
  "(",
  "a**",
];

const TEXTS = [
  "",
  " ",
  "a",
  "abc",
  "aaa",
  "a,b,,c",
  "Hello World",
  "A-b_C.d",
  "ab12 x 34",
  "  pad  ",
  "a\\nb",
  "été",
  "bbxx",
  '<a>&\\"',
];

const NUMBERS = [
  "0",
  "1",
  "-1",
  "7",
  "-42",
  "1234567",
  "0.5",
  "-0.5",
  "1.005",
  "2.5",
  "1234.5678",
  "1e10",
  "1e-7",
  "1.50m",
  "-1234.5m",
  "0.0001m",
  "5000000000",
  "double.NaN",
  "1.0/3",
  "-0.0",
  "255",
];

const NUMBER_FORMATS = [
  "F",
  "F0",
  "F3",
  "N",
  "N0",
  "N1",
  "P",
  "P1",
  "E2",
  "e",
  "G",
  "G3",
  "G17",
  "R",
  "C",
  "D",
  "D5",
  "X",
  "x4",
  "0",
  "0.00",
  "#.##",
  "#,##0",
  "0,0.0",
  "00.0%",
  "0;(0);zero",
  "0.0e+0",
  "'n'0",
  "\\\\#0",
  "#",
  "##0,",
  "Z",
];

const DATE_FORMATS = [
  "o",
  "s",
  "u",
  "r",
  "d",
  "D",
  "f",
  "g",
  "G",
  "t",
  "T",
  "M",
  "Y",
  "yyyy-MM-dd",
  "yy/M/d",
  "ddd, dd MMM yyyy HH:mm:ss",
  "dddd MMMM",
  "h:mm tt",
  "HH:mm:ss.fff",
  "ss.FFF",
  "yyyyMMddHHmmss",
  "%d",
  "'T'HH",
  "K",
  "zzz",
];

const SPAN_FORMATS = ["c", "g", "G", "hh\\\\:mm", "%d", "d\\\\.hh", "ss\\\\.fff", "mm':'ss"];

const PARSED = [
  "0",
  "12",
  " 12 ",
  "-3",
  "+4",
  "1,000",
  "1.5",
  "1e3",
  "(5)",
  "0x1F",
  "",
  "abc",
  "99999999999",
  "-0",
  "1.",
  ".5",
  "NaN",
  "true",
  "False",
  " TRUE ",
  "2026-01-02",
  "2026-01-02T03:04:05Z",
  "2026-01-02T03:04:05.678+02:00",
  "01/02/2026 03:04",
  "1/2/26",
  "Fri, 02 Jan 2026 03:04:05 GMT",
  "2 January 2026",
  "Jan 2, 2026 5:06 PM",
  "2026-13-01",
  "11111111-2222-3333-4444-555555555555",
  "{11111111-2222-3333-4444-555555555555}",
  "aGk=",
  "a G k =",
  "aGk",
];

const SPANS = [
  "1:02:03",
  "1.02:03:04.5",
  "7",
  "-0:30",
  "25:00",
  "99999999999",
  "abc",
  "",
  "10:00:00:00",
  "1:2",
];

/** Makes expressions of one kind; fewer than asked for if there are not as many. */
export function randomExpressions(kind: RandomKind, count: number, seed: number): readonly string[] {
  const choices = new Choices(seed);
  const made = new Set<string>();
  for (let tries = 0; made.size < count && tries < 10 * count; tries++) {
    made.add(MAKERS[kind](choices));
  }
  return [...made];
}

function declared(expression: string): string {
  const names = Object.keys(VARIABLES).filter((name) =>
    new RegExp(String.raw`(?<![\w."'])${name}\b(?!")`).test(expression),
  );
  const declarations = names.map((name) => `${VARIABLES[name] ?? ""} `).join("");
  return declarations === "" ? `@(${expression})` : `@{ ${declarations}return ${expression}; }`;
}

type Maker = (choices: Choices, depth: number) => string;

/** Expressions of type `int` or `int?`. */
const integer: Maker = (choices, depth) => {
  const simple = [
    "i",
    "j",
    "(i)",
    "(j)",
    "3",
    "2",
    "s?.Length",
    "n?.Length",
    "li.Count",
    "li?.Count",
    "(ls.Length)",
  ];
  const more = [
    "q",
    "k",
    "(int)d",
    "(int)L",
    "(int)c",
    '(int)o["a"]',
    'o["a"]?.Value<int>()',
    "li?[1]",
    "-s?.Length",
    "~i",
  ];
  if (depth <= 0) {
    return choices.of([...simple, ...more]);
  }
  const next = (): string => integer(choices, depth - 1 - choices.below(2));
  switch (choices.below(7)) {
    case 0:
      return `(${next()})`;
    case 1:
      return `${choices.of(["-", "+", "~", "(int)"])}(${next()})`;
    case 2:
      return `(${next()} ?? ${next()})`;
    case 3:
      return `(${truth(choices, depth - 1)} ? ${next()} : ${next()})`;
    default:
      return `${next()} ${choices.of(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"])} ${next()}`;
  }
};

/** Expressions of type `bool`. */
const truth: Maker = (choices, depth) => {
  if (depth <= 0) {
    return choices.of([
      "t",
      "f",
      "(t)",
      "!f",
      "s?.Length == 3",
      "n?.Length == null",
      's?.Contains("b") == true',
      "n == null",
      "ob is string",
      "q.HasValue",
      "(c) == 'x'",
      "s?[0] == 'a'",
      'o["t"]?.ToString() != "y"',
    ]);
  }
  const next = (): string => truth(choices, depth - 1 - choices.below(2));
  switch (choices.below(5)) {
    case 0:
      return `!(${next()})`;
    case 1:
    case 2:
      return `${next()} ${choices.of(["&&", "||", "==", "!=", "&", "|", "^"])} ${next()}`;
    default:
      return `${integer(choices, depth - 1)} ${choices.of(["<", ">", "<=", ">=", "==", "!="])} ${integer(choices, 0)}`;
  }
};

const operators: Maker = (choices) => {
  const depth = 1 + choices.below(3);
  switch (choices.below(6)) {
    case 0:
    case 1:
      return integer(choices, depth);
    case 2:
      return truth(choices, depth);
    case 3:
      return `"x" + ${integer(choices, depth)} + ${choices.of(["(s)", "n", "c", "d", "m", "t"])}`;
    case 4:
      return `$"{${integer(choices, depth).replace(/"/g, '\\"').replace(/\\"/g, '"')}:D2}|{${choices.of(["s", "n", "d", "m"])},5}"`;
    default:
      return `${choices.of(["d", "(d)", "m", "L", "(L)"])} ${choices.of(["+", "-", "*", "/"])} ${integer(choices, depth - 1)}`;
  }
};

function text(value: string): string {
  return `"${value.replace(/\\(?![nt"\\])/g, "\\\\")}"`;
}

function jsonText(value: string): string {
  return `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

const formats: Maker = (choices) => {
  const number = choices.of(NUMBERS);
  const date = `new DateTime(${choices.of(["2026, 1, 2, 3, 4, 5, 678", "1999, 12, 31, 23, 59, 59", "2024, 2, 29", "2026, 7, 1, 12, 0, 0, DateTimeKind.Utc"])})`;
  const span = choices.of([
    "TimeSpan.FromSeconds(90)",
    "new TimeSpan(1, 2, 3, 4, 5)",
    "TimeSpan.FromMinutes(-5)",
    "TimeSpan.Zero",
  ]);
  switch (choices.below(5)) {
    case 0:
    case 1:
      return `(${number}).ToString("${choices.of(NUMBER_FORMATS)}")`;
    case 2:
      return `${date}.ToString("${choices.of(DATE_FORMATS)}")`;
    case 3:
      return `${span}.ToString("${choices.of(SPAN_FORMATS)}")`;
    default:
      return `string.Format("{0,${choices.of(["6", "-6", "0", "12"])}:${choices.of(["N1", "0.0", "G", "X", "yyyy", "P0"])}}|", ${choices.of([number, date, "255", text(choices.of(TEXTS))])})`;
  }
};

const parsing: Maker = (choices) => {
  const value = text(choices.of(PARSED));
  const clock = text(choices.of(SPANS));
  return choices.of([
    `int.Parse(${value})`,
    `long.Parse(${value})`,
    `double.Parse(${value})`,
    `decimal.Parse(${value})`,
    `bool.Parse(${value})`,
    `DateTime.Parse(${value}).ToString("o")`,
    `TimeSpan.Parse(${clock}).ToString()`,
    `Guid.Parse(${value}).ToString()`,
    `Convert.ToInt32(${value})`,
    `Convert.ToDouble(${value})`,
    `Convert.ToBoolean(${value})`,
    `Convert.FromBase64String(${value}).Length`,
    `DateTimeOffset.Parse(${value}).ToUnixTimeSeconds()`,
    `Convert.ToInt32(${choices.of(NUMBERS)})`,
    `Convert.ToString(${choices.of(NUMBERS)})`,
    `Convert.ToInt64(${choices.of(["'a'", "true", "2.5", "3.5", "-2.5m"])})`,
  ]);
};

const json: Maker = (choices) => {
  const source = jsonText(choices.of(JSON_TEXTS));
  const path = choices.of(JSON_PATHS);
  return choices.of([
    `JToken.Parse(${source}).ToString(Newtonsoft.Json.Formatting.None)`,
    `JToken.Parse(${source}).SelectToken("${path}")?.ToString(Newtonsoft.Json.Formatting.None)`,
    `string.Join("|", JToken.Parse(${source}).SelectTokens("${path}").Select(x => x.Path + "=" + x.Type))`,
    `JToken.Parse(${source}).SelectTokens("${path}").Count()`,
    `(string)JToken.Parse(${source}).SelectToken("${path}")`,
    `(${choices.of(["int", "double", "bool", "int?", "decimal", "long"])})JToken.Parse(${source}).SelectToken("${path}")`,
    `JToken.Parse(${source}).Type.ToString()`,
    `JsonConvert.SerializeObject(new { a = ${choices.of(NUMBERS)}, b = ${text(choices.of(TEXTS))}, c = JToken.Parse(${source}) })`,
    `JObject.Parse(${source}).Properties().Select(p => p.Name + p.Value.Type).ToArray()`,
    `JObject.Parse(${source}).DescendantsAndSelf().Count()`,
    `JToken.DeepEquals(JToken.Parse(${source}), JToken.Parse(${jsonText(choices.of(JSON_TEXTS))}))`,
  ]);
};

const regex: Maker = (choices) => {
  const input = text(choices.of(TEXTS));
  const pattern = `@"${choices.of(REGEX_PATTERNS)}"`;
  const options = choices.of(["", "", ", RegexOptions.IgnoreCase", ", RegexOptions.Multiline"]);
  const replacement = choices.of(["<$&>", "$1", "${n}-", "$$", "", "[$0]", "$2$1"]);
  return choices.of([
    `Regex.IsMatch(${input}, ${pattern}${options})`,
    `Regex.Match(${input}, ${pattern}${options}).Value`,
    `Regex.Match(${input}, ${pattern}${options}).Groups[1].Value`,
    `Regex.Replace(${input}, ${pattern}, "${replacement}"${options})`,
    `string.Join("|", Regex.Split(${input}, ${pattern}${options}))`,
    `string.Join("|", Regex.Matches(${input}, ${pattern}${options}).Cast<Match>().Select(x => x.Index + ":" + x.Value))`,
    `Regex.Match(${input}, ${pattern}${options}).Groups.Count`,
  ]);
};

const texts: Maker = (choices) => {
  const value = text(choices.of(TEXTS));
  const other = text(choices.of(TEXTS));
  const at = choices.below(5) - 1;
  return choices.of([
    `${value}.Substring(${at})`,
    `${value}.Substring(${at}, ${choices.below(4)})`,
    `${value}.IndexOf(${other})`,
    `${value}.LastIndexOf(${other})`,
    `string.Join("|", ${value}.Split(${choices.of(["','", "new[] { ' ', ',' }, StringSplitOptions.RemoveEmptyEntries"])}))`,
    `${value}.PadLeft(${at + 5}, '*') + ${value}.PadRight(${at + 4})`,
    `${value}.Trim() + ${value}.TrimStart('a') + ${value}.TrimEnd('c', ' ')`,
    `${value}.Replace(${other}, "_")`,
    `${value}.ToUpper() + ${value}.ToLowerInvariant()`,
    `${value}.Insert(${at}, "+")`,
    `${value}.Remove(${at})`,
    `${value}.StartsWith(${other}, StringComparison.OrdinalIgnoreCase)`,
    `Math.Sign(string.CompareOrdinal(${value}, ${other}))`,
    `string.Concat(${value}.Reverse())`,
    `${value}.Contains(${other})`,
    `Uri.EscapeDataString(${value})`,
    `WebUtility.UrlEncode(${value})`,
    `WebUtility.HtmlDecode(WebUtility.HtmlEncode(${value}))`,
    `Convert.ToBase64String(Encoding.UTF8.GetBytes(${value}))`,
    `${value}.Equals(${other}, StringComparison.OrdinalIgnoreCase)`,
    `BitConverter.ToString(Encoding.UTF8.GetBytes(${value}))`,
  ]);
};

const MAKERS: Readonly<Record<RandomKind, (choices: Choices) => string>> = {
  operators: (choices) => declared(operators(choices, 0)),
  formats: (choices) => declared(formats(choices, 0)),
  parsing: (choices) => declared(parsing(choices, 0)),
  json: (choices) => declared(json(choices, 0)),
  regex: (choices) => declared(regex(choices, 0)),
  texts: (choices) => declared(texts(choices, 0)),
};
