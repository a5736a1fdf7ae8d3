import { entryField, entryOf, entryStart, tableEntry } from "../../../../lib/gateway/policy/table-entry";
import { csharp } from "../../../../lib/policy/csharp";
import { valueOf } from "../../../support/policy-run";

describe("tableEntry", () => {
  it("puts fields in a row", () => {
    expect(tableEntry("chat", "oai-weu", 2)).toBe("chat:oai-weu:2");
    expect(entryStart("suspended")).toBe("suspended:");
  });

  it.each(["a:b", "a b", "a\tb", "a\u00a0b"])("refuses a field that could be two: %j", (field) => {
    expect(() => tableEntry("x", field)).toThrow(
      `a field of a policy's table must not hold ':' or white space, got '${field}'`,
    );
  });

  it("is read and made in policies as it is here", async () => {
    const entry = tableEntry("a", "b", "c", "d");
    expect(await valueOf(entryField(csharp`${entry}`, 3))).toBe("d");
    expect(await valueOf(entryOf(csharp`${"access"}`, csharp`${"name"}`))).toBe(tableEntry("access", "name"));
  });
});
