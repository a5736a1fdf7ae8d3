import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type * as shown from "../../packages/azure-apim-simulator/x509";
import * as actual from "../../simulator/certificates/x509";

const FILE = resolve(__dirname, "../../packages/azure-apim-simulator/x509.d.ts");

/** The compiler holds what the package shows to what is there: whatever comes out of it, and whatever goes in. */
const SHOWN: {
  readonly certificate: (it: actual.X509Certificate) => shown.X509Certificate;
  readonly extension: (it: actual.Extension) => shown.Extension;
  readonly name: (it: actual.Name) => shown.Name;
  readonly names: (it: actual.SubjectAlternativeNameExtension) => shown.SubjectAlternativeNameExtension;
  readonly usage: (it: keyof typeof shown.KeyUsageFlags) => keyof typeof actual.KeyUsageFlags;
  readonly parse: (it: typeof actual.parseCertificate) => typeof shown.parseCertificate;
  readonly tryParse: (it: typeof actual.tryParseCertificate) => typeof shown.tryParseCertificate;
} = {
  certificate: (it) => it,
  extension: (it) => it,
  name: (it) => it,
  names: (it) => it,
  usage: (it) => it,
  parse: (it) => it,
  tryParse: (it) => it,
};

test("what the package shows of certificates is there", () => {
  const names = [
    ...readFileSync(FILE, "utf8").matchAll(/^export declare (?:class|enum|function) (\w+)/gm),
  ].map(([, name = ""]) => name);
  expect(names).toHaveLength(Object.keys(SHOWN).length);
  expect(names.filter((name) => !(name in actual))).toEqual([]);
});

test("flags of key usage have the values that the package shows", () => {
  const flags = [...readFileSync(FILE, "utf8").matchAll(/^ {2}(\w+) = (\d+),$/gm)].map(
    ([, name = "", value]) => [name, Number(value)],
  );
  expect(flags.length).toBeGreaterThan(0);
  expect(flags).toEqual(
    Object.entries(actual.KeyUsageFlags).filter(([, value]) => typeof value === "number"),
  );
});
