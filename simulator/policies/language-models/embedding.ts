import { readBytes } from "../../network";
import { isJsonObject, parseJsonObject } from "../messages/json-object";
import type { PolicyExecution } from "../policy-execution";

const RESOURCE = "https://cognitiveservices.azure.com";
/** API version of the embeddings call, which Azure does not document. */
const API_VERSION = "2024-10-21";
const TIMEOUT_MS = 30_000;

/**
 * The embedding of a text, from an embeddings deployment called with the system-assigned identity.
 * @param backendId backend whose URL is that of the deployment's `embeddings` operation, without a query
 * @returns none, and a trace of the reason, if the call fails
 */
export async function embedText(
  execution: PolicyExecution,
  backendId: string,
  text: string,
): Promise<readonly number[] | undefined> {
  const { services } = execution;
  const url = services.model.backends.find(({ name }) => name === backendId)?.single?.url;
  try {
    const token = await services.managedIdentityToken(RESOURCE, undefined);
    const response = await services.fetch({
      url: `${url}?api-version=${API_VERSION}`,
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: Buffer.from(JSON.stringify({ input: text })),
      timeoutMs: TIMEOUT_MS,
      signal: execution.signal,
    });
    const body = await readBytes(response.body);
    const embedding = readEmbedding(body);
    if (response.status !== 200 || embedding === undefined) {
      execution.trace({ noEmbedding: `the backend answered ${response.status}` });
      return undefined;
    }
    return embedding;
  } catch (error) {
    execution.signal.throwIfAborted();
    execution.trace({ noEmbedding: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function readEmbedding(body: Uint8Array): readonly number[] | undefined {
  const data = parseJsonObject(body)?.["data"];
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  const embedding = isJsonObject(first) ? first["embedding"] : undefined;
  return Array.isArray(embedding) && embedding.every((value) => typeof value === "number")
    ? embedding
    : undefined;
}
