import { flattenClaims, jwtFromParts } from "../../expressions";
import { parseBasic, parseJwt } from "../../expressions/jwt";

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

const TOKEN = `${encode({ alg: "RS256" })}.${encode({ iss: "issuer", aud: ["a", "b"], exp: 1_700_000_000.9 })}.c2ln`;

test.each([
  ["alone", TOKEN],
  ["after its scheme", `Bearer ${TOKEN}`],
  ["after its scheme in another case", `bearer  ${TOKEN}`],
])("a token is read %s", (_, value) => {
  expect(parseJwt(value)).toMatchObject({ algorithm: "RS256", issuer: "issuer", audiences: ["a", "b"] });
});

test("whole seconds of numeric dates count", () => {
  expect(parseJwt(TOKEN)?.expirationTime).toEqual(new Date(1_700_000_000_000));
});

test.each([
  ["two parts", "a.b"],
  ["a payload that is not JSON", `${encode({})}.eA.c2ln`],
  ["a payload that is not an object", `${encode({})}.${encode([1])}.c2ln`],
  ["characters outside of base64url", `${encode({})}.${encode({})}+.c2ln`],
  ["no text", ""],
])("%s is not a token", (_, value) => {
  expect(parseJwt(value)).toBeNull();
});

test("claims become texts: one element for each item of an array, JSON for objects", () => {
  const claims = flattenClaims({ s: "x", n: 1.5, b: true, a: ["p", 2], o: { k: 1 }, nothing: null });
  expect(Object.fromEntries(claims)).toEqual({
    s: ["x"],
    n: ["1.5"],
    b: ["true"],
    a: ["p", "2"],
    o: ['{"k":1}'],
    nothing: [],
  });
});

test("a claim of another type than the standard's reads as absent", () => {
  expect(jwtFromParts({ alg: 5 }, { sub: ["x"], exp: "soon" })).toMatchObject({
    algorithm: null,
    subject: null,
    expirationTime: null,
  });
});

test("a password may contain colons", () => {
  const value = `Basic ${Buffer.from("user:a:b").toString("base64")}`;
  expect(parseBasic(value)).toMatchObject({ userId: "user", password: "a:b" });
});

test.each(["Bearer x", "Basic ***", "Basic dXNlcg==", ""])("%j is not Basic", (value) => {
  expect(parseBasic(value)).toBeNull();
});
