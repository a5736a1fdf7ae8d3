import { distinctOperationIds, normalizedOperationId } from "../../../simulator/terraform/operation-id";

test.each([
  ["Items_Find", "items-find"],
  ["GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"],
  ["__a..b__", "a-b"],
  ["createChatCompletion", "createchatcompletion"],
  ["x".repeat(80), "x".repeat(76)],
])("%s is stored as %s", (written, stored) => {
  expect(normalizedOperationId(written)).toBe(stored);
});

test("as many as there may be of one id are numbered in one go", () => {
  const ids = distinctOperationIds(Array.from({ length: 100_000 }, () => "a"));
  expect(new Set(ids).size).toBe(100_000);
});

test("ids that are stored alike are numbered", () => {
  expect(distinctOperationIds(["a_b", "a.b", "A-B", "c", "a-b-1"])).toEqual([
    "a-b",
    "a-b-1",
    "a-b-2",
    "c",
    "a-b-1-1",
  ]);
});
