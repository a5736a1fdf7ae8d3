import type { TypeDeclaration } from "../types/type-declaration";
import { CsSequence } from "../values/collections";
import type { CallSite, CsType } from "../values/cs-type";
import type { CsFunction, CsValue } from "../values/cs-value";
import { consume } from "../values/execution";
import { constructed, typeArgument } from "./collections";
import { orderOf } from "./comparison";
import { walk } from "./enumerable-aggregates";

type Members = NonNullable<TypeDeclaration["members"]>;

interface SortKey {
  readonly select: CsFunction;
  readonly compare: (left: CsValue, right: CsValue) => number;
  readonly sign: 1 | -1;
}

/** `IOrderedEnumerable<T>`: sorted when walked; `ThenBy` adds a key. */
class CsOrdered extends CsSequence {
  public constructor(
    type: CsType,
    public readonly source: CsValue,
    public readonly sortKeys: readonly SortKey[],
  ) {
    super(type, () => sorted(source, sortKeys));
  }
}

function sorted(source: CsValue, sortKeys: readonly SortKey[]): CsValue[] {
  const items = [...walk(source)];
  consume(items.length * 4);
  const keyed = items.map((item) => ({ item, keys: sortKeys.map(({ select }) => select(item)) }));
  keyed.sort((left, right) => {
    for (const [index, { compare, sign }] of sortKeys.entries()) {
      const order = compare(left.keys[index] ?? null, right.keys[index] ?? null) * sign;
      if (order !== 0) {
        return order;
      }
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

function order(
  sign: 1 | -1,
): (source: CsValue, select: CsFunction, ...rest: (CsValue | CallSite)[]) => CsValue {
  return (source, select, ...rest) => {
    const site = rest.at(-1) as CallSite;
    const comparer = rest.length > 1 ? (rest[0] as CsValue) : null;
    const previous = source instanceof CsOrdered ? source : undefined;
    const key: SortKey = { select, compare: orderOf(comparer), sign };
    const type = constructed("System.Linq.IOrderedEnumerable", typeArgument(site));
    walkable(source);
    return new CsOrdered(type, previous?.source ?? source, [...(previous?.sortKeys ?? []), key]);
  };
}

/** `OrderBy` starts anew even on an ordered source. */
function orderAnew(
  sign: 1 | -1,
): (source: CsValue, select: CsFunction, ...rest: (CsValue | CallSite)[]) => CsValue {
  return (source, select, ...rest) => {
    const site = rest.at(-1) as CallSite;
    const comparer = rest.length > 1 ? (rest[0] as CsValue) : null;
    walkable(source);
    const type = constructed("System.Linq.IOrderedEnumerable", typeArgument(site));
    return new CsOrdered(type, source, [{ select, compare: orderOf(comparer), sign }]);
  };
}

/** LINQ checks its source when it is called, not when the result is walked. */
function walkable(source: CsValue): void {
  if (source === null) {
    walk(source);
  }
}

function overloads(name: string, source: string, implementation: Members[string]): Members {
  const result = "static IOrderedEnumerable<TSource>";
  const parameters = `this ${source}<TSource> source, Func<TSource, TKey> keySelector`;
  return {
    [`${result} ${name}<TSource, TKey>(${parameters})`]: implementation,
    [`${result} ${name}<TSource, TKey>(${parameters}, IComparer<TKey> comparer)`]: implementation,
  };
}

/** `OrderBy`, `ThenBy` and their descending forms. */
export const ORDERING: Members = {
  ...overloads("OrderBy", "IEnumerable", orderAnew(1)),
  ...overloads("OrderByDescending", "IEnumerable", orderAnew(-1)),
  ...overloads("ThenBy", "IOrderedEnumerable", order(1)),
  ...overloads("ThenByDescending", "IOrderedEnumerable", order(-1)),
};

export const orderedEnumerableType: TypeDeclaration = {
  namespace: "System.Linq",
  header: "interface IOrderedEnumerable<out TElement> : IEnumerable<TElement>",
  unnameable: true,
};
