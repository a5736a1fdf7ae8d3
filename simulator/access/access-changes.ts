import { compareTexts, LAST_DAY } from "./access-fact";
import { type AccessFact, type AccessReport, type ApiReport, type CallerReport, LET_THROUGH } from "./access-report";
import { EVERYBODY, OWN_CREDENTIALS } from "./shared-counters";

/**
 * `widened`: somebody may do more, or gets in with less. `narrowed`: the contrary. `unknown`: what was known cannot
 * be told any more. `changed`: neither more nor less.
 */
export type AccessEffect = "widened" | "narrowed" | "unknown" | "changed";

/** One difference between two reports, in plain words. */
export interface AccessChange {
  /** Whether access widens. */
  readonly effect: AccessEffect;
  /** Name of the API Management service. */
  readonly gateway: string;
  /** Name of the API. */
  readonly api: string;
  /** Whole sentence, callers included. */
  readonly text: string;
}

const MARKS: Readonly<Record<AccessEffect, string>> = { widened: "+", narrowed: "-", unknown: "?", changed: "~" };

/** A change in one line: `+` widened, `-` narrowed, `?` cannot be told any more, `~` neither. */
export function describeChange({ effect, text }: AccessChange): string {
  return `${MARKS[effect]} ${text}`;
}

const ORDER: readonly AccessEffect[] = ["widened", "unknown", "narrowed", "changed"];
/** Callers that are named where the same holds for several. */
const MAX_NAMES = 3;

/** What is different between two reports; those that matter most first. */
export function accessChanges(before: AccessReport, after: AccessReport): readonly AccessChange[] {
  const old = new Map(before.apis.map((api) => [apiKey(api), api]));
  const current = new Map(after.apis.map((api) => [apiKey(api), api]));
  const keys = [...new Set([...old.keys(), ...current.keys()])].sort();
  const several = keys.length > 1;
  return keys
    .flatMap((key) => new ApiComparison(old.get(key), current.get(key), several).changes())
    .sort(
      (left, right) =>
        ORDER.indexOf(left.effect) - ORDER.indexOf(right.effect) ||
        compareTexts(`${left.gateway} ${left.api}`, `${right.gateway} ${right.api}`),
    );
}

/** A change of one caller; `{}` stands for its name. */
interface CallerChange {
  readonly effect: AccessEffect;
  readonly text: string;
  readonly client: string;
  readonly form: string;
}

/** What is said of one caller, by topic and subject. */
interface ComparedCaller {
  readonly client: string;
  readonly form: string;
  readonly way: string;
  readonly facts: ReadonlyMap<string, AccessFact>;
  readonly families: readonly string[];
}

class ApiComparison {
  private readonly before: ReadonlyMap<string, ComparedCaller>;
  private readonly after: ReadonlyMap<string, ComparedCaller>;

  public constructor(
    private readonly old: ApiReport | undefined,
    private readonly current: ApiReport | undefined,
    private readonly several: boolean,
  ) {
    this.before = callersOf(old);
    this.after = callersOf(current);
  }

  public changes(): readonly AccessChange[] {
    const { gateway = "", api = "" } = this.current ?? this.old ?? {};
    const found: CallerChange[] = [];
    for (const [old, current] of this.pairs()) {
      const { client = "", form = "", way = "" } = current ?? old ?? {};
      if (current === undefined && this.isUntold(way)) {
        continue;
      }
      for (const { effect, text } of callerChanges(old, current, this.oddOf(way))) {
        found.push({ effect, text, client, form });
      }
    }
    const prefix = this.several ? `${api}/` : "";
    const whole =
      this.old === undefined || this.current === undefined
        ? [
            {
              effect: this.old === undefined ? ("changed" as const) : ("narrowed" as const),
              text: `API ${api} on ${gateway} is ${this.old === undefined ? "new" : "gone"}`,
            },
          ]
        : [];
    return [...whole, ...this.together(found, prefix)].map((change) => ({ ...change, gateway, api }));
  }

  /** Everybody before and after; who comes in another form than before is still the same. */
  private pairs(): readonly (readonly [ComparedCaller | undefined, ComparedCaller | undefined])[] {
    const { before, after } = this;
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, caller]) => caller);
    const isSame = (left: ComparedCaller, right: ComparedCaller): boolean =>
      left.client === right.client && (left.way === right.way || isPartOf(left.way, right.way) || isPartOf(right.way, left.way));
    const pairs = [...after].map(([key, caller]): [ComparedCaller | undefined, ComparedCaller] => {
      const candidates = before.has(key) ? [] : gone.filter((each) => isSame(each, caller));
      const [only] = candidates;
      const isOnly =
        candidates.length === 1 &&
        [...after].filter(([other, each]) => !before.has(other) && isSame(each, caller)).length === 1;
      return [before.get(key) ?? (isOnly ? only : undefined), caller];
    });
    const paired = new Set(pairs.map(([old]) => old));
    return [...pairs, ...gone.filter((each) => !paired.has(each)).map((each) => [each, undefined] as const)];
  }

  /** Whether it cannot be told who comes a way: said once, of the way. */
  private isUntold(way: string): boolean {
    return this.current?.unknown.some(({ subject }) => way.split(" and ").includes(subject)) === true;
  }

  /** What somebody got in with before who comes the same way. */
  private oddOf(way: string): ReadonlySet<string> {
    const callers = [...this.before.values()].filter((each) => each.way === way);
    return new Set(callers.flatMap(({ facts }) => [...facts.values()].filter(isOdd).map(({ subject }) => subject)));
  }

  /** The same change of several callers is said once. */
  private together(
    changes: readonly CallerChange[],
    prefix: string,
  ): readonly Pick<AccessChange, "effect" | "text">[] {
    const groups = new Map<string, CallerChange[]>();
    for (const change of changes) {
      const key = `${change.effect} ${change.text}`;
      groups.set(key, [...(groups.get(key) ?? []), change]);
    }
    return [...groups.values()].map((group) => {
      const [{ effect, text }] = group as [CallerChange];
      return { effect, text: text.replace("{}", () => this.names(group, prefix)) };
    });
  }

  private names(group: readonly CallerChange[], prefix: string): string {
    const byClient = new Map<string, string[]>();
    for (const { client, form } of group) {
      byClient.set(client, [...(byClient.get(client) ?? []), form]);
    }
    const names = [...byClient].sort().map(([client, forms]) => {
      const all = this.formsOf(client);
      if (client === "") {
        return (this.current ?? this.old)?.api ?? "";
      }
      return `${prefix}${client}${forms.length < all ? ` ${forms.filter((form) => form !== "").join(" and ")}`.trimEnd() : ""}`;
    });
    const shown = names.length <= MAX_NAMES + 1 ? names : names.slice(0, MAX_NAMES);
    const more = names.length - shown.length;
    return more > 0 ? `${shown.join(", ")} and ${more} others` : listed(shown);
  }

  private formsOf(client: string): number {
    const forms = [...this.before.values(), ...this.after.values()].filter((each) => each.client === client);
    return new Set(forms.map(({ form, way }) => `${form} ${way}`)).size;
  }
}

/** Whether somebody who comes the one way needs nothing else for the other but more of it. */
function isPartOf(way: string, other: string): boolean {
  const others = other.split(" and ");
  return way.split(" and ").every((credential) => others.includes(credential));
}

type Change = Pick<AccessChange, "effect" | "text">;

function callerChanges(
  old: ComparedCaller | undefined,
  current: ComparedCaller | undefined,
  knownOdd: ReadonlySet<string>,
): readonly Change[] {
  if (old === undefined && current !== undefined) {
    return newCaller(current, knownOdd);
  }
  if (current === undefined && old !== undefined) {
    const open = [...old.facts.values()].some(({ verdict }) => verdict === "allowed");
    return open ? [{ effect: "narrowed", text: `{} may no longer get in by ${old.way}` }] : [];
  }
  const subjects = [...new Set([...(old?.facts.keys() ?? []), ...(current?.facts.keys() ?? [])])];
  const differences = subjects.flatMap((key) => {
    const [before, after] = [old?.facts.get(key), current?.facts.get(key)];
    const topic = (after ?? before)?.topic;
    if (before?.value === after?.value) {
      return [];
    }
    switch (topic) {
      case "proof":
        return proofChanges(before, after);
      case "request":
        return requestChanges(before, after, namesOf(old), namesOf(current));
      case "limit":
        return limitChanges(before, after, old?.families ?? [], current?.families ?? []);
      case "shared":
        return sharedChanges(before, after);
      case "account":
        return accountChanges(before, after);
      case "call":
      case "impostor":
      case "unknown":
      case undefined:
        return isSilent(before, after) ? [] : verdictChanges(before, after);
    }
  });
  return [...differences, ...tried(old, current)];
}

/** What stays out and was not tried before, or is not tried any more. */
function isSilent(before: AccessFact | undefined, after: AccessFact | undefined): boolean {
  return (before === undefined || after === undefined) && (after ?? before)?.verdict === "refused";
}

/** All of that in one sentence: it opens nothing. */
function tried(old: ComparedCaller | undefined, current: ComparedCaller | undefined): readonly Change[] {
  const only = (one: ComparedCaller | undefined, other: ComparedCaller | undefined): readonly AccessFact[] =>
    [...(one?.facts ?? [])].flatMap(([key, fact]) =>
      fact.verdict === "refused" && !other?.facts.has(key) ? [fact] : [],
    );
  const [more, less] = [only(current, old), only(old, current)];
  const words = (facts: readonly AccessFact[]): string =>
    facts.map(({ topic, subject }) => (topic === "call" ? `calling ${subject}` : subject)).join(", ");
  return [
    ...(more.length === 0
      ? []
      : [{ effect: "changed" as const, text: `{} stays out, now tried with: ${words(more)}` }]),
    ...(less.length === 0 ? [] : [{ effect: "changed" as const, text: `{}: no longer tried: ${words(less)}` }]),
  ];
}

/** Something wrong that is let in. */
function isOdd({ topic, verdict }: AccessFact): boolean {
  return topic === "impostor" && verdict === "allowed";
}

/** Everything about somebody who was not there, in one sentence. */
function newCaller({ way, facts }: ComparedCaller, knownOdd: ReadonlySet<string>): readonly Change[] {
  const all = [...facts.values()];
  const calls = all.filter((fact) => fact.topic === "call" && isAnsweredCall(fact));
  const passed = all.filter((fact) => fact.topic === "call" && fact.verdict === "allowed" && !isAnsweredCall(fact));
  const limits = all.filter(({ topic, subject }) => topic === "limit" && / per \w+$/.test(subject));
  const odd = all.filter((fact) => isOdd(fact) && !knownOdd.has(fact.subject));
  const unknown = all.filter(({ verdict }) => verdict === "unknown");
  const atMost = limits.map(({ subject, value }) => `${value.replace(/ for .*/, "")} ${subject}`).join(", ");
  const may = listed(calls.map(({ subject }) => subject).filter((subject) => !/^the description of /.test(subject)));
  return [
    ...(calls.length === 0
      ? []
      : [
          {
            effect: "widened" as const,
            text: `{} may now call ${may} by ${way}${atMost === "" ? "" : `, at most ${atMost}`}`,
          },
        ]),
    ...[...passed, ...odd].flatMap((fact) => verdictChanges(undefined, fact)),
    ...unknown.flatMap((fact) => verdictChanges(undefined, fact)),
  ];
}

/** Calls, impostors and what is not known: who gets in with what. */
function verdictChanges(before: AccessFact | undefined, after: AccessFact | undefined): readonly Change[] {
  const { topic, subject } = (after ?? before) as AccessFact;
  const isCall = topic === "call";
  if (after?.verdict === "unknown") {
    const what = topic === "unknown" ? `{}: ${subject}` : isCall ? `{} calling ${subject}` : `{} with ${subject}`;
    return [{ effect: "unknown", text: `${what}: ${after.value}` }];
  }
  const [was, is] = [before?.verdict === "allowed", after?.verdict === "allowed"];
  // A call that no account answers is let through, but nobody has anything of it yet.
  const [wasAnswered, isAnswered] = [isAnsweredCall(before), isAnsweredCall(after)];
  if (after !== undefined && is && (!was || (isAnswered && !wasAnswered))) {
    const how = after.value.replace(/^allowed ?/, "");
    const text = isCall ? `{} may now call ${subject}` : `{} may now get in with ${subject}`;
    return [{ effect: "widened", text: `${text}${how === "" ? "" : how.startsWith(LET_THROUGH) ? `: ${how}` : ` ${how}`}` }];
  }
  if (was && (!is || (isCall && wasAnswered && !isAnswered))) {
    const text = !isCall
      ? `{} may no longer get in with ${subject}`
      : wasAnswered
        ? `{} may no longer call ${subject}`
        : `{} is no longer let through calling ${subject}`;
    return [{ effect: "narrowed", text: `${text}${after === undefined ? "" : `: ${after.value}`}` }];
  }
  const what = isCall ? `{} calling ${subject}` : `{} with ${subject}`;
  if (was && is) {
    return [{ effect: effectOfAllowed(before, after), text: `${what}: ${before?.value} → ${after?.value}` }];
  }
  const text = `${what}: ${before?.value ?? "not tried"} → ${after?.value ?? "not tried"}`;
  return [{ effect: "changed", text }];
}

/** Whether a call gets an answer of a model service that is not a refusal; what is not a call gets in or not. */
function isAnsweredCall(fact: AccessFact | undefined): boolean {
  return fact?.verdict === "allowed" && (fact.topic !== "call" || /(^|; )allowed/.test(fact.value));
}

/** Whether a call that was and is allowed is so in more ways, or with less. */
function effectOfAllowed(before: AccessFact | undefined, after: AccessFact | undefined): AccessEffect {
  const [old, current] = [allowedWays(before?.value ?? ""), allowedWays(after?.value ?? "")];
  return effectOfSets(old, current);
}

/** `allowed by dated and v1 URLs, with scp a or b`: each URL with each text. What is allowed is let through, too. */
function allowedWays(value: string): ReadonlySet<string> {
  const ways = value.split(/; (?!the (?:account|backend) answers )/).flatMap((part) => {
    const [, what, urls = "", , claim = "", texts = ""] =
      /^(allowed|let through)(?: by (.+?) URLs)?(, with (\S+) (.+?))?(?:; the .*)?$/.exec(part) ??
      /^(allowed|let through)/.exec(part) ??
      [];
    const degrees = what === undefined ? [] : what === LET_THROUGH ? [what] : [LET_THROUGH, what];
    return degrees.flatMap((degree) =>
      urls
        .split(" and ")
        .flatMap((url) => texts.split(" or ").map((text) => `${degree} ${url} ${claim} ${text}`)),
    );
  });
  return new Set(ways);
}

function effectOfSets(old: ReadonlySet<string>, current: ReadonlySet<string>): AccessEffect {
  const more = [...current].some((each) => !old.has(each));
  const less = [...old].some((each) => !current.has(each));
  // With no claim asked for any more, every text does.
  const free = (set: ReadonlySet<string>): boolean => [...set].some((each) => each.endsWith("  "));
  if (more && less && free(old) !== free(current)) {
    return free(current) ? "widened" : "narrowed";
  }
  return more ? "widened" : less ? "narrowed" : "changed";
}

function proofChanges(before: AccessFact | undefined, after: AccessFact | undefined): readonly Change[] {
  const { subject } = (after ?? before) as AccessFact;
  if (before === undefined || after === undefined) {
    return before === undefined
      ? [{ effect: "narrowed", text: `{} must now have ${subject} ${after?.value}` }]
      : [{ effect: "widened", text: `{} no longer needs ${subject} ${before.value}` }];
  }
  const [old, current] = [new Set(before.value.split(" or ")), new Set(after.value.split(" or "))];
  return [{ effect: effectOfSets(old, current), text: `{}: ${subject} ${before.value} → ${after.value}` }];
}

function limitChanges(
  before: AccessFact | undefined,
  after: AccessFact | undefined,
  oldFamilies: readonly string[],
  families: readonly string[],
): readonly Change[] {
  const { subject } = (after ?? before) as AccessFact;
  if (subject === LAST_DAY) {
    return [endChange(before?.value, after?.value)];
  }
  const [old, current] = [amounts(before, oldFamilies), amounts(after, families)];
  const common = families.filter((family) => oldFamilies.includes(family));
  const higher = common.some((family) => (current.get(family) ?? Infinity) > (old.get(family) ?? Infinity));
  const lower = common.some((family) => (current.get(family) ?? Infinity) < (old.get(family) ?? Infinity));
  const effect = higher ? "widened" : lower ? "narrowed" : "changed";
  if (after === undefined) {
    return [{ effect, text: `{}: no longer a limit of ${before?.value} ${subject}` }];
  }
  return [
    before === undefined
      ? { effect, text: `{}: at most ${after.value} ${subject}` }
      : { effect, text: `{}: ${before.value} → ${after.value} ${subject}` },
  ];
}

/** Days are in the order of their texts; none is later than any. */
function endChange(before: string | undefined, after: string | undefined): Change {
  const effect = after === undefined || (before !== undefined && after > before) ? "widened" : "narrowed";
  if (after === undefined) {
    return { effect, text: `{} gets in without end, no longer until ${before}` };
  }
  return { effect, text: `{} gets in until ${after}${before === undefined ? "" : `, no longer until ${before}`}` };
}

/** What one request may hold. That an operation is there now, or no more, is said of the call. */
function requestChanges(
  before: AccessFact | undefined,
  after: AccessFact | undefined,
  oldNames: ReadonlySet<string>,
  names: ReadonlySet<string>,
): readonly Change[] {
  const { subject } = (after ?? before) as AccessFact;
  if (after?.verdict === "unknown") {
    return [{ effect: "unknown", text: `{}: ${subject} of a request: ${after.value}` }];
  }
  if (before === undefined || after === undefined) {
    return [];
  }
  const effect = effectOfBounds(boundsIn(before.value), boundsIn(after.value), (name) => oldNames.has(name) && names.has(name));
  return effect === undefined
    ? []
    : [{ effect, text: `{}: ${subject} of a request: ${before.value} → ${after.value}` }];
}

/** What bounds of a caller's requests may be for: its operations, with and without their models. */
function namesOf(caller: ComparedCaller | undefined): ReadonlySet<string> {
  const calls = [...(caller?.facts.values() ?? [])].filter(
    ({ topic, verdict }) => topic === "call" && verdict === "allowed",
  );
  return new Set([...calls.map(({ subject }) => subject), ...(caller?.families ?? [])]);
}

/** How much, or which. */
interface Bound {
  readonly amount: number;
  readonly choices: ReadonlySet<string>;
}

/** By what they are for; none for every request. `at most 8 for chat; any for completions` and `auto or default`. */
function boundsIn(value: string): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  for (const part of value.split("; ")) {
    const [, what = "", of = ""] = /^(.*?)(?: for (.+))?$/.exec(part) ?? [];
    const digits = /^at most ([\d,]+)$/.exec(what)?.[1];
    const isAmount = digits !== undefined || ["nothing", "no bound seen"].includes(what);
    const choices = new Set(isAmount ? [] : what.split(" or "));
    const isOpen = choices.has("any") || what === "no bound seen";
    const amount = digits === undefined ? (isOpen ? Infinity : 0) : Number(digits.replaceAll(",", ""));
    of.split(", ").forEach((name) => found.set(name, { amount, choices }));
  }
  return found;
}

/** @param isCommon whether something was there before and is @returns none where nothing common is different */
function effectOfBounds(
  old: ReadonlyMap<string, Bound>,
  current: ReadonlyMap<string, Bound>,
  isCommon: (name: string) => boolean,
): AccessEffect | undefined {
  const adds = (these: Bound, those: Bound): boolean =>
    these.amount > those.amount ||
    [...these.choices].some(
      (each) => !those.choices.has(each) && (each === "none" || !those.choices.has("any")),
    );
  let [more, less] = [false, false];
  for (const name of new Set([...old.keys(), ...current.keys()])) {
    const [was, is] = [old.get(name) ?? old.get(""), current.get(name) ?? current.get("")];
    const isThere = (old.has(name) && current.has(name)) || isCommon(name);
    if (was !== undefined && is !== undefined && isThere) {
      more ||= adds(is, was);
      less ||= adds(was, is);
    }
  }
  return more ? "widened" : less ? "narrowed" : undefined;
}

/** Who shares a limit has a part of it only. */
function sharedChanges(before: AccessFact | undefined, after: AccessFact | undefined): readonly Change[] {
  const { subject } = (after ?? before) as AccessFact;
  const namesIn = (fact: AccessFact | undefined): ReadonlySet<string> =>
    new Set(fact === undefined ? [] : fact.value.split(" or "));
  const [old, current] = [namesIn(before), namesIn(after)];
  const adds = (these: ReadonlySet<string>, those: ReadonlySet<string>): boolean =>
    !those.has(EVERYBODY) && [...these].some((each) => !those.has(each));
  // That a client has another way in, or no more, is said of the way.
  if (before === undefined && after?.value === OWN_CREDENTIALS) {
    return [];
  }
  const isOwn = before?.value === OWN_CREDENTIALS;
  const effect = isOwn ? "changed" : adds(old, current) ? "widened" : adds(current, old) ? "narrowed" : "changed";
  if (before === undefined || after === undefined) {
    const text =
      before === undefined
        ? `now count together with ${after?.value}`
        : `no longer count together with ${before.value}`;
    return [{ effect, text: `{}: ${subject} ${text}` }];
  }
  return [{ effect, text: `{}: ${subject} together with ${before.value} → ${after.value}` }];
}

/** Number for each family of operations: `1,000 for chat; 500 for embeddings`. */
function amounts(fact: AccessFact | undefined, families: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const part of fact?.value.split("; ") ?? []) {
    const [, amount = "", of] = /^([\d,]+)(?: for (.+))?$/.exec(part) ?? [];
    for (const family of of?.split(", ") ?? families) {
      found.set(family, Number(amount.replaceAll(",", "")));
    }
  }
  return found;
}

function accountChanges(before: AccessFact | undefined, after: AccessFact | undefined): readonly Change[] {
  const { subject } = (after ?? before) as AccessFact;
  const [old, current] = [accountsIn(before?.value ?? ""), accountsIn(after?.value ?? "")];
  if (before === undefined || after === undefined) {
    // That there is a call now, or none any more, is said of the call.
    return [];
  }
  return [
    {
      effect: effectOfSets(old, current),
      text: `{}: ${subject} is answered by ${after.value}, no longer by ${before.value}`,
    },
  ];
}

/** Names of accounts, whatever their order and shares. */
function accountsIn(value: string): ReadonlySet<string> {
  const names = value
    .replace(/ \(\d+ of \d+\)/g, "")
    .replace(/when it \w+( not answer)?/g, "")
    .replace(/ for [^;]*/g, "")
    .split(/, then | then | or |;/)
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "nobody");
  return new Set(names);
}

/** Everybody of an API, those among them who have no credential, and what is not known. */
function callersOf(api: ApiReport | undefined): ReadonlyMap<string, ComparedCaller> {
  const found = new Map<string, ComparedCaller>();
  for (const { credentials, callers } of api?.ways ?? []) {
    const way = credentials.join(" and ");
    for (const caller of callers.flatMap(expanded)) {
      const { client, acting, facts } = caller;
      found.set(`${way}\n${client}\n${acting ?? ""}`, compared(client, acting ?? "", way, facts));
    }
  }
  if (api !== undefined) {
    found.set("strangers", compared("whoever has no credential", "", "nothing", api.strangers));
    found.set("refused keys", compared("whoever has a key only", "", "nothing", api.refusedKeys ?? []));
    found.set("unknown", compared("", "", "nothing", api.unknown));
  }
  return found;
}

function compared(client: string, form: string, way: string, facts: readonly AccessFact[]): ComparedCaller {
  const families = facts
    .filter(({ topic, verdict }) => topic === "call" && verdict === "allowed")
    .map(({ subject }) => subject.replace(/ (on|of) \S+$/, ""));
  return {
    client,
    form,
    way,
    facts: new Map(facts.map((fact) => [`${fact.topic} ${fact.subject}`, fact])),
    families: [...new Set(families)],
  };
}

/** A caller and those that are like it. */
function expanded(caller: CallerReport): readonly CallerReport[] {
  return [
    caller,
    ...caller.alike.map(({ client, proof }) => ({
      ...caller,
      client,
      alike: [],
      facts: [
        ...caller.facts.filter(
          ({ topic, subject }) => topic !== "proof" || !proof.some((each) => each.subject === subject),
        ),
        ...proof,
      ],
    })),
  ];
}

function apiKey({ gateway, api }: ApiReport): string {
  return `${gateway} ${api}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
