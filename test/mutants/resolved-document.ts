/** A reference to something that only Terraform knows, or a sequence that stands for its own second part. */
const TEMPLATE = /(\$\$\{|%%\{)|\$\{[^{}]*\}/g;

/** A policy document as it is deployed: with the ids and names that Terraform puts in for references. */
export class ResolvedDocument {
  private readonly values = new Map<string, string>();

  /**
   * @param template as it stands in the stack
   * @param text as it was deployed
   * @throws Error if one is not the other
   */
  public constructor(template: string, text: string) {
    let [at, from] = [0, 0];
    for (const match of template.matchAll(TEMPLATE)) {
      if (match[1] !== undefined) {
        continue;
      }
      at += literal(template.slice(from, match.index)).length;
      from = match.index + match[0].length;
      const next = literal(template.slice(from).split(/(?<!\$)\$\{/)[0] ?? "");
      const end = next === "" ? text.length : text.indexOf(next, at);
      this.values.set(match[0], text.slice(at, end));
      at = end;
    }
    if (this.resolve(template) !== text) {
      throw new Error("the document was not made of this template");
    }
  }

  /** Another template with the same references, as it would be deployed, or a part of one. */
  public resolve(template: string): string {
    return template.replace(TEMPLATE, (all: string, escaped?: string) =>
      escaped === undefined ? (this.values.get(all) ?? all) : escaped.slice(1),
    );
  }
}

function literal(part: string): string {
  return part.replace(TEMPLATE, (all: string, escaped?: string) => escaped?.slice(1) ?? all);
}
