import { createHash } from "node:crypto";
import { RegexBacktracking } from "../../expressions";
import { spend, spendText } from "./hcl-budget";
import { HclEvaluationError } from "./hcl-evaluation-error";
import {
  hclBoolean,
  hclEquals,
  hclList,
  hclNumber,
  type HclObject,
  hclObject,
  hclString,
  type HclValue,
  isHclList,
  isHclObject,
} from "./hcl-value";

/** Of a pattern for one text: tens of milliseconds. */
const MAX_PATTERN_WORK = 50_000_000;

type HclFunction = (args: readonly HclValue[]) => HclValue;

/** A function with its number of arguments; `most` is unbounded for variadic ones. */
interface HclFunctionEntry {
  readonly min: number;
  readonly max: number;
  readonly run: HclFunction;
}

/** Functions that would read the machine or differ between runs: refused, with what to do instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ...["file", "filebase64", "filebase64sha256", "filesha256", "fileexists", "fileset", "templatefile"].map(
    (name) =>
      [name, "it reads a file of the machine that runs Terraform; put the content into the stack"] as const,
  ),
  ...["timestamp", "plantimestamp", "uuid", "bcrypt"].map(
    (name) =>
      [
        name,
        "its result differs between runs; put the value into the stack or pass it as a variable",
      ] as const,
  ),
]);

/**
 * Calls a Terraform function.
 * @throws HclEvaluationError for an unknown or refused function, a wrong number of arguments, or a wrong type
 */
export function callHclFunction(name: string, args: readonly HclValue[]): HclValue {
  const entry = FUNCTIONS.get(name);
  if (entry === undefined) {
    const why = REFUSED.get(name) ?? "the simulator does not implement it";
    throw new HclEvaluationError(`function '${name}' is not supported: ${why}`);
  }
  if (args.length < entry.min || args.length > entry.max) {
    throw new HclEvaluationError(`function '${name}' does not take ${args.length} arguments`);
  }
  try {
    const result = entry.run(args);
    if (typeof result === "string") {
      spendText(result.length);
    } else if (isHclList(result)) {
      spend(result.length);
    }
    return result;
  } catch (error) {
    throw error instanceof HclEvaluationError ? new HclEvaluationError(`${name}: ${error.message}`) : error;
  }
}

function argument(args: readonly HclValue[], index: number): HclValue {
  return args[index] ?? null;
}

function exactly(count: number, run: HclFunction): HclFunctionEntry {
  return { min: count, max: count, run };
}

function between(min: number, max: number, run: HclFunction): HclFunctionEntry {
  return { min, max, run };
}

function text(run: (...values: string[]) => HclValue, count = 1): HclFunctionEntry {
  return exactly(count, (args) => run(...args.map(hclString)));
}

function hash(algorithm: string, encoding: "hex" | "base64"): HclFunctionEntry {
  return text((value) => createHash(algorithm).update(value, "utf8").digest(encoding));
}

function numeric(run: (value: number) => number): HclFunctionEntry {
  return exactly(1, (args) => run(hclNumber(argument(args, 0))));
}

function distinct(values: readonly HclValue[]): readonly HclValue[] {
  return values.filter((value, index) => values.findIndex((other) => hclEquals(other, value)) === index);
}

/** Sets of strings iterate in lexical order. */
function toSet(values: readonly HclValue[]): readonly HclValue[] {
  const unique = distinct(values);
  if (unique.every((value) => typeof value === "number")) {
    return [...unique].sort((left, right) => left - right);
  }
  return unique.every((value) => typeof value === "string") ? [...unique].sort(byCodePoint) : unique;
}

function byCodePoint(left: HclValue, right: HclValue): number {
  return Buffer.compare(Buffer.from(hclString(left)), Buffer.from(hclString(right)));
}

/** JSON as Terraform writes it: keys sorted, and the characters HTML minds escaped. */
function jsonEncode(value: HclValue): string {
  return JSON.stringify(sortKeys(value)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sortKeys(value: HclValue): HclValue {
  spend();
  if (isHclList(value)) {
    return value.map(sortKeys);
  }
  return isHclObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort(byCodePoint)
          .map((name) => [name, sortKeys(value[name] ?? null)]),
      )
    : value;
}

function jsonDecode(source: string): HclValue {
  try {
    return JSON.parse(source) as HclValue;
  } catch {
    throw new HclEvaluationError("the text is not JSON");
  }
}

function base64Decode(source: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(source)) {
    throw new HclEvaluationError("the text is not base64");
  }
  const decoded = Buffer.from(source, "base64").toString("utf8");
  if (decoded.includes("\ufffd")) {
    throw new HclEvaluationError("the decoded bytes are not UTF-8 text");
  }
  return decoded;
}

/** `%s`, `%d`, `%v`, `%q`, `%t`, `%f` with width, zero padding and precision. */
function format(args: readonly HclValue[]): string {
  const values = args.slice(1);
  let used = 0;
  const result = hclString(argument(args, 0)).replace(
    /%(?:%|([0-]*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g,
    (
      whole,
      flags: string | undefined,
      width: string,
      precision: string | undefined,
      verb: string | undefined,
    ) => {
      if (verb === undefined) {
        return "%";
      }
      if (used >= values.length) {
        throw new HclEvaluationError(`no value for '${whole}'`);
      }
      const shown = formatVerb(verb, argument(values, used), precision);
      used += 1;
      const length = Number(width === "" ? 0 : width);
      spendText(length);
      if (flags?.includes("-") === true) {
        return shown.padEnd(length);
      }
      if (flags?.includes("0") === true) {
        const sign = /^[+-]/.exec(shown)?.[0] ?? "";
        return sign + shown.slice(sign.length).padStart(length - sign.length, "0");
      }
      return shown.padStart(length);
    },
  );
  if (used < values.length) {
    throw new HclEvaluationError("there are more values than verbs");
  }
  return result;
}

function formatVerb(verb: string, value: HclValue, precision: string | undefined): string {
  switch (verb) {
    case "s":
      return [...hclString(value)].slice(0, precision === undefined ? undefined : Number(precision)).join("");
    case "v":
      return isHclList(value) || isHclObject(value) || value === null ? jsonEncode(value) : hclString(value);
    case "d":
      return String(whole(hclNumber(value)));
    case "f":
      return hclNumber(value).toFixed(Math.min(100, Number(precision ?? "6")));
    case "t":
      return String(hclBoolean(value));
    case "q":
      return JSON.stringify(hclString(value));
    case "x":
      return typeof value === "string" ? Buffer.from(value).toString("hex") : hclNumber(value).toString(16);
    default:
      throw new HclEvaluationError(`verb '%${verb}' is not supported`);
  }
}

function whole(number: number): number {
  if (!Number.isInteger(number)) {
    throw new HclEvaluationError(`a whole number is needed, not ${number}`);
  }
  return number;
}

/** A pattern between slashes is a regular expression (RE2), anything else is literal. */
function replace(source: string, search: string, replacement: string): string {
  if (search.length > 1 && search.startsWith("/") && search.endsWith("/")) {
    const pattern = linearPattern(search.slice(1, -1), source.length);
    return source.replace(pattern, (...found: unknown[]) => expandTemplate(replacement, found));
  }
  // Go finds nothing in particular before every character, and at the end.
  return search === ""
    ? [...source].map((character) => replacement + character).join("") + replacement
    : source.split(search).join(replacement);
}

/**
 * Fills in `$1`, `${name}` and `$$` as Go's `Regexp.Expand` does: a name without braces is as long as it can be, and
 * a group that is missing is empty.
 */
function expandTemplate(template: string, found: readonly unknown[]): string {
  // What `String.replace` passes: the match and its groups, the offset, the text, the named groups.
  const match = found.slice(
    0,
    found.findIndex((item) => typeof item === "number"),
  );
  const named = found.at(-1);
  const groups = (typeof named === "object" ? named : {}) as Readonly<Record<string, string | undefined>>;
  return template.replace(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (_whole, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare;
      if (name === undefined) {
        return "$";
      }
      const value = /^\d+$/.test(name)
        ? match[Number(name)]
        : Object.hasOwn(groups, name)
          ? groups[name]
          : "";
      return typeof value === "string" ? value : "";
    },
  );
}

/** RE2 never goes back; JavaScript does, so a pattern must not need it. */
function linearPattern(source: string, length: number): RegExp {
  let pattern: RegExp;
  try {
    // RE2 writes (?P<name>…) as well as (?<name>…).
    pattern = new RegExp(source.replaceAll("(?P<", "(?<"), "gu");
  } catch (error) {
    throw new HclEvaluationError(`'/${source}/' is not a pattern (${(error as Error).message})`);
  }
  if (new RegexBacktracking(pattern.source, false).work(length) > MAX_PATTERN_WORK) {
    throw new HclEvaluationError(
      `'/${source}/' may take text in several ways, which the simulator does not try; write it unambiguously`,
    );
  }
  return pattern;
}

function element(list: readonly HclValue[], index: number): HclValue {
  if (list.length === 0) {
    throw new HclEvaluationError("the list is empty");
  }
  if (index < 0) {
    throw new HclEvaluationError("the index must not be negative");
  }
  return argument(list, index % list.length);
}

function slice(list: readonly HclValue[], start: number, end: number): readonly HclValue[] {
  if (start < 0 || start > end || end > list.length) {
    throw new HclEvaluationError(`no elements from ${start} to ${end} in a list of ${list.length}`);
  }
  return list.slice(start, end);
}

function sum(list: readonly HclValue[]): number {
  if (list.length === 0) {
    throw new HclEvaluationError("the list is empty");
  }
  return list.map(hclNumber).reduce((total, value) => total + value, 0);
}

/** Letter by letter, as Go does it: `ß` stays. */
function upper(text: string): string {
  return [...text]
    .map((letter) => {
      const capital = letter.toUpperCase();
      return [...capital].length === 1 ? capital : letter;
    })
    .join("");
}

function lookup(args: readonly HclValue[]): HclValue {
  const map = hclObject(argument(args, 0));
  const key = hclString(argument(args, 1));
  if (Object.hasOwn(map, key)) {
    return map[key] ?? null;
  }
  if (args.length < 3) {
    throw new HclEvaluationError(`no key '${key}' and no default`);
  }
  return argument(args, 2);
}

function length(value: HclValue): number {
  if (typeof value === "string") {
    return [...value].length;
  }
  return isHclObject(value) ? Object.keys(value).length : hclList(value).length;
}

function flatten(values: readonly HclValue[]): readonly HclValue[] {
  spend(values.length);
  return values.flatMap((value) => (isHclList(value) ? flatten(value) : [value]));
}

function firstPresent(values: readonly HclValue[], absent: (value: HclValue) => boolean): HclValue {
  const found = values.find((value) => !absent(value));
  if (found === undefined) {
    throw new HclEvaluationError("no argument has a value");
  }
  return found;
}

function merge(maps: readonly HclValue[]): HclObject {
  return Object.fromEntries(
    maps.flatMap((map) => (map === null ? [] : Object.entries(hclObject(map)))),
  ) satisfies HclObject;
}

function trimCharacters(source: string, characters: string): string {
  const set = new Set(characters);
  const kept = [...source];
  while (kept.length > 0 && set.has(kept[0] ?? "")) {
    kept.shift();
  }
  while (kept.length > 0 && set.has(kept.at(-1) ?? "")) {
    kept.pop();
  }
  return kept.join("");
}

function substring(source: string, offset: number, count: number): string {
  const characters = [...source];
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  return characters.slice(start, count < 0 ? undefined : start + count).join("");
}

function indent(source: string, spaces: number): string {
  const lines = source.split("\n");
  spendText(source.length + lines.length * spaces);
  return lines.join(`\n${" ".repeat(spaces)}`);
}

function sortedKeys(map: HclObject): readonly string[] {
  return Object.keys(map).sort(byCodePoint);
}

function range(args: readonly HclValue[]): readonly number[] {
  const [first = 0, second, third] = args.map(hclNumber);
  const start = second === undefined ? 0 : first;
  const end = second ?? first;
  const step = third ?? (start <= end ? 1 : -1);
  if (step === 0) {
    throw new HclEvaluationError("the step must not be 0");
  }
  spend(Math.ceil((end - start) / step));
  const result: number[] = [];
  for (let value = start; step > 0 ? value < end : value > end; value += step) {
    result.push(value);
  }
  return result;
}

const FUNCTIONS: ReadonlyMap<string, HclFunctionEntry> = new Map<string, HclFunctionEntry>([
  ["abs", numeric(Math.abs)],
  ["base64decode", text(base64Decode)],
  ["base64encode", text((value) => Buffer.from(value, "utf8").toString("base64"))],
  ["base64sha256", hash("sha256", "base64")],
  ["ceil", numeric(Math.ceil)],
  ["chomp", text((value) => value.replace(/(\r?\n)+$/, ""))],
  ["coalesce", between(1, Infinity, (args) => firstPresent(args, (value) => value === null || value === ""))],
  [
    "coalescelist",
    between(1, Infinity, (args) =>
      firstPresent(args, (value) => value === null || hclList(value).length === 0),
    ),
  ],
  [
    "compact",
    exactly(1, (args) => hclList(argument(args, 0)).filter((value) => value !== null && value !== "")),
  ],
  ["concat", between(1, Infinity, (args) => args.flatMap((value) => [...hclList(value)]))],
  [
    "contains",
    exactly(2, (args) => hclList(argument(args, 0)).some((value) => hclEquals(value, argument(args, 1)))),
  ],
  ["distinct", exactly(1, (args) => distinct(hclList(argument(args, 0))))],
  ["element", exactly(2, (args) => element(hclList(argument(args, 0)), hclNumber(argument(args, 1))))],
  ["endswith", text((value, suffix = "") => value.endsWith(suffix), 2)],
  ["flatten", exactly(1, (args) => flatten(hclList(argument(args, 0))))],
  ["floor", numeric(Math.floor)],
  ["format", between(1, Infinity, format)],
  [
    "formatlist",
    between(2, Infinity, (args) => {
      const count = Math.max(...args.slice(1).map((value) => (isHclList(value) ? value.length : 1)));
      return range([count]).map((index) =>
        format(
          args.map((value, position) => (position > 0 && isHclList(value) ? argument(value, index) : value)),
        ),
      );
    }),
  ],
  ["indent", exactly(2, (args) => indent(hclString(argument(args, 1)), hclNumber(argument(args, 0))))],
  [
    "join",
    between(2, Infinity, (args) =>
      flatten(args.slice(1).flatMap((value) => [...hclList(value)]))
        .map(hclString)
        .join(hclString(argument(args, 0))),
    ),
  ],
  ["jsondecode", text(jsonDecode)],
  ["jsonencode", exactly(1, (args) => jsonEncode(argument(args, 0)))],
  ["keys", exactly(1, (args) => sortedKeys(hclObject(argument(args, 0))))],
  ["length", exactly(1, (args) => length(argument(args, 0)))],
  ["lookup", between(2, 3, lookup)],
  ["lower", text((value) => value.toLowerCase())],
  ["max", between(1, Infinity, (args) => Math.max(...args.map(hclNumber)))],
  ["md5", hash("md5", "hex")],
  ["merge", between(0, Infinity, merge)],
  ["min", between(1, Infinity, (args) => Math.min(...args.map(hclNumber)))],
  ["nonsensitive", exactly(1, (args) => argument(args, 0))],
  [
    "one",
    exactly(1, (args) => {
      const list = hclList(argument(args, 0));
      if (list.length > 1) {
        throw new HclEvaluationError("the list has more than one element");
      }
      return argument(list, 0);
    }),
  ],
  ["range", between(1, 3, range)],
  ["replace", text((source, search = "", replacement = "") => replace(source, search, replacement), 3)],
  ["reverse", exactly(1, (args) => [...hclList(argument(args, 0))].reverse())],
  ["sensitive", exactly(1, (args) => argument(args, 0))],
  ["setunion", between(1, Infinity, (args) => toSet(args.flatMap((value) => [...hclList(value)])))],
  ["sha1", hash("sha1", "hex")],
  ["sha256", hash("sha256", "hex")],
  ["sha512", hash("sha512", "hex")],
  [
    "slice",
    exactly(3, (args) =>
      slice(hclList(argument(args, 0)), hclNumber(argument(args, 1)), hclNumber(argument(args, 2))),
    ),
  ],
  ["sort", exactly(1, (args) => hclList(argument(args, 0)).map(hclString).sort(byCodePoint))],
  ["split", text((separator, source = "") => (source === "" ? [""] : source.split(separator)), 2)],
  ["startswith", text((value, prefix = "") => value.startsWith(prefix), 2)],
  ["strcontains", text((value, part = "") => value.includes(part), 2)],
  [
    "substr",
    exactly(3, (args) =>
      substring(hclString(argument(args, 0)), hclNumber(argument(args, 1)), hclNumber(argument(args, 2))),
    ),
  ],
  ["sum", exactly(1, (args) => sum(hclList(argument(args, 0))))],
  ["title", text((value) => value.replace(/(?<![\p{L}\p{N}_])\p{L}/gu, upper))],
  ["tobool", exactly(1, (args) => (argument(args, 0) === null ? null : hclBoolean(argument(args, 0))))],
  ["tolist", exactly(1, (args) => hclList(argument(args, 0)))],
  ["tomap", exactly(1, (args) => hclObject(argument(args, 0)))],
  ["tonumber", exactly(1, (args) => (argument(args, 0) === null ? null : hclNumber(argument(args, 0))))],
  ["toset", exactly(1, (args) => toSet(hclList(argument(args, 0))))],
  ["tostring", exactly(1, (args) => (argument(args, 0) === null ? null : hclString(argument(args, 0))))],
  ["trim", text((value, characters = "") => trimCharacters(value, characters), 2)],
  [
    "trimprefix",
    text((value, prefix = "") => (value.startsWith(prefix) ? value.slice(prefix.length) : value), 2),
  ],
  ["trimspace", text((value) => value.trim())],
  [
    "trimsuffix",
    text(
      (value, suffix = "") =>
        suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value,
      2,
    ),
  ],
  ["upper", text((value) => upper(value))],
  [
    "urlencode",
    // Go's url.QueryEscape: a blank becomes '+', and these five characters are escaped too.
    text((value) =>
      encodeURIComponent(value)
        .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll("%20", "+"),
    ),
  ],
  [
    "values",
    exactly(1, (args) => {
      const map = hclObject(argument(args, 0));
      return sortedKeys(map).map((name) => map[name] ?? null);
    }),
  ],
  [
    "zipmap",
    exactly(2, (args) => {
      const values = hclList(argument(args, 1));
      if (values.length !== hclList(argument(args, 0)).length) {
        throw new HclEvaluationError("the lists differ in length");
      }
      return Object.fromEntries(
        hclList(argument(args, 0)).map((name, index) => [hclString(name), argument(values, index)]),
      );
    }),
  ],
]);
