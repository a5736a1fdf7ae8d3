import type { GatewayModel } from "../model";
import type { RequestTrace } from "../sinks";
import type { TokenUse } from "./access-report";
import type { Authenticator, TokenAuthenticator } from "./authenticator";
import { searchCombinations } from "./combinations";
import type { Credential, TokenCredential } from "./credential";
import { candidatesFor, LIST_CLAIMS, SCOPE_CLAIMS } from "./credential-candidates";
import { ownWords } from "./own-words";
import type { SampleRequest } from "./sample-request";
import { failureOf, isAdmitted, isPassedOn, type TrialAnswer, type TrialCalls } from "./trial-calls";

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
/** Credentials of one form that are tried before those of other forms come first. */
const FORM_TRIALS = 10;
/** Families of operations that are tried for a caller of whom the policies know nothing. */
const MAX_UNKNOWN_CALLS = 4;
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
    const closed = await searchCombinations(authenticators, async (combination) => {
      const callers = await this.search(combination);
      if (callers.length > 0) {
        ways.push({ authenticators: combination, callers });
      }
      return callers.length > 0;
    });
    return {
      ways,
      closed: closed.map((authenticator) => ({
        authenticator,
        failure: this.failures.get(authenticator)?.text,
        answers: this.refused.get(authenticator) ?? [],
      })),
    };
  }

  private async search(combination: readonly Authenticator[]): Promise<readonly FoundCaller[]> {
    const found: FoundCaller[] = [];
    const lists = combination.map((each) => distinct(candidatesFor(each, this.gateway)));
    const forms = new Map<string, { tried: number; admitted: number }>();
    const skipped: (readonly Credential[])[] = [];
    const search = async (credentials: readonly Credential[], form: string): Promise<void> => {
      const known = forms.get(form) ?? { tried: 0, admitted: 0 };
      forms.set(form, known);
      const caller = await this.admitted(credentials, combination);
      known.tried += 1;
      known.admitted += caller === undefined ? 0 : 1;
      if (caller !== undefined) {
        found.push(caller);
      }
    };
    for (const credentials of await this.matched(combination, lists)) {
      const form = formOf(credentials);
      const { tried = 0, admitted = 0 } = forms.get(form) ?? {};
      if (tried >= FORM_TRIALS && admitted === 0) {
        skipped.push(credentials);
      } else {
        await search(credentials, form);
      }
    }
    // What got nobody in so far is tried for those only who did not get in otherwise.
    const ids = new Set(found.map(({ credentials }) => idsOf(credentials)));
    for (const credentials of skipped.filter((each) => !ids.has(idsOf(each)))) {
      await search(credentials, formOf(credentials));
    }
    return found;
  }

  private async admitted(
    credentials: readonly Credential[],
    combination: readonly Authenticator[],
  ): Promise<FoundCaller | undefined> {
    const order = [...new Set([...this.lucky.slice(0, 4), ...this.requests])].slice(0, MAX_REQUESTS);
    let last: TrialAnswer | undefined;
    let tried = 0;
    for (const request of order) {
      const answer = await this.calls.call(credentials, request);
      if (isAdmitted(answer)) {
        this.lucky.splice(0, this.lucky.length, request, ...this.lucky.filter((each) => each !== request));
        return { client: answer.client ?? "", credentials, request, answer, acting: usedAs(credentials) };
      }
      last = answer;
      this.noteFailure(answer, combination);
      tried += 1;
      // Not authentic, or of nobody: no other request will change that.
      if (answer.status === 401 || (answer.client === undefined && tried >= MAX_UNKNOWN_CALLS)) {
        break;
      }
    }
    // Of several together, what is missing is not known, unless the policies let them through.
    if (last !== undefined && (combination.length === 1 || isPassedOn(last))) {
      for (const each of combination) {
        this.refused.set(each, [...(this.refused.get(each) ?? []), { credentials, answer: last }]);
      }
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
    const request = this.requests[0];
    const [firstOfList] = list;
    if (request === undefined || firstOfList === undefined) {
      return [];
    }
    if (tuples.length * list.length <= MAX_PAIRS) {
      return tuples.flatMap((tuple) => list.map((each) => [...tuple, each]));
    }
    const traceOf = async (credentials: readonly Credential[]): Promise<RequestTrace> =>
      (await this.calls.call(credentials, request)).trace;
    const values = ({ variables }: RequestTrace): ReadonlySet<string> =>
      new Set(Object.values(variables).filter((value) => value.length > 2));
    // The one that comes furthest: what is not authentic says nothing of its other half.
    let firstTuple: readonly Credential[] = [];
    let depth = -1;
    for (const tuple of new Map(tuples.map((each) => [formOf(each), each])).values()) {
      const { steps } = await traceOf([...tuple, firstOfList]);
      if (steps.length > depth) {
        depth = steps.length;
        firstTuple = tuple;
      }
    }
    const byValue = async <T>(all: readonly T[], tried: (each: T) => readonly Credential[]): Promise<Named<T>> => {
      const named = new Map<string, T[]>();
      for (const each of all) {
        for (const value of values(await traceOf(tried(each)))) {
          named.set(value, [...(named.get(value) ?? []), each]);
        }
      }
      // What many have names none of them.
      return new Map([...named].filter(([, those]) => those.length * 4 <= Math.max(24, all.length)));
    };
    const ofList = await byValue(list, (each) => [...firstTuple, each]);
    const ofTuples = await byValue(tuples, (tuple) => [...tuple, firstOfList]);
    const partners = new Map<readonly Credential[], Set<Credential>>();
    for (const [value, those] of ofTuples) {
      for (const tuple of those) {
        const known = partners.get(tuple) ?? new Set<Credential>();
        (ofList.get(value) ?? []).forEach((each) => known.add(each));
        partners.set(tuple, known);
      }
    }
    const pairs = [...partners].flatMap(([tuple, those]) => [...those].map((each) => [...tuple, each]));
    return pairs;
  }
}

/** By a text that policies make of them. */
type Named<T> = ReadonlyMap<string, readonly T[]>;

function distinct(credentials: readonly Credential[]): readonly Credential[] {
  return [...new Map(credentials.map((each) => [JSON.stringify(each), each])).values()];
}

/** Ids of clients in credentials, in one text. */
function idsOf(credentials: readonly Credential[]): string {
  return JSON.stringify([...ownWords({ client: "", credentials }).keys()]);
}

/** Credentials without what is the client's own. */
function formOf(credentials: readonly Credential[]): string {
  const ids = [...ownWords({ client: "", credentials }).keys()];
  return JSON.stringify(credentials, (_, value: unknown) =>
    typeof value === "string" && ids.includes(value) ? "" : value,
  );
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
