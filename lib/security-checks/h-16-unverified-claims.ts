import type { HouseCheck } from "./house-check";
import { allTexts } from "./synthesized-stack";

/** The one permitted use of an unvalidated token: to choose which validation runs. */
const ISSUER_CHOICE = '@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Issuer)';

export const unverifiedClaims: HouseCheck = {
  id: "H-16",
  title: "claims are read from validated tokens only",
  check: (stack) =>
    stack.policies.flatMap(({ address, document }) =>
      allTexts(document)
        .filter(({ text }) => /AsJwt\s*\(|TryParseJwt\s*\(/.test(text))
        .filter(({ element, text }) => !(element.tagName === "set-variable" && text === ISSUER_CHOICE))
        .map(({ text }) => `${address}: reads an unvalidated token: ${text.slice(0, 120)}`),
    ),
};
