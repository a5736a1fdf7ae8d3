import { ContentInfo } from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  CertBag,
  id_certBag,
  id_x509Certificate,
  PFX,
  SafeBag,
  SafeContents,
} from "@peculiar/asn1-pfx";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";

/** What the containers hold is not encrypted: `id-data` of RFC 5652, section 4. */
const ID_DATA = "1.2.840.113549.1.7.1";

/**
 * A certificate without its key in a PKCS#12 container (RFC 7292), not encrypted and without a MAC: both would need
 * a salt, and the bytes would differ in every synthesis. .NET opens it with any password, none included.
 *
 * Source for reading without a MAC: `PfxFormatTests` of https://github.com/dotnet/runtime
 *
 * @param der the certificate
 * @returns the same bytes for the same certificate
 */
export function pkcs12(der: Uint8Array): Uint8Array {
  const certificate = new SafeBag({
    bagId: id_certBag,
    bagValue: AsnConvert.serialize(
      new CertBag({
        certId: id_x509Certificate,
        certValue: AsnConvert.serialize(new OctetString(der)),
      }),
    ),
  });
  const contents = AsnConvert.serialize(new SafeContents([certificate]));
  const safe = AsnConvert.serialize(new AuthenticatedSafe([data(contents)]));
  // Left to its default, `macData` would be written, and empty.
  return new Uint8Array(
    AsnConvert.serialize(new PFX({ version: 3, authSafe: data(safe), macData: undefined })),
  );
}

/** @returns whether the bytes are a PKCS#12 container, whatever it holds */
export function isPkcs12(bytes: Uint8Array): boolean {
  try {
    return AsnConvert.parse(bytes, PFX).version === 3;
  } catch {
    return false;
  }
}

function data(content: ArrayBuffer): ContentInfo {
  return new ContentInfo({
    contentType: ID_DATA,
    content: AsnConvert.serialize(new OctetString(content)),
  });
}
