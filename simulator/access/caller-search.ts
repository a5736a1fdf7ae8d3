import type { GatewayModel } from "../model";
import type { TokenUse } from "./access-report";
import type { Authenticator, TokenAuthenticator } from "./authenticator";
import type { Credential, TokenCredential } from "./credential";
import { candidatesFor, LIST_CLAIMS, SCOPE_CLAIMS } from "./credential-candidates";
import type { SampleRequest } from "./sample-request";
import { failureOf, isAdmitted, type TrialAnswer, type TrialCalls } from "./trial-calls";

/** Credentials that got in together, and how they were taken. */
export interface FoundCaller {
  readonly client: string;
  readonly credentials: readonly Credential[];
  readonly request: SampleRequest;
  readonly answer: TrialAnswer;
  readonly acting?: TokenUse;
}

/** Authenticators that must be met together, with everybody who was found to meet them. */
export interface FoundWay {
  readonly authenticators: readonly Authenticator[];
  readonly callers: readonly FoundCaller[];
}

export interface SearchResult {
  readonly ways: readonly FoundWay[];
  /** Those with which nobody got in, and the call that came furthest, if any ended in a failure. */
  readonly closed: readonly ClosedAuthenticator[];
}

export interface ClosedAuthenticator {
  readonly authenticator: Authenticator;
  readonly failure?: string;
  /** What became of each credential, alone. */
  readonly answers: readonly RefusedCredentials[];
}

/** Credentials that did not get in, and how the last call with them was answered. */
export interface RefusedCredentials {
  readonly credentials: readonly Credential[];
  readonly answer: TrialAnswer;
}

/** Credentials tried in pairs where nothing tells which belong together. */
const MAX_PAIRS = 400;
/** Models that are tried for a credential before it counts as one without rights. */
const MAX_REQUESTS = 40;

/** Finds everybody who gets in to one API: each way in, and each credential that the policies know. */
export class CallerSearch {
  private readonly failures = new Map<Authenticator, { readonly depth: number; readonly text: string }>();
  private readonly refused = new Map<Authenticator, RefusedCredentials[]>();
  /** Requests that got somebody in, the latest first: what works for one is likely to work for the next. */
  private readonly lucky: SampleRequest[] = [];

  public constructor(
    private readonly calls: TrialCalls,
    private readonly gateway: GatewayModel,
    private readonly requests: readonly SampleRequest[],
  ) {}

  public async run(authenticators: readonly Authenticator[]): Promise<SearchResult> {
    const ways: FoundWay[] = [];
    const open = new Set(authenticators);
    // Alone first, then together: what gets in alone needs no company.
    for (const size of [1, 2, 3]) {
      for (const combination of combinations([...open], size)) {
        if (combination.some((each) => !open.has(each))) {
          continue;
        }
        const callers = await this.search(combination);
        if (callers.length > 0) {
          ways.push({ authenticators: combination, callers });
          combination.forEach((each) => open.delete(each));
        }
      }
    }
    return {
      ways,
      closed: [...open].map((authenticator) => ({
        authenticator,
        failure: this.failures.get(authenticator)?.text,
        answers: this.refused.get(authenticator) ?? [],
      })),
    };
  }

  private async search(combination: readonly Authenticator[]): Promise<readonly FoundCaller[]> {
    const found: FoundCaller[] = [];
    const lists = combination.map((each) => candidatesFor(each, this.gateway));
    for (const credentials of await this.matched(combination, lists)) {
      const caller = await this.admitted(credentials, combination);
      if (caller !== undefined) {
        found.push(caller);
      }
    }
    return found;
  }

  private async admitted(
    credentials: readonly Credential[],
    combination: readonly Authenticator[],
  ): Promise<FoundCaller | undefined> {
    const order = [...new Set([...this.lucky.slice(0, 4), ...this.requests])].slice(0, MAX_REQUESTS);
    let last: TrialAnswer | undefined;
    for (const request of order) {
      const answer = await this.calls.call(credentials, request);
      if (isAdmitted(answer)) {
        this.lucky.splice(0, this.lucky.length, request, ...this.lucky.filter((each) => each !== request));
        return { client: answer.client ?? "", credentials, request, answer, acting: usedAs(credentials) };
      }
      last = answer;
      this.noteFailure(answer, combination);
      // Not authentic: no other request will change that.
      if (answer.status === 401) {
        break;
      }
    }
    const [only, second] = combination;
    if (only !== undefined && second === undefined && last !== undefined) {
      this.refused.set(only, [...(this.refused.get(only) ?? []), { credentials, answer: last }]);
    }
    return undefined;
  }

  private noteFailure(answer: TrialAnswer, combination: readonly Authenticator[]): void {
    const text = failureOf(answer);
    const depth = answer.trace.steps.length;
    for (const authenticator of text === undefined ? [] : combination) {
      if (depth > (this.failures.get(authenticator)?.depth ?? -1)) {
        this.failures.set(authenticator, { depth, text: text as string });
      }
    }
  }

  /** What to present together: all of one list, or of several what belongs together. */
  private async matched(
    combination: readonly Authenticator[],
    lists: readonly (readonly Credential[])[],
  ): Promise<readonly (readonly Credential[])[]> {
    const [first = [], ...others] = lists;
    let tuples: readonly (readonly Credential[])[] = first.map((each) => [each]);
    for (const list of others) {
      tuples = await this.paired(tuples, list);
    }
    return combination.length === 1 ? tuples : tuples.filter((tuple) => tuple.length === combination.length);
  }

  /**
   * Pairs by what the policies make of each half: a variable that has one value for a tuple and the same one for a
   * credential of the list, and other values for others, names whose both are.
   */
  private async paired(
    tuples: readonly (readonly Credential[])[],
    list: readonly Credential[],
  ): Promise<readonly (readonly Credential[])[]> {
    const [firstTuple] = tuples;
    const [firstOfList] = list;
    if (firstTuple === undefined || firstOfList === undefined) {
      return [];
    }
    if (tuples.length * list.length <= MAX_PAIRS) {
      return tuples.flatMap((tuple) => list.map((each) => [...tuple, each]));
    }
    const request = this.requests[0];
    if (request === undefined) {
      return [];
    }
    const values = async (credentials: readonly Credential[]): Promise<ReadonlySet<string>> => {
      const { trace } = await this.calls.call(credentials, request);
      return new Set(Object.values(trace.variables).filter((value) => value.length > 2));
    };
    const ofList = new Map<string, Credential[]>();
    for (const each of list) {
      for (const value of await values([...firstTuple, each])) {
        ofList.set(value, [...(ofList.get(value) ?? []), each]);
      }
    }
    const pairs: (readonly Credential[])[] = [];
    for (const tuple of tuples) {
      const told = [...(await values([...tuple, firstOfList]))].filter(
        (value) => (ofList.get(value)?.length ?? Infinity) * 4 <= Math.max(4, list.length),
      );
      const partners = new Set(told.flatMap((value) => ofList.get(value) ?? []));
      pairs.push(...[...partners].map((each) => [...tuple, each]));
    }
    return pairs;
  }
}

/** How the token among the credentials stands for its client. */
export function usedAs(credentials: readonly Credential[]): TokenUse | undefined {
  const token = credentials.find((each): each is TokenCredential => each.kind === "token");
  if (token === undefined) {
    return undefined;
  }
  const hasScopes = SCOPE_CLAIMS.some((claim) => claim in token.claims);
  const hasRoles = LIST_CLAIMS.some((claim) => claim in token.claims);
  return hasScopes ? (hasRoles ? "for a user, with roles" : "for a user") : hasRoles ? "for itself" : undefined;
}

/** Whether a token is one of those that an authenticator asks for. */
export function isTokenFor(
  credential: Credential,
  authenticator: TokenAuthenticator,
): credential is TokenCredential {
  return (
    credential.kind === "token" &&
    authenticator.issuers.some(({ keysOf, iss }) => [keysOf, iss].includes(credential.issuer))
  );
}

/** All choices of `size` items, in their order. */
function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return size === 0
    ? [[]]
    : items.flatMap((item, index) =>
        combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
      );
}
