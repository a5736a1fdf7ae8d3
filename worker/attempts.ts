/** What became of a request so far. It travels with the message, so that no worker has to remember it. */
export interface Attempts {
  /** Calls that were answered by nothing that lasts. */
  readonly tries: number;
  /** Times that it was put off, asked or not. */
  readonly waits: number;
  /** When the first of the tries failed, in milliseconds since the epoch. @default - none has */
  readonly failingSince?: number;
  /** Status of the latest answer. @default - there was no connection, or no try */
  readonly lastStatus?: number;
}

type Properties = Readonly<Record<string, unknown>>;

/** Reads them from the properties of a message, where `attemptProperties` has put them. */
export function readAttempts(properties: Properties = {}): Attempts {
  const count = (name: keyof Attempts): number | undefined => {
    const value = properties[name];
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
  };
  return {
    tries: count("tries") ?? 0,
    waits: count("waits") ?? 0,
    failingSince: count("failingSince"),
    lastStatus: count("lastStatus"),
  };
}

/** Properties of a message that say it. */
export function attemptProperties({
  tries,
  waits,
  failingSince,
  lastStatus,
}: Attempts): Readonly<Record<keyof Attempts, number>> {
  return {
    tries,
    waits,
    // 0 overwrites what an earlier try has left.
    failingSince: failingSince ?? 0,
    lastStatus: lastStatus ?? 0,
  };
}
