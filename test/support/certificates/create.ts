import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  rsa,
  TestAuthority,
} from "../../lib/key-vault/test-authority";

/**
 * Makes the certificates of this folder anew: `npx tsx test/support/certificates/create.ts`. Keys are thrown away.
 * Valid ones hold from 2026 to 2036; tests judge them on 2026-12-01.
 */
async function main(): Promise<void> {
  const root = await TestAuthority.create({ subject: "O=Contoso, CN=Contoso Root CA" });
  const narrowRoot = await TestAuthority.create({
    subject: "O=Contoso, CN=Contoso Narrow Root CA",
    pathLength: 0,
  });
  const authorities: Readonly<Record<string, TestAuthority>> = {
    root,
    issuing: await TestAuthority.create({ subject: "O=Contoso, CN=Contoso Issuing CA", issuer: root }),
    "other-root": await TestAuthority.create({ subject: "O=Fabrikam, CN=Fabrikam Root CA" }),
    "narrow-root": narrowRoot,
    "below-narrow-root": await TestAuthority.create({
      subject: "O=Contoso, CN=Contoso Extra CA",
      issuer: narrowRoot,
    }),
    expired: await TestAuthority.create({
      subject: "O=Contoso, CN=Contoso Old Root CA",
      notBefore: "2016-01-01",
      notAfter: "2026-01-01",
    }),
    "not-yet-valid": await TestAuthority.create({
      subject: "O=Contoso, CN=Contoso Next Root CA",
      notBefore: "2027-01-01",
      notAfter: "2037-01-01",
    }),
    "no-authority": await TestAuthority.create({
      subject: "CN=claims.contoso.com",
      issuer: root,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ],
    }),
    "sha1-signature": await TestAuthority.create({
      subject: "O=Contoso, CN=Contoso Legacy Root CA",
      algorithm: rsa(2048, "SHA-1"),
    }),
    "rsa-1024": await TestAuthority.create({
      subject: "O=Contoso, CN=Contoso Small Root CA",
      algorithm: rsa(1024),
    }),
  };
  for (const [name, { pem }] of Object.entries(authorities)) {
    writeFileSync(join(__dirname, `${name}.pem`), `${pem.trim()}\n`);
  }
}

void main();
