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
  const root = await TestAuthority.create({ subject: "CN=Contoso Root CA, O=Contoso" });
  const narrowRoot = await TestAuthority.create({
    subject: "CN=Contoso Narrow Root CA, O=Contoso",
    pathLength: 0,
  });
  const authorities: Readonly<Record<string, TestAuthority>> = {
    root,
    issuing: await TestAuthority.create({ subject: "CN=Contoso Issuing CA, O=Contoso", issuer: root }),
    "other-root": await TestAuthority.create({ subject: "CN=Fabrikam Root CA, O=Fabrikam" }),
    "narrow-root": narrowRoot,
    "below-narrow-root": await TestAuthority.create({
      subject: "CN=Contoso Extra CA, O=Contoso",
      issuer: narrowRoot,
    }),
    expired: await TestAuthority.create({
      subject: "CN=Contoso Old Root CA, O=Contoso",
      notBefore: "2016-01-01",
      notAfter: "2026-01-01",
    }),
    "not-yet-valid": await TestAuthority.create({
      subject: "CN=Contoso Next Root CA, O=Contoso",
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
      subject: "CN=Contoso Legacy Root CA, O=Contoso",
      algorithm: rsa(2048, "SHA-1"),
    }),
    "rsa-1024": await TestAuthority.create({
      subject: "CN=Contoso Small Root CA, O=Contoso",
      algorithm: rsa(1024),
    }),
  };
  for (const [name, { pem }] of Object.entries(authorities)) {
    writeFileSync(join(__dirname, `${name}.pem`), `${pem.trim()}\n`);
  }
}

void main();
