/** What the worker is told by its environment. */
export interface Settings {
  /** URL of the gateway, without a slash at its end. */
  readonly gatewayUrl: string;
  /** Scope of tokens for the gateway, `<audience>/.default`. */
  readonly gatewayScope: string;
  /** Host name of the Service Bus namespace. */
  readonly namespace: string;
  readonly queue: string;
  /** URL of the container of results. */
  readonly containerUrl: string;
  /** Client id of the worker's user-assigned identity. */
  readonly clientId: string;
  /** Requests that are worked on at once. */
  readonly concurrency: number;
  /** Time between the signal to stop and the end. */
  readonly graceMs: number;
}

/** Everything that is wrong with the environment. */
export class SettingsError extends Error {
  public override readonly name = "SettingsError";

  public constructor(public readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

interface Variable {
  readonly pattern: RegExp;
  readonly words: string;
  readonly default?: string;
}

/** Names, and what values must look like. */
export const VARIABLES = {
  AI_GATEWAY_URL: {
    pattern: /^https:\/\/[^/\s]+(\/[^\s]*[^/\s])?$/,
    words: "URL of the gateway: https, without a slash at its end",
  },
  AI_GATEWAY_SCOPE: {
    pattern: /^\S+\/\.default$/,
    words: "scope of its tokens: <audience>/.default",
  },
  SERVICE_BUS_NAMESPACE: {
    pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
    words: "host name of the namespace: <name>.servicebus.windows.net",
  },
  SERVICE_BUS_QUEUE: { pattern: /^[\w./~-]{1,260}$/, words: "name of the queue" },
  RESULTS_CONTAINER_URL: {
    pattern: /^https:\/\/[^/\s]+\/[a-z0-9-]+$/,
    words: "URL of the container of results: https://<account>.blob.core.windows.net/<container>",
  },
  AZURE_CLIENT_ID: {
    pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    words: "client id of the user-assigned identity: a GUID",
  },
  CONCURRENCY: {
    pattern: /^([1-9]|[1-5]\d|6[0-4])$/,
    words: "requests at once: 1 to 64",
    default: "4",
  },
  GRACE_SECONDS: {
    pattern: /^([1-9]|[1-9]\d|[1-5]\d\d|600)$/,
    words: "seconds from SIGTERM to the end: 1 to 600",
    default: "30",
  },
} as const satisfies Readonly<Record<string, Variable>>;

type Name = keyof typeof VARIABLES;

/** @throws SettingsError that names each variable that is missing or wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const value = (name: Name): string => {
    const { pattern, words, default: fallback }: Variable = VARIABLES[name];
    const text = environment[name] ?? fallback ?? "";
    if (text === "") {
      problems.push(`${name} is missing: ${words}`);
    } else if (!pattern.test(text)) {
      problems.push(`${name} is '${text}', which is wrong: ${words}`);
    }
    return text;
  };
  const settings: Settings = {
    gatewayUrl: value("AI_GATEWAY_URL"),
    gatewayScope: value("AI_GATEWAY_SCOPE"),
    namespace: value("SERVICE_BUS_NAMESPACE"),
    queue: value("SERVICE_BUS_QUEUE"),
    containerUrl: value("RESULTS_CONTAINER_URL"),
    clientId: value("AZURE_CLIENT_ID"),
    concurrency: Number(value("CONCURRENCY")),
    graceMs: Number(value("GRACE_SECONDS")) * 1000,
  };
  if (problems.length > 0) {
    throw new SettingsError(problems);
  }
  return settings;
}
