import type { HouseCheck } from "./house-check";

/** What a CDKTF token renders to: a reference or a function call over references. Anything else came from text. */
const REFERENCE = /^(data\.)?(azurerm|azuread|azapi|terraform)_[\w.[\]"*-]+$/;
const FUNCTION = /^(jsonencode|base64encode|lower|format|join|element|split|replace|merge|lookup|concat)\(/;

export const templateSequences: HouseCheck = {
  id: "H-29",
  title: "template sequences come from tokens only",
  check: (stack) =>
    Object.entries(stack.json).flatMap(([key, value]) => (key === "terraform" ? [] : walk(key, value))),
};

function walk(path: string, value: unknown): string[] {
  if (typeof value === "string") {
    return sequences(value).map((it) => `${path}: ${it}`);
  }
  if (value === null || typeof value !== "object") {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => walk(`${path}.${key}`, child));
}

function sequences(text: string): string[] {
  const unescaped = text.replace(/\$\$\{|%%\{/g, "");
  const directives = unescaped.includes("%{") ? ["template directive"] : [];
  const foreign = [...unescaped.matchAll(/\$\{([^}]*)\}?/g)]
    .map(([, inner]) => inner ?? "")
    .filter((inner) => !REFERENCE.test(inner) && !FUNCTION.test(inner));
  return [...directives, ...foreign.map((inner) => `\${${inner}}`)];
}
