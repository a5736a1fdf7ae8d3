import { resolve } from "node:path";
import { shellWord } from "./shell-word";
import type { ApiReport, CallReport, StartReport, WayReport } from "./start-report";

const COLUMNS = 100;

/**
 * What a start report looks like in a terminal of 100 columns. Only commands may be wider.
 * @param allClients whether a call is printed for each client, and not only for the first of each way in
 */
export function startText(
  report: StartReport,
  stacks: { readonly names: readonly string[]; readonly others: readonly string[] },
  allClients = false,
): string {
  const { gateways, page, proxy, caFile, accounts, apis, programs = [], assumptions = [] } = report;
  const others = stacks.others.length === 0 ? "" : ` (others: ${stacks.others.join(", ")})`;
  return [
    "Azure OpenAI gateway simulator: for development and tests only. Nothing leaves this machine.",
    "",
    ...entry("stack", `${stacks.names.join(", ")}${others}`),
    ...gateways.flatMap(({ url, name, tier, region }) =>
      entry("gateway", `${url}  ${name}, ${tier}${region === undefined ? "" : `, in ${region}`}`),
    ),
    ...accounts.flatMap(({ name, deployments }) =>
      entry("account", `${name}: ${deployments.map(({ name: id, model }) => `${id} (${model})`).join(", ")}`),
    ),
    ...entry("page", page),
    ...entry("CA", caFile),
    ...assumptions.flatMap((assumption) => ["", ...wrapped(`assumed: ${assumption}`, "")]),
    ...apis.flatMap((api) => apiLines(api, allClients)),
    ...programs.flatMap(({ app, command }) => [
      "",
      ...wrapped(`Container App ${app}: its program, in a terminal of its own until Ctrl-C`, ""),
      command,
    ]),
    "",
    "SDKs that honour HTTPS_PROXY reach gateways, accounts and issuers under their real names with",
    "",
    // Of one word each, and good in any folder: programs are rarely started in this one.
    `export HTTPS_PROXY=${proxy} NO_PROXY=localhost,127.0.0.1`,
    `export NODE_EXTRA_CA_CERTS=${shellWord(resolve(caFile))}`,
    "",
    ...wrapped(
      `Keys are simulated. Tokens are valid for ${report.tokenLifetimeHours} hours; they, the certificates and the ` +
        "CA end with this process. Stop with Ctrl-C.",
      "",
    ),
  ].join("\n");
}

function apiLines(
  {
    name,
    displayName,
    path,
    operations,
    ways,
    anonymous,
    cached,
    endpointModels = [],
    queued,
    unknown,
  }: ApiReport,
  allClients: boolean,
): readonly string[] {
  const count = operations === 1 ? "1 operation" : `${operations} operations`;
  return [
    "",
    `API ${name}: ${displayName}, ${count} at ${path}`,
    ...ways.flatMap((way) => wayLines(way, allClients)),
    ...(anonymous === undefined ? [] : callLines("no credential", anonymous)),
    ...endpointModels.flatMap((call) =>
      callLines(`${call.deployment ?? call.operation}, a model that is not an account's`, call),
    ),
    ...(cached === undefined ? [] : cachedLines(cached)),
    ...(queued === undefined ? [] : queuedLines(queued)),
    ...unknown.flatMap(({ label, reason }) => ["", ...wrapped(`no line for ${label}: ${reason}`, "  ")]),
  ];
}

function cachedLines({ again, other }: NonNullable<ApiReport["cached"]>): readonly string[] {
  return [
    ...callLines("answered from the cache from the second time on", again),
    ...(other === undefined
      ? []
      : callLines("the same request of another caller, not from the cache", other)),
  ];
}

function queuedLines({ accepted, waiting }: NonNullable<ApiReport["queued"]>): readonly string[] {
  return [
    ...callLines("a request that waits", accepted),
    ...callLines("its answer, as soon as a worker has asked; to be pasted after it", waiting),
  ];
}

function wayLines({ admitted, refused }: WayReport, allClients: boolean): readonly string[] {
  const [first, ...others] = admitted;
  return [
    ...(first === undefined ? [] : callLines(first.credentials.join(" and "), first)),
    ...otherLines(others, allClients),
    ...refused.flatMap((call) => callLines(refusedText(call, first), call)),
  ];
}

function otherLines(others: readonly CallReport[], allClients: boolean): readonly string[] {
  if (allClients) {
    return others.flatMap((call) => callLines(call.credentials.join(" and "), call));
  }
  return others.length === 0
    ? []
    : [
        "",
        ...wrapped(
          `also got in (--all-clients prints their calls): ${others.map(clientText).join("; ")}`,
          "  ",
        ),
      ];
}

/** What is wrong first, then what is genuine beside it. */
function refusedText({ credentials }: CallReport, admitted: CallReport | undefined): string {
  const isGenuine = (credential: string): boolean => admitted?.credentials.includes(credential) === true;
  const genuine = credentials.filter(isGenuine).map((credential) => `with the ${credential}`);
  return [...credentials.filter((credential) => !isGenuine(credential)), ...genuine].join("; ");
}

function clientText({ client, credentials, operation, deployment }: CallReport): string {
  const what = deployment === undefined ? operation : `${operation} on ${deployment}`;
  return `${client ?? "unnamed"} (${credentials.join(" and ")}), calling ${what}`;
}

function callLines(title: string, { status, client, command }: CallReport): readonly string[] {
  const verdict = status < 300 ? `${status} as ${client ?? "nobody in particular"}` : `${status}`;
  return ["", ...wrapped(`→ ${verdict}: ${title}`, "  "), command];
}

function entry(name: string, text: string): readonly string[] {
  const [first = "", ...rest] = wrapped(text, " ".repeat(11));
  return [`  ${name.padEnd(9)}${first.trimStart()}`, ...rest];
}

/** Lines of at most 100 columns, broken at spaces. */
function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line];
}
