import type { ApiModel, GatewayModel } from "../model";
import type { Simulation } from "../simulation";
import { establishedCaller, type RequestTrace } from "../sinks";
import { errorIn } from "./account-error";
import {
  type Authenticator,
  readAuthenticators,
  type TokenAuthenticator,
  type UnknownAuthenticator,
} from "./authenticator";
import { isTokenFor } from "./caller-search";
import { searchCombinations } from "./combinations";
import { type Credential, present } from "./credential";
import { candidatesFor, simplerTokens } from "./credential-candidates";
import { type SampleRequest, sampleRequests } from "./sample-request";
import { describeServerError } from "./server-error";
import { isAdmitted } from "./trial-calls";

/** A call that was made and how it was answered. */
export interface Trial {
  readonly credentials: readonly Credential[];
  readonly request: SampleRequest;
  readonly status: number;
  /** Name of the client that the policies established. */
  readonly client?: string;
}

/** A way in to an API, with its proof. */
export interface Access {
  /** What must be presented together. */
  readonly authenticators: readonly string[];
  /** One call for each client that got in. */
  readonly admitted: readonly [Trial, ...Trial[]];
  /** The same call with a credential that is not genuine, for each of them. */
  readonly refused: readonly Trial[];
}

/** How an API can be called. */
export interface ApiAccess {
  readonly gateway: string;
  readonly api: string;
  readonly accesses: readonly Access[];
  /** A call without any credential. */
  readonly anonymous?: Trial;
  /** How its answers are given again. @default - each call is answered anew */
  readonly cached?: CachedAccess;
  /** One call of each model that a model endpoint alone hosts. */
  readonly endpointModels: readonly Trial[];
  /** How a request waits for its answer. @default - none was found that does */
  readonly queued?: QueuedAccess;
  /** What no working credential was found for, and why. */
  readonly unknown: readonly UnknownAuthenticator[];
}

/** Calls of an API whose answers are kept. */
export interface CachedAccess {
  /** A call that was answered from a cache when it was made once more. */
  readonly again: Trial;
  /** The same request of another caller, which was not. @default - no other was found who may send it */
  readonly other?: Trial;
}

/** A request that is answered later (RFC 9110, section 15.3.3). */
export interface QueuedAccess {
  /** The call that is accepted: 202. */
  readonly accepted: Trial;
  /** The call for what became of it, at the place that the first answer named: 202 as long as nobody has answered. */
  readonly waiting: Trial;
}

/** Policies that look for an answer that was kept. */
const CACHE_LOOKUP = /^(cache-lookup(-value)?|(llm|azure-openai)-semantic-cache-lookup)$/;
/** Longer than answers are usually kept. */
const KEPT_MS = 2 * 3_600_000;
/** What a model may be called. */
const MODEL_NAME = /^[A-Za-z0-9][\w.-]{0,62}[A-Za-z0-9]$/;

/** Calls made for one combination of authenticators before the search ends. */
const MAX_CALLS = 400;
/** Clients that are looked for in one combination. */
const MAX_CLIENTS = 20;
const LIFETIME_SECONDS = 3_600;

/**
 * Finds out how the APIs of a gateway can be called: reads what their policies ask for, makes credentials, and calls.
 * What it returns has been seen to work.
 * @param rehearsal a simulation that is used for nothing else: the calls count against its limits
 */
export async function findAccess(rehearsal: Simulation): Promise<readonly ApiAccess[]> {
  const found: ApiAccess[] = [];
  for (const gateway of rehearsal.model.gateways) {
    for (const api of gateway.apis) {
      found.push(await new ApiSearch(rehearsal, gateway, api).run());
    }
  }
  return found;
}

class ApiSearch {
  private readonly authenticators: readonly Authenticator[];
  private readonly unknown: UnknownAuthenticator[];
  private readonly requests: readonly SampleRequest[];
  private readonly texts: readonly string[];
  /** Of the calls that a backend refused, or that ended in a server error, the one that came furthest. */
  private readonly furthest = new Map<Authenticator, { readonly trace: RequestTrace; readonly answer: string }>();

  public constructor(
    private readonly rehearsal: Simulation,
    private readonly gateway: GatewayModel,
    private readonly api: ApiModel,
  ) {
    const { known, unknown, texts } = readAuthenticators(gateway, api);
    this.authenticators = known;
    this.unknown = [...unknown];
    this.texts = texts;
    const { accounts } = rehearsal.model;
    const { requests, untried } = sampleRequests({ gateway, api, accounts, texts });
    this.requests = requests;
    this.unknown.push(...untried);
  }

  public async run(): Promise<ApiAccess> {
    const accesses: Access[] = [];
    const closed = await searchCombinations(this.authenticators, async (combination) => {
      const access = await this.search(combination);
      accesses.push(...(access === undefined ? [] : [access]));
      return access !== undefined;
    });
    const [request] = this.requests;
    const anonymous = request && (await this.call([], request));
    return {
      gateway: this.gateway.name,
      api: this.api.name,
      accesses,
      anonymous,
      cached: await this.cached(accesses),
      endpointModels: await this.endpointModels(accesses),
      queued: await this.queued(accesses),
      unknown: [...this.unknown, ...closed.map((one) => ({ label: one.label, reason: this.whyNot(one) }))],
    };
  }

  /** Makes one call twice, and then as everybody else who got in. */
  private async cached(accesses: readonly Access[]): Promise<CachedAccess | undefined> {
    const admitted = accesses.flatMap((access) => access.admitted);
    // What was kept while the ways in were looked for would be given again to everybody who was found.
    this.rehearsal.clock.advance(KEPT_MS);
    for (const trial of admitted) {
      await this.call(trial.credentials, trial.request);
      if (!this.lookedForAnswer()) {
        continue;
      }
      const again = await this.call(trial.credentials, trial.request);
      if (!isAdmitted(again) || !this.wasHit()) {
        continue;
      }
      for (const { credentials, client } of admitted.filter((each) => each.client !== trial.client)) {
        const other = await this.call(credentials, trial.request);
        if (isAdmitted(other) && other.client === client && !this.wasHit()) {
          return { again, other };
        }
      }
      return { again };
    }
    return undefined;
  }

  /** Whether the last call looked for an answer in a cache: without, another one can find none. */
  private lookedForAnswer(): boolean {
    return this.cacheLookups().length > 0;
  }

  /** Whether the last call was answered from a cache. */
  private wasHit(): boolean {
    return this.cacheLookups().some(({ detail }) => detail["hit"] === true);
  }

  private cacheLookups(): readonly RequestTrace["steps"][number][] {
    const steps = this.rehearsal.traces.at(-1)?.steps ?? [];
    return steps.filter(({ element }) => CACHE_LOOKUP.test(element));
  }

  /** Their names stand in policies only: what the name of a backend that leads there ends with is tried. */
  private async endpointModels([first]: readonly Access[]): Promise<readonly Trial[]> {
    const hosts = this.rehearsal.modelEndpoints.map(({ host }) => host);
    if (first === undefined || hosts.length === 0) {
      return [];
    }
    const { credentials, request } = first.admitted[0];
    const hosted = this.rehearsal.model.accounts.flatMap(({ deployments }) => deployments.map(({ name }) => name));
    const backends = this.gateway.backends
      .filter(({ single }) => single !== undefined && hosts.includes(new URL(single.url).host))
      .map(({ name }) => name);
    const names = [...new Set(this.texts)].filter(
      (text) =>
        MODEL_NAME.test(text) &&
        !hosted.includes(text) &&
        backends.some((backend) => backend.endsWith(text.replaceAll(/[._]/g, "-"))),
    );
    const trials: Trial[] = [];
    const { gateway, api, texts } = this;
    const { accounts } = this.rehearsal.model;
    for (const sample of sampleRequests({ gateway, api, accounts, texts }, { names }).requests) {
      if (
        sample.family !== request.family ||
        sample.urls !== request.urls ||
        !names.includes(sample.deployment ?? "")
      ) {
        continue;
      }
      const trial = await this.call(credentials, sample);
      const reached = this.rehearsal.traces.at(-1)?.backendCalls.map(({ host }) => host) ?? [];
      if (isAdmitted(trial) && reached.some((host) => hosts.includes(host))) {
        trials.push(trial);
      }
    }
    return trials;
  }

  /** Sends what the first caller may, where it is accepted for later, and asks for the answer at the place that is named. */
  private async queued([first]: readonly Access[]): Promise<QueuedAccess | undefined> {
    if (first === undefined) {
      return undefined;
    }
    const { credentials, request } = first.admitted[0];
    for (const sample of this.requests) {
      if (sample.family.startsWith(`${request.family}, `) && sample.deployment === request.deployment) {
        const { trial: accepted, location } = await this.answered(credentials, sample);
        if (accepted.status === 202 && location?.startsWith("/") === true) {
          const { headers } = sample;
          const request = { operation: "", method: "GET", target: location, headers, family: "" };
          const waiting = await this.call(credentials, request);
          return waiting.status === 202 ? { accepted, waiting } : undefined;
        }
      }
    }
    return undefined;
  }

  private async search(combination: readonly Authenticator[]): Promise<Access | undefined> {
    const admitted = new Map<string, Trial>();
    let calls = 0;
    for (const credentials of product(combination.map((one) => candidatesFor(one, this.gateway)))) {
      for (const request of this.requests) {
        calls += 1;
        const { trial, answer } = await this.answered(credentials, request);
        if (isAdmitted(trial)) {
          const client = trial.client ?? "";
          if (!admitted.has(client)) {
            admitted.set(client, await this.simplified(trial, combination));
          }
          break;
        }
        this.keepFurthest(combination, trial.status, answer);
        // Not authentic: no other request will change that.
        if (trial.status === 401 || calls >= MAX_CALLS) {
          break;
        }
      }
      if (admitted.size >= MAX_CLIENTS || calls >= MAX_CALLS) {
        break;
      }
    }
    const [first, ...others] = admitted.values();
    if (first === undefined) {
      return undefined;
    }
    return {
      authenticators: combination.map(({ label }) => label),
      admitted: [first, ...others],
      refused: await this.spoiled(first),
    };
  }

  /** Notes the call that was just answered for what it was tried with. */
  private keepFurthest(combination: readonly Authenticator[], status: number, answer: string): void {
    const trace = this.rehearsal.traces.at(-1);
    if (trace === undefined || (status < 500 && trace.backendCalls.at(-1)?.status !== status)) {
      return;
    }
    for (const authenticator of combination) {
      if (trace.steps.length > (this.furthest.get(authenticator)?.trace.steps.length ?? -1)) {
        this.furthest.set(authenticator, { trace, answer });
      }
    }
  }

  private whyNot(authenticator: Authenticator): string {
    const furthest = this.furthest.get(authenticator);
    const unread = "the policies ask for something that cannot be read off them";
    if (furthest === undefined) {
      return `no credential could be made that gets in; ${unread}`;
    }
    const { trace, answer } = furthest;
    const end = describeServerError(trace);
    const { message } = errorIn(answer);
    return (trace.status ?? 500) < 500
      ? `the policies let a call through, and the backend refuses it: ${end}${message === undefined ? "" : `: ${message}`}`
      : `no credential could be made that gets in; either ${unread}, or they fail: the call that came furthest ended in ${end}`;
  }

  /** Leaves out of tokens what makes no difference. */
  private async simplified(trial: Trial, combination: readonly Authenticator[]): Promise<Trial> {
    let simplest = trial;
    for (const authenticator of combination) {
      if (authenticator.kind === "token") {
        simplest = await this.withSimplerToken(simplest, authenticator);
      }
    }
    return simplest;
  }

  private async withSimplerToken(trial: Trial, authenticator: TokenAuthenticator): Promise<Trial> {
    const token = trial.credentials.find((one) => isTokenFor(one, authenticator));
    for (const simpler of token?.kind === "token" ? simplerTokens(token, authenticator) : []) {
      const credentials = trial.credentials.map((one) => (one === token ? simpler : one));
      const repeated = await this.call(credentials, trial.request);
      if (isAdmitted(repeated) && repeated.client === trial.client) {
        return this.withSimplerToken(repeated, authenticator);
      }
    }
    return trial;
  }

  private async spoiled({ credentials, request }: Trial): Promise<readonly Trial[]> {
    const trials: Trial[] = [];
    for (const credential of credentials) {
      const changed = credentials.map((one) => (one === credential ? { ...one, spoiled: true } : one));
      trials.push(await this.call(changed, request));
    }
    return trials;
  }

  private async call(credentials: readonly Credential[], request: SampleRequest): Promise<Trial> {
    return (await this.answered(credentials, request)).trial;
  }

  private async answered(
    credentials: readonly Credential[],
    request: SampleRequest,
  ): Promise<{ readonly trial: Trial; readonly location?: string; readonly answer: string }> {
    const { headers, certificate } = await present(this.rehearsal, credentials, LIFETIME_SECONDS);
    const { method, target, body } = request;
    const sent = { ...request.headers, ...headers };
    const options = { method, headers: sent, certificate, body, gateway: this.gateway.name };
    let response = await this.rehearsal.call(target, options);
    let answer = await response.text();
    if (response.status === 429) {
      // The search is what is too fast, not the caller.
      this.rehearsal.clock.advance(61_000);
      response = await this.rehearsal.call(target, options);
      answer = await response.text();
    }
    const trace = this.rehearsal.traces.at(-1);
    const client = trace === undefined ? undefined : establishedCaller(trace)?.client;
    const { location } = response.headers;
    return {
      trial: { credentials, request, status: response.status, client },
      location: typeof location === "string" ? location : undefined,
      answer,
    };
  }
}

/** One item of each list, in all ways, made as they are asked for. */
function* product<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const item of first) {
    for (const others of product(rest)) {
      yield [item, ...others];
    }
  }
}
