/** The first bytes of a body, taken as they pass, for diagnostics. */
export class BodySample {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  /** @param limit bytes kept */
  public constructor(private readonly limit: number) {}

  public async *through(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (this.length < this.limit) {
        this.chunks.push(chunk.subarray(0, this.limit - this.length));
        this.length += chunk.byteLength;
      }
      yield chunk;
    }
  }

  /** What was kept. */
  public get bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  /** What was kept, as UTF-8 text; at most `bytes` of it. */
  public text(bytes: number): string {
    return Buffer.concat(this.chunks).subarray(0, bytes).toString("utf8");
  }
}
