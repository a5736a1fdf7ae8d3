import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition";
import { Fn, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { assignmentId, createAssignment, type IPrincipal, RoleGrant } from "../identity";

export interface FoundryModelsRoleProps {
  /** ARM id of the account: its resource group is where the role can be assigned. */
  readonly accountId: string;
  /** Name of the role, unique in the tenant. */
  readonly name: string;
  /** @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/**
 * What Cognitive Services OpenAI User is for OpenAI's models, for those of other publishers: inference, and nothing
 * else. Azure has no such role of its own: Cognitive Services User, which its documentation names, lists keys, and
 * has every data action of the account.
 *
 * Source: https://learn.microsoft.com/azure/foundry/foundry-models/how-to/configure-entra-id
 *
 * @internal
 */
export class FoundryModelsRole extends Construct {
  private readonly resource: RoleDefinition;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: FoundryModelsRoleProps,
  ) {
    super(scope, id);
    const resourceGroupId = Fn.element(Fn.split("/providers/", props.accountId), 0) as string;
    this.resource = new RoleDefinition(this, "Resource", {
      name: props.name,
      description: "Calls models of other publishers than OpenAI",
      scope: resourceGroupId,
      assignableScopes: [resourceGroupId],
      permissions: [{ actions: [], dataActions: ["Microsoft.CognitiveServices/accounts/MaaS/*"] }],
      provider: props.provider,
    });
  }

  /** Assigns the role on the account, once for each grantee. */
  public assignTo(grantee: IPrincipal, account: Construct): RoleGrant {
    const id = assignmentId(grantee, account, "foundry-models-user");
    const existing = grantee.node.tryFindChild(id);
    if (existing instanceof RoleAssignment) {
      return RoleGrant.of(existing);
    }
    return RoleGrant.of(
      createAssignment(grantee, id, {
        grantee,
        roleId: this.resource.roleDefinitionId,
        resourceId: this.props.accountId,
        provider: this.props.provider,
      }),
    );
  }
}
