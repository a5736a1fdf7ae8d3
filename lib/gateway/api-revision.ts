import {
  ApiManagementApi,
  type ApiManagementApiConfig,
} from "@cdktf/provider-azurerm/lib/api-management-api";
import { ApiManagementApiRelease } from "@cdktf/provider-azurerm/lib/api-management-api-release";
import type { ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { AzapiUpdateResource } from "../azapi";
import { lateText, terraformLiteral } from "../private";
import type { Problems } from "../validation";
import { childName } from "./child-name";
import { type IGatewayService, inService } from "./gateway-service";

/** The revision under which an API was made. It stays the one that is changed in place. */
const ORIGINAL = "1";
const POLICY_TYPE = "Microsoft.ApiManagement/service/apis/policies@2024-05-01";

/**
 * How far a change of an API's policy has come:
 *
 * - `try`: callers have the policy before, `;rev=` behind the API's path has the new one.
 * - `current`: everybody has the new one. Back to `try` takes it away again, at once.
 * - `settle`: the original revision has the new one, too, and is current again. Then leave `revision` out.
 */
export type RevisionStage = "try" | "current" | "settle";

/** A change of an API's policy that goes out as a revision, to be tried beside what callers use. */
export interface OpenAiApiRevision {
  /** Number of the revision: a whole number from 2, one that the API has not had. */
  readonly number: number;
  /** How far it has come. @default "try" */
  readonly stage?: RevisionStage;
  /** What changes, for who looks at the revisions in the portal. @default - nothing */
  readonly description?: string;
}

/** What an API gives its revision. */
interface ApiRevisionProps {
  readonly gateway: IGatewayService;
  readonly revision: OpenAiApiRevision;
  /** Of the original revision. */
  readonly api: ApiManagementApi;
  readonly config: ApiManagementApiConfig;
  /** The new policy. */
  readonly policyXml: () => string;
  /** What the new policy names. */
  readonly after: readonly ITerraformDependable[];
}

/** Reports a revision that Azure would not take. */
export function checkRevision({ number, description = "" }: OpenAiApiRevision, problems: Problems): void {
  problems.checkRange(number, 2, 999, {
    rule: "revision.number must be a whole number from 2 to 999",
    remedy: "take the next one that the API has not had: 1 is the API itself",
  });
  problems.checkPattern(description, /^[\s\S]{0,256}$/, {
    rule: "revision.description must have 256 characters at most",
    remedy: "shorten it",
  });
}

/** Whether callers still have, in the original revision, a policy that this stack does not write. */
export function keepsPolicy({ stage = "try" }: OpenAiApiRevision): boolean {
  return stage !== "settle";
}

/**
 * A copy of an API that has the new policy, and the release that says which of the two callers get.
 *
 * Policies are written through azapi: azurerm names an API without its revision, and so the current one.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-revisions
 */
export class ApiRevision extends Construct {
  /** The revision itself, for what this class does not offer. */
  public readonly resource: ApiManagementApi;

  public constructor(scope: Construct, id: string, props: ApiRevisionProps) {
    super(scope, id);
    const { gateway, api, config, revision } = props;
    const { number, stage = "try", description } = revision;
    this.resource = new ApiManagementApi(this, "Resource", {
      ...config,
      revision: String(number),
      revisionDescription: description === undefined ? undefined : terraformLiteral(description),
      sourceApiId: revisionId(gateway, config.name, ORIGINAL),
      dependsOn: [api],
    });
    const policies = [
      this.writePolicy("Policy", String(number), props),
      ...(stage === "settle" ? [this.writePolicy("SettledPolicy", ORIGINAL, props)] : []),
    ];
    new ApiManagementApiRelease(this, "Release", {
      name: childName(config.name, "current"),
      apiId: revisionId(gateway, config.name, stage === "current" ? String(number) : ORIGINAL),
      dependsOn: policies,
      provider: gateway.provider,
    });
  }

  /** The copy has a policy already: that of its source. */
  private writePolicy(
    id: string,
    revision: string,
    { gateway, config, policyXml, after }: ApiRevisionProps,
  ): TerraformResource {
    return new AzapiUpdateResource(this, id, {
      type: POLICY_TYPE,
      resourceId: `${revisionId(gateway, config.name, revision)}/policies/policy`,
      body: { properties: { format: "rawxml", value: lateText(policyXml) } },
      dependsOn: [this.resource, ...after],
      lifecycle: inService(gateway, this).lifecycle,
    });
  }
}

function revisionId(gateway: IGatewayService, apiName: string, revision: string): string {
  return `${gateway.id}/apis/${apiName};rev=${revision}`;
}
