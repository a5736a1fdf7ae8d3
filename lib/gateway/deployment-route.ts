import type { IModelDeployment, IOpenAiAccount } from "../openai";
import type { OpenAiBackend } from "./openai-backend";

/** An account that may answer for a deployment. */
export interface RouteMember {
  readonly account: IOpenAiAccount;
  readonly priority: number;
  readonly weight: number;
}

/** Where requests for one deployment go: to the accounts that host it, and to no other. */
export interface DeploymentRoute {
  readonly deployment: string;
  /** In the order of the backends. Empty if no account hosts the deployment. */
  readonly members: readonly RouteMember[];
}

/** Priority of a backend that has none: provisioned throughput is paid for whether it is used or not. */
const PROVISIONED_FIRST = { provisioned: 1, payAsYouGo: 2 } as const;
const EVEN_WEIGHT = 100;

/** @returns the names of all deployments of the accounts, each once, in the order in which they appear */
export function hostedDeployments(backends: readonly OpenAiBackend[]): readonly string[] {
  const names = new Map<string, string>();
  for (const { name } of backends.flatMap(({ account }) => account.deployments)) {
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

/** @returns one route for each of the deployments, in their order */
export function deploymentRoutes(
  backends: readonly OpenAiBackend[],
  deployments: readonly string[],
): readonly DeploymentRoute[] {
  return deployments.map((deployment) => ({
    deployment,
    members: backends.flatMap(({ account, priority, weight = EVEN_WEIGHT }) => {
      const hosted = hostedDeployment(account, deployment);
      if (!hosted) {
        return [];
      }
      const byKind = hosted.isProvisioned ? PROVISIONED_FIRST.provisioned : PROVISIONED_FIRST.payAsYouGo;
      return [{ account, priority: priority ?? byKind, weight }];
    }),
  }));
}
