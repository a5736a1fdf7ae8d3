import { objectOf } from "./json-value";
import { PlannedReference } from "./known-after-apply";
import { DESCRIPTION_LANGUAGES, readOpenApi } from "./openapi-document";
import type { JsonObject, StackBlock } from "./stack-document";

/** Where API Management is given the address of an account. */
const ADDRESSES: Readonly<Record<string, string>> = {
  azurerm_api_management_api: "service_url",
  azurerm_api_management_backend: "url",
};

/**
 * A plan tells that a backend's URL is made of an account's endpoint, which is known after apply, but not what stands
 * behind it. The operations of the plan's APIs tell: what they lack of the paths of Azure OpenAI, the URL must have.
 *
 * @param assumptions receives what is taken for what
 */
export function completeAccountUrls(blocks: readonly StackBlock[], assumptions: string[]): void {
  const suffix = suffixFor(operationPaths(blocks));
  for (const { type, id, config } of blocks) {
    const argument = Object.hasOwn(ADDRESSES, type) ? ADDRESSES[type] : undefined;
    const value = argument === undefined ? undefined : config[argument];
    if (argument !== undefined && value instanceof PlannedReference && value.attribute === "endpoint") {
      (config as Record<string, unknown>)[argument] = new PlannedReference(value.address, "endpoint", suffix);
      assumptions.push(
        `${id}: '${argument}' is known after apply; taken for ${value.address}.endpoint${suffix === "" ? "" : ` and '${suffix}'`}`,
      );
    }
  }
}

/** Of operations that are declared, and of those that descriptions make. */
function operationPaths(blocks: readonly StackBlock[]): readonly string[] {
  return blocks.flatMap(({ type, config }) => {
    switch (type) {
      case "azurerm_api_management_api_operation":
        return textsOf(config["url_template"]);
      case "azurerm_api_management_api":
        return [config["import"]].flat().flatMap((block) => describedPaths(objectOf(block)));
      default:
        return [];
    }
  });
}

/** What is wrong with a description is said where its operations are made. */
function describedPaths({ content_format: format, content_value: text }: JsonObject): readonly string[] {
  const language = DESCRIPTION_LANGUAGES.get(String(format));
  if (language === undefined || typeof text !== "string") {
    return [];
  }
  try {
    return readOpenApi(text, language).operations.map(({ urlTemplate }) => urlTemplate);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return [];
    }
    throw error;
  }
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}

/** What stands between an account's endpoint, which ends in `/`, and the path of an operation. */
function suffixFor(paths: readonly string[]): string {
  if (paths.some((path) => /^\/?openai\//.test(path))) {
    return "";
  }
  const isVersioned = paths.some((path) =>
    /^\/?(?:(?:chat\/)?completions|responses|embeddings|models|images|audio|moderations|realtime)\b/.test(
      path,
    ),
  );
  return isVersioned ? "openai/v1" : "openai";
}
