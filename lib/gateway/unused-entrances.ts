import type { ApiManagement } from "@cdktf/provider-azurerm/lib/api-management";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { AzapiUpdateResource } from "../azapi";

const API_VERSION = "2024-05-01";
/** Once, the gateway got past the firewalls of other services because Azure trusts it, whatever they allow. */
const NO_TRUSTED_CONNECTIVITY =
  "Microsoft.WindowsAzure.ApiManagement.Gateway.ManagedIdentity.DisableOverPrivilegedAccess";

export interface UnusedEntrancesProps {
  readonly service: ApiManagement;
  /** All that is written to the service before: it takes one change at a time. */
  readonly after: () => readonly ITerraformDependable[];
}

/**
 * Closes what a service opens by itself and this library does not use: the developer portal and its predecessor, where
 * anybody could sign up; signing in there with a password; and the trust that other services had in the gateway. azurerm
 * has none of these arguments, and what it leaves out is on.
 *
 * azapi reads the service, changes these properties and writes it back. Whatever azurerm changes of the service may
 * reset them: then they are written once more, in the same run.
 *
 * Source: https://learn.microsoft.com/azure/api-management/developer-portal-faq,
 * https://learn.microsoft.com/rest/api/apimanagement/portal-config/create-or-update and
 * https://learn.microsoft.com/azure/api-management/breaking-changes/trusted-service-connectivity-retirement-march-2026
 */
export class UnusedEntrances extends Construct {
  /** The last of the writes. */
  public readonly resource: AzapiUpdateResource;

  public constructor(scope: Construct, id: string, { service, after }: UnusedEntrancesProps) {
    super(scope, id);
    // While there is a portal: one that is closed may have no settings.
    const passwords = new AzapiUpdateResource(this, "PasswordSignIn", {
      type: `Microsoft.ApiManagement/service/portalconfigs@${API_VERSION}`,
      resourceId: `${service.id}/portalconfigs/default`,
      body: { properties: { enableBasicAuth: false } },
      // The service asks for it, and `*` is whatever the settings are now.
      updateHeaders: { "If-Match": "*" },
    });
    passwords.dependsOn = Lazy.listValue({ produce: () => after().map(dependable) });
    this.resource = new AzapiUpdateResource(this, "Service", {
      type: `Microsoft.ApiManagement/service@${API_VERSION}`,
      resourceId: service.id,
      body: {
        properties: {
          developerPortalStatus: "Disabled",
          legacyPortalStatus: "Disabled",
          customProperties: { [NO_TRUSTED_CONNECTIVITY]: "True" },
        },
      },
      dependsOn: [passwords],
      lifecycle: { replaceTriggeredBy: [dependable(service)] },
    });
  }
}
