import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Aspects, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { StateStorage, SynthesisDate } from "../lib";
import { DeletionProtection } from "./deletion-protection";
import type { EnvironmentSettings } from "./environment-settings";
import { acceptProviderVersions } from "./provider-versions";
import { writeSecurityExceptions } from "./security-exceptions-file";
import { Tags } from "./tags";
import { azureNames } from "./values-from-settings";

/**
 * The remote backend of one environment, deployed once, before the environment: its own state stays in a local
 * file, since it has nowhere else to go.
 */
export class StateStack extends TerraformStack {
  public constructor(scope: Construct, settings: EnvironmentSettings, asOf: Date) {
    super(scope, `${settings.name}-state`);
    const { location, subscriptionId, tenantId, securityOptOuts } = settings;
    SynthesisDate.set(this, asOf);
    const names = azureNames(settings);
    new AzurermProvider(this, "azurerm", {
      subscriptionId,
      tenantId,
      storageUseAzuread: true,
      // Whoever deploys need not reach the account that is made: only the network of the environment does.
      features: [{ storage: [{ dataPlaneAvailable: false }] }],
    });
    acceptProviderVersions(this, "azurerm");
    const group = new ResourceGroup(this, "group", { name: names.resourceGroup("state"), location });
    const storage = new StateStorage(this, "storage", {
      location,
      resourceGroupName: group.name,
      storageAccountName: names.storageAccount("state"),
      allowedAddressRanges: securityOptOuts?.allowedAddressRanges,
      securityOptOuts: securityOptOuts?.state,
    });
    new TerraformOutput(this, "resource_group_name", { value: group.name });
    new TerraformOutput(this, "storage_account_name", { value: storage.storageAccountName });
    new TerraformOutput(this, "container_name", { value: storage.containerName });
    Aspects.of(this).add(new Tags(settings.tags));
    // What holds the state of everything else is protected everywhere.
    Aspects.of(this).add(new DeletionProtection());
    writeSecurityExceptions(this);
  }
}
