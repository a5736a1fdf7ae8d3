import { initializeExpressions } from "../../../expressions";
import { readClaimRules } from "../../../simulator/access/claim-rules";

const SCOPES = `token.Claims["scp"].SelectMany(value => value.Split(' '))`;

describe("readClaimRules", () => {
  beforeAll(() => initializeExpressions());

  it.each([
    ["equality", `@(token.Claims["azp"][0] == "claims")`, { azp: ["claims"] }],
    ["a list", `@(new[] { "a", "b" }.Contains(token.Claims["azp"][0]))`, { azp: ["a", "b"] }],
    ["a lambda", `@(${SCOPES}.Any(held => new[] { "Invoke" }.Contains(held)))`, { scp: ["Invoke"] }],
    ["a default value", `@(token.Claims.GetValueOrDefault("azp", "") == "claims")`, { azp: ["claims"] }],
    ["mere presence", `@(token.Claims.ContainsKey("oid"))`, { oid: [] }],
    [
      "statements, whose answers are not values",
      `@{ if (token.Claims["cid"][0] != "") { return "x"; } return "y"; }`,
      { cid: [] },
    ],
    ["concatenation, which is not a comparison", `@("okta/" + token.Claims["cid"][0])`, { cid: [] }],
    ["verbatim text", `@(token.Claims["azp"][0] == @"a""b")`, { azp: [`a"b`] }],
  ])("reads what a claim is compared with: %s", (_, expression, expected) => {
    expect(Object.fromEntries(readClaimRules([expression]).values)).toEqual(expected);
  });

  it("keeps two claims of one condition apart", () => {
    const expression = `@(token.Claims["azp"][0] == "a" || token.Claims["idtyp"][0] == "app")`;
    expect(Object.fromEntries(readClaimRules([expression]).values)).toEqual({ azp: ["a"], idtyp: ["app"] });
  });

  it.each([
    ["only so", `@(token.Claims["typ"][0] != "ID")`, ["typ"]],
    ["and otherwise", `@(token.Claims["typ"][0] != "ID" && token.Claims["typ"][0] == "Bearer")`, []],
    ["not at all", `@(token.Claims["typ"][0] == "ID")`, []],
  ])("tells claims apart that are compared by inequality: %s", (_, expression, expected) => {
    expect([...readClaimRules([expression]).unequal]).toEqual(expected);
  });

  it("reads the labels of switch statements", () => {
    const expression = `@{ switch (id) { case "okta/a": case "okta/b": return "1"; default: return ""; } }`;
    expect(readClaimRules([expression]).labels).toEqual(["okta/a", "okta/b"]);
  });

  it("passes over literals", () => {
    expect(readClaimRules(["https://example.com", ""])).toEqual({
      values: new Map(),
      unequal: new Set(),
      labels: [],
      tables: [],
      texts: [],
    });
  });
});
