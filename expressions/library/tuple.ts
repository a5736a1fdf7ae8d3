import type { TypeDeclaration } from "../types/type-declaration";
import { CsTuple } from "../values/collections";
import type { CallSite } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { constructed } from "./collections";

const NUMBERS = [1, 2, 3, 4];

/** `Tuple<T1, ...>` of up to four items, and the factory. */
export const tupleTypes: readonly TypeDeclaration[] = [
  ...NUMBERS.map((size): TypeDeclaration => {
    const items = NUMBERS.slice(0, size);
    return {
      namespace: "System",
      header: `class Tuple<${items.map((item) => `T${item}`).join(", ")}>`,
      members: {
        [`Tuple(${items.map((item) => `T${item} item${item}`).join(", ")})`]: (
          ...given: (CsValue | CallSite)[]
        ) => new CsTuple((given[size] as CallSite).type, given.slice(0, size)),
        ...Object.fromEntries(
          items.map((item) => [
            `T${item} Item${item} { get; }`,
            (self: CsTuple) => self.items[item - 1] ?? null,
          ]),
        ),
      },
    };
  }),
  {
    namespace: "System",
    header: "static class Tuple",
    members: Object.fromEntries(
      NUMBERS.map((size) => {
        const types = NUMBERS.slice(0, size)
          .map((item) => `T${item}`)
          .join(", ");
        const parameters = NUMBERS.slice(0, size)
          .map((item) => `T${item} item${item}`)
          .join(", ");
        return [
          `static Tuple<${types}> Create<${types}>(${parameters})`,
          (...given: (CsValue | CallSite)[]) =>
            new CsTuple(
              constructed("System.Tuple", ...(given[size] as CallSite).typeArguments),
              given.slice(0, size),
            ),
        ];
      }),
    ),
  },
];
