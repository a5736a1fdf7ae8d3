import { invalidRequest } from "./account-error";

/** The JSON body of a request, with the checks that every operation shares. */
export class RequestBody {
  private readonly asked = new Set<string>();

  private constructor(private readonly members: Readonly<Record<string, unknown>>) {}

  /** @throws AccountError (400) when it is not a JSON object */
  public static parse(text: string): RequestBody {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw invalidRequest("We could not parse the JSON body of your request.");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalidRequest("The request body must be a JSON object.");
    }
    return new RequestBody(value as Record<string, unknown>);
  }

  /** Whether a member is there and null, which {@link get} takes for absent. */
  public isNull(name: string): boolean {
    return this.members[name] === null;
  }

  /** Texts of a form. Whole numbers are numbers, as the service reads them. */
  public static ofFields(fields: Readonly<Record<string, string>>): RequestBody {
    const typed = Object.entries(fields).map(([name, value]) => [
      name,
      /^\d{1,9}$/.test(value) ? Number(value) : value,
    ]);
    return new RequestBody(Object.fromEntries(typed) as Record<string, unknown>);
  }

  public get(name: string): unknown {
    this.asked.add(name);
    return this.members[name] ?? undefined;
  }

  /** Names of members that nobody has asked for. */
  public get ignored(): readonly string[] {
    return Object.keys(this.members).filter((name) => !this.asked.has(name));
  }

  /** A text. @throws AccountError (400) for any other type */
  public text(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined && typeof value !== "string") {
      throw invalidRequest(`Invalid type for '${name}': expected a string.`, name, "invalid_type");
    }
    return value;
  }

  public flag(name: string): boolean {
    const value = this.get(name);
    if (value !== undefined && typeof value !== "boolean") {
      throw invalidRequest(`Invalid type for '${name}': expected a boolean.`, name, "invalid_type");
    }
    return value ?? false;
  }

  /** A whole number of at least 1. */
  public count(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw invalidRequest(
        `Invalid value for '${name}': expected an integer of at least 1.`,
        name,
        "invalid_value",
      );
    }
    return value;
  }

  /** Whether a stream shall end with usage; `stream_options` without a stream is an error. */
  public streamUsage(): boolean {
    const options = this.get("stream_options");
    if (options === undefined) {
      return false;
    }
    if (!this.flag("stream")) {
      throw invalidRequest(
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        "stream_options",
      );
    }
    return (options as { readonly include_usage?: unknown }).include_usage === true;
  }
}

/** The text of a message's content: a string, or parts of which the texts count. */
export function contentText(content: unknown): string {
  if (typeof content === "string") {
    return content;
  }
  return Array.isArray(content)
    ? content
        .map((part: unknown) => (part as { readonly text?: unknown } | null)?.text)
        .filter((text) => typeof text === "string")
        .join("\n")
    : "";
}
