import type { Problem } from "../../validation";
import { PolicyElement, type PolicyValue } from "../policy-element";

/** A claim that a token must have. Compared whole and case-sensitively. */
export interface RequiredClaim {
  /** Name of the claim, as it stands in the token. */
  readonly name: string;
  /** `all`: the token has every value; `any`: at least one. @default "all" */
  readonly match?: "all" | "any";
  /**
   * At least one, none of them empty: without values only the presence of the claim would be left to check.
   */
  readonly values: readonly PolicyValue[];
}

/** `<required-claims>`, or nothing if there are none. */
export function requiredClaims(claims: readonly RequiredClaim[]): readonly PolicyElement[] {
  return list(
    "required-claims",
    claims.map(
      ({ name, match = "all", values }) =>
        new PolicyElement({
          name: "claim",
          attributes: { name, match },
          children: values.map((value) => textElement("value", value)),
          problems: [values.length === 0 ? noValues(name) : undefined],
        }),
    ),
  );
}

/** An element around a list of texts, or nothing if there are none. */
export function textList(
  name: string,
  item: string,
  texts: readonly PolicyValue[],
): readonly PolicyElement[] {
  return list(
    name,
    texts.map((text) => textElement(item, text)),
  );
}

/** One of the texts that a token is compared with. An empty one would be read as none. */
function textElement(name: string, text: PolicyValue): PolicyElement {
  return new PolicyElement({ name, text, problems: [text === "" ? empty(name) : undefined] });
}

function noValues(claim: string): Problem {
  return { rule: "a required claim must have values", value: claim, remedy: "list those that you accept" };
}

function empty(name: string): Problem {
  return { rule: `text of <${name}> must not be empty`, remedy: "give the value, or leave the element out" };
}

function list(name: string, children: readonly PolicyElement[]): readonly PolicyElement[] {
  return children.length === 0 ? [] : [new PolicyElement({ name, children })];
}
