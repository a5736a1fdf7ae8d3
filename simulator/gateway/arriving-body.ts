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
      return await collected(body, maxBytes, this.signal, (chunk) => this.sample?.keep(chunk));
    } catch (error) {
      // The caller's signal comes with the connection's end, which may be a moment later than the stream's.
      if (!(error instanceof ContentTooLargeError) && !this.signal.aborted) {
        await setImmediate();
      }
      throw this.signal.aborted ? new ClientDisconnectedError() : error;
    }
  }
}

/** @throws ContentTooLargeError; what ended the stream before its end; ClientDisconnectedError when nobody is there */
async function collected(
  body: Readable,
  max: number,
  signal: CancellationSignal,
  keep: (chunk: Uint8Array) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let stop = (): void => undefined;
  const whole = new Promise<void>((resolve, reject) => {
    const gone = (): void => reject(new ClientDisconnectedError());
    // At once, or each stream that closes after its end makes an error for nobody, which takes longer than to read it.
    const ended = (): void => {
      stop();
      resolve();
    };
    const add = (chunk: Uint8Array): void => {
      keep(chunk);
      length += chunk.byteLength;
      chunks.push(chunk);
      if (length > max) {
        reject(new ContentTooLargeError(max));
      }
    };
    stop = (): void => {
      body.off("data", add).off("end", ended).off("close", gone);
      signal.removeEventListener("abort", gone);
    };
    // An error may come later, when nobody waits for it any more.
    body.on("error", reject);
    body.on("data", add).once("end", ended).once("close", gone);
    // A stream of HTTP/2 that has been closed does not say so.
    signal.addEventListener("abort", gone, { once: true });
    if (body.destroyed || signal.aborted) {
      gone();
    }
  });
  try {
    await whole;
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  } finally {
    stop();
    // What else comes is of no use, but the answer goes over the same connection.
    body.resume();
  }
}
