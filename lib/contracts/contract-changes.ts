import type { ClientContract, ContractCredential, ContractTerms } from "./client-contract";

/** What a change of contracts means for one client in one environment, or for its file as a whole. */
export interface ContractChange {
  /** Name of the client. */
  readonly client: string;
  /** Where it holds. @default - it is said of the client everywhere */
  readonly environment?: string;
  /** A sentence without the client. */
  readonly text: string;
}

/** What is different for whom, in words: by client, then by environment. */
export function contractChanges(
  before: readonly ClientContract[],
  after: readonly ClientContract[],
): readonly ContractChange[] {
  const names = [...new Set([...before, ...after].map(({ client }) => client))].sort();
  return names.flatMap((client) => {
    const [old, current] = [before, after].map((all) => all.find((each) => each.client === client));
    return [...headChanges(client, old, current), ...termsChanges(client, old, current)];
  });
}

function headChanges(
  client: string,
  old: ClientContract | undefined,
  current: ClientContract | undefined,
): readonly ContractChange[] {
  if (old === undefined || current === undefined) {
    return [];
  }
  const owner = ({ owner: { team, email } }: ClientContract): string => `${team} <${email}>`;
  return [
    changed("owner", owner(old), owner(current)),
    changed("cost centre", old.costCentre, current.costCentre),
  ].flatMap((text) => (text === undefined ? [] : [{ client, text }]));
}

function termsChanges(
  client: string,
  old: ClientContract | undefined,
  current: ClientContract | undefined,
): readonly ContractChange[] {
  const environments = new Set([
    ...Object.keys(old?.environments ?? {}),
    ...Object.keys(current?.environments ?? {}),
  ]);
  return [...environments].sort().flatMap((environment) =>
    differences(old?.environments[environment], current?.environments[environment]).map((text) => ({
      client,
      environment,
      text,
    })),
  );
}

function differences(old: ContractTerms | undefined, current: ContractTerms | undefined): readonly string[] {
  if (old === undefined || current === undefined) {
    const terms = old ?? current;
    if (terms === undefined) {
      return [];
    }
    const granted = Object.entries(facts(terms)).flatMap(([name, fact]) => (name === "api" ? [] : [fact]));
    return old === undefined
      ? [`gets access to API ${terms.api}: ${granted.join("; ")}`]
      : [`loses access to API ${terms.api}`];
  }
  const [was, is] = [facts(old), facts(current)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
    const [before, after] = [was[name], is[name]];
    if (before === after) {
      return [];
    }
    return before === undefined
      ? [`now: ${after}`]
      : after === undefined
        ? [`no longer: ${before}`]
        : [`${before} → ${after}`];
  });
}

/** Each term as a phrase, by what it is about; what is left out has a phrase where that means something. */
function facts({
  api,
  credentials,
  operations,
  models,
  limits = {},
  budget,
  expires,
  suspended,
}: ContractTerms): Readonly<Record<string, string>> {
  const { tokenQuota, tokenQuotaPeriod, ...rates } = limits;
  return {
    api: `API ${api}`,
    ...Object.fromEntries(credentials.map((each) => [JSON.stringify(each), credentialWords(each)])),
    operations: `operations ${operations?.join(", ") ?? "as the API publishes them"}`,
    models: `models ${models?.join(", ") ?? "as the API serves them"}`,
    ...Object.fromEntries(
      Object.entries(rates).map(([name, value]) => [name, `${number(value)} ${LIMIT_WORDS[name] ?? name}`]),
    ),
    ...(tokenQuota === undefined
      ? {}
      : { tokenQuota: `${number(tokenQuota)} tokens ${tokenQuotaPeriod?.toLowerCase() ?? ""}` }),
    ...(budget === undefined
      ? {}
      : {
          budget:
            `budget of ${number(budget.monthlyAmount)} a month` +
            (budget.atLimit === "cutOff" ? ", and cut off then" : ""),
        }),
    ...(budget?.monthlyAmountPerUser === undefined
      ? {}
      : { userBudget: `budget of ${number(budget.monthlyAmountPerUser)} a month for each user` }),
    ...(expires === undefined ? {} : { expires: `access until ${expires}` }),
    ...(suspended === true ? { suspended: "suspended" } : {}),
  };
}

const LIMIT_WORDS: Readonly<Record<string, string>> = {
  requestsPerMinute: "requests per minute",
  tokensPerMinute: "tokens per minute",
  reservedTokensPerMinute: "reserved tokens per minute",
  requestsPerMinutePerUser: "requests per minute of each user",
  tokensPerMinutePerUser: "tokens per minute of each user",
};

function credentialWords(credential: ContractCredential): string {
  switch (credential.kind) {
    case "subscriptionKey":
      return "a key of its own";
    case "application":
      return `application ${credential.clientId}${credential.authenticator === undefined ? "" : ` of ${credential.authenticator}`}`;
    case "certificate":
      return `certificate ${credential.name}${credential.thumbprint === undefined ? "" : ` (${credential.thumbprint})`}`;
  }
}

function changed(what: string, before: string, after: string): string | undefined {
  return before === after ? undefined : `${what} ${before} → ${after}`;
}

/** The same on every machine. */
function number(value: number): string {
  return value.toLocaleString("en-US");
}
