import { HclSyntaxError, parseTemplate } from "./hcl-parser";
import { MalformedJsonError } from "./json-value";

/** One `module.name[key]` of an address. */
export interface ModuleStep {
  readonly name: string;
  readonly key?: string;
}

const KEY = String.raw`(?:\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\])?`;
const MODULE = new RegExp(String.raw`^module\.([\w-]+)${KEY}\.?`);
const RESOURCE = new RegExp(String.raw`^(data\.)?([\w-]+)\.([\w-]+)${KEY}\.?`);

/** The modules at the start of an address, and what follows them. */
export function moduleSteps(address: string): {
  readonly steps: readonly ModuleStep[];
  readonly rest: string;
} {
  const steps: ModuleStep[] = [];
  let rest = address;
  for (let match = MODULE.exec(rest); match !== null; match = MODULE.exec(rest)) {
    const [text, name = "", quoted, number] = match;
    steps.push({ name, ...keyOf(quoted, number) });
    rest = rest.slice(text.length);
  }
  return { steps, rest };
}

/** A resource as a reference names it. */
export interface ResourceReference {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly key?: string;
  /** What follows: an attribute with what is inside of it. */
  readonly path: readonly string[];
}

/** Reads `type.name[key].attribute.inner`. */
export function resourceReference(text: string): ResourceReference | undefined {
  const match = RESOURCE.exec(text);
  if (match === null) {
    return undefined;
  }
  const [whole, data, type = "", name = "", quoted, number] = match;
  return {
    mode: data === undefined ? "managed" : "data",
    type,
    name,
    ...keyOf(quoted, number),
    path: attributePath(text.slice(whole.length)),
  };
}

/** The names in `a.b[0].c`. */
export function attributePath(text: string): readonly string[] {
  return text.split(/[.[\]"]+/).filter((part) => part !== "");
}

function keyOf(quoted: string | undefined, number: string | undefined): { readonly key?: string } {
  const key = quoted === undefined ? number : textOf(quoted);
  return key === undefined ? {} : { key };
}

/** @param quoted as HCL quotes it, without the marks @throws MalformedJsonError for what HCL does not write */
function textOf(quoted: string): string {
  try {
    const expression = parseTemplate(`\${"${quoted}"}`);
    if (expression.kind === "literal") {
      return String(expression.value);
    }
  } catch (error) {
    if (!(error instanceof HclSyntaxError)) {
      throw error;
    }
  }
  throw new MalformedJsonError(`an address has the key "${quoted}", which Terraform does not write so`);
}
