import { defaultOf } from "../types/default-value";
import type { TypeDeclaration } from "../types/type-declaration";
import { arrayLength, CsArray, iterate } from "../values/collections";
import type { CallSite } from "../values/cs-type";
import type { CsFunction, CsValue } from "../values/cs-value";
import { compareValues } from "../values/equality";
import { arrayOf, indexOf, typeArgument } from "./collections";
import { argumentError, notNull } from "./object";

type Predicate = (item: CsValue) => boolean;

function copyInto(items: Iterable<CsValue>, target: CsArray | Uint8Array, start: number): void {
  const all = [...items];
  if (start < 0 || start + all.length > arrayLength(target)) {
    throw argumentError(
      "Destination array was not long enough. Check destIndex and length, and the array's lower bounds.",
    );
  }
  if (target instanceof CsArray) {
    all.forEach((item, index) => {
      target.items[start + index] = item;
    });
  }
}

/** Arrays. Their members beyond these come from `IList<T>`. */
export const arrayType: TypeDeclaration = {
  namespace: "System",
  header: "class Array : IEnumerable",
  members: {
    "int Length { get; }": arrayLength,
    "static int IndexOf<T>(T[] array, T value)": (array: CsValue, value: CsValue) =>
      indexOf([...iterate(notNull(array, "array"))], value),
    "static bool Exists<T>(T[] array, Predicate<T> match)": (array: CsValue, match: Predicate) =>
      [...iterate(notNull(array, "array"))].some((item) => match(item)),
    "static T[] FindAll<T>(T[] array, Predicate<T> match)": (
      array: CsValue,
      match: Predicate,
      site: CallSite,
    ) =>
      arrayOf(
        typeArgument(site),
        [...iterate(notNull(array, "array"))].filter((item) => match(item)),
      ),
    "static T Find<T>(T[] array, Predicate<T> match)": (array: CsValue, match: Predicate, site: CallSite) =>
      [...iterate(notNull(array, "array"))].find((item) => match(item)) ?? defaultOf(typeArgument(site)),
    "static T FindLast<T>(T[] array, Predicate<T> match)": (
      array: CsValue,
      match: Predicate,
      site: CallSite,
    ) =>
      [...iterate(notNull(array, "array"))].findLast((item) => match(item)) ?? defaultOf(typeArgument(site)),
    "static bool TrueForAll<T>(T[] array, Predicate<T> match)": (array: CsValue, match: Predicate) =>
      [...iterate(notNull(array, "array"))].every((item) => match(item)),
    "static int FindIndex<T>(T[] array, Predicate<T> match)": (array: CsValue, match: Predicate) =>
      [...iterate(notNull(array, "array"))].findIndex((item) => match(item)),
    "static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Func<TInput, TOutput> converter)": (
      array: CsValue,
      convert: CsFunction,
      site: CallSite,
    ) =>
      arrayOf(
        typeArgument(site, 1),
        [...iterate(notNull(array, "array"))].map((item) => convert(item)),
      ),
    "static void Sort<T>(T[] array)": (array: CsArray | Uint8Array | null) => {
      const target = notNull(array, "array");
      if (target instanceof Uint8Array) {
        target.sort();
      } else {
        target.items.sort(compareValues);
      }
    },
    "static void Reverse(Array array)": (array: CsArray | Uint8Array | null) => {
      const target = notNull(array, "array");
      (target instanceof Uint8Array ? target : target.items).reverse();
    },
    "static void Copy(Array sourceArray, Array destinationArray, int length)": (
      source: CsValue,
      target: CsArray | Uint8Array | null,
      length: number,
    ) => copy(source, 0, notNull(target, "destinationArray"), 0, length),
    "static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length)":
      copy,
  },
};

function copy(source: CsValue, from: number, target: CsArray | Uint8Array, to: number, length: number): void {
  const items = [...iterate(notNull(source, "sourceArray"))];
  if (from < 0 || to < 0 || length < 0 || from + length > items.length) {
    throw argumentError(
      "Source array was not long enough. Check srcIndex and length, and the array's lower bounds.",
    );
  }
  const part = items.slice(from, from + length);
  if (target instanceof Uint8Array) {
    if (to + length > target.length) {
      throw argumentError(
        "Destination array was not long enough. Check destIndex and length, and the array's lower bounds.",
      );
    }
    part.forEach((item, index) => {
      target[to + index] = Number((item as { readonly value: number }).value);
    });
  } else {
    copyInto(part, target, to);
  }
}
