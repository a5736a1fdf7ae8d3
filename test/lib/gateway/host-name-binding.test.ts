import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { HostNameBinding } from "../../../lib/gateway/host-name-binding";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const SERVICE =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const TLS = { versionlessSecretId: "https://kv.vault.azure.net/secrets/tls", dependables: [] };

describe("HostNameBinding", () => {
  it("asks for client certificates at every host name, once it is told to", () => {
    const stack = azureStack();
    const binding = new HostNameBinding(stack, "names", {
      serviceId: SERVICE,
      hostNames: [
        { hostName: "ai.contoso.com", certificate: TLS },
        { hostName: "models.contoso.com", certificate: TLS, defaultSslBinding: true },
      ],
      after: () => [],
    });
    binding.askForClientCertificates();

    expect(
      synthesizeStack(stack).ofType("azurerm_api_management_custom_domain")[0]?.attributes.gateway,
    ).toEqual([
      {
        host_name: "ai.contoso.com",
        key_vault_certificate_id: TLS.versionlessSecretId,
        negotiate_client_certificate: true,
        default_ssl_binding: false,
      },
      {
        host_name: "models.contoso.com",
        key_vault_certificate_id: TLS.versionlessSecretId,
        negotiate_client_certificate: true,
        default_ssl_binding: true,
      },
    ]);
  });

  it("waits for what is written to the service after the binding was made", () => {
    const stack = azureStack();
    const written: ResourceGroup[] = [];
    new HostNameBinding(stack, "names", {
      serviceId: SERVICE,
      hostNames: [{ hostName: "ai.contoso.com", certificate: TLS }],
      after: () => written,
    });
    written.push(new ResourceGroup(stack, "late", { name: "rg", location: "westeurope" }));

    expect(
      synthesizeStack(stack).ofType("azurerm_api_management_custom_domain")[0]?.attributes.depends_on,
    ).toEqual(["azurerm_resource_group.late"]);
  });
});
