import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import type { CancellationSignal } from "../network";
import type { BodySample } from "./body-sample";
import { ContentTooLargeError } from "./message-content";
import { ClientDisconnectedError } from "./pipeline-end";

/** The body of a request as it arrives; ends the request when it is too long or the caller is gone. */
export class ArrivingBody implements AsyncIterable<Uint8Array> {
  /** @param limit bytes that the tier takes @default - any number */
  public constructor(
    private readonly body: AsyncIterable<Uint8Array>,
    private readonly limit: number | undefined,
    private readonly signal: CancellationSignal,
    private readonly sample: BodySample | undefined,
  ) {}

  public async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let length = 0;
    try {
      for await (const chunk of this.body) {
        this.sample?.keep(chunk);
        length += chunk.byteLength;
        if (this.limit !== undefined && length > this.limit) {
          throw new ContentTooLargeError(this.limit);
        }
        yield chunk;
      }
    } catch (error) {
      throw this.signal.aborted ? new ClientDisconnectedError() : error;
    }
  }

  /**
   * All of it, without the iterator that Node.js would make of the stream.
   * @param max bytes that may be held in memory
   * @returns none when it does not come over a connection
   */
  public whole(max: number): Promise<Uint8Array> | undefined {
    return this.body instanceof Readable ? this.read(this.body, max) : undefined;
  }

  private async read(body: Readable, max: number): Promise<Uint8Array> {
    const maxBytes = Math.min(max, this.limit ?? max);
    try {
      return await collected(body, maxBytes, (chunk) => this.sample?.keep(chunk));
    } catch (error) {
      // The caller's signal comes with the connection's end, which may be a moment later than the stream's.
      if (!(error instanceof ContentTooLargeError) && !this.signal.aborted) {
        await setImmediate();
      }
      throw this.signal.aborted ? new ClientDisconnectedError() : error;
    }
  }
}

/** @throws ContentTooLargeError; what ended the stream before its end */
function collected(body: Readable, max: number, keep: (chunk: Uint8Array) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    let isOver = false;
    const fail = (error?: Error): void => {
      if (!isOver) {
        isOver = true;
        reject(error ?? new ClientDisconnectedError());
      }
    };
    body.on("data", (chunk: Uint8Array) => {
      keep(chunk);
      length += chunk.byteLength;
      if (length > max) {
        fail(new ContentTooLargeError(max));
        body.destroy();
      } else {
        chunks.push(chunk);
      }
    });
    body.once("end", () => {
      isOver = true;
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    body.once("error", fail);
    // It comes after the end, too.
    body.once("close", () => fail());
    if (body.destroyed) {
      fail();
    }
  });
}
