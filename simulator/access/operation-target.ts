import type { OperationModel } from "../model";

const PARAMETER = /\{(\*?)[^{}]+\}/g;

/** The path of a template, without its query. */
export function pathOf(urlTemplate: string): string {
  return urlTemplate.replace(/\?.*$/s, "");
}

/** Whether requests of several paths are for an operation. */
export function isOpen({ urlTemplate }: Pick<OperationModel, "urlTemplate">): boolean {
  const path = pathOf(urlTemplate);
  return path.endsWith("*") || path.includes("{");
}

/** Which paths may be for an operation: quicker than finding out which operation a request is for. */
export function pathPattern({ urlTemplate }: Pick<OperationModel, "urlTemplate">): RegExp {
  const source = pathOf(urlTemplate)
    .split(/(\{[^{}]+\}|\*$)/)
    .map((part) =>
      part === "*" || part.startsWith("{*") ? ".*" : part.startsWith("{") ? "[^/]+" : part.replace(/[^\w/-]/g, "\\$&"),
    );
  return new RegExp(`^${source.join("")}$`, "i");
}

/**
 * Path and query that fit the template of an operation, one for each text that may stand in the place of its parameters.
 * @param base - before the path, and parameters of the query beside those of the template
 */
export function filledTargets(
  { urlTemplate }: Pick<OperationModel, "urlTemplate">,
  fillers: readonly string[],
  base: { readonly path: string; readonly query: Readonly<Record<string, string>> },
): readonly string[] {
  const path = pathOf(urlTemplate);
  const [, template = ""] = urlTemplate.split("?", 2);
  const targets = fillers.map((filler) => {
    const segment = encodeURIComponent(filler);
    const filled = path
      .replace(PARAMETER, (_, wildcard: string) => (wildcard === "*" ? filler : segment))
      .replace(/\/\*$/, () => `/${filler}`);
    const query = new URLSearchParams();
    for (const [name, value] of new URLSearchParams(template)) {
      query.append(
        name,
        value.replace(/^\{.+\}$/, () => filler),
      );
    }
    Object.entries(base.query).forEach(([name, value]) => query.set(name, value));
    return `${base.path}${filled}${queryText(query)}`;
  });
  return [...new Set(targets)];
}

/** A query with its question mark; empty without parameters. */
export function queryWith(parameters: Readonly<Record<string, string>>): string {
  return queryText(new URLSearchParams(parameters));
}

function queryText(query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
