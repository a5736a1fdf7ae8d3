import { join } from "node:path";
import { loadStacks } from "../../simulator/terraform";
import { referenceEnvironmentsFolder } from "../support/environments";
import { synthesized } from "../support/simulation";
import { documentOf } from "./policy-mutants";
import { ResolvedDocument } from "./resolved-document";

const TEMPLATE =
  '<a id="${azurerm_a.one.id}" at="$${x}" by="${azurerm_a.two.id}">%%{y} ${azurerm_a.one.id}</a>';
const TEXT = '<a id="1" at="${x}" by="two">%{y} 1</a>';

test("a template is resolved as the document was that was made of it", () => {
  const document = new ResolvedDocument(TEMPLATE, TEXT);
  expect(document.resolve(TEMPLATE)).toBe(TEXT);
  expect(document.resolve(TEMPLATE.replace('id="', 'id="other-'))).toBe(TEXT.replace('id="1', 'id="other-1'));
  expect(document.resolve(TEMPLATE.slice(0, TEMPLATE.indexOf("by=")))).toBe('<a id="1" at="${x}" ');
});

test("a document that was made of another template is refused", () => {
  expect(() => new ResolvedDocument(TEMPLATE, TEXT.replace("<a", "<b"))).toThrow(
    "the document was not made of this template",
  );
});

test("every policy of an environment is deployed as its template says", async () => {
  const {
    gateways: [gateway],
  } = await loadStacks(join(referenceEnvironmentsFolder(), "stacks", "test"));
  const documents = [gateway?.policy, ...(gateway?.apis.map(({ policy }) => policy) ?? [])];
  expect(documents.length).toBeGreaterThan(2);
  for (const document of documents) {
    const { address = "", xml = "" } = document ?? {};
    const template = documentOf(synthesized("test").json, address);
    expect(new ResolvedDocument(template, xml).resolve(template)).toBe(xml);
  }
});
