import { X509Certificate } from "node:crypto";
import { PFX } from "@peculiar/asn1-pfx";
import { AsnConvert } from "@peculiar/asn1-schema";
import type { HouseCheck } from "./house-check";
import { blocks, type SynthesizedStack } from "./synthesized-stack";

/** What API Management's stores take, by their name. */
const TAKES: Readonly<Record<string, readonly [form: string, test: (bytes: Buffer) => boolean]>> = {
  Root: ["a certificate in DER form", isCertificate],
  CertificateAuthority: ["a PKCS#12 container", isContainer],
};

export const certificateEncodings: HouseCheck = {
  id: "H-31",
  title: "certificates have the form that the store of the service takes",
  check: (stack) =>
    stack.ofType("azurerm_api_management").flatMap(({ address, attributes }) =>
      blocks(attributes.certificate).flatMap((certificate) => {
        const [form, test] = TAKES[String(certificate.store_name)] ?? ["nothing", () => false];
        const content = contentOf(String(certificate.encoded_certificate), stack);
        return content !== undefined && test(Buffer.from(content, "base64"))
          ? []
          : [`${address}: store ${String(certificate.store_name)} takes base64 of ${form}`];
      }),
    ),
};

/** @returns the content, which a secret of the same stack may hold */
function contentOf(text: string, stack: SynthesizedStack): string | undefined {
  const address = /^\$\{(azurerm_key_vault_secret\.[\w-]+)\.value\}$/.exec(text)?.[1];
  if (address === undefined) {
    return text;
  }
  const secret = stack.resources.find((resource) => resource.address === address);
  return typeof secret?.attributes.value === "string" ? secret.attributes.value : undefined;
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length === bytes.length;
  } catch {
    return false;
  }
}

function isContainer(bytes: Buffer): boolean {
  try {
    return AsnConvert.parse(bytes, PFX).version === 3;
  } catch {
    return false;
  }
}
