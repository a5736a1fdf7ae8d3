const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What test files change of their process, and Jest around each of them, as it is at a moment. */
export class ProcessState {
  private readonly console = globalThis.console;
  private readonly exit = Object.getOwnPropertyDescriptor(process, "exit");
  private readonly stackTraceLimit = Error.stackTraceLimit;
  private readonly folder = process.cwd();
  private readonly env = process.env;
  private readonly variables = { ...process.env };
  private readonly listeners = SIGNALS.flatMap((signal) => process.listeners(signal));

  public restore(): void {
    globalThis.console = this.console;
    if (this.exit) {
      Object.defineProperty(process, "exit", this.exit);
    }
    Error.stackTraceLimit = this.stackTraceLimit;
    process.chdir(this.folder);
    process.env = this.env;
    for (const name of Object.keys(process.env).filter((each) => !(each in this.variables))) {
      delete process.env[name];
    }
    Object.assign(process.env, this.variables);
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal).filter((each) => !this.listeners.includes(each))) {
        process.off(signal, listener);
      }
    }
  }
}
