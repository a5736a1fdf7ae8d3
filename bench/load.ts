import type { Load } from "./measured-simulator";

/** As many requests at a time as keep one core busy. */
export const BUSY: Omit<Load, "client"> = { connections: 16, warmUp: 6_000, requests: 300, windows: 4 };
/** One request at a time: what a caller waits for when nobody else is there. */
export const ALONE: Omit<Load, "client"> = { connections: 1, warmUp: 20, requests: 100, windows: 4 };
