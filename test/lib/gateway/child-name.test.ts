import { childName } from "../../../lib/gateway/child-name";

test("joins names that API Management takes as they are", () => {
  expect(childName("oai-claims-weu", "gpt-4o")).toBe("oai-claims-weu-gpt-4o");
});

test("names that differ only in characters API Management refuses stay apart", () => {
  const dotted = childName("oai", "gpt-4.1");
  expect(dotted).toMatch(/^oai-gpt-4-1-[0-9a-f]{8}$/);
  expect(dotted).not.toBe(childName("oai", "gpt-4_1"));
  expect(dotted).not.toBe(childName("oai", "gpt-4-1"));
});

test("a long name is cut to 80 characters and stays unique", () => {
  const account = "a".repeat(64);
  const names = [childName(account, `${"d".repeat(63)}1`), childName(account, `${"d".repeat(63)}2`)];
  expect(names.map((name) => name.length)).toEqual([80, 80]);
  expect(names[0]).not.toBe(names[1]);
});
