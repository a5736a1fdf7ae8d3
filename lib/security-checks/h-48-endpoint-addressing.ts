import type { Document } from "@xmldom/xmldom";
import type { HouseCheck } from "./house-check";
import { credentialValues, modelEndpointBackends } from "./model-endpoint-backends";
import { allElements, block } from "./synthesized-stack";

const TOKEN_FOR_ACCOUNTS = "routeAccountToken";

/** What is written for each try, in the policy that forwards. */
export const endpointAddressing: HouseCheck = {
  id: "H-48",
  title: "a try at a model endpoint carries its own credential, and never the token for accounts",
  check: (stack) => {
    const forwarding = stack.policies.flatMap(({ document }) => allElements(document, "retry"));
    return modelEndpointBackends(stack).flatMap(({ address, attributes }) => {
      const branches = forwarding
        .flatMap((retry) => Array.from(retry.getElementsByTagName("when")))
        .filter((when) => when.getAttribute("condition")?.includes(`== "${String(attributes.name)}"`))
        .filter((when) => when.getElementsByTagName("set-body").length > 0);
      if (branches.length === 0) {
        return [`${address}: no policy writes requests for it`];
      }
      return branches.flatMap((branch) => {
        const authorization = Array.from(branch.getElementsByTagName("set-header")).filter(
          (header) => header.getAttribute("name") === "Authorization",
        );
        const isReplaced =
          authorization.length === 1 && !(authorization[0]?.textContent ?? "").includes(TOKEN_FOR_ACCOUNTS);
        const isDeleted = authorization[0]?.getAttribute("exists-action") === "delete";
        const presents =
          !isDeleted || credentialValues(attributes).length > 0 || showsCertificate(stack.policies);
        const restored = Array.from(branch.parentNode?.childNodes ?? []).some(
          (sibling) =>
            sibling.nodeName === "otherwise" && (sibling.textContent ?? "").includes(TOKEN_FOR_ACCOUNTS),
        );
        return [
          ...(isReplaced ? [] : [`${address}: requests to it keep the token for accounts`]),
          ...(presents ? [] : [`${address}: requests to it carry no credential`]),
          ...(restored ? [] : [`${address}: accounts after it get no token of their own`]),
          ...(block(attributes.tls)?.validate_certificate_chain === true
            ? []
            : [`${address}: its certificate is not checked`]),
        ];
      });
    });
  },
};

function showsCertificate(policies: readonly { readonly document: Document }[]): boolean {
  return policies.some(({ document }) => allElements(document, "authentication-certificate").length > 0);
}
