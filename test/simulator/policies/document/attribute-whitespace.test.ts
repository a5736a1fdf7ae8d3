import { parsePolicyXml } from "../../../../simulator/policies/document/policy-xml";
import { PolicyGateway } from "../../support/policy-gateway";

const attribute = (xml: string): string | undefined => parsePolicyXml(xml, "xml").attributes.get("v");

test.each([
  ["line breaks", `<a v="one\ntwo" />`, "one\ntwo"],
  ["tabs", `<a v='one\ttwo' />`, "one\ttwo"],
  ["Windows' line breaks", `<a v="one\r\ntwo" />`, "one\r\ntwo"],
  ["characters by number", `<a v="one&#10;two" />`, "one\ntwo"],
  ["quotes in comments", `<!-- it's "one\n --><a v="two\n" />`, "two\n"],
])("%s in attributes stay as they are written", (_, xml, value) => {
  expect(attribute(xml)).toBe(value);
});

test("a comment of C# ends with its line", async () => {
  const inbound = `<set-variable name="v" value="@{ // why\n\treturn &quot;x&quot; + @&quot;a\nb&quot;.Length; }" />
    <set-header name="X-V"><value>@((string)context.Variables["v"])</value></set-header>`;
  const gateway = await PolicyGateway.start({ inbound });
  await gateway.call();
  expect(gateway.forwardedHeaders["x-v"]).toEqual(["x3"]);
});

test("a comment of XML may stand in front of an expression that is no XML", async () => {
  const inbound = `<set-header name="X-V"><value><!-- it's one -->@(1 < 2 ? "yes" : "no")</value></set-header>`;
  const gateway = await PolicyGateway.start({ inbound });
  await gateway.call();
  expect(gateway.forwardedHeaders["x-v"]).toEqual(["yes"]);
});
