import type { TokenAuthenticator } from "./authenticator";
import type { Credential, TokenCredential } from "./credential";
import { LIST_CLAIMS, SCOPE_CLAIMS, scopesIn, simplerTokens } from "./credential-candidates";
import type { SampleRequest } from "./sample-request";
import { isAdmitted, type TrialCalls } from "./trial-calls";

/** A claim of a token that works, and which other texts would do in its place. */
export interface ProvenClaim {
  readonly claim: string;
  /** Any of them gets in. */
  readonly values: readonly string[];
}

/** Claims that say who a user is: another user is another caller of the same client. */
export const USER_CLAIMS = ["sub", "oid", "uid"];
/** Claims that are the issuer's to set. */
const ISSUER_CLAIMS = ["iss", "ver", "tid"];
const OTHER_VALUE = "Other.Value";

/** Finds out what a token must say, by leaving out and putting in. */
export class TokenProof {
  public constructor(
    private readonly calls: TrialCalls,
    private readonly authenticator: TokenAuthenticator,
    private readonly credentials: readonly Credential[],
    private readonly token: TokenCredential,
    private readonly client: string,
  ) {}

  /** The token without what makes no difference to a request that it gets in with. */
  public async simplest(request: SampleRequest): Promise<TokenCredential> {
    return this.without(this.token, request);
  }

  /**
   * Claims of a token that gets in and that must be so, each with all texts that would do.
   * @param token as `simplest` has it
   */
  public async claims(token: TokenCredential, request: SampleRequest): Promise<readonly ProvenClaim[]> {
    const proven: ProvenClaim[] = [];
    for (const [claim, value] of Object.entries(token.claims)) {
      if (USER_CLAIMS.includes(claim) || ISSUER_CLAIMS.includes(claim)) {
        continue;
      }
      if (!(await this.gets(withClaim(token, claim, likeOther(value)), request))) {
        proven.push({ claim, values: await this.alternatives(token, claim, request) });
      }
    }
    return proven;
  }

  /**
   * What a token needs beside what it has, for a request that it does not get in with.
   * @param token as `simplest` has it for another request
   * @returns a token with it, and every text that would do; no text where none alone helps; none without such claims
   */
  public async besides(
    token: TokenCredential,
    request: SampleRequest,
  ): Promise<(ProvenClaim & { readonly token: TokenCredential }) | undefined> {
    let richest: TokenCredential | undefined;
    for (const claim of Object.keys(token.claims).filter(isList)) {
      const more = this.known(claim).filter((value) => !textsOf(token.claims[claim]).includes(value));
      const [first] = more;
      if (first === undefined) {
        continue;
      }
      richest = more.reduce((before, value) => extended(before, claim, value), token);
      const values: string[] = [];
      // All together first: what they do not open, none of them does.
      for (const value of (await this.gets(richest, request)) ? more : []) {
        if (await this.gets(extended(token, claim, value), request)) {
          values.push(value);
        }
      }
      const [enough] = values;
      if (enough !== undefined) {
        return { claim, values, token: extended(token, claim, enough) };
      }
    }
    return richest && { claim: "", values: [], token: richest };
  }

  /** Texts of a claim that the policies name. */
  public known(claim: string): readonly string[] {
    const { requiredClaims, rules, audiences } = this.authenticator;
    const required = requiredClaims.filter(({ name }) => name === claim).flatMap(({ values }) => values);
    const compared = rules.values.get(claim) ?? [];
    const ownAudiences = claim === "aud" ? audiences : [];
    const all = [...new Set([...required, ...ownAudiences, ...compared])];
    return isList(claim) ? scopesIn(all) : all;
  }

  /** Whether the caller gets in as the same client. */
  private async gets(token: TokenCredential, request: SampleRequest): Promise<boolean> {
    const credentials = this.credentials.map((each) => (each === this.token ? token : each));
    const answer = await this.calls.call(credentials, request);
    return isAdmitted(answer) && (answer.client ?? "") === this.client;
  }

  private async without(token: TokenCredential, request: SampleRequest): Promise<TokenCredential> {
    for (const simpler of simplerTokens(token, this.authenticator)) {
      if (await this.gets(simpler, request)) {
        return this.without(simpler, request);
      }
    }
    return token;
  }

  private async alternatives(
    token: TokenCredential,
    claim: string,
    request: SampleRequest,
  ): Promise<readonly string[]> {
    const own = token.claims[claim];
    const values = textsOf(own);
    if (values.length > 1) {
      return [values.join(" and ")];
    }
    const found = new Set(values);
    for (const value of this.known(claim)) {
      if (!found.has(value) && (await this.gets(withClaim(token, claim, like(own, value)), request))) {
        found.add(value);
      }
    }
    return [...found].sort();
  }
}

/** Whether a claim lists what its holder may do. */
export function isList(claim: string): boolean {
  return SCOPE_CLAIMS.includes(claim) || LIST_CLAIMS.includes(claim);
}

/** A token that says something else, or nothing, of one claim. */
export function withClaim(token: TokenCredential, claim: string, value: unknown): TokenCredential {
  const others = Object.entries(token.claims).filter(([name]) => name !== claim);
  return { ...token, claims: Object.fromEntries(value === undefined ? others : [...others, [claim, value]]) };
}

/** In the form of a value, a text that no policy knows. */
export function likeOther(value: unknown): unknown {
  return like(value, OTHER_VALUE);
}

function like(value: unknown, text: string): unknown {
  return Array.isArray(value) ? [text] : text;
}

function extended(token: TokenCredential, claim: string, text: string): TokenCredential {
  return withClaim(token, claim, joined(token.claims[claim], text));
}

function joined(value: unknown, text: string): unknown {
  return Array.isArray(value) ? [...(value as unknown[]), text] : `${String(value)} ${text}`;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : String(value).split(" ");
}
