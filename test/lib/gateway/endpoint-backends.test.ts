import { CertificateStore } from "../../../lib/key-vault/certificate-store";
import { EndpointCredential } from "../../../lib/model-endpoint/endpoint-credential";
import { ModelEndpoint } from "../../../lib/model-endpoint/model-endpoint";
import { GatewayStack, PLACE, REASON, TENANT } from "./gateway-stack";

test("a certificate of the vault is in the service once, before backends that need it, and is followed", () => {
  const stack = new GatewayStack();
  const store = new CertificateStore(stack.stack, "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });
  const house = new ModelEndpoint(stack.stack, "house", {
    url: "https://house.contoso.com",
    credential: EndpointCredential.certificate({ store, certificate: store.certificateByName("client") }),
    securityOptOuts: [{ control: "model-endpoint-internet", reason: REASON }],
  });
  house.addDeployment("chat", { model: "a", contextTokens: 10 });
  house.addDeployment("more", { model: "b", contextTokens: 10 });
  stack.api(stack.gateway(), { backends: [house] });

  const [certificate, ...others] = stack.attributes("azurerm_api_management_certificate");
  expect(others).toEqual([]);
  expect(certificate).toMatchObject({
    name: "house-client-certificate",
    key_vault_secret_id: expect.stringMatching(/vault_uri\}secrets\/client$/) as string,
  });
  for (const backend of stack.attributes("azurerm_api_management_backend")) {
    expect(JSON.stringify(backend.depends_on)).toContain("azurerm_api_management_certificate");
    expect(backend.credentials).toBeUndefined();
  }
});
