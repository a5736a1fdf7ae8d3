import type { Document } from "@xmldom/xmldom";
import { PolicyElement } from "../../../../../lib/policy/policy-element";
import { renderPolicy } from "../../../../../lib/policy/policy-renderer";
import { elementsOf, parsePolicy } from "../../../../support/policy-xml";

/** Some policies as Azure gets them. */
export function parsed(policies: readonly PolicyElement[]): Document {
  return parsePolicy(renderPolicy(new PolicyElement({ name: "inbound", children: policies })));
}

/** What a variable is set to, each time it is set. White space of an attribute is a single space. */
export function valuesSet(document: Document, variable: string): readonly string[] {
  return elementsOf(document, "set-variable")
    .filter((element) => element.getAttribute("name") === variable)
    .map((element) => (element.getAttribute("value") ?? "").replace(/\s+/g, " "));
}

/** Rules by which some statements refuse, in their order. */
export function rulesOf(statements: string): readonly string[] {
  return [...statements.matchAll(/return "([a-z_]+:[a-z0-9-]+)";/g)].map(([, rule]) => rule ?? "");
}
