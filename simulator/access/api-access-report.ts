import { createHash } from "node:crypto";
import type { AccountModel, ApiModel, GatewayModel } from "../model";
import type { Simulation } from "../simulation";
import type { RequestTrace } from "../sinks";
import { compareTexts, dayOf, factOf, LAST_DAY, sortedBySubject, verdictOf } from "./access-fact";
import {
  type AccessFact,
  type AccessTopic,
  type AlikeCaller,
  type ApiReport,
  type CallerReport,
  CANNOT_TELL,
  LET_THROUGH,
  type TokenUse,
  type WayReport,
} from "./access-report";
import { AccountOrder } from "./account-order";
import { type Authenticator, readAuthenticators } from "./authenticator";
import { CallerClasses } from "./caller-classes";
import {   CallerSearch,
type ClosedAuthenticator,
  type FoundCaller,
  type FoundWay,
  isTokenFor,
  type RefusedCredentials,
  type SearchResult,
  usedAs,
} from "./caller-search";
import { type Credential, describeCredential, type TokenCredential } from "./credential";
import { CLIENT_CLAIMS, SIMULATED_CLIENT } from "./credential-candidates";
import { type EvaluatedLimit, limitsIn } from "./evaluated-limit";
import { Impostors, OTHER_ID } from "./impostors";
import { idOf } from "./own-words";
import { type AdmittedCall, formatted, RequestBounds } from "./request-bounds";
import { type SampleRequest, sampleRequests, type UntriedOperation } from "./sample-request";
import type { CountedCaller, SharedCounters } from "./shared-counters";
import { TokenProof, USER_CLAIMS } from "./token-proof";
import { backendAnswer, failureOf, faultOf, isAdmitted, isPassedOn, statusText, type TrialAnswer, TrialCalls } from "./trial-calls";

const OTHER_ADDRESS = "198.51.100.77";
const OTHER_USER = "another-simulated-user";

const DAY_MS = 86_400_000;
const DATE = /(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])/g;

/** Which fact of an access report a request has shown. */
export interface ShownFact {
  readonly gateway: string;
  readonly api: string;
  /** What must be presented together: `subscription key`. */
  readonly way: string;
  readonly client: string;
  readonly acting?: TokenUse;
  readonly topic: AccessTopic;
  readonly subject: string;
}

export interface ApiAccessReportProps {
  readonly simulation: Simulation;
  readonly gateway: GatewayModel;
  readonly api: ApiModel;
  /** Callers of one way that are all tried. */
  readonly maxTried: number;
  /** Of all callers of the stacks. */
  readonly counters: SharedCounters;
  /** Told of the requests that calls and impostors were tried with. @default - nobody */
  readonly onTrial?: (fact: ShownFact, trace: RequestTrace) => void;
}

const FROM_EACH_ADDRESS = " from each address";

/** Callers of one client that come in the same form. */
interface CallerGroup {
  readonly client: string;
  readonly acting?: TokenUse;
  readonly members: readonly [FoundCaller, ...FoundCaller[]];
}

/** Finds out everything about one API. */
export class ApiAccessReport {
  private readonly calls: TrialCalls;
  private readonly order: AccountOrder;
  private readonly impostors: Impostors;
  private readonly bounds: RequestBounds;
  private readonly requests: readonly SampleRequest[];
  private readonly untried: readonly UntriedOperation[];
  /** Days to come that the policies name, in order. */
  private readonly days: readonly Date[];
  private readonly authenticators: ReturnType<typeof readAuthenticators>;

  private readonly gateway: GatewayModel;
  /** With the revision, if that is not current. */
  private readonly name: string;
  private readonly maxTried: number;
  private readonly counters: SharedCounters;
  private readonly onTrial: ApiAccessReportProps["onTrial"];

  public constructor({ simulation, gateway, api, maxTried, counters, onTrial }: ApiAccessReportProps) {
    this.gateway = gateway;
    this.name = api.isCurrent === false ? `${api.name};rev=${api.revision}` : api.name;
    this.maxTried = maxTried;
    this.counters = counters;
    this.onTrial = onTrial;
    this.calls = new TrialCalls(simulation, gateway, api);
    this.order = new AccountOrder(simulation, this.calls, gateway);
    this.impostors = new Impostors(simulation, this.calls, gateway, api);
    this.authenticators = readAuthenticators(gateway, api);
    const { texts, tables, elements } = this.authenticators;
    this.bounds = new RequestBounds(this.calls, elements, texts);
    this.days = daysAfter(simulation.clock.date(), texts);
    const { accounts } = simulation.model;
    const { requests, untried } = sampleRequests(
      { gateway, api, accounts, texts },
      { complete: true, names: modelNames(tables, accounts) },
    );
    this.requests = requests;
    this.untried = untried;
  }

  private get classes(): CallerClasses {
    return new CallerClasses(this.authenticators.elements, this.gateway);
  }

  /** Finds everybody who gets in, and notes what they count into. */
  public async search(): Promise<SearchResult> {
    const found = await new CallerSearch(this.calls, this.gateway, this.requests).run(this.authenticators.known);
    for (const way of found.ways) {
      way.callers.forEach((caller) => this.counters.add(this.countedAs(way, caller.client), caller.answer.trace));
    }
    return found;
  }

  /** @param found by `search`, once that was done for every API */
  public async report({ ways, closed }: SearchResult): Promise<ApiReport> {
    const { unknown } = this.authenticators;
    const working = ways.flatMap(({ callers: [first] }) => (first === undefined ? [] : [first.credentials]));
    const reports: WayReport[] = [];
    for (const way of ways) {
      reports.push(await this.way(way, working));
    }
    const isKeysOnly = unknown.length === 0 && closed.every(({ authenticator }) => authenticator.kind === "key");
    const rightless = isKeysOnly ? closed.flatMap(({ answers }) => answers.map(rightlessFact)) : [];
    return {
      gateway: this.gateway.name,
      api: this.name,
      ways: reports.sort((left, right) => compareTexts(left.credentials.join(), right.credentials.join())),
      strangers: await this.strangers(),
      ...(rightless.length === 0 ? {} : { refusedKeys: rightless }),
      unknown: [
        ...unknown.map(({ label, reason, digest }) => unknownFact(label, reason, digest)),
        ...this.untried.map(({ label, reason }) => unknownFact(label, reason)),
        ...(isKeysOnly ? [] : closed).map((each) =>
          unknownFact(
            each.authenticator.label,
            whyClosed(each),
            each.authenticator.kind === "key" ? undefined : each.authenticator.digest,
          ),
        ),
      ].sort((left, right) => compareTexts(left.subject, right.subject)),
    };
  }

  private async way(way: FoundWay, working: readonly (readonly Credential[])[]): Promise<WayReport> {
    const folds = way.callers.length > this.maxTried;
    const classes = folds
      ? this.classes.of(way.callers).flatMap((callers) => this.countedAlike(way, callers))
      : way.callers.map((caller) => [caller] as const);
    const tried = new Map<FoundCaller, readonly FoundCaller[]>();
    for (const [first, ...others] of classes) {
      const simplified = await this.simplified(way, first);
      tried.set(
        simplified,
        others.filter(({ client }) => client !== first.client),
      );
      // Another application of the same client: one more that does.
      for (const same of others.filter(({ client }) => client === first.client)) {
        tried.set({ ...same, acting: simplified.acting }, []);
      }
    }
    const callers: CallerReport[] = [];
    for (const group of groupsOf([...tried.keys()])) {
      const [first] = group.members;
      const report = await this.caller(way, group, working);
      callers.push({ ...report, alike: alikeOf(first, report.facts, tried.get(first) ?? []) });
    }
    return { credentials: way.authenticators.map(({ label }) => label), callers: foldedCallers(callers) };
  }

  /** Members of a class, apart where they share limits with others. */
  private countedAlike(
    way: FoundWay,
    callers: readonly FoundCaller[],
  ): readonly (readonly [FoundCaller, ...FoundCaller[]])[] {
    const groups = new Map<string, [FoundCaller, ...FoundCaller[]]>();
    for (const caller of callers) {
      const counted = limitsIn(caller.answer.trace).map((limit) => [limit.what, limit] as const);
      const key = JSON.stringify(this.counters.factsOf(this.countedAs(way, caller.client), counted));
      const known = groups.get(key);
      if (known === undefined) {
        groups.set(key, [caller]);
      } else {
        known.push(caller);
      }
    }
    return [...groups.values()];
  }

  private countedAs({ authenticators }: FoundWay, client: string): CountedCaller {
    const way = authenticators.map(({ label }) => label).join(" and ");
    return { gateway: this.gateway.name, api: this.name, way, client: named(client, []).client };
  }

  /** The same caller with tokens that say no more than they must: some then come in the same form as others. */
  private async simplified({ authenticators }: FoundWay, caller: FoundCaller): Promise<FoundCaller> {
    let { credentials } = caller;
    for (const { token, proof } of proofsOf(authenticators, credentials, caller.client, this.calls)) {
      const simple = await proof.simplest(caller.request);
      credentials = credentials.map((each) => (each === token ? simple : each));
    }
    return { ...caller, credentials, acting: usedAs(credentials) };
  }

  private async caller(
    way: FoundWay,
    group: CallerGroup,
    working: readonly (readonly Credential[])[],
  ): Promise<CallerReport> {
    const { client, acting, members } = group;
    const [{ request, credentials }] = members;
    const proofs = proofsOf(way.authenticators, credentials, client, this.calls);
    const proven: AccessFact[] = [];
    for (const { token, proof } of proofs) {
      for (const { claim, values } of await proof.claims(token, request)) {
        proven.push(factOf("proof", claim, values.join(" or ")));
      }
    }
    const { gateway, api, way: label, client: name } = this.countedAs(way, client);
    const show: ShowTrial = (topic, subject, { trace }) =>
      this.onTrial?.({ gateway, api, way: label, client: name, acting, topic, subject }, trace);
    const matrix = await this.matrix(credentials, client, proofs, show);
    const limits = await this.limits(matrix.admitted);
    return {
      ...named(client, credentials),
      acting,
      facts: [
        ...merged("proof", [...proven, ...identityFacts(members, proven)]),
        ...matrix.facts,
        ...(await this.bounds.of(matrix.admitted, limits.tokensPerMinute)),
        ...sortedBySubject([...limits.facts, ...(await this.lastDay(matrix.admitted))]),
        // Who comes from one address is not one caller.
        ...this.counters.factsOf(
          this.countedAs(way, client),
          limits.counted.filter(([what]) => !what.endsWith(FROM_EACH_ADDRESS)),
        ),
        ...(await this.accounts(matrix.admitted)),
        ...(await this.impostorFacts({ credentials, request, client, working, show })),
      ],
      alike: [],
    };
  }

  /** Every request, with what the caller needs for it. */
  private async matrix(
    credentials: readonly Credential[],
    client: string,
    proofs: readonly TokenToProve[],
    show: ShowTrial,
  ): Promise<{ readonly facts: readonly AccessFact[]; readonly admitted: readonly AdmittedCall[] }> {
    const tried: TriedRequest[] = [];
    for (const request of this.requests) {
      let answer = await this.calls.call(credentials, request);
      let used = credentials;
      let needs = "";
      if (answer.status === 403) {
        for (const { token, proof } of proofs) {
          const besides = await proof.besides(token, request);
          if (besides !== undefined) {
            used = credentials.map((each) => (each === token ? besides.token : each));
            answer = await this.calls.call(used, request);
            needs = besides.values.length === 0 ? "" : `, with ${besides.claim} ${besides.values.join(" or ")}`;
            break;
          }
        }
      }
      tried.push({ credentials: used, request, answer, needs });
    }
    const outcomes = new Map<string, { readonly request: SampleRequest; readonly outcome: Outcome; readonly needs: string }[]>();
    const best = bestGuesses(tried);
    for (const { request, answer, needs } of best) {
      const subject = subjectOf(request);
      show("call", subject, answer);
      outcomes.set(subject, [...(outcomes.get(subject) ?? []), { request, outcome: outcomeOf(answer, client), needs }]);
    }
    const facts = [...outcomes].map(([subject, each]): AccessFact => {
      const texts = new Map<string, { readonly outcome: Outcome; readonly needs: string; readonly urls: Set<string> }>();
      for (const { request, outcome, needs } of each) {
        const key = JSON.stringify([outcome, needs]);
        const known = texts.get(key) ?? { outcome, needs, urls: new Set() };
        texts.set(key, known);
        known.urls.add(request.urls ?? "");
      }
      const value = [...texts.values()]
        .map(({ outcome: { what, answer = "" }, needs, urls }) => {
          const by = [...urls].filter((url) => url !== "").sort();
          const isOneRefusal = texts.size === 1 && what !== "allowed" && answer === "";
          return `${what}${by.length === 0 || isOneRefusal ? "" : ` by ${by.join(" and ")} URLs`}${needs}${answer}`;
        })
        .sort()
        .join("; ");
      return factOf("call", subject, value);
    });
    return { facts: sortedBySubject(facts), admitted: best.filter(({ answer }) => isAdmitted(answer)) };
  }

  private async limits(admitted: readonly AdmittedCall[]): Promise<CallerLimits> {
    const families = [...new Map(admitted.map((call) => [call.request.family, call])).values()];
    const found = new Map<string, Map<string, number>>();
    const counted: (readonly [what: string, limit: EvaluatedLimit])[] = [];
    for (const call of families) {
      const limits = await this.limitsOf(call);
      counted.push(...limits);
      for (const [what, { amount }] of limits) {
        const byFamily = found.get(what) ?? new Map<string, number>();
        const { family } = call.request;
        found.set(what, byFamily.set(family, Math.min(amount, byFamily.get(family) ?? Infinity)));
      }
    }
    const facts = sortedBySubject(
      [...found].map(([what, byFamily]) => {
        const byAmount = new Map<number, string[]>();
        byFamily.forEach((amount, family) => byAmount.set(amount, [...(byAmount.get(amount) ?? []), family]));
        const value = [...byAmount]
          .map(([amount, of]) =>
            of.length === families.length ? formatted(amount) : `${formatted(amount)} for ${of.sort().join(", ")}`,
          )
          .sort()
          .join("; ");
        return factOf("limit", what, value);
      }),
    );
    const tokensPerMinute = [...found].flatMap(([what, byFamily]) =>
      what.startsWith("tokens per minute") ? [...byFamily.values()] : [],
    );
    return { facts, counted, tokensPerMinute: [...new Set(tokensPerMinute)].sort((left, right) => left - right) };
  }

  /** The last day on which the caller gets in, if there is one among those that the policies name. */
  private async lastDay([call]: readonly AdmittedCall[]): Promise<readonly AccessFact[]> {
    if (call === undefined) {
      return [];
    }
    for (const day of this.days) {
      // Models may be retired by then: it is the gateway that lets in.
      const isIn = async (at: number): Promise<boolean> => {
        const answer = await this.calls.callAt(new Date(at), call.credentials, call.request);
        return isAdmitted(answer) || isPassedOn(answer);
      };
      const end = day.getTime() + DAY_MS;
      if ((await isIn(end - 1_000)) && !(await isIn(end))) {
        return [factOf("limit", LAST_DAY, dayOf(day))];
      }
    }
    return [];
  }

  /** Limits that count a call, each by what it is about; those that are the caller's alone say no more. */
  private async limitsOf({
    credentials,
    request,
    answer,
  }: AdmittedCall): Promise<readonly (readonly [what: string, limit: EvaluatedLimit])[]> {
    const before = limitsIn(answer.trace);
    if (before.length === 0) {
      return [];
    }
    const presented = await this.calls.present(credentials);
    await this.calls.callWith(presented, request);
    const after = byPlace(limitsIn((await this.calls.again(presented, request)).trace));
    const elsewhere = byPlace(
      limitsIn((await this.calls.callWith(presented, request, { sourceAddress: OTHER_ADDRESS })).trace),
    );
    const otherUser = credentials.map((each) => (each.kind === "token" ? ofOtherUser(each) : each));
    const user = byPlace(limitsIn((await this.calls.call(otherUser, request)).trace));
    const found: (readonly [what: string, limit: EvaluatedLimit])[] = [];
    for (const limit of before) {
      const key = `${limit.place} ${limit.what}`;
      const same = (other: ReadonlyMap<string, EvaluatedLimit>): boolean =>
        (other.get(key)?.counter ?? limit.counter) === limit.counter;
      const remaining = after.get(key)?.remaining;
      if (limit.remaining !== undefined && remaining !== undefined && remaining >= limit.remaining) {
        continue;
      }
      const taken = limit.remaining === undefined ? 1 : Math.max(1, limit.amount - limit.remaining);
      const unit = limit.what.startsWith("requests per") && taken > 1 ? limit.what.replace("requests", "units") : limit.what;
      const whose = same(user) ? (same(elsewhere) ? "" : FROM_EACH_ADDRESS) : " of each user";
      found.push([`${unit}${whose}`, limit]);
    }
    return found;
  }

  private async accounts(admitted: readonly AdmittedCall[]): Promise<readonly AccessFact[]> {
    const found = new Map<string, Map<string, string[]>>();
    for (const { credentials, request, answer } of admitted) {
      if (isPassedOn(answer)) {
        const order = await this.order.describe(credentials, request, answer);
        const subject = request.deployment ?? request.family;
        const orders = found.get(subject) ?? new Map<string, string[]>();
        orders.set(order, [...(orders.get(order) ?? []), request.family]);
        found.set(subject, orders);
      }
    }
    return sortedBySubject(
      [...found].map(([subject, orders]) =>
        factOf(
          "account",
          subject,
          [...orders]
            .map(([order, of]) => (orders.size === 1 ? order : `${order} for ${[...new Set(of)].sort().join(", ")}`))
            .sort()
            .join("; "),
        ),
      ),
    );
  }

  private async impostorFacts({
    credentials,
    request,
    client,
    working,
    show,
  }: {
    readonly credentials: readonly Credential[];
    readonly request: SampleRequest;
    readonly client: string;
    readonly working: readonly (readonly Credential[])[];
    readonly show: ShowTrial;
  }): Promise<readonly AccessFact[]> {
    const facts: AccessFact[] = [];
    for (const impostor of this.impostors.of(credentials, working)) {
      let value: string;
      try {
        const answer = await this.calls.callWith(await impostor.present(), request);
        show("impostor", impostor.defect, answer);
        value = outcomeText(answer, client);
      } catch (error) {
        value = `${CANNOT_TELL}: ${(error as Error).message}`;
      } finally {
        impostor.restore?.();
      }
      facts.push(factOf("impostor", impostor.defect, value));
    }
    return facts;
  }

  private async strangers(): Promise<readonly AccessFact[]> {
    const facts = new Map<string, AccessFact>();
    const tried: { readonly request: SampleRequest; readonly answer: TrialAnswer }[] = [];
    for (const request of this.requests) {
      tried.push({ request, answer: await this.calls.call([], request) });
    }
    for (const { request, answer } of bestGuesses(tried)) {
      const value = outcomeText(answer, "");
      const open = verdictOf("impostor", value) === "allowed";
      const subject = open ? `no credential, ${subjectOf(request)}` : "no credential";
      facts.set(`${subject} ${value}`, factOf("impostor", subject, value));
    }
    return sortedBySubject(merged("impostor", [...facts.values()]));
  }
}

interface CallerLimits {
  readonly facts: readonly AccessFact[];
  /** What calls counted into, by what it is about. */
  readonly counted: readonly (readonly [what: string, limit: EvaluatedLimit])[];
  /** In ascending order. */
  readonly tokensPerMinute: readonly number[];
}

type ShowTrial = (topic: AccessTopic, subject: string, answer: TrialAnswer) => void;

interface TokenToProve {
  readonly token: TokenCredential;
  readonly proof: TokenProof;
}

function proofsOf(
  authenticators: readonly Authenticator[],
  credentials: readonly Credential[],
  client: string,
  calls: TrialCalls,
): readonly TokenToProve[] {
  return authenticators.flatMap((authenticator) => {
    if (authenticator.kind !== "token") {
      return [];
    }
    const token = credentials.find((each) => isTokenFor(each, authenticator));
    return token?.kind === "token"
      ? [{ token, proof: new TokenProof(calls, authenticator, credentials, token, client) }]
      : [];
  });
}

/** Members of a class but the one that was tried, each with what it proves itself by where that is another. */
function alikeOf(
  first: FoundCaller,
  facts: readonly AccessFact[],
  others: readonly FoundCaller[],
): readonly AlikeCaller[] {
  const own = first.credentials.map(idOf);
  const byClient = new Map<string, AccessFact[][]>();
  for (const { client, credentials } of others) {
    const ids = credentials.map(idOf);
    const proof = facts.flatMap((fact) => {
      const value = fact.value.split(" or ").map((text) => {
        const at = own.findIndex((id) => id !== undefined && (text === id || text === `CN=${id}`));
        const id = ids[at];
        return id === undefined ? text : text.startsWith("CN=") ? `CN=${id}` : id;
      });
      const changed = factOf("proof", fact.subject, value.sort().join(" or "));
      return fact.topic === "proof" && changed.value !== fact.value ? [changed] : [];
    });
    byClient.set(client, [...(byClient.get(client) ?? []), proof]);
  }
  return [...byClient]
    .map(([client, proofs]) => ({ client, proof: merged("proof", proofs.flat()) }))
    .sort((left, right) => compareTexts(left.client, right.client));
}

/** Callers of whom the same was found stand with the first of them. */
function foldedCallers(callers: readonly CallerReport[]): readonly CallerReport[] {
  const folded = new Map<string, CallerReport>();
  for (const caller of callers) {
    const { client, registered, acting, facts, alike } = caller;
    const rest = facts.filter(({ topic }) => topic !== "proof");
    const key = JSON.stringify([registered, acting, rest, facts.map(({ topic, subject }) => [topic, subject])]);
    const known = folded.get(key);
    const proof = facts.filter(
      (fact) =>
        fact.topic === "proof" &&
        !known?.facts.some(({ subject, value }) => subject === fact.subject && value === fact.value),
    );
    folded.set(
      key,
      known === undefined ? caller : { ...known, alike: [...known.alike, { client, proof }, ...alike] },
    );
  }
  return [...folded.values()].map((caller) => ({
    ...caller,
    alike: [...caller.alike].sort((left, right) => compareTexts(left.client, right.client)),
  }));
}

function groupsOf(callers: readonly FoundCaller[]): readonly CallerGroup[] {
  const groups = new Map<string, { client: string; acting?: TokenUse; members: [FoundCaller, ...FoundCaller[]] }>();
  for (const caller of callers) {
    const key = `${caller.client}\n${caller.acting ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { client: caller.client, acting: caller.acting, members: [caller] });
    } else {
      group.members.push(caller);
    }
  }
  return [...groups.values()].sort((left, right) =>
    compareTexts(`${left.client} ${left.acting ?? ""}`, `${right.client} ${right.acting ?? ""}`),
  );
}

/** Days in texts that are not over yet. */
function daysAfter(now: Date, texts: readonly string[]): readonly Date[] {
  const days = new Set(texts.flatMap((text) => text.match(DATE) ?? []));
  return [...days]
    .map((day) => new Date(`${day}T00:00:00Z`))
    .filter((day) => day.getTime() > now.getTime() - DAY_MS)
    .sort((left, right) => left.getTime() - right.getTime());
}

/** By what else the policies know the credential: applications, versions of issuers, subscriptions, subjects. */
function identityFacts(members: readonly FoundCaller[], proven: readonly AccessFact[]): readonly AccessFact[] {
  const known = new Set(proven.map(({ subject }) => subject));
  const found = new Map<string, Set<string>>();
  const add = (subject: string, value: string): void => {
    found.set(subject, (found.get(subject) ?? new Set<string>()).add(value));
  };
  for (const credential of members.flatMap(({ credentials }) => credentials)) {
    switch (credential.kind) {
      case "token": {
        add("issuer", issuerOf(credential));
        const client = CLIENT_CLAIMS.find((claim) => claim in credential.claims);
        const id = client === undefined ? undefined : credential.claims[client];
        if (client !== undefined && typeof id === "string" && id !== SIMULATED_CLIENT && (known.has(client) || members.length > 1)) {
          add(client, id);
        }
        break;
      }
      case "certificate":
        add("issuing authority", credential.authority);
        add("subject", credential.subject ?? `CN=${credential.commonName}`);
        break;
      case "key":
        add("key of subscription", credential.subscription);
        break;
      case "header":
        // The value is the deployed gateway's, and may be a secret.
        add(credential.headerName, `digest ${digestOf(credential.value)}`);
        break;
    }
  }
  return [...found].map(([subject, values]) => factOf("proof", subject, [...values].sort().join(" or ")));
}

/** One fact for each subject: texts of all of them. */
function merged(topic: "proof" | "impostor", facts: readonly AccessFact[]): readonly AccessFact[] {
  const texts = new Map<string, Set<string>>();
  for (const { subject, value } of facts) {
    const known = texts.get(subject) ?? new Set<string>();
    (topic === "proof" ? value.split(" or ") : [value]).forEach((text) => known.add(text));
    texts.set(subject, known);
  }
  return sortedBySubject(
    [...texts].map(([subject, values]) => factOf(topic, subject, [...values].sort().join(" or "))),
  );
}

/** The name, with `*` for an id that was made up: any would do. */
function named(client: string, credentials: readonly Credential[]): Pick<CallerReport, "client" | "registered"> {
  const ids = credentials.flatMap((credential) => {
    switch (credential.kind) {
      case "token":
        return [...CLIENT_CLAIMS, ...USER_CLAIMS].flatMap((claim) => {
          const id = credential.claims[claim];
          return typeof id === "string" ? [id] : [];
        });
      case "certificate":
        return [credential.commonName];
      case "key":
      case "header":
        return [];
    }
  });
  return {
    client: client === "" ? "whoever has it" : client.replaceAll(SIMULATED_CLIENT, "*"),
    registered: client !== "" && !ids.some((id) => client.includes(id)),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function ofOtherUser(token: TokenCredential): TokenCredential {
  const claims = Object.entries(token.claims).map(([claim, value]) => [
    claim,
    USER_CLAIMS.includes(claim) ? OTHER_USER : value,
  ]);
  return { ...token, claims: Object.fromEntries(claims) as TokenCredential["claims"] };
}

/** What came of a call, in words. */
interface Outcome {
  /** What the gateway did. */
  readonly what: string;
  /** What the backend did with a call that was let through. @default - it answered, or got none */
  readonly answer?: string;
}

/** Whoever gets in as another client is named. */
function outcomeOf(answer: TrialAnswer, client: string): Outcome {
  const fault = faultOf(answer);
  if (fault !== undefined) {
    return { what: `${CANNOT_TELL}: ${fault}` };
  }
  if (isAdmitted(answer)) {
    const other = answer.client ?? "";
    return { what: other === client ? "allowed" : `allowed as ${other.replaceAll(OTHER_ID, "*") || "nobody"}` };
  }
  return isPassedOn(answer)
    ? { what: LET_THROUGH, answer: `; ${backendAnswer(answer)}` }
    : { what: statusText(answer) };
}

function outcomeText(answer: TrialAnswer, client: string): string {
  const outcome = outcomeOf(answer, client);
  return `${outcome.what}${outcome.answer ?? ""}`;
}

/** A request of a caller, with what it was called with and what it needed for that. */
interface TriedRequest extends AdmittedCall {
  readonly needs: string;
}

/** Of guesses of one thing, the one that came furthest: the others were wrong about the backend. */
function bestGuesses<T extends { readonly request: SampleRequest; readonly answer: TrialAnswer }>(
  tried: readonly T[],
): readonly T[] {
  const best = new Map<string, T>();
  for (const [index, each] of tried.entries()) {
    const { request } = each;
    const key = request.guess === true ? `${request.urls} ${subjectOf(request)}` : String(index);
    const known = best.get(key);
    if (known === undefined || rankOf(each.answer) > rankOf(known.answer)) {
      best.set(key, each);
    }
  }
  return [...best.values()];
}

function rankOf(answer: TrialAnswer): number {
  return isAdmitted(answer) ? 3 : isPassedOn(answer) ? 2 : faultOf(answer) === undefined ? 0 : 1;
}

function subjectOf({ family, deployment }: SampleRequest): string {
  if (deployment === undefined) {
    return family;
  }
  return family === "the description" ? `${family} of ${deployment}` : `${family} on ${deployment}`;
}

function byPlace(limits: readonly EvaluatedLimit[]): ReadonlyMap<string, EvaluatedLimit> {
  return new Map(limits.map((limit) => [`${limit.place} ${limit.what}`, limit]));
}

/** Models that policies name in the same table as a deployment of the accounts: names of their own for them. */
function modelNames(
  tables: readonly (readonly string[])[],
  accounts: readonly AccountModel[],
): readonly string[] {
  const deployments = new Set(accounts.flatMap(({ deployments: all }) => all.map(({ name }) => name.toLowerCase())));
  const names = tables
    .filter((labels) => labels.some((label) => deployments.has(label.toLowerCase())))
    .flat()
    .filter((label) => /^[\w.-]{1,64}$/.test(label));
  return [...new Set(names)].filter((name) => !deployments.has(name.toLowerCase()));
}

function issuerOf({ claims: { iss }, issuer }: TokenCredential): string {
  return typeof iss === "string" ? iss : issuer;
}

function whyClosed({ failure, answers }: ClosedAuthenticator): string {
  const unread = "the policies ask for something that cannot be read off them";
  const passedOn = answers.map(({ answer }) => answer).filter((answer) => isPassedOn(answer) && failureOf(answer) === undefined);
  if (passedOn.length > 0) {
    return `the policies let credentials through, and ${[...new Set(passedOn.map(backendAnswer))].join(" or ")}`;
  }
  const known = [...new Set(answers.filter(({ answer }) => answer.status !== 401).map(({ answer }) => statusText(answer)))];
  const tried = known.length === 0 ? "no credential could be made that gets in" : `those that were made get ${known.join(" or ")}`;
  return failure === undefined ? `${tried}; ${unread}` : `${tried}; ${unread}, or they fail: ${failure}`;
}

/** A key is known as it is: where it opens nothing, nothing opens by it. */
function rightlessFact({ credentials, answer }: RefusedCredentials): AccessFact {
  return factOf("impostor", credentials.map(describeCredential).join(" and "), outcomeText(answer, ""));
}

/** With the digest, a change of what could not be tried is a change of the fact. */
function unknownFact(subject: string, reason: string, digest?: string): AccessFact {
  const policies = digest === undefined ? "" : `; digest of its policies: ${digest}`;
  return factOf("unknown", subject, `${CANNOT_TELL}: ${reason}${policies}`);
}
