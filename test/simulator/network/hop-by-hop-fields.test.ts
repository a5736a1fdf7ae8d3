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

test.each(["Connection", "keep-alive", "Transfer-Encoding", "upgrade"])("%s is hop-by-hop", (name) => {
  expect(isHopByHop(name)).toBe(true);
});
