import { type ContainerClient, RestError } from "@azure/storage-blob";
import { type Answer, isSuccess } from "./answer";
import type { QueuedRequest } from "./queued-request";

/** The place of a result, as it was when somebody looked. */
export interface Marker {
  readonly etag: string;
  /** Whether the result is there already. */
  readonly isFinished: boolean;
}

const GONE = new Set([404, 409, 412]);

/** Results of requests: a blob for each, which the gateway makes when it accepts the request. */
export class ResultStore {
  public constructor(private readonly container: ContainerClient) {}

  /** @returns `undefined` when the caller has deleted the request */
  public async marker(request: QueuedRequest): Promise<Marker | undefined> {
    try {
      const { etag = "", metadata } = await this.blob(request).getProperties();
      return { etag, isFinished: metadata?.["status"] !== "queued" };
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Writes the result over the marker.
   * @returns whether it is written; not when the marker is gone, or somebody was quicker
   */
  public async write(request: QueuedRequest, { etag }: Marker, answer: Answer): Promise<boolean> {
    const { status, body } = answer;
    try {
      await this.blob(request).upload(body, Buffer.byteLength(body), {
        conditions: { ifMatch: etag },
        blobHTTPHeaders: { blobContentType: "application/json" },
        metadata: { status: isSuccess(answer) ? "succeeded" : "failed", http_status: String(status) },
      });
      return true;
    } catch (error) {
      if (error instanceof RestError && GONE.has(error.statusCode ?? 0)) {
        return false;
      }
      throw error;
    }
  }

  private blob({ callerKey, id }: QueuedRequest): ReturnType<ContainerClient["getBlockBlobClient"]> {
    return this.container.getBlockBlobClient(`${callerKey}/${id}`);
  }
}
