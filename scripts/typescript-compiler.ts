import { resolve } from "node:path";

/**
 * Compiler of TypeScript as a program: a fifth of the time of the one that linters and other programs call as a library,
 * which the native one does not offer.
 */
export const TSC = resolve(__dirname, "../node_modules/@typescript/native/bin/tsc");

/** Its environment: it is written in Go, which collects garbage four times less often so, and takes a fifth less time. */
export const TSC_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, GOGC: "400" };
