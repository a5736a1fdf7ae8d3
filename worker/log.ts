/** Writes what happened, without what was asked or answered. */
export type Log = (event: string, details?: Readonly<Record<string, unknown>>) => void;

/** One line of JSON for each event, on stdout, where the platform collects it. */
export const logLine: Log = (event, details = {}) => {
  const line = { time: new Date().toISOString(), event, ...details };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** An error in one line, without a stack: texts of Azure's clients may hold headers, their messages do not. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
}
