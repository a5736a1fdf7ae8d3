import { endToEndFields, isHopByHop } from "../../../simulator/network/hop-by-hop-fields";

test("fields of the connection stay behind, and those that Connection names", () => {
  const fields = [
    ["Connection", ["close, X-Named", "x-other"]],
    ["TE", ["trailers"]],
    ["x-named", ["1"]],
    ["X-Other", ["1"]],
    ["X-Kept", ["1", "2"]],
  ] as const;
  expect(endToEndFields(fields)).toEqual([["X-Kept", ["1", "2"]]]);
});

// A pattern that begins with white space looks for its end from each of a run again.
test("a value of spaces is read in one go", () => {
  const value = `x-named${" ".repeat(1_000_000)}x, x-other`;
  expect(
    endToEndFields([
      ["Connection", [value]],
      ["x-other", ["1"]],
    ]),
  ).toEqual([]);
});

test.each(["Connection", "keep-alive", "Transfer-Encoding", "upgrade"])("%s is hop-by-hop", (name) => {
  expect(isHopByHop(name)).toBe(true);
});
