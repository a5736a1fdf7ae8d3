import type { EffectiveElement } from "../policies";
import { factOf, sortedBySubject } from "./access-fact";
import { type AccessFact, CANNOT_TELL } from "./access-report";
import type { Credential } from "./credential";
import { largestAmount } from "./largest-amount";
import { AMOUNT_PROBES, type AmountProbe, CHOICE_PROBES, type SampleBody, withPrompt } from "./request-probes";
import type { SampleRequest } from "./sample-request";
import { faultOf, isAdmitted, isPassedOn, type TrialAnswer, type TrialCalls } from "./trial-calls";

/** A call that got in. */
export interface AdmittedCall {
  readonly credentials: readonly Credential[];
  readonly request: SampleRequest;
  readonly answer: TrialAnswer;
}

/** Bytes of a body that are tried where the policies name no larger number. */
const USUAL_BODY_BYTES = 128 * 1024;
/** What a policy may hold at once. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const BYTES = "bytes of body";
/** Words of a prompt: counting the tokens of more takes too long. */
const MAX_WORDS = 60_000;
/** Values of `api-version` that no policy names: who takes both takes any. */
const UNNAMED_VERSIONS = ["2099-01-01", "2099-01-01-preview"];
/** Words in which Azure names shapes of the v1 API. */
const VERSION_WORDS = ["latest", "preview", "v1"];
const NO_VERSION = "none";
const ANY = "any";
const NOTHING = "nothing";
const NO_BOUND = "no bound seen";

/**
 * Finds out what one request of a caller may hold: how much of what, and which of the things that cost more, keep data
 * or call other hosts. A request counts as taken when the gateway passes it on, whatever the model service says.
 */
export class RequestBounds {
  private readonly named: readonly number[];
  private readonly versions: readonly string[];
  /** What came of versions, by kind of URL. */
  private readonly versionOutcomes = new Map<string, ReadonlyMap<string, Outcome>>();
  /** Bounds of all callers so far, by what is bounded. */
  private readonly found = new Map<string, number[]>();

  /**
   * @param elements of the policies that run for the API
   * @param texts in C# of these policies
   */
  public constructor(
    private readonly calls: TrialCalls,
    elements: readonly EffectiveElement[],
    texts: readonly string[],
  ) {
    this.named = numbersIn(elements);
    const dates = texts.filter((text) => /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(text));
    this.versions = [...new Set(dates)].sort();
  }

  /**
   * @param admitted calls of one caller
   * @param tokenLimits of the caller
   */
  public async of(
    admitted: readonly AdmittedCall[],
    tokenLimits: readonly number[],
  ): Promise<readonly AccessFact[]> {
    const byJson = admitted.filter(({ request: { body, method } }) => body !== undefined && method === "POST");
    const subjects = new Map<string, Outcomes>();
    for (const probe of AMOUNT_PROBES) {
      subjects.set(probe.subject, await this.amounts(probe, byJson));
    }
    const [first] = byJson;
    if (first !== undefined) {
      subjects.set(BYTES, await this.bytes(first));
    }
    const prompted = byJson.find(({ request: { family } }) => PROMPTED.has(family));
    if (prompted !== undefined && tokenLimits.length > 0) {
      subjects.set("words of prompt", await this.words(prompted, tokenLimits));
    }
    for (const { subject, choices } of CHOICE_PROBES) {
      const taken = new Map<string, string[]>();
      for (const { name, families, change, reaches } of choices) {
        for (const call of firstOfEach(byJson, families)) {
          const { family } = call.request;
          const known = taken.get(family) ?? [];
          taken.set(family, known);
          const outcome = await this.outcome(call, change(call.request.body ?? {}), reaches);
          known.push(...(outcome === true ? [name] : outcome === false ? [] : [outcome]));
        }
      }
      subjects.set(subject, new Map([...taken].map(([family, names]) => [family, listed(names)])));
    }
    subjects.set("api-version", await this.acceptedVersions(admitted));
    return sortedBySubject(
      [...subjects].flatMap(([subject, outcomes]) =>
        outcomes.size === 0 ? [] : [factOf("request", subject, folded(outcomes))],
      ),
    );
  }

  private async amounts(probe: AmountProbe, admitted: readonly AdmittedCall[]): Promise<Outcomes> {
    const outcomes = new Map<string, string>();
    const calls = probe.ofDeployment
      ? firstOfEachDeployment(admitted, probe.families)
      : firstOfEach(admitted, probe.families);
    for (const call of calls) {
      const { family, deployment, body = {} } = call.request;
      const name = probe.ofDeployment && deployment !== undefined ? `${family} on ${deployment}` : family;
      outcomes.set(
        name,
        await this.largest(probe.subject, probe.max, (amount) =>
          this.outcome(call, probe.change(body, amount, family)),
        ),
      );
    }
    return outcomes;
  }

  /** With blanks behind the body, which count as bytes and as nothing else. */
  private async bytes(call: AdmittedCall): Promise<Outcomes> {
    const text = JSON.stringify(call.request.body);
    const outcome = (amount: number): Promise<Outcome> =>
      amount < text.length ? Promise.resolve(true) : this.outcome(call, text.padEnd(amount));
    const max = Math.max(USUAL_BODY_BYTES, ...this.named.filter((amount) => amount < MAX_BODY_BYTES)) + 1;
    const known = this.found.get(BYTES)?.at(-1);
    // Megabytes take their time: of callers who come later, it is tried that they have no more.
    const isKnown =
      known === Infinity
        ? (await outcome(USUAL_BODY_BYTES)) === true
        : known !== undefined && (await outcome(known + 1)) === false;
    const size = isKnown ? wordsFor(known) : await this.largest(BYTES, max, outcome);
    return new Map([["", size === ANY ? NO_BOUND : size]]);
  }

  private async words(call: AdmittedCall, tokenLimits: readonly number[]): Promise<Outcomes> {
    const { body = {} } = call.request;
    const max = Math.min(MAX_WORDS, Math.max(...tokenLimits));
    // A few tokens stand around the words.
    const near = tokenLimits.flatMap((limit) => [limit - 48, limit - 16, limit - 4]).filter((amount) => amount > 0);
    const size = await this.largest("words of prompt", max, (amount) => this.outcome(call, withPrompt(body, amount)), near);
    // As many words as the largest limit has tokens: the limits are all that bounds them.
    return new Map(size === ANY ? [] : [["", size]]);
  }

  /** By both kinds of URL. */
  private async acceptedVersions(admitted: readonly AdmittedCall[]): Promise<Outcomes> {
    const outcomes = new Map<string, string>();
    for (const urls of ["dated", "v1"] as const) {
      const call = admitted.find(({ request }) => request.urls === urls);
      if (call !== undefined) {
        outcomes.set(`${urls} URLs`, versionsText(await this.versionsOf(call, urls)));
      }
    }
    return outcomes;
  }

  /** All of them for the first caller; for those who come later, all only if a sample of them comes out otherwise. */
  private async versionsOf(call: AdmittedCall, urls: string): Promise<ReadonlyMap<string, Outcome>> {
    const tried = new Map<string, Outcome>();
    const attempt = async (version: string): Promise<Outcome> => {
      const outcome = tried.get(version) ?? (await this.outcome(withVersion(call, version), call.request.body));
      tried.set(version, outcome);
      return outcome;
    };
    const known = this.versionOutcomes.get(urls);
    if (known !== undefined) {
      const sample = new Set([NO_VERSION, ...UNNAMED_VERSIONS, ...[true, false].flatMap((wanted) => firstWith(known, wanted))]);
      let isSame = true;
      for (const version of sample) {
        isSame &&= (await attempt(version)) === known.get(version);
      }
      if (isSame) {
        return known;
      }
    }
    for (const version of [NO_VERSION, ...this.versions, ...VERSION_WORDS, ...UNNAMED_VERSIONS]) {
      await attempt(version);
    }
    this.versionOutcomes.set(urls, tried);
    return tried;
  }

  private async largest(
    subject: string,
    max: number,
    outcome: (amount: number) => Promise<Outcome>,
    near: readonly number[] = [],
  ): Promise<string> {
    const found = this.found.get(subject) ?? [];
    this.found.set(subject, found);
    let unknown: string | undefined;
    const takes = async (amount: number): Promise<boolean> => {
      const result = unknown === undefined && (await outcome(amount));
      unknown ??= typeof result === "string" ? result : undefined;
      return result === true;
    };
    const named = near.length === 0 ? this.named : near;
    const amount = await largestAmount(takes, max, { found, named });
    if (unknown !== undefined) {
      return unknown;
    }
    found.push(amount);
    return wordsFor(amount);
  }

  /** Whether the gateway takes the request; why that cannot be told. */
  private async outcome(
    { credentials, request }: AdmittedCall,
    body: SampleBody | string | undefined,
    reaches?: (body: SampleBody) => boolean,
  ): Promise<Outcome> {
    const sent =
      typeof body === "string"
        ? { body: undefined, form: { type: "application/json", content: body } }
        : { body };
    const answer = await this.calls.call(credentials, { ...request, ...sent }, { pauses: true });
    const fault = faultOf(answer);
    if (fault !== undefined) {
      return `${CANNOT_TELL}: ${fault}`;
    }
    const isTaken = isAdmitted(answer) || isPassedOn(answer);
    const received = reaches && isTaken ? this.calls.receivedBody() : undefined;
    return isTaken && (reaches === undefined || received === undefined || reaches(received));
  }
}

/** A text says why it cannot be told. */
type Outcome = boolean | string;
/** By what they are about: a family of operations, one on a deployment, a kind of URL; none for every request. */
type Outcomes = ReadonlyMap<string, string>;

const PROMPTED = new Set(["chat", "completions", "responses", "embeddings"]);

function firstOfEach(admitted: readonly AdmittedCall[], families: readonly string[]): readonly AdmittedCall[] {
  return families.flatMap((family) => admitted.find(({ request }) => request.family === family) ?? []);
}

function firstOfEachDeployment(
  admitted: readonly AdmittedCall[],
  families: readonly string[],
): readonly AdmittedCall[] {
  const found = new Map<string, AdmittedCall>();
  for (const call of admitted.filter(({ request }) => families.includes(request.family))) {
    const key = `${call.request.family} on ${call.request.deployment}`;
    found.set(key, found.get(key) ?? call);
  }
  return [...found.values()];
}

/** A version that the policies name, with one outcome. */
function firstWith(outcomes: ReadonlyMap<string, Outcome>, wanted: Outcome): readonly string[] {
  const found = [...outcomes].find(([version, outcome]) => outcome === wanted && /^\d/.test(version));
  return found === undefined ? [] : [found[0]];
}

function versionsText(outcomes: ReadonlyMap<string, Outcome>): string {
  const isAny = UNNAMED_VERSIONS.every((version) => outcomes.get(version) === true);
  const taken = [...outcomes].flatMap(([version, outcome]) =>
    outcome === true ? [version] : outcome === false ? [] : [outcome],
  );
  const order = [NO_VERSION, ...[...taken].sort()];
  const names = isAny ? [ANY, ...(taken.includes(NO_VERSION) ? [NO_VERSION] : [])] : order.filter((each) => taken.includes(each));
  return listed(names);
}

function withVersion(call: AdmittedCall, version: string): AdmittedCall {
  const [path = "", query = ""] = call.request.target.split("?");
  const parameters = new URLSearchParams(query);
  if (version === NO_VERSION) {
    parameters.delete("api-version");
  } else {
    parameters.set("api-version", version);
  }
  const text = parameters.toString();
  return { ...call, request: { ...call.request, target: text === "" ? path : `${path}?${text}` } };
}

/** The same outcome of all is said once. */
function folded(outcomes: Outcomes): string {
  const groups = new Map<string, string[]>();
  outcomes.forEach((outcome, name) => groups.set(outcome, [...(groups.get(outcome) ?? []), name]));
  return [...groups]
    .map(([outcome, names]) => (groups.size === 1 ? outcome : `${outcome} for ${names.sort().join(", ")}`))
    .sort()
    .join("; ");
}

function wordsFor(amount = Infinity): string {
  return amount === Infinity ? ANY : amount === 0 ? NOTHING : `at most ${formatted(amount)}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? NOTHING : [...new Set(names)].join(" or ");
}

/** Every number that the policies hold, in ascending order. */
function numbersIn(elements: readonly EffectiveElement[]): readonly number[] {
  const found = new Set<number>();
  const visit = ({ attributes, text, children }: EffectiveElement): void => {
    for (const value of [...attributes.values(), text]) {
      for (const [digits] of value.matchAll(/(?<![\w.-])\d{1,8}(?![\w-])/g)) {
        found.add(Number(digits));
      }
    }
    children.forEach(visit);
  };
  elements.forEach(visit);
  return [...found].sort((left, right) => left - right);
}

/** With commas between thousands, whatever the machine's language. */
export function formatted(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ",");
}
