import { asn1, pkcs12 as forge, pki } from "node-forge";
import { isPkcs12, pkcs12 } from "../../../lib/key-vault/pkcs12";
import { rsa, TestAuthority } from "./test-authority";

let authority: TestAuthority;

beforeAll(async () => {
  authority = await TestAuthority.create({ subject: "CN=Partner Issuing", algorithm: rsa(2048) });
});

/** As another library reads it. @returns DER of the certificates */
function certificates(container: Uint8Array, password: string): readonly Uint8Array[] {
  const parsed = asn1.fromDer(Buffer.from(container).toString("binary"));
  return forge
    .pkcs12FromAsn1(parsed, false, password)
    .safeContents.flatMap(({ safeBags }) => safeBags)
    .map(({ type, cert }) => {
      expect(type).toBe(pki.oids["certBag"]);
      return Buffer.from(asn1.toDer(pki.certificateToAsn1(cert!)).getBytes(), "binary");
    });
}

it.each(["", "any"])(
  "holds the certificate and nothing else, to be opened with password '%s'",
  (password) => {
    const [only, ...more] = certificates(pkcs12(authority.der), password);

    expect(more).toEqual([]);
    expect(Buffer.compare(only!, authority.der)).toBe(0);
  },
);

it("has the same bytes in every synthesis", () => {
  expect(pkcs12(authority.der)).toEqual(pkcs12(Uint8Array.from(authority.der)));
});

it("is told from a bare certificate", () => {
  expect(isPkcs12(pkcs12(authority.der))).toBe(true);
  expect(isPkcs12(authority.der)).toBe(false);
  expect(isPkcs12(Buffer.from("issuer"))).toBe(false);
});
