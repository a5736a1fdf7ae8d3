import type { TerraformResource } from "cdktf";
import type { IPrincipal, RoleGrant } from "../identity";
import type { IModelDeployment, IOpenAiAccount } from "../openai";

/**
 * Where the policies of an API ask what a caller has spent this month: a function of a Log Analytics workspace, which
 * `CostReport` makes.
 */
export interface SpendingSource {
  /** Workspace id, the GUID by which it is queried. @returns a token, unless imported */
  readonly workspaceGuid: string;
  /** Name of the function, which takes a client, and a user as `<issuer>#<id>`. */
  readonly functionName: string;
  /** Names of clients whose requests are refused once a budget is used up. */
  readonly limitedClients: readonly string[];
  /** Those of them whose users have budgets, too. */
  readonly clientsWithUserBudgets: readonly string[];
  /** Whether calls that the deployment answers cost something, or are known to cost nothing. */
  hasPrice(account: IOpenAiAccount, deployment: IModelDeployment): boolean;
  /** The function itself: policies ask it once it is there. */
  readonly resource: TerraformResource;
  /** Lets an identity read the workspace. */
  grantQuery(principal: IPrincipal): RoleGrant;
}
