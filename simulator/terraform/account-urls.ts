import { objectOf } from "./json-value";
import { PlannedReference, PlannedUnknown } from "./known-after-apply";
import { DESCRIPTION_LANGUAGES, readOpenApi } from "./openapi-document";
import type { JsonObject, StackBlock } from "./stack-document";

const API = "azurerm_api_management_api";

/** Where API Management is given the address of an account. */
const ADDRESSES: Readonly<Record<string, string>> = {
  [API]: "service_url",
  azurerm_api_management_backend: "url",
};

/** An API that takes part of Azure OpenAI's paths. */
interface OpenAiApi {
  readonly block: StackBlock;
  /** What stands between an account's endpoint, which ends in `/`, and the paths of its operations. */
  readonly suffix: string;
}

/**
 * A plan tells that a backend's URL is made of an account's endpoint, which is known after apply, but not what stands
 * behind it. The operations of the API that calls it tell: what they lack of the paths of Azure OpenAI, the URL must have.
 *
 * @param assumptions receives what is taken for what
 */
export function completeAccountUrls(blocks: readonly StackBlock[], assumptions: string[]): void {
  const open = blocks.flatMap((block) => openAddress(block) ?? []);
  if (open.length === 0) {
    return;
  }
  const apis = blocks
    .filter(({ type, mode }) => type === API && mode === "managed")
    .flatMap((block): readonly OpenAiApi[] => {
      const suffix = suffixFor(operationPaths(block, blocks));
      return suffix === undefined ? [] : [{ block, suffix }];
    });
  const policies = blocks.filter(({ config }) => typeof config["xml_content"] === "string");
  for (const { block, argument, value } of open) {
    const callers = callersOf(block, apis, policies);
    const [suffix = "openai", ...others] = new Set(callers.map((api) => api.suffix));
    const known = block.config as Record<string, unknown>;
    if (others.length > 0) {
      known[argument] = new PlannedUnknown(differences(value, callers));
      continue;
    }
    known[argument] = new PlannedReference(value.address, "endpoint", suffix);
    assumptions.push(
      `${block.id}: '${argument}' is known after apply; taken for ${value.address}.endpoint${suffix === "" ? "" : ` and '${suffix}'`}`,
    );
  }
}

interface OpenAddress {
  readonly block: StackBlock;
  readonly argument: string;
  readonly value: PlannedReference;
}

/** The address of an account that a resource has, if a plan does not know it. */
function openAddress(block: StackBlock): OpenAddress | undefined {
  const argument = Object.hasOwn(ADDRESSES, block.type) ? ADDRESSES[block.type] : undefined;
  const value = argument === undefined ? undefined : block.config[argument];
  return argument !== undefined && value instanceof PlannedReference && value.attribute === "endpoint"
    ? { block, argument, value }
    : undefined;
}

function differences({ address }: PlannedReference, callers: readonly OpenAiApi[]): string {
  const told = callers.map(({ block, suffix }) => `'${suffix}' for the operations of ${block.id}`);
  return (
    `it is made of ${address}.endpoint, which is known after apply, and of what a plan does not tell: ` +
    `${told.join(", ")}; read a state`
  );
}

/** The APIs that call an address: the one whose it is; those whose policies name a backend, or all if none does. */
function callersOf(
  { type, id, config }: StackBlock,
  apis: readonly OpenAiApi[],
  policies: readonly StackBlock[],
): readonly OpenAiApi[] {
  if (type === API) {
    return apis.filter(({ block }) => block.id === id);
  }
  const naming = apis.filter(({ block }) =>
    policies.some(
      (policy) => isOf(policy, block) && namesBackend(policy.config["xml_content"], config["name"]),
    ),
  );
  return naming.length > 0 ? naming : apis;
}

function namesBackend(xml: unknown, backend: unknown): boolean {
  return typeof xml === "string" && typeof backend === "string" && xml.includes(`"${backend}"`);
}

/** Whether a resource says that it is an API's. */
function isOf({ config }: StackBlock, api: StackBlock): boolean {
  const owner = config["api_name"];
  if (owner instanceof PlannedReference) {
    return owner.address === api.id;
  }
  const name = api.config["name"];
  return (
    typeof owner === "string" &&
    typeof name === "string" &&
    owner.split(";")[0]?.toLowerCase() === name.toLowerCase()
  );
}

/** Of operations that are declared, and of those that descriptions make. */
function operationPaths(api: StackBlock, blocks: readonly StackBlock[]): readonly string[] {
  return [
    ...[api.config["import"]].flat().flatMap((block) => describedPaths(objectOf(block))),
    ...blocks
      .filter((block) => block.type === "azurerm_api_management_api_operation" && isOf(block, api))
      .flatMap(({ config }) => (typeof config["url_template"] === "string" ? [config["url_template"]] : [])),
  ];
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

/** @returns undefined if no path is one of Azure OpenAI's */
function suffixFor(paths: readonly string[]): string | undefined {
  if (paths.some((path) => /^\/?openai\//.test(path))) {
    return "";
  }
  // Dated versions have `/responses` beside `/deployments/…`, both below `/openai`.
  if (paths.some((path) => /^\/?deployments\//.test(path))) {
    return "openai";
  }
  const isVersioned = paths.some((path) =>
    /^\/?(?:(?:chat\/)?completions|responses|embeddings|models|images|audio|moderations|realtime)\b/.test(
      path,
    ),
  );
  return isVersioned ? "openai/v1" : undefined;
}
