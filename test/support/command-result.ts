/** What a command wrote, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process. What it prints is not seen but by the caller. */
export async function resultOf(run: () => Promise<number>): Promise<CommandResult> {
  const written = { log: "", error: "" };
  const spies = (["log", "error"] as const).map((name) =>
    jest
      .spyOn(console, name)
      .mockImplementation((...lines: unknown[]) => void (written[name] += `${lines.join(" ")}\n`)),
  );
  try {
    return { exitCode: await run(), stdout: written.log, stderr: written.error };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}
