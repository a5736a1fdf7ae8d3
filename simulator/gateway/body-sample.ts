/** The first bytes of a body, taken as they pass, for diagnostics. */
export class BodySample {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  /** @param limit bytes kept */
  public constructor(private readonly limit: number) {}

  /** Keeps what there is still room for. */
  public keep(chunk: Uint8Array): void {
    if (this.length < this.limit) {
      this.chunks.push(chunk.subarray(0, this.limit - this.length));
      this.length += chunk.byteLength;
    }
  }

  /** What was kept. */
  public get bytes(): Uint8Array {
    const [only, ...others] = this.chunks;
    return only !== undefined && others.length === 0 ? only : Buffer.concat(this.chunks);
  }

  /** What was kept, as UTF-8 text; at most `bytes` of it. */
  public text(bytes: number): string {
    const { bytes: kept } = this;
    return Buffer.from(kept.buffer, kept.byteOffset, Math.min(bytes, kept.byteLength)).toString("utf8");
  }
}
