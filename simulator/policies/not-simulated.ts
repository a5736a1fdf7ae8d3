import type { PolicyCompiler } from "./policy-compiler";
import type { SectionName } from "./policy-execution";

/**
 * A policy that APIM has and the simulator does not run. A document that uses it is refused at load, so that
 * no test passes because a policy was skipped.
 */
export function notSimulated(
  name: string,
  sections: readonly SectionName[],
  reason: string,
  shape: PolicyCompiler["shape"],
): PolicyCompiler {
  return {
    name,
    sections,
    shape,
    compile(_, compilation) {
      compilation.refuse(`is not simulated: ${reason}`);
      return () => undefined;
    },
  };
}
