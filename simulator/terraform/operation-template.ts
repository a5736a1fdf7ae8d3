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
