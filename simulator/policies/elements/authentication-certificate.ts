import { isExpression } from "../../../expressions";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Presents a certificate of the service to the backend.
 * `thumbprint` and `body` are refused: the simulator finds certificates by id, which is also the only form that
 * survives the rotation of a Key Vault certificate.
 * Source: https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 */
export const authenticationCertificate: PolicyCompiler = {
  name: "authentication-certificate",
  sections: ["inbound"],
  shape: {
    attributes: {
      thumbprint: { expression: true },
      "certificate-id": { expression: true },
      body: { expression: true },
      password: { expression: true },
    },
    exactlyOne: [["thumbprint", "certificate-id", "body"]],
  },
  compile(element, compilation) {
    const certificateId = element.attributes.get("certificate-id") ?? "";
    if (!element.attributes.has("certificate-id") || isExpression(certificateId)) {
      compilation.refuse("is simulated with a literal 'certificate-id' only");
    }
    if (element.attributes.has("password")) {
      compilation.refuse("takes 'password' with 'body' only");
    }
    const certificate = compilation.model.certificates.find(({ name }) => name === certificateId);
    if (certificate === undefined && certificateId !== "" && !isExpression(certificateId)) {
      compilation.refuse(`names certificate '${certificateId}', which does not exist`);
    }
    return (execution) => {
      execution.request.clientCertificate = certificate?.der;
      execution.trace({ certificateId });
    };
  },
};
