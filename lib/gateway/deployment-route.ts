import type { EndpointDeployment, IModelEndpoint } from "../model-endpoint";
import type { IModelDeployment, IOpenAiAccount } from "../openai";
import type { ApiBackends } from "./openai-backend";

/** An account that may answer for a deployment. */
export interface RouteMember {
  readonly account: IOpenAiAccount;
  readonly priority: number;
  readonly weight: number;
}

/** A model endpoint that may answer for a deployment. */
export interface EndpointMember {
  readonly endpoint: IModelEndpoint;
  readonly priority: number;
  readonly weight: number;
}

/** Where requests for one deployment go: to what hosts it, and to no other. */
export interface DeploymentRoute {
  readonly deployment: string;
  /** In the order of the backends. Empty if no account hosts the deployment. */
  readonly members: readonly RouteMember[];
  /** In the order of the backends. @default - none */
  readonly endpoints?: readonly EndpointMember[];
}

/** Priority of a backend that has none: provisioned throughput is paid for whether it is used or not. */
const PROVISIONED_FIRST = { provisioned: 1, endpoint: 1, payAsYouGo: 2 } as const;
const EVEN_WEIGHT = 100;

/** @returns the names of all deployments, each once: those of accounts in the order in which they appear, then the others */
export function hostedDeployments({ accounts, endpoints }: ApiBackends): readonly string[] {
  const names = new Map<string, string>();
  for (const { name } of [
    ...accounts.flatMap(({ account }) => account.deployments),
    ...endpoints.flatMap(({ endpoint }) => endpoint.deployments),
  ]) {
    if (!names.has(name.toLowerCase())) {
      names.set(name.toLowerCase(), name);
    }
  }
  return [...names.values()];
}

/** @returns the deployment of that name on the account; Azure compares names without regard to case */
export function hostedDeployment(account: IOpenAiAccount, deployment: string): IModelDeployment | undefined {
  return account.deployments.find(({ name }) => name.toLowerCase() === deployment.toLowerCase());
}

/** @returns the model that an endpoint serves under that name, as accounts would compare it */
export function servedDeployment(
  endpoint: IModelEndpoint,
  deployment: string,
): EndpointDeployment | undefined {
  return endpoint.deployments.find(({ name }) => name.toLowerCase() === deployment.toLowerCase());
}

/** @returns whether anything hosts the deployment */
export function isHosted({ members, endpoints = [] }: DeploymentRoute): boolean {
  return members.length + endpoints.length > 0;
}

/**
 * The route as a gateway in one region takes it: of hosts that are preferred alike, those in the region come first. A model
 * endpoint is in no region of Azure, and comes with them.
 */
export function nearestFirst(
  { deployment, members, endpoints = [] }: DeploymentRoute,
  location: string,
): DeploymentRoute {
  const distance = ({ account }: RouteMember): number => (isSameRegion(account.location, location) ? 0 : 1);
  const steps = [
    ...members.map((member) => step(member.priority, distance(member))),
    ...endpoints.map(({ priority }) => step(priority, 0)),
  ];
  const inOrder = [...new Set(steps)].sort((left, right) => left - right);
  const rank = (priority: number, away: number): number => inOrder.indexOf(step(priority, away)) + 1;
  return {
    deployment,
    members: members.map((member) => ({ ...member, priority: rank(member.priority, distance(member)) })),
    endpoints: endpoints.map((member) => ({ ...member, priority: rank(member.priority, 0) })),
  };
}

function step(priority: number, distance: number): number {
  return 2 * priority + distance;
}

/** Imported accounts may have the name that Azure displays: `West Europe`. */
function isSameRegion(left: string, right: string): boolean {
  const [one, other] = [left, right].map((name) => name.replaceAll(" ", "").toLowerCase());
  return one === other;
}

/** @returns one route for each of the deployments, in their order */
export function deploymentRoutes(
  { accounts, endpoints }: ApiBackends,
  deployments: readonly string[],
): readonly DeploymentRoute[] {
  return deployments.map((deployment) => ({
    deployment,
    members: accounts.flatMap(({ account, priority, weight = EVEN_WEIGHT }) => {
      const hosted = hostedDeployment(account, deployment);
      if (!hosted) {
        return [];
      }
      const byKind = hosted.isProvisioned ? PROVISIONED_FIRST.provisioned : PROVISIONED_FIRST.payAsYouGo;
      return [{ account, priority: priority ?? byKind, weight }];
    }),
    endpoints: endpoints
      .filter(({ endpoint }) => servedDeployment(endpoint, deployment))
      .map(({ endpoint, priority = PROVISIONED_FIRST.endpoint, weight = EVEN_WEIGHT }) => ({
        endpoint,
        priority,
        weight,
      })),
  }));
}
