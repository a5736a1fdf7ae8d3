import { factOf, sortedBySubject } from "./access-fact";
import type {
  AccessFact,
  AccessReport,
  AccessTopic,
  AlikeCaller,
  ApiReport,
  CallerReport,
  TokenUse,
  WayReport,
} from "./access-report";

const HEADINGS: readonly (readonly [topic: AccessTopic, heading: string])[] = [
  ["proof", "Proves itself by"],
  ["call", "Calls"],
  ["request", "Each request may have"],
  ["limit", "At most"],
  ["shared", "Counts together with others"],
  ["account", "Is answered by"],
  ["impostor", "With something wrong about it"],
];
const ALIKE_HEADING = "The same holds for";
const IMPOSTORS_HEADING = "With something wrong about any of these";
const STRANGERS_HEADING = "without a credential";
const REFUSED_KEYS_HEADING = "with a key that is refused";
const UNKNOWN_HEADING = "not tried";
const UNREGISTERED = " (not registered)";

/**
 * The access file of a report: one fact a line, so that a difference between two files is one between the facts.
 * @param title of the page
 * @param introduction lines below it @default - none
 */
export function accessMarkdown(
  report: AccessReport,
  title: string,
  introduction: readonly string[] = [],
): string {
  const lines = [
    `# ${title}`,
    ...(introduction.length === 0 ? [] : ["", ...introduction]),
    ...report.apis.flatMap(apiLines),
  ];
  return `${lines.join("\n")}\n`;
}

function apiLines({ gateway, api, ways, strangers, refusedKeys = [], unknown }: ApiReport): readonly string[] {
  return [
    "",
    `## ${api} on ${gateway}`,
    ...ways.flatMap(wayLines),
    ...section(`### ${STRANGERS_HEADING}`, strangers.map(line)),
    ...section(`### ${REFUSED_KEYS_HEADING}`, refusedKeys.map(line)),
    ...section(`### ${UNKNOWN_HEADING}`, unknown.map(line)),
  ];
}

function wayLines({ credentials, callers }: WayReport): readonly string[] {
  const common = commonImpostors(callers);
  const isCommon = (fact: AccessFact): boolean => common.some((each) => line(each) === line(fact));
  return [
    "",
    `### ${credentials.join(" and ")}`,
    ...callers.flatMap((caller) =>
      callerLines({ ...caller, facts: caller.facts.filter((fact) => fact.topic !== "impostor" || !isCommon(fact)) }),
    ),
    ...section(`#### ${IMPOSTORS_HEADING}`, common.map(line)),
  ];
}

/** What holds for every caller of a way is said once. */
function commonImpostors(callers: readonly CallerReport[]): readonly AccessFact[] {
  const [first, ...others] = callers.map(({ facts }) => facts.filter(({ topic }) => topic === "impostor"));
  return (first ?? []).filter((fact) => others.every((facts) => facts.some((each) => line(each) === line(fact))));
}

function callerLines({ client, registered, acting, facts, alike }: CallerReport): readonly string[] {
  const title = `${client}${acting === undefined ? "" : `, ${acting}`}${registered ? "" : UNREGISTERED}`;
  return [
    "",
    `#### ${title}`,
    ...HEADINGS.flatMap(([topic, heading]) =>
      section(heading, folded(facts.filter((fact) => fact.topic === topic))),
    ),
    ...section(
      ALIKE_HEADING,
      alike.map((each) => `- ${each.client}: ${each.proof.map(({ subject, value }) => `${subject} ${value}`).join("; ")}`),
    ),
  ];
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", heading, "", ...lines];
}

function line({ subject, value }: AccessFact): string {
  return `- ${subject}: ${value}`;
}

const ON_A_MODEL = /^(.+ (?:on|of)) (\S+)$/;

/** Lines of facts; models of which none answers an operation, all alike, stand in one. */
function folded(facts: readonly AccessFact[]): readonly string[] {
  const lines = new Map<string, AccessFact>();
  for (const fact of facts) {
    const [, operation, model] = ON_A_MODEL.exec(fact.subject) ?? [];
    const folds = fact.topic === "call" && !/(^|; )(allowed|cannot tell)/.test(fact.value) && operation !== undefined;
    const key = folds ? `${operation}: ${fact.value}` : fact.subject;
    const known = lines.get(key);
    lines.set(key, known === undefined ? fact : { ...fact, subject: `${known.subject}, ${model ?? ""}` });
  }
  return [...lines.values()].map(line);
}

/**
 * Reads an access file, so that it can be compared with a report.
 * @throws Error for a line that is none of those that `accessMarkdown` writes
 */
export function readAccessMarkdown(text: string): AccessReport {
  return new AccessFileReader().read(text);
}

/** Where in a file the reader is. */
interface Draft {
  readonly gateway: string;
  readonly api: string;
  readonly ways: { readonly credentials: readonly string[]; readonly callers: CallerDraft[]; common: AccessFact[] }[];
  readonly strangers: AccessFact[];
  readonly refusedKeys: AccessFact[];
  readonly unknown: AccessFact[];
}

interface CallerDraft {
  readonly client: string;
  readonly registered: boolean;
  readonly acting?: TokenUse;
  readonly facts: AccessFact[];
  readonly alike: AlikeCaller[];
}

class AccessFileReader {
  private readonly apis: Draft[] = [];
  /** Takes a line of the list that stands here. */
  private take: (subject: string, value: string) => void = () => undefined;

  public read(text: string): AccessReport {
    for (const [index, row] of text.split("\n").entries()) {
      this.row(row.trimEnd(), index + 1);
    }
    return { version: 1, apis: this.apis.map(finished) };
  }

  private row(row: string, number: number): void {
    if (row.startsWith("## ")) {
      const [, api = "", gateway = ""] = /^## (.+) on (\S+)$/.exec(row) ?? [];
      this.apis.push({ gateway, api, ways: [], strangers: [], refusedKeys: [], unknown: [] });
      return;
    }
    const api = this.apis.at(-1);
    if (api === undefined || row === "") {
      return;
    }
    if (row.startsWith("### ")) {
      this.way(api, row.slice(4));
    } else if (row.startsWith("#### ")) {
      this.caller(api, row.slice(5));
    } else if (row.startsWith("- ")) {
      const colon = row.indexOf(": ");
      this.take(row.slice(2, colon), row.slice(colon + 2));
    } else {
      this.heading(api, row, number);
    }
  }

  private way({ ways, strangers, refusedKeys, unknown }: Draft, title: string): void {
    if (title === STRANGERS_HEADING) {
      // Earlier files have keys there, too.
      this.take = (subject, value) =>
        (subject.startsWith("key of ") ? refusedKeys : strangers).push(factOf("impostor", subject, value));
    } else if (title === REFUSED_KEYS_HEADING) {
      this.take = (subject, value) => refusedKeys.push(factOf("impostor", subject, value));
    } else if (title === UNKNOWN_HEADING) {
      this.take = (subject, value) => unknown.push(factOf("unknown", subject, value));
    } else {
      ways.push({ credentials: title.split(" and "), callers: [], common: [] });
    }
  }

  private caller({ ways }: Draft, title: string): void {
    const way = ways.at(-1);
    if (title === IMPOSTORS_HEADING) {
      this.take = (subject, value) => way?.common.push(factOf("impostor", subject, value));
      return;
    }
    const registered = !title.endsWith(UNREGISTERED);
    const name = registered ? title : title.slice(0, -UNREGISTERED.length);
    const [, client = name, acting] = /^(.*), (for .*)$/.exec(name) ?? [];
    way?.callers.push({ client, registered, acting: acting as TokenUse | undefined, facts: [], alike: [] });
  }

  private heading({ ways }: Draft, title: string, number: number): void {
    const caller = ways.at(-1)?.callers.at(-1);
    const topic = HEADINGS.find(([, heading]) => heading === title)?.[0];
    if (caller !== undefined && title === ALIKE_HEADING) {
      this.take = (client, value) =>
        caller.alike.push({
          client,
          proof: value.split("; ").map((each) => {
            const [, subject = "", text = ""] = /^(key of subscription|issuing authority|\S+) (.*)$/.exec(each) ?? [];
            return factOf("proof", subject, text);
          }),
        });
    } else if (caller !== undefined && topic !== undefined) {
      this.take = (subject, value) => caller.facts.push(...unfolded(factOf(topic, subject, value)));
    } else {
      throw new Error(`line ${number}: '${title}' is not a line of an access file; write it anew`);
    }
  }
}

function unfolded(fact: AccessFact): readonly AccessFact[] {
  const [, operation, models] = /^(.+ (?:on|of)) (\S+(?:, \S+)+)$/.exec(fact.subject) ?? [];
  return fact.topic === "call" && operation !== undefined && models !== undefined
    ? models.split(", ").map((model) => ({ ...fact, subject: `${operation} ${model}` }))
    : [fact];
}

function finished({ ways, refusedKeys, ...api }: Draft): ApiReport {
  return {
    ...api,
    ...(refusedKeys.length === 0 ? {} : { refusedKeys }),
    ways: ways.map(({ credentials, callers, common }) => ({
      credentials,
      callers: callers.map((caller) => ({
        ...caller,
        facts: [
          ...["proof", "call", "request", "limit", "shared", "account"].flatMap((topic) =>
            sortedBySubject(caller.facts.filter((fact) => fact.topic === topic)),
          ),
          ...caller.facts.filter(({ topic }) => topic === "impostor"),
          ...common,
        ],
      })),
    })),
  };
}
