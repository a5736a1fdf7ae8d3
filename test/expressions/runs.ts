/** How often a program must run to have run as closures and, the last time, as JavaScript. */
export const RUNS_UNTIL_WRITTEN = 3;
