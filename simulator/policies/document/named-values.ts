import type { GatewayModel, NamedValueModel } from "../../model";

const REFERENCE = /\{\{([A-Za-z0-9._-]+)\}\}/g;

/**
 * `{{display-name}}` references of a policy document. Replaced as text, in literals and inside expressions,
 * and once: a value that looks like a reference stays as it is.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export class NamedValues {
  private readonly values: ReadonlyMap<string, string>;

  private readonly secrets: readonly NamedValueModel[];

  public constructor({ namedValues }: Pick<GatewayModel, "namedValues">) {
    this.secrets = namedValues.filter(({ secret, secretUrl }) => secret || secretUrl !== undefined);
    this.values = new Map(namedValues.map(({ displayName, value }) => [displayName, value]));
  }

  /** @param name as shown @returns none for a name that no named value has */
  public valueOf(name: string): string | undefined {
    return this.values.get(name);
  }

  /** Those of the names whose values nobody may read. */
  public secretsAmong(names: ReadonlySet<string>): readonly NamedValueModel[] {
    return names.size === 0 ? [] : this.secrets.filter(({ displayName }) => names.has(displayName));
  }

  /** Names that a text refers to. */
  public namesIn(text: string): readonly string[] {
    return [...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []);
  }

  /** At most how long a text is with its values: a short text may name a long one often. */
  public maxLength(text: string): number {
    return [...text.matchAll(REFERENCE)].reduce(
      (length, [, name = ""]) => length + (this.values.get(name)?.length ?? 0),
      text.length,
    );
  }

  /** @param onUnknown told the name of a reference that no named value answers */
  public substitute(text: string, onUnknown: (name: string) => void): string {
    if (!text.includes("{{")) {
      return text;
    }
    return text.replace(REFERENCE, (whole, name: string) => {
      const value = this.values.get(name);
      if (value === undefined) {
        onUnknown(name);
        return whole;
      }
      return value;
    });
  }
}
