const EVENTS = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "uncaughtException",
  "unhandledRejection",
  "rejectionHandled",
  "warning",
] as const;

/** What test files change of their process, and Jest around each of them, as it is at a moment. */
export class ProcessState {
  private readonly objects = [globalThis, process].map((object) => ({
    object,
    properties: propertiesOf(object),
  }));
  private readonly stackTraceLimit = Error.stackTraceLimit;
  private readonly exitCode = process.exitCode;
  private readonly folder = process.cwd();
  private readonly variables = { ...process.env };
  private readonly listeners = EVENTS.map((event) => process.listeners(event as NodeJS.Signals));

  public restore(): void {
    for (const { object, properties } of this.objects) {
      for (const [name, before] of Object.entries(properties)) {
        restoreProperty(object, name, before);
      }
    }
    Error.stackTraceLimit = this.stackTraceLimit;
    process.exitCode = this.exitCode;
    process.chdir(this.folder);
    for (const name of Object.keys(process.env).filter((each) => !(each in this.variables))) {
      delete process.env[name];
    }
    Object.assign(process.env, this.variables);
    for (const [index, event] of EVENTS.entries()) {
      for (const listener of process.listeners(event as NodeJS.Signals)) {
        if (!this.listeners[index]?.includes(listener)) {
          process.off(event, listener);
        }
      }
    }
  }
}

/** Without what Node keeps for itself. */
function propertiesOf(object: object): Readonly<Record<string, PropertyDescriptor>> {
  const all = Object.entries(Object.getOwnPropertyDescriptors(object));
  return Object.fromEntries(all.filter(([name]) => !name.startsWith("_")));
}

function restoreProperty(object: object, name: string, before: PropertyDescriptor): void {
  const now = Object.getOwnPropertyDescriptor(object, name);
  const isSame = now?.value === before.value && now?.get === before.get && now?.set === before.set;
  if (isSame) {
    return;
  }
  if (now?.configurable === false) {
    Reflect.set(object, name, before.value);
  } else {
    Object.defineProperty(object, name, before);
  }
}
