import { PolicyElement } from "../../../lib/policy/policy-element";

describe("PolicyElement", () => {
  it("has text or children", () => {
    expect(
      () => new PolicyElement({ name: "a", text: "x", children: [new PolicyElement({ name: "b" })] }),
    ).toThrow("<a> has text or children, got both");
  });

  it("lists itself and everything in it in document order", () => {
    const tree = new PolicyElement({
      name: "a",
      children: [
        new PolicyElement({ name: "b", children: [new PolicyElement({ name: "c" })] }),
        new PolicyElement({ name: "d" }),
      ],
    });
    expect([...tree.descendants()].map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  });
});
