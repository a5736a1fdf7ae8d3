import { createHash } from "node:crypto";
import { TOKEN_MARKER } from "../private";
import { ANYWHERE, PolicyElement } from "./policy-element";
import { renderPolicy } from "./policy-renderer";

/** Variable that nothing reads. */
const NAME = "policyDigest";
const HEX_DIGITS = 32;

/**
 * Sets a variable to a digest of a whole document. azurerm compares documents without white space and without the
 * escaping of XML, and calls those that differ in nothing else "No changes": a role `AI User` that becomes `AIUser`
 * would never reach Azure. What a token stands for has neither, and so does not count.
 *
 * It belongs where no request comes by.
 *
 * Source: https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/apimanagement/diff_suppress.go
 */
export function policyDigest(document: PolicyElement): PolicyElement {
  const text = renderPolicy(document).replace(TOKEN_MARKER, "$${}");
  const value = createHash("sha256").update(text).digest("hex").slice(0, HEX_DIGITS);
  return new PolicyElement({ name: "set-variable", attributes: { name: NAME, value }, placement: ANYWHERE });
}
