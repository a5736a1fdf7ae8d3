export { IRRELEVANT_TYPES } from "./resource-types";
export { type ResourceId, resourceIds } from "./resource-ids";
export { loadStacks, readStacks } from "./stack-loader";
export type { StackInputs } from "./stack-set";
export { StackLoadError, type StackProblem, unreadPolicies } from "./stack-problems";
