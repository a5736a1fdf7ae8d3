import type { SyntaxNode } from "../syntax/syntax-node";
import type { TypeDefinition } from "../values/cs-type";
import type { CsValue } from "../values/cs-value";
import { ThrownException } from "../values/exception";
import { UnsupportedFeature } from "../values/unsupported-feature";
import type { Binder } from "./binder";
import type { Resolution } from "./overload-resolution";

/** Reports a call whose constant arguments, such as a pattern, are beyond the simulator. */
export function checkConstantArguments<M>(
  binder: Binder,
  node: SyntaxNode,
  definition: TypeDefinition,
  { bindings }: Resolution<M>,
): void {
  const constants = new Map<string, CsValue>();
  for (const { parameter, argument } of bindings) {
    if (argument?.operand.kind === "value" && argument.operand.constant !== undefined) {
      constants.set(parameter.name, argument.operand.constant.value);
    }
  }
  try {
    definition.checkConstants(constants);
  } catch (error) {
    if (error instanceof UnsupportedFeature) {
      binder.report(node, error.message);
    } else if (!(error instanceof ThrownException)) {
      throw error;
    }
    // C# compiles a wrong pattern, too: the call throws.
  }
}
