import { choiceAttribute, optionalText, textAttribute } from "../document/attribute-values";
import type { ElementShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";
import { TokenRejection } from "./token-rejection";

const MATCHES = ["all", "any"] as const;

/** `required-claims`; only `validate-azure-ad-token` takes expressions for anything but values. */
export function requiredClaimsShape(expressions: boolean): ElementShape {
  return {
    children: [
      {
        name: "claim",
        min: 1,
        shape: {
          attributes: {
            name: { required: true, expression: expressions },
            match: { expression: expressions, values: MATCHES },
            separator: { expression: expressions },
          },
          children: [{ name: "value", shape: { text: "required" } }],
        },
      },
    ],
  };
}

/** Throws `TokenRejection` unless the token has every claim with the values asked for. */
export type ClaimsCheck = (
  claims: ReadonlyMap<string, readonly string[]>,
  execution: PolicyExecution,
) => void;

/**
 * Compiles `required-claims`. Values compare exactly; a claim without values must merely be there.
 * @param node none if the policy has no required claims
 */
export function requiredClaims(
  node: PolicyElementNode | undefined,
  compilation: PolicyCompilation,
): ClaimsCheck {
  const claims = (node?.children ?? []).map((claim) => ({
    name: textAttribute(claim, "name", compilation),
    match: choiceAttribute(claim, "match", compilation, MATCHES, "all"),
    separator: optionalText(claim, "separator", compilation),
    values: claim.children.map((value) => compilation.text(value.text.trim(), value)),
  }));

  return (actual, execution) => {
    const wanted = claims.map((claim) => ({
      name: claim.name(execution),
      match: claim.match(execution),
      separator: claim.separator?.(execution) ?? "",
      values: claim.values.map((value) => value(execution)),
    }));
    const missing = wanted.map(({ name }) => name).filter((name) => (actual.get(name) ?? []).length === 0);
    if (missing.length > 0) {
      throw new TokenRejection(
        "TokenClaimNotFound",
        `JWT is missing the following claims: ${missing.join(", ")}. Access denied.`,
      );
    }
    for (const { name, match, separator, values } of wanted) {
      const sent = actual.get(name) ?? [];
      const parts = separator === "" ? sent : sent.flatMap((text) => text.split(separator));
      const has = (value: string): boolean => parts.includes(value);
      const passes = values.length === 0 || (match === "all" ? values.every(has) : values.some(has));
      if (!passes) {
        throw new TokenRejection(
          "TokenClaimValueNotAllowed",
          `Claim ${name} value of ${sent.join(",")} is not allowed. Access denied.`,
        );
      }
    }
  };
}
