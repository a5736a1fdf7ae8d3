import { PolicyElement } from "../../../lib/policy/policy-element";

describe("PolicyElement", () => {
  it("has text or children", () => {
    expect(
      () => new PolicyElement({ name: "a", text: "x", children: [new PolicyElement({ name: "b" })] }),
    ).toThrow("<a> has text or children, got both");
  });

  it.each(["!DOCTYPE x", "?xml", "![CDATA[", "a b", "a><b", ""])("is not called '%s'", (name) => {
    expect(() => new PolicyElement({ name })).toThrow(
      `name of a policy element must be letters, digits and '-', got ${JSON.stringify(name)}`,
    );
    expect(() => new PolicyElement({ name: "a", attributes: { [name]: "x" } })).toThrow(
      `attribute of <a> must be letters, digits and '-', got ${JSON.stringify(name)}`,
    );
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
