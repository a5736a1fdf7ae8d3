import { PolicyElement, type PolicyValue } from "../policy-element";

/** A claim that a token must have. Compared whole and case-sensitively. */
export interface RequiredClaim {
  readonly name: string;
  /** `all`: the token has every value; `any`: at least one. @default "all" */
  readonly match?: "all" | "any";
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
          children: values.map((value) => new PolicyElement({ name: "value", text: value })),
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
    texts.map((text) => new PolicyElement({ name: item, text })),
  );
}

function list(name: string, children: readonly PolicyElement[]): readonly PolicyElement[] {
  return children.length === 0 ? [] : [new PolicyElement({ name, children })];
}
