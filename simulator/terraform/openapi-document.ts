import type * as yaml from "yaml";
import { isJsonObject, listOf, objectOf } from "./json-value";
import type { JsonObject } from "./stack-document";

/** An operation as an OpenAPI document describes it. */
export interface DescribedOperation {
  readonly method: string;
  /** Path, and in its query what a request must have. */
  readonly urlTemplate: string;
  /** As written; none where the document gives none. */
  readonly operationId?: string;
  readonly summary?: string;
  readonly hasSampleResponses: boolean;
}

/** What API Management takes from an OpenAPI document. */
export interface OpenApiDescription {
  /** None where no server has an HTTPS URL. */
  readonly serviceUrl?: string;
  readonly operations: readonly DescribedOperation[];
}

/** What a description is written in. YAML 1.2 contains JSON. */
export type DescriptionLanguage = "JSON" | "YAML";

/** Formats of descriptions that lie in the stack; the others are links to one somewhere. */
export const DESCRIPTION_LANGUAGES: ReadonlyMap<string, DescriptionLanguage> = new Map([
  ["openapi", "YAML"],
  ["openapi+json", "JSON"],
  ["swagger-json", "JSON"],
]);

/** `trace` is not imported. */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"] as const;

const MAX_SUMMARY_LENGTH = 300;

/**
 * Reads an OpenAPI document of version 2 or 3 as an import does: query parameters that are required become a part of
 * the URL template, and of several servers the first one with an HTTPS URL counts.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 * @throws SyntaxError for a text that is not of the language, or not an object
 */
export function readOpenApi(text: string, language: DescriptionLanguage): OpenApiDescription {
  const parsed: unknown = language === "JSON" ? JSON.parse(text) : parseYaml(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new SyntaxError("it is not an object");
  }
  const document = parsed as JsonObject;
  const paths = { ...objectOf(document["paths"]), ...objectOf(document["x-ms-paths"]) };
  const operations = Object.entries(paths).flatMap(([path, value]) => {
    const item = objectOf(value);
    return METHODS.filter((method) => isJsonObject(item[method])).map((method) =>
      describedOperation(document, { path, method, item }),
    );
  });
  return { serviceUrl: serviceUrlOf(document), operations };
}

function describedOperation(
  document: JsonObject,
  { path, method, item }: { readonly path: string; readonly method: string; readonly item: JsonObject },
): DescribedOperation {
  const operation = objectOf(item[method]);
  const parameters = new Map<string, JsonObject>();
  for (const value of [...listOf(item["parameters"]), ...listOf(operation["parameters"])]) {
    const parameter = resolved(document, objectOf(value));
    // One of the operation stands in for that of the path.
    parameters.set(`${String(parameter["in"])} ${String(parameter["name"])}`, parameter);
  }
  const required = [...parameters.values()]
    .filter((parameter) => parameter["in"] === "query" && parameter["required"] === true)
    .map((parameter) => String(parameter["name"]));
  return {
    method: method.toUpperCase(),
    urlTemplate: withQuery(path, required),
    operationId: textOf(operation["operationId"]),
    summary: textOf(operation["summary"])?.slice(0, MAX_SUMMARY_LENGTH),
    hasSampleResponses: Object.values(objectOf(operation["responses"])).some((response) =>
      ["content", "schema", "examples"].some((part) => objectOf(response)[part] !== undefined),
    ),
  };
}

/** A path of `x-ms-paths` may have a query already. */
function withQuery(path: string, names: readonly string[]): string {
  const [, query = ""] = path.split("?", 2);
  const present = new URLSearchParams(query);
  const added = names
    .filter((name) => !present.has(name))
    .map((name) => (/[&=+%#{}]/.test(name) ? encodeURIComponent(wellFormed(name)) : name))
    .map((name) => `${name}={${name}}`);
  return added.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${added.join("&")}`;
}

/** JSON may have halves of characters, which no URL has. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Version 2 has a host, a base path and schemes, or servers as an extension. */
function serviceUrlOf(document: JsonObject): string | undefined {
  const servers = [...listOf(document["servers"]), ...listOf(document["x-servers"])];
  const secure = servers
    .map((server) => textOf(objectOf(server)["url"]))
    .find((url) => url !== undefined && /^https:/i.test(url));
  const host = textOf(document["host"]);
  if (secure !== undefined || host === undefined) {
    return secure;
  }
  const schemes = listOf(document["schemes"]);
  const scheme = schemes.includes("http") && !schemes.includes("https") ? "http" : "https";
  return `${scheme}://${host}${(textOf(document["basePath"]) ?? "").replace(/\/$/, "")}`;
}

/** What a reference inside the document leads to. */
function resolved(document: JsonObject, value: JsonObject): JsonObject {
  const [start, ...steps] = (textOf(value["$ref"]) ?? "").split("/");
  return start === "#"
    ? steps
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
        .reduce<JsonObject>(
          (current, step) => objectOf(Object.hasOwn(current, step) ? current[step] : undefined),
          document,
        )
    : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Few stacks have a description in YAML: its library is loaded for them only. */
function parseYaml(text: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  const { parse } = require("yaml") as typeof yaml;
  try {
    // Warnings would go to the standard error of the process.
    return parse(text, { logLevel: "error" });
  } catch (error) {
    // What follows the first line shows the text of the description.
    const [problem = ""] = (error as Error).message.split("\n", 1);
    throw new SyntaxError(problem.replace(/:$/, ""), { cause: error });
  }
}
