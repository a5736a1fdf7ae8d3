import { ApiManagementCustomDomain } from "@cdktf/provider-azurerm/lib/api-management-custom-domain";
import { dependable, type ITerraformDependable, Lazy, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { type GatewayHostName, hostNameConfiguration } from "./gateway-host-name";

export interface HostNameBindingProps {
  /** ARM id of the service. */
  readonly serviceId: string;
  readonly hostNames: readonly GatewayHostName[];
  /** What must be there before: the right to read the certificates, and all that is written to the service. */
  readonly after: () => readonly ITerraformDependable[];
  /** @default - the default provider of the stack */
  readonly provider?: TerraformProvider;
}

/**
 * Binds host names to a gateway, as the last write to it. The service reads their certificates with its own identity,
 * which exists and gets its rights only once the service does; and while it takes a host name, Azure refuses every
 * other write to it.
 *
 * Source: https://learn.microsoft.com/azure/api-management/configure-custom-domain
 */
export class HostNameBinding extends Construct {
  /** The binding itself, for what this class does not offer. */
  public readonly resource: ApiManagementCustomDomain;
  private readonly hostNames: readonly GatewayHostName[];

  public constructor(
    scope: Construct,
    id: string,
    { serviceId, hostNames, after, provider }: HostNameBindingProps,
  ) {
    super(scope, id);
    this.hostNames = hostNames;
    this.resource = new ApiManagementCustomDomain(this, "Resource", {
      apiManagementId: serviceId,
      gateway: hostNameConfiguration(hostNames, false),
      provider,
    });
    // Whatever is added to the gateway later is written before, too.
    this.resource.dependsOn = Lazy.listValue({ produce: () => after().map(dependable) });
  }

  /** Has every host name ask for client certificates, which clients may still not send. */
  public askForClientCertificates(): void {
    this.resource.putGateway(hostNameConfiguration(this.hostNames, true));
  }
}
