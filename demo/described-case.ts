import type { AccessCase } from "./access-case";
import type { Caller, TargetEnvironment } from "./target-environment";

const AS_DESCRIBED = "as described";

/**
 * A case of one caller that looks at more than who gets in.
 *
 * @param differences what is missing or too much, if anything is
 */
export function describedCase(
  { settings }: Pick<TargetEnvironment, "settings">,
  { name, api }: Pick<Caller, "name" | "api">,
  how: string,
  differences: () => Promise<readonly string[]>,
): AccessCase {
  return {
    target: `${settings.name}/${api.name}`,
    who: name,
    how,
    expected: AS_DESCRIBED,
    run: async () => (await differences()).join("; ") || AS_DESCRIBED,
  };
}
