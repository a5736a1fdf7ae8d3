import type { PolicyDocumentModel } from "../model";
import type { ServiceChild } from "./conversion";

/** That two documents are written to one scope. */
export function rivalProblem(address: string): string {
  return `it stands on the same scope as ${address}; one would overwrite the other`;
}

/** The one policy document of a scope; two resources on one scope overwrite each other without notice. */
export function policyOf(found: readonly ServiceChild[]): PolicyDocumentModel | undefined {
  const [first, ...more] = found;
  for (const { reader } of more) {
    reader.refuse(rivalProblem(first?.resource.address ?? ""));
  }
  if (first === undefined) {
    return undefined;
  }
  return { address: first.resource.address, xml: first.reader.string("xml_content") };
}
