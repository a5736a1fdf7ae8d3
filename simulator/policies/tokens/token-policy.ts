import type { Jwt } from "../../../expressions";
import { childOf } from "../document/element-children";
import type { PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution, PolicyRun } from "../policy-execution";
import { requiredClaims } from "./required-claims";
import { tokenRefusal } from "./token-refusal";
import { TokenRejection } from "./token-rejection";
import type { TokenSource } from "./token-source";

export interface TokenPolicyProps {
  readonly source: TokenSource;
  /** What is said of a request without a token. */
  readonly absentMessage: string;
  /** What is said of a token that does not pass. @default - why it does not */
  readonly invalidMessage?: string;
  /** Validates all that `required-claims` does not name. @throws TokenRejection with the reason */
  readonly validate: (token: string, execution: PolicyExecution) => Promise<Jwt>;
}

/**
 * Compiles what the policies for tokens have in common: the token is found and validated, has the claims asked
 * for, and lies in the variable of `output-token-variable-name` afterwards; any other request is refused.
 */
export function tokenPolicy(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
  { source, absentMessage, invalidMessage, validate }: TokenPolicyProps,
): PolicyRun {
  const refusal = tokenRefusal(element, compilation);
  const claims = requiredClaims(childOf(element, "required-claims"), compilation);
  const variable = element.attributes.get("output-token-variable-name");

  return async (execution) => {
    try {
      const token = source(execution);
      if (token === undefined) {
        throw new TokenRejection("TokenNotPresent", absentMessage);
      }
      const jwt = await validate(token, execution);
      claims(jwt.claims, execution);
      if (variable !== undefined) {
        execution.setVariable(variable, jwt);
      }
    } catch (error) {
      if (!(error instanceof TokenRejection)) {
        throw error;
      }
      execution.trace({ rejected: error.reason, detail: error.message });
      throw refusal(execution, error, error.reason === "TokenNotPresent" ? absentMessage : invalidMessage);
    }
  };
}
