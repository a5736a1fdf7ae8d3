import { filledTargets, isOpen, pathPattern } from "../../../simulator/access/operation-target";

const targetOf = (urlTemplate: string, query: Readonly<Record<string, string>> = {}): string | undefined =>
  filledTargets({ urlTemplate }, ["a/b"], { path: "/api", query })[0];

describe("filledTargets", () => {
  it.each([
    ["/x/{y}", "/api/x/a%2Fb"],
    ["/x/*", "/api/x/a/b"],
    ["/x/{*rest}", "/api/x/a/b"],
    ["/x?y={z}&y=2&w=1", "/api/x?y=a%2Fb&y=2&w=1"],
    ["/", "/api/"],
  ])("fills in %s", (template, expected) => {
    expect(targetOf(template)).toBe(expected);
  });

  it("has what is asked for beside the template, and in its place", () => {
    expect(targetOf("/x?version={v}&y=1", { version: "2" })).toBe("/api/x?version=2&y=1");
  });
});

describe("pathPattern", () => {
  it.each([
    ["/a/{b}/c", "/A/x/c", true],
    ["/a/{b}/c", "/a/x/y/c", false],
    ["/a.b", "/axb", false],
    ["/a/*", "/a/b/c", true],
    ["/{*rest}", "/a/b", true],
  ])("of %s takes %s: %s", (urlTemplate, path, expected) => {
    expect(pathPattern({ urlTemplate }).test(path)).toBe(expected);
  });
});

describe("isOpen", () => {
  it.each([
    ["/x", false],
    ["/x?y={z}", false],
    ["/x/{y}", true],
    ["/*", true],
  ])("says whether several paths are for %s: %s", (urlTemplate, expected) => {
    expect(isOpen({ urlTemplate })).toBe(expected);
  });
});
