import { CertificateStore } from "../../../lib/key-vault/certificate-store";
import { EndpointCredential } from "../../../lib/model-endpoint/endpoint-credential";
import { azureStack } from "../../support/azure-stack";
import { PLACE, TENANT } from "../gateway/gateway-stack";

describe("EndpointCredential", () => {
  const store = new CertificateStore(azureStack(), "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });

  it("goes after Bearer in Authorization, or as it is in the header that it names", () => {
    const [bearer, header, token] = [
      EndpointCredential.key({ store, secretName: "models" }),
      EndpointCredential.key({ store, secretName: "models", header: "x-api-key" }),
      EndpointCredential.managedIdentity({ audience: "api://models" }),
    ];
    expect([bearer, header, token].map((each) => [each?.header, each?.isBearer])).toEqual([
      ["Authorization", true],
      ["x-api-key", false],
      ["Authorization", true],
    ]);
  });

  it("of mutual TLS goes in no header", () => {
    const certificate = EndpointCredential.certificate({
      store,
      certificate: store.certificateByName("client"),
    });
    expect([certificate.header, certificate.isBearer]).toEqual([undefined, false]);
  });
});
