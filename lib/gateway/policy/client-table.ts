import { type Authenticator, type CredentialKind, credentialKinds } from "../../auth";
import { type CSharp, csharp, csharpJoin, terraformText } from "../../policy";
import type {
  CallerLimits,
  ClientDescription,
  DeploymentDescription,
  OpenAiApiDescription,
} from "./openai-api-description";
import { GROUPS_OF_EVERYBODY } from "./openai-operation";
import { entryField, tableEntry } from "./table-entry";

/** Operation groups and deployments that a caller may use, and where they are. */
export interface CallerAccess {
  /** `undefined`: all. */
  readonly operations: readonly string[] | undefined;
  /** In lower case. `undefined`: all. */
  readonly deployments: readonly string[] | undefined;
  /** `undefined`: those of the API. */
  readonly routes: readonly DeploymentDescription[] | undefined;
}

/** Marks the entry of a client that is known and refused. */
export const SUSPENDED = "suspended";

/** Fields of an entry of the client table; the last one is there where access ends. */
export const CLIENT_FIELDS = { access: 0, limits: 1, boundCredentials: 2, name: 3, expires: 4 } as const;

const INITIALS: Readonly<Record<CredentialKind, string>> = { token: "t", certificate: "c", key: "k" };

/**
 * The registered clients of an API, from verified id to name and rights. What they may do, and how much, is
 * kept apart and once: a thousand clients of a few kinds make a thousand short lines and a few rules.
 */
export class ClientTable {
  /** Number 0 is everything that the API offers: what callers have that are not a registered client. */
  public readonly accesses: readonly CallerAccess[];
  /** Number 0 is the API's own limits. */
  public readonly limits: readonly CallerLimitValues[];
  private readonly entries: readonly { readonly client: ClientDescription; readonly entry: string }[];
  private readonly authenticators: ReadonlyMap<string, Authenticator>;

  public constructor(api: OpenAiApiDescription) {
    const accesses = new NumberedSet<CallerAccess>({
      operations: undefined,
      deployments: undefined,
      routes: undefined,
    });
    const limits = new NumberedSet(limitValues(api.limits, {}));
    const combined = api.auth.alternatives.some((alternative) => credentialKinds(alternative).length > 1);
    this.authenticators = new Map(api.auth.authenticators.map((each) => [each.name, each]));
    this.entries = (api.clients ?? []).map((client) => ({
      client,
      entry: tableEntry(
        client.suspended ? SUSPENDED : accesses.numberOf(accessOf(client, api)),
        limits.numberOf(limitValues(client.rights?.limits ?? {}, api.limits)),
        combined ? this.boundCredentials(client) : "-",
        client.name,
        ...(client.expires === undefined ? [] : [client.expires]),
      ),
    }));
    this.accesses = accesses.values;
    this.limits = limits.values;
  }

  /** Whether the access of any client ends on a day. */
  public get hasExpiries(): boolean {
    return this.entries.some(({ client }) => client.expires !== undefined);
  }

  /** Whether any client is identified by such a credential. */
  public identifiesBy(kind: CredentialKind): boolean {
    return this.casesOf(kind).length > 0;
  }

  /**
   * C# statements that return the entry of the client with a verified id, or `""`.
   *
   * @param id C# `string`: `<authenticator>/<verified id>`
   */
  public lookup(kind: CredentialKind, id: CSharp): CSharp {
    return csharp`
      switch (${id}) {
        ${csharpJoin(this.casesOf(kind), "\n")}
        default: return "";
      }
    `;
  }

  /**
   * C# statements that return the entry of the client of a name, or of a verified id: no name has the '/' that each id
   * has. `""` if there is none.
   *
   * @param name C# `string`, from who may speak for clients
   */
  public namedOrIdentified(name: CSharp): CSharp {
    const names = this.entries.map(({ client, entry }) => csharp`case ${client.name}: return ${entry};`);
    const ids = (["token", "certificate", "key"] as const).flatMap((kind) => this.casesOf(kind));
    return csharp`
      switch (${name}) {
        ${csharpJoin([...names, ...ids], "\n")}
        default: return "";
      }
    `;
  }

  /** C# `bool`: whether an entry's client has an identity for a kind of credential. */
  public static isBound(entry: CSharp, kind: CredentialKind): CSharp {
    return csharp`${entryField(entry, CLIENT_FIELDS.boundCredentials)}.Contains(${INITIALS[kind]})`;
  }

  private casesOf(kind: CredentialKind): readonly CSharp[] {
    return this.entries.flatMap(({ client, entry }) => {
      // One certificate name may be bound to several thumbprints, which only the validation tells apart.
      const ids = client.identities.flatMap(({ authenticator, id }) => {
        const found = this.authenticators.get(authenticator);
        return found?.credential === kind ? [verifiedId(found, id)] : [];
      });
      return [...new Set(ids)].map((id) => csharp`case ${terraformText(id)}: return ${entry};`);
    });
  }

  private boundCredentials(client: ClientDescription): string {
    const kinds = client.identities.map(
      ({ authenticator }) => this.authenticators.get(authenticator)?.credential,
    );
    return [...new Set(kinds)].map((kind) => (kind ? INITIALS[kind] : "")).join("") || "-";
  }
}

export interface CallerLimitValues {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  readonly reservedTokensPerMinute: number | undefined;
  readonly requestsPerMinutePerUser: number | undefined;
  readonly tokensPerMinutePerUser: number | undefined;
  readonly reservedTokensPerMinutePerUser: number | undefined;
  readonly tokenQuota: number | undefined;
  readonly tokenQuotaPeriod: CallerLimits["tokenQuotaPeriod"];
}

/** A client's quota replaces the API's as a whole: half of one makes no sense with half of another. */
export function limitValues(own: CallerLimits, api: CallerLimits): CallerLimitValues {
  const quota = own.tokenQuota === undefined ? api : own;
  const requestsPerMinute = own.requestsPerMinute ?? api.requestsPerMinute;
  const tokensPerMinute = own.tokensPerMinute ?? api.tokensPerMinute;
  const reservedTokensPerMinute =
    own.reservedTokensPerMinute ?? own.tokensPerMinute ?? api.reservedTokensPerMinute ?? api.tokensPerMinute;
  const statedPerUser =
    own.tokensPerMinutePerUser ??
    (own.tokensPerMinute === undefined ? api.tokensPerMinutePerUser : undefined);
  return {
    requestsPerMinute,
    tokensPerMinute,
    requestsPerMinutePerUser:
      own.requestsPerMinutePerUser ??
      (own.requestsPerMinute === undefined ? api.requestsPerMinutePerUser : undefined) ??
      halfOf(requestsPerMinute),
    tokensPerMinutePerUser: statedPerUser ?? halfOf(tokensPerMinute),
    reservedTokensPerMinute,
    reservedTokensPerMinutePerUser: statedPerUser ?? halfOf(reservedTokensPerMinute),
    tokenQuota: quota.tokenQuota,
    tokenQuotaPeriod: quota.tokenQuotaPeriod,
  };
}

function halfOf(limit: number | undefined): number | undefined {
  return limit === undefined ? undefined : Math.ceil(limit / 2);
}

/** Rights to everything are not a restriction, however they are spelled. */
function accessOf({ rights = {} }: ClientDescription, api: OpenAiApiDescription): CallerAccess {
  const offered = {
    operations: api.operations
      .map(({ group }) => group)
      .filter((group) => !GROUPS_OF_EVERYBODY.includes(group)),
    deployments: api.deployments.map(({ name }) => name.toLowerCase()),
  };
  const granted = {
    operations: rights.operations,
    deployments: rights.deployments?.map((name) => name.toLowerCase()),
  };
  return {
    operations: restriction(granted.operations, offered.operations),
    deployments: restriction(granted.deployments, offered.deployments),
    routes: rights.routes,
  };
}

function restriction(
  granted: readonly string[] | undefined,
  offered: readonly string[],
): readonly string[] | undefined {
  if (granted === undefined || offered.every((name) => granted.includes(name))) {
    return undefined;
  }
  return [...new Set(granted)].sort();
}

/** What an authenticator verifies, as the policy spells it: `<authenticator>/<id>`. */
export function verifiedId(authenticator: Authenticator, id: string): string {
  return `${authenticator.name}/${authenticator.credential === "key" ? id : authenticator.canonicalId(id)}`;
}

/** Values by number, each once. */
class NumberedSet<T extends object> {
  public readonly values: T[];
  private readonly numbers = new Map<string, number>();

  public constructor(first: T) {
    this.values = [];
    this.numberOf(first);
  }

  public numberOf(value: T): number {
    const key = JSON.stringify(value);
    const number = this.numbers.get(key) ?? this.values.push(value) - 1;
    this.numbers.set(key, number);
    return number;
  }
}
