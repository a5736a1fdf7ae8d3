import { checkShape } from "../../../../simulator/policies/document/element-shape";
import { parsePolicyXml } from "../../../../simulator/policies/document/policy-xml";
import type { ElementShape } from "../../../../simulator/policies/policy-compiler";

function problems(xml: string, shape: ElementShape): readonly string[] {
  const found: string[] = [];
  checkShape(parsePolicyXml(xml, "xml"), shape, (problem, node) => found.push(`${node.name}: ${problem}`));
  return found;
}

const SHAPE: ElementShape = {
  attributes: {
    count: { required: true, type: "integer", min: 1, max: 5 },
    on: { type: "boolean", expression: true },
    mode: { values: ["a", "b"] },
  },
  children: [
    { name: "first", min: 1 },
    { name: "second", max: 1, shape: { text: "required" } },
  ],
};

describe("checkShape", () => {
  it("accepts what the shape allows", () => {
    const xml = `<x count="5" on="@(true)" mode="a"><first/><first/><second>text</second></x>`;
    expect(problems(xml, SHAPE)).toEqual([]);
  });

  it.each([
    ["an unknown attribute", `<x count="1" other="1"><first/></x>`, "x: has no attribute 'other'"],
    ["a missing attribute", `<x><first/></x>`, "x: needs attribute 'count'"],
    [
      "an expression where none may stand",
      `<x count="@(1)"><first/></x>`,
      "x: attribute 'count' takes no policy",
    ],
    ["a number out of bounds", `<x count="6"><first/></x>`, "x: attribute 'count' is 6; allowed: 1 to 5"],
    ["text for a number", `<x count="1e1"><first/></x>`, "x: attribute 'count' is '1e1'"],
    ["text for a boolean", `<x count="1" on="yes"><first/></x>`, "x: attribute 'on' is 'yes'"],
    ["a literal that is not offered", `<x count="1" mode="c"><first/></x>`, "x: attribute 'mode' is 'c'"],
    ["an unknown child", `<x count="1"><first/><third/></x>`, "third: is not allowed in <x>"],
    ["a child out of order", `<x count="1"><second>t</second><first/></x>`, "first: comes too late in <x>"],
    ["a missing child", `<x count="1"/>`, "x: needs at least 1 <first>"],
    [
      "a child too many",
      `<x count="1"><first/><second>t</second><second>t</second></x>`,
      "x: holds at most 1",
    ],
    ["text where none belongs", `<x count="1">text<first/></x>`, "x: holds no text"],
    ["missing text in a child", `<x count="1"><first/><second/></x>`, "second: needs text"],
  ])("reports %s", (_what, xml, problem) => {
    expect(problems(xml, SHAPE)).toEqual([expect.stringContaining(problem)]);
  });

  it("reports everything at once", () => {
    expect(problems(`<x other="1" mode="c"/>`, SHAPE)).toHaveLength(4);
  });

  it.each([
    [`<x a="1"/>`, 0],
    [`<x/>`, 1],
    [`<x a="1" b="1"/>`, 1],
  ])("wants exactly one attribute of a group: %s", (xml, count) => {
    expect(problems(xml, { attributes: { a: {}, b: {} }, exactlyOne: [["a", "b"]] })).toHaveLength(count);
  });
});
