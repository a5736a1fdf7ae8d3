/**
 * Versions of the dated inference API that Microsoft has published since the release of 2024-02-01 and has not taken
 * back; the last one was 2025-04-01-preview, the v1 shape came after it. Those before ended by 2024-07-01 or are replaced.
 * Each operation began with one of them, which the service knows: responses came with 2025-03-01-preview.
 *
 * Sources: https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle and the folders of
 * https://github.com/Azure/azure-rest-api-specs/tree/main/specification/cognitiveservices/data-plane/AzureOpenAI/inference
 */
export const DATED_API_VERSIONS: readonly string[] = [
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
];

/**
 * Values of `api-version` of the v1 shape, which takes requests without one. `preview` and `latest` are of the time before
 * the shape was released, and still stand in Microsoft's samples.
 *
 * Source: https://learn.microsoft.com/azure/foundry/openai/how-to/dall-e
 */
export const V1_API_VERSIONS: readonly string[] = ["v1", "preview", "latest"];
