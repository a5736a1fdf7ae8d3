import type { PolicyCompiler } from "./policy";

/** Every policy element the simulator runs. One line a policy, alphabetical within each group. */
const compilers: readonly PolicyCompiler[] = [
  // Control flow and forwarding.
  // Access, limits, caching, transformation, logging.
];

/** Compilers by element name. */
export const policyCompilers: ReadonlyMap<string, PolicyCompiler> = new Map(
  compilers.map((compiler) => [compiler.name, compiler]),
);
