import { DistinguishedName } from "../../../../simulator/policies/certificates/distinguished-name";

const equal = (left: string, right: string): boolean =>
  DistinguishedName.parse(left).equals(DistinguishedName.parse(right));

describe("DistinguishedName", () => {
  it.each([
    [`CN=client, O="Contoso, Inc."`, `CN=client,O=Contoso\\, Inc.`],
    ["CN=client, O=Contoso, C=DE", "C=DE, O=Contoso, CN=client"],
    ["CN=client, S=Washington", "CN=client, ST=Washington"],
    ["CN=client, OID.2.5.4.5=17", "CN=client, SERIALNUMBER=17"],
  ])("takes %s and %s for one name", (left, right) => {
    expect(equal(left, right)).toBe(true);
  });

  it.each([
    ["CN=client", "CN=Client"],
    ["CN=client", "CN=client, O=Contoso"],
    ["CN=a, OU=b, O=c", "CN=a, O=c, OU=b"],
  ])("tells %s from %s", (left, right) => {
    expect(equal(left, right)).toBe(false);
  });

  it.each(["", "client", "NONE=client"])("does not read '%s'", (text) => {
    expect(() => DistinguishedName.parse(text)).toThrow();
  });
});
