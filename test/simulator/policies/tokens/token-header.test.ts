import { tokenHeader } from "../../../../simulator/policies/tokens/token-header";

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const HEADER = { alg: "RS256", kid: "key", typ: "JWT" };

it("reads the header, each time the same", () => {
  const [first, second] = ["e30.a", "e30.b"].map((rest) => tokenHeader(`${segment(HEADER)}.${rest}`));
  expect(first).toEqual(HEADER);
  expect(second).toBe(first);
});

it("reads more headers than it remembers, and long ones", () => {
  const kids = Array.from({ length: 250 }, (_, index) => `key-${index}`).concat("k".repeat(2_000));
  const read = kids.concat(kids).map((kid) => tokenHeader(`${segment({ ...HEADER, kid })}.e30.a`).kid);
  expect(read).toEqual(kids.concat(kids));
});

it.each([
  ["two segments", `${segment(HEADER)}.e30`],
  ["four segments", `${segment(HEADER)}.e30.a.b`],
  ["no segment", ""],
  ["a header that is not JSON", "YQ.e30.a"],
  ["a header that is not an object", "MQ.e30.a"],
  ["a key id that is not a text", `${segment({ ...HEADER, kid: 1 })}.e30.a`],
])("refuses a token with %s", (_what, token) => {
  expect(() => tokenHeader(token)).toThrow("IDX12741");
});

it("refuses four segments whose header it knows", () => {
  const known = segment({ ...HEADER, kid: "known" });
  tokenHeader(`${known}.e30.a`);
  expect(() => tokenHeader(`${known}.e30.a.b`)).toThrow("IDX12741");
});
