import type { ConfigurationReader } from "./configuration-reader";

/** `{name}`, `{*name}` or `*`, as a whole segment. */
const WHOLE_PARAMETER = /^(?:\{\*?[^{}*]+\}|\*)$/;

/**
 * Reports what is wrong with an operation's URL template: what the simulator does not match, and template
 * parameters that are named in one place only, which API Management refuses
 * (https://github.com/hashicorp/terraform-provider-azurerm/pull/29538).
 */
export function checkOperationTemplate(reader: ConfigurationReader): void {
  const template = reader.string("url_template");
  refuseUnmatchable(template, reader);
  const used = new Set(Array.from(template.matchAll(/\{\*?([^{}]+)\}/g), ([, name = ""]) => name));
  const declared = new Set(
    reader.blocks("template_parameter").map((parameter) => parameter.string("name").replace(/^\*/, "")),
  );
  for (const name of used) {
    if (!declared.has(name)) {
      reader.refuse(`'url_template' names '{${name}}', which needs a 'template_parameter' block`);
    }
  }
  for (const name of declared) {
    if (!used.has(name)) {
      reader.refuse(`'template_parameter' '${name}' is not in 'url_template' (${template})`);
    }
  }
}

/**
 * Reports parameters that a URL template names twice, in its path and its query: their names are those of one
 * collection, whatever the letter case.
 */
export function refuseRepeatedParameters(template: string, reader: ConfigurationReader): void {
  const names = Array.from(template.matchAll(/\{\*?([^{}]+)\}/g), ([, name = ""]) => name);
  const first = new Set<string>();
  for (const name of names) {
    if (first.has(name.toLowerCase())) {
      reader.refuse(
        `URL template '${template}' names the parameter '${name}' twice; a path parameter and a required query ` +
          "parameter of one name cannot both be imported: rename one",
      );
    }
    first.add(name.toLowerCase());
  }
}

/** Parameters of an operation's query that a request may lack. */
export function optionalParameters(reader: ConfigurationReader): readonly string[] {
  return reader
    .blocks("template_parameter")
    .filter((parameter) => !parameter.boolean("required", true))
    .map((parameter) => parameter.string("name"));
}

/** Reports segments of a URL template that hold more than one parameter and nothing else. */
export function refuseUnmatchable(template: string, reader: ConfigurationReader): void {
  const [path = ""] = template.split("?");
  const segments = path.replace(/^\//, "").split("/");
  for (const [index, segment] of segments.entries()) {
    if (/[{}*]/.test(segment) && !WHOLE_PARAMETER.test(segment)) {
      reader.refuse(
        `segment '${segment}' of URL template '${template}' is not simulated; a parameter must be a whole segment`,
      );
    } else if (segment.includes("*") && index < segments.length - 1) {
      reader.refuse(
        `URL template '${template}' goes on after its wildcard, which takes the rest of the path`,
      );
    }
  }
}
