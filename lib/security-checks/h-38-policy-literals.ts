import type { HouseCheck } from "./house-check";
import { allTexts } from "./synthesized-stack";

/** C# strings and characters. */
const LITERALS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** azurerm drops white space before it compares policies: what differs in nothing else would not be deployed. */
export const policyLiterals: HouseCheck = {
  id: "H-38",
  title: "no literal of a policy expression holds white space",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      allTexts(document)
        .filter(({ text }) => /^@[({]/.test(text))
        .flatMap(({ text }) => text.match(LITERALS) ?? [])
        .filter((literal) => /\s/.test(literal))
        .map((literal) => `${address}: ${literal} must be written with \\u0020`),
    ),
};
