/**
 * Published versions of the dated inference API that still accept requests, and with which each operation began.
 *
 * Sources: the folders of
 * https://github.com/Azure/azure-rest-api-specs/tree/main/specification/cognitiveservices/data-plane/AzureOpenAI/inference;
 * retired ones: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
 */
const PUBLISHED_VERSIONS: ReadonlySet<string> = new Set([
  "2022-12-01",
  "2023-05-15",
  "2023-06-01-preview",
  "2023-10-01-preview",
  "2024-02-01",
  "2024-02-15-preview",
  "2024-03-01-preview",
  "2024-04-01-preview",
  "2024-05-01-preview",
  "2024-06-01",
  "2024-07-01-preview",
  "2024-08-01-preview",
  "2024-09-01-preview",
  "2024-10-01-preview",
  "2024-10-21",
  "2024-12-01-preview",
  "2025-01-01-preview",
  "2025-02-01-preview",
  "2025-03-01-preview",
  "2025-04-01-preview",
]);

const V1_VERSIONS: ReadonlySet<string> = new Set(["v1", "preview", "latest"]);

/** Version with which the responses API came. */
export const FIRST_WITH_RESPONSES = "2025-03-01-preview";

/** Whether a value of `api-version` has the form of a dated version, published or not. */
export function isDatedVersion(version: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version);
}

/** Why a version of the dated API does not serve a path; none if it does. */
export function datedVersionProblem(version: string, path: string): string | undefined {
  if (!PUBLISHED_VERSIONS.has(version)) {
    return "API version not supported";
  }
  // ISO dates sort as text.
  return /^responses(\/|$)/.test(path) && version < FIRST_WITH_RESPONSES
    ? `Azure OpenAI Responses API is enabled only for api-version ${FIRST_WITH_RESPONSES} and later`
    : undefined;
}

/** Why a value of `api-version` does not go with `/openai/v1`; none if it does. */
export function v1VersionProblem(version: string): string | undefined {
  return V1_VERSIONS.has(version) ? undefined : "API version not supported";
}
