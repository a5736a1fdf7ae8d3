import type { TypeDeclaration } from "../types/type-declaration";
import { CsObject, type CsValue } from "../values/cs-value";
import type { CsEnum } from "../values/enum";
import {
  compareCulture,
  compareOrdinal,
  compareValues,
  hashKey,
  lowerInvariant,
  upperInvariant,
  valuesEqual,
} from "../values/equality";

const VALUES = {
  CurrentCulture: 0,
  CurrentCultureIgnoreCase: 1,
  InvariantCulture: 2,
  InvariantCultureIgnoreCase: 3,
  Ordinal: 4,
  OrdinalIgnoreCase: 5,
} as const;

type Rule = keyof typeof VALUES;

const NAMES = Object.keys(VALUES) as readonly Rule[];

/** The rule that a `StringComparison` argument names. */
export function ruleOf(comparison: CsEnum): Rule {
  return NAMES[comparison.value] ?? "CurrentCulture";
}

export function ignoresCase(rule: Rule): boolean {
  return rule.endsWith("IgnoreCase");
}

/** A text in the form in which `rule` compares its parts: for `Contains`, `IndexOf`, `StartsWith`. */
export function folded(text: string, rule: Rule): string {
  return ignoresCase(rule)
    ? rule === "OrdinalIgnoreCase"
      ? upperInvariant(text)
      : lowerInvariant(text)
    : text;
}

/** Order of two strings under a rule. */
export function compareStrings(left: string | null, right: string | null, rule: Rule): number {
  if (left === null || right === null) {
    return left === right ? 0 : left === null ? -1 : 1;
  }
  if (rule === "Ordinal") {
    return compareOrdinal(left, right);
  }
  if (rule === "OrdinalIgnoreCase") {
    return compareOrdinal(upperInvariant(left), upperInvariant(right));
  }
  return compareCulture(left, right, ignoresCase(rule));
}

/** `StringComparer`: order and equality of strings under a rule. */
export class CsStringComparer extends CsObject {
  public readonly typeName = "System.StringComparer";

  public constructor(private readonly rule: Rule) {
    super();
  }

  public compare(left: CsValue, right: CsValue): number {
    if (typeof left === "string" && typeof right === "string") {
      return compareStrings(left, right, this.rule);
    }
    return compareValues(left, right);
  }

  public same(left: CsValue, right: CsValue): boolean {
    return typeof left === "string" && typeof right === "string"
      ? this.key(left) === this.key(right)
      : valuesEqual(left, right);
  }

  /** What stands for a key in a dictionary. */
  public key(value: CsValue): unknown {
    return typeof value === "string" ? folded(value, this.rule) : hashKey(value);
  }
}

function comparer(rule: Rule): () => CsStringComparer {
  const instance = new CsStringComparer(rule);
  return () => instance;
}

export const comparisonTypes: readonly TypeDeclaration[] = [
  { namespace: "System", header: "enum StringComparison", values: VALUES },
  {
    namespace: "System",
    header: "enum StringSplitOptions",
    values: { None: 0, RemoveEmptyEntries: 1 },
    flags: true,
  },
  { namespace: "System.Collections.Generic", header: "interface IEqualityComparer<in T>", unnameable: true },
  { namespace: "System.Collections.Generic", header: "interface IComparer<in T>", unnameable: true },
  {
    namespace: "System",
    header: "class StringComparer : IEqualityComparer<string>, IComparer<string>",
    members: {
      "static StringComparer Ordinal { get; }": comparer("Ordinal"),
      "static StringComparer OrdinalIgnoreCase { get; }": comparer("OrdinalIgnoreCase"),
      "static StringComparer InvariantCulture { get; }": comparer("InvariantCulture"),
      "static StringComparer InvariantCultureIgnoreCase { get; }": comparer("InvariantCultureIgnoreCase"),
      "static StringComparer CurrentCulture { get; }": comparer("CurrentCulture"),
      "static StringComparer CurrentCultureIgnoreCase { get; }": comparer("CurrentCultureIgnoreCase"),
      "int Compare(string x, string y)": (self: CsStringComparer, x: string | null, y: string | null) =>
        self.compare(x, y),
      "bool Equals(string x, string y)": (self: CsStringComparer, x: string | null, y: string | null) =>
        self.same(x, y),
    },
  },
];

/** The key function of an optional comparer. */
export function keyOf(given: CsValue): (value: CsValue) => unknown {
  return given instanceof CsStringComparer ? (value) => given.key(value) : hashKey;
}

/** The order of an optional comparer. */
export function orderOf(given: CsValue): (left: CsValue, right: CsValue) => number {
  return given instanceof CsStringComparer ? (left, right) => given.compare(left, right) : compareValues;
}
