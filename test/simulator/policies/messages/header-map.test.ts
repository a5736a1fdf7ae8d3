import { HeaderMap } from "../../../../simulator/policies";

const HEADERS = new HeaderMap([
  ["Connection", ["close, X-Named", "keep-alive"]],
  ["TE", ["trailers"]],
  ["x-named", ["1"]],
  ["X-Kept", ["1"]],
  ["x-kept", ["2"]],
]);

it("keeps the spelling that came first, and every value", () => {
  expect([...HEADERS.entries()].at(-1)).toEqual(["X-Kept", ["1", "2"]]);
});

it("passes on what is not of the connection, nor named by it", () => {
  expect([...HEADERS.endToEnd().entries()]).toEqual([["X-Kept", ["1", "2"]]]);
});

it.each(["copy", "endToEnd"] as const)("%s does not follow the original, nor the other way round", (make) => {
  const original = new HeaderMap([["A", ["1"]]]);
  const made = original[make]();
  original.set("a", ["2"]);
  made.append("a", ["3"]);
  expect([original.get("A"), made.get("A")]).toEqual([["2"], ["1", "3"]]);
});
