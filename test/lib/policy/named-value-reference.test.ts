import { NamedValueReference } from "../../../lib/policy/named-value-reference";

describe("NamedValueReference", () => {
  it("takes a display name", () => {
    expect(new NamedValueReference("tenant-id_1.a").displayName).toBe("tenant-id_1.a");
  });

  it.each(["", "a b", "a}}", "é"])("refuses %j", (name) => {
    expect(() => new NamedValueReference(name)).toThrow(
      "display name of a named value must be 1 to 256 letters, digits, '-', '_' or '.', " +
        `got ${JSON.stringify(name)}: rename the named value`,
    );
  });
});
