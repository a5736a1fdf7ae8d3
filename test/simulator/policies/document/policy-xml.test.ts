import { parsePolicyXml, PolicyXmlError } from "../../../../simulator/policies/document/policy-xml";

function problemOf(source: string, format: "xml" | "rawxml" = "rawxml"): PolicyXmlError {
  try {
    parsePolicyXml(source, format);
  } catch (error) {
    if (error instanceof PolicyXmlError) {
      return error;
    }
    throw error;
  }
  throw new Error("the document was accepted");
}

describe("parsePolicyXml", () => {
  it("gives attributes, text and children of well-formed XML with entities decoded", () => {
    const root = parsePolicyXml(`<a b="x &quot;y&quot;">1 &lt; 2<c/><![CDATA[<3>]]></a>`, "rawxml");
    expect(root).toMatchObject({
      name: "a",
      text: "1 < 2<3>",
      children: [{ name: "c" }],
      attributes: new Map([["b", `x "y"`]]),
    });
  });

  it("counts lines and columns from 1 at the start of each element", () => {
    const root = parsePolicyXml(`<a>\n  <b\n    c="1"/>\n  <d/></a>`, "rawxml");
    expect(root.children).toMatchObject([
      { name: "b", line: 2, column: 3 },
      { name: "d", line: 4, column: 3 },
    ]);
  });

  it("keeps C# that is written verbatim into an attribute", () => {
    const expression = `@(context.Request.Headers.GetValueOrDefault("a", ")") == "x" && 1 < 2)`;
    const root = parsePolicyXml(`<a><when condition="${expression}"/></a>`, "rawxml");
    expect(root.children[0]?.attributes.get("condition")).toBe(expression);
  });

  it("keeps verbatim C# in element text, generics and line breaks included", () => {
    const expression = `@{\n  var a = x.As<JObject>();\n  return a["}"] + '}' + @"""}" + $"{a["k"]}"; // }\n}`;
    const root = parsePolicyXml(`<a><value>\n${expression}</value></a>`, "rawxml");
    expect(root.children[0]?.text.trim()).toBe(expression);
  });

  it("decodes entities in a document that also has verbatim C#", () => {
    const root = parsePolicyXml(`<a><b c="@(x == &quot;)&quot; &amp;&amp; y < z)"/></a>`, "rawxml");
    expect(root.children[0]?.attributes.get("c")).toBe(`@(x == ")" && y < z)`);
  });

  it("gives the place in the source for elements after verbatim C#", () => {
    const root = parsePolicyXml(`<a><b c="@(1 < 2 &&\n true)"/><d/></a>`, "rawxml");
    expect(root.children[1]).toMatchObject({ name: "d", line: 2, column: 10 });
  });

  it("gives the place in the source for each of many elements with verbatim C#", () => {
    const lines = Array.from({ length: 300 }, () => `<b c="@(1 < 2)"/>\n`);
    const { children } = parsePolicyXml(`<a>\n${lines.join("")}</a>`, "rawxml");
    expect(children.map(({ line, column }) => [line, column])).toEqual(
      lines.map((_, index) => [index + 2, 1]),
    );
  });

  it("reads thousands of verbatim expressions in one pass", () => {
    const { children } = parsePolicyXml(`<a>${'<b c="@(1<2)"/>'.repeat(20_000)}</a>`, "rawxml");
    expect(children).toHaveLength(20_000);
  });

  it.each([
    ["elements", "<a>".repeat(50_000), "elements nest more than 100 deep"],
    ["interpolated strings", `<a b="@(${'$"{'.repeat(100_000)}`, "a policy expression nests too deeply"],
  ])("refuses %s without end, one in the other", (_name, source, problem) => {
    expect(problemOf(source).message).toBe(problem);
  });

  it.each([
    ["comments", `<a b="@(${"/*".repeat(100_000)}`],
    ["characters", `<a b="@(${"'\\".repeat(100_000)}`],
    ["strings", `<a b="@(${'@"'.repeat(100_001)}`],
    ["brackets", `<a b="@(${"(".repeat(100_000)}`],
  ])("refuses %s without end at the expression that they begin", (_name, source) => {
    expect(problemOf(source)).toMatchObject({
      message: "the policy expression that starts here has no closing bracket",
      column: 7,
    });
  });

  it.each([
    ["entities of its own", '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'],
    ["a file", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ])("refuses a document type with %s", (_name, source) => {
    expect(problemOf(source).message).toBe("a document type declaration is not allowed");
  });

  it("keeps attributes whose names objects inherit", () => {
    const { attributes } = parsePolicyXml('<a __proto__="1" constructor="2"/>', "xml");
    expect([...attributes]).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });

  it("leaves comments alone, whatever they hold", () => {
    expect(parsePolicyXml(`<a><!-- "@( --><b c="@(1 < 2)"/></a>`, "rawxml").children).toHaveLength(1);
  });

  it.each([
    ["a mismatched tag", "<a>\n<b></a>", 2],
    ["an attribute twice", `<a>\n\n<b c="1" c="2"/></a>`, 3],
    ["an unknown entity", "<a>\n&x;</a>", 2],
    ["a document type", `<!DOCTYPE a><a/>`, 1],
    ["a processing instruction", `<a>\n<?php x?></a>`, 2],
    ["an expression without end", `<a>\n<b c="@(1 < (2)"/></a>`, 2],
  ])("refuses %s at its line", (_what, source, line) => {
    expect(problemOf(source).line).toBe(line);
  });

  it("refuses verbatim C# in a document of format xml", () => {
    expect(problemOf(`<a b="@(1 < 2)"/>`, "xml").message).toMatch(/disallowed character/);
  });
});
