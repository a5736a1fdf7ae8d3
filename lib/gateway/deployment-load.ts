import { modelLimits } from "../openai";
import { type DeploymentRoute, hostedDeployment } from "./deployment-route";

/** What the callers of one API may take of a deployment in a minute. */
export interface DeploymentLoad {
  readonly route: DeploymentRoute;
  /** Tokens per minute that each caller may spend or reserve, whichever is more, by its name. */
  readonly callers: ReadonlyMap<string, number>;
}

/** A deployment, with all accounts that answer for one another, whose callers may take more than it has. */
export interface OverloadedDeployment {
  readonly deployment: string;
  /** Paths of the accounts. */
  readonly accounts: readonly string[];
  /** Tokens per minute of all accounts. */
  readonly tokensPerMinute: number;
  /** Tokens per minute of all callers. */
  readonly reservable: number;
}

/** Tokens per minute for each unit of capacity that is billed by token. */
const TOKENS_PER_CAPACITY = 1_000;

/** Accounts that a request may go to, and what their callers may take: loads that share an account are one. */
interface Group {
  readonly deployment: string;
  /** Tokens per minute by path of the account, `undefined` where that is not known, as for every model endpoint. */
  readonly accounts: Map<string, number | undefined>;
  reservable: number;
}

/**
 * Finds deployments whose callers, each within its own limits, could take more than there is. Nothing is said of
 * models whose throughput is not known.
 */
export function overloadedDeployments(loads: readonly DeploymentLoad[]): readonly OverloadedDeployment[] {
  return groupsOf(loads).flatMap(({ deployment, accounts, reservable }) => {
    const tokens = [...accounts.values()];
    const isKnown = tokens.every((each) => each !== undefined);
    const tokensPerMinute = tokens.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    return isKnown && reservable > tokensPerMinute
      ? [{ deployment, accounts: [...accounts.keys()], tokensPerMinute, reservable }]
      : [];
  });
}

function groupsOf(loads: readonly DeploymentLoad[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { route, callers } of loads) {
    const own: Group = {
      deployment: route.deployment,
      accounts: new Map(
        route.members.map(({ account }) => [account.node.path, throughput(account, route.deployment)]),
      ),
      reservable: [...callers.values()].reduce((sum, tokens) => sum + tokens, 0),
    };
    for (const { endpoint } of route.endpoints ?? []) {
      own.accounts.set(endpoint.node.path, undefined);
    }
    const shared = groups.filter(
      ({ deployment, accounts }) =>
        deployment.toLowerCase() === own.deployment.toLowerCase() &&
        [...accounts.keys()].some((path) => own.accounts.has(path)),
    );
    for (const group of shared) {
      group.accounts.forEach((tokens, path) => own.accounts.set(path, tokens));
      own.reservable += group.reservable;
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(own);
  }
  return groups;
}

/** @returns tokens per minute, `undefined` if the model does not count in tokens or its throughput is not known */
function throughput(
  account: DeploymentRoute["members"][number]["account"],
  deployment: string,
): number | undefined {
  const hosted = hostedDeployment(account, deployment);
  if (!hosted) {
    return undefined;
  }
  const limits = modelLimits(hosted.model);
  if (hosted.isProvisioned) {
    return limits?.tokensPerMinutePerUnit && limits.tokensPerMinutePerUnit * hosted.capacity;
  }
  const countsTokens = limits !== undefined || hosted.model.toLowerCase().includes("embedding");
  return countsTokens ? hosted.capacity * TOKENS_PER_CAPACITY : undefined;
}
