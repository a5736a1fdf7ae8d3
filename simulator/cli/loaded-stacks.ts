import { type Simulation, UnservedRegionError } from "../simulation";
import { UsageError } from "./command-line";
import type { StackDirectories } from "./stack-directories";

/** What was read of stacks, plans or states. */
export type LoadedStacks = Simulation["model"];

/** @throws UsageError when what was loaded has no gateway */
export function refuseWithoutGateway(
  { gateways }: LoadedStacks,
  { names, others }: Pick<StackDirectories, "names" | "others">,
): void {
  if (gateways.length === 0) {
    const known = others.length === 0 ? "" : ` Stacks with one: ${others.join(", ")}.`;
    throw new UsageError(`${names.join(", ")}: there is no API Management service to run.${known}`);
  }
}

/** @throws UsageError for an error of the simulation that comes from an argument */
export function refuseWrongArgument(error: unknown): void {
  if (error instanceof UnservedRegionError) {
    throw new UsageError(`--${error.message}.`);
  }
}

/**
 * @param models all that was loaded with the same types to leave out
 * @throws UsageError for types by which nothing of them is left out
 */
export function refuseUnusedTypes(models: readonly LoadedStacks[]): void {
  const [first = [], ...rest] = models.map(({ unusedIgnoredTypes = [] }) => unusedIgnoredTypes);
  const types = first.filter((type) => rest.every((unused) => unused.includes(type)));
  if (types.length > 0) {
    throw new UsageError(
      `--ignore ${types.join(", ")}: nothing is left out by that. No resource is of the type, or the simulator runs it.`,
    );
  }
}
