import { distinguishedName } from "../../../lib/key-vault/distinguished-name";
import { Name } from "../../../lib/key-vault/x509";

describe("distinguishedName", () => {
  it.each([
    [
      "the most specific part first",
      [{ C: ["DE"] }, { O: ["Contoso"] }, { CN: ["Root"] }],
      "CN=Root, O=Contoso, C=DE",
    ],
    ["a comma in double quotes", [{ O: ['"Contoso, Inc."'] }], 'O="Contoso, Inc."'],
    ["state or province as S", [{ ST: ["Bayern"] }], "S=Bayern"],
    ["a serial number by name", [{ "2.5.4.5": ["77"] }], "SERIALNUMBER=77"],
    ["an unknown type by OID", [{ "2.5.4.97": ["NTRDE-1"] }], "OID.2.5.4.97=NTRDE-1"],
    ["parts of several attributes with a plus", [{ CN: ["a"], OU: ["b"] }], "CN=a + OU=b"],
  ])("writes %s", (_what, parts, expected) => {
    expect(distinguishedName(new Name(parts))).toBe(expected);
  });
});
