import { BufferedBody, type MessageBody, MessageBodyConsumedError } from "../../expressions";
import { WholeBody } from "../network";

/** A body is longer than the tier may hold in memory. */
export class ContentTooLargeError extends Error {
  public override readonly name = "ContentTooLargeError";
  public constructor(public readonly limit: number) {
    super(`the body is longer than the ${limit} bytes that the gateway buffers`);
  }
}

/** A stream that can be read as a whole. */
interface ReadAtOnce {
  /** @returns none where there is no better way than chunk by chunk */
  whole(max: number): Promise<Uint8Array> | undefined;
}

function isReadAtOnce(source: object): source is ReadAtOnce {
  return "whole" in source;
}

/**
 * The body of a message: none, a stream not read yet, or bytes in memory. It streams through unless a policy
 * asks for it.
 */
export class MessageContent {
  private source: AsyncIterable<Uint8Array> | undefined;
  private bytes: BufferedBody | undefined;
  private buffering: Promise<void> | undefined;
  private handedOver = false;
  private onDiscard: (() => void) | undefined;

  private constructor(private readonly limit: number) {}

  /** @param limit bytes that may be held in memory */
  public static none(limit: number): MessageContent {
    return new MessageContent(limit);
  }

  /**
   * @param limit bytes that may be held in memory
   * @param onDiscard told when nobody will read the stream
   */
  public static stream(
    source: AsyncIterable<Uint8Array>,
    limit: number,
    onDiscard?: () => void,
  ): MessageContent {
    const content = new MessageContent(limit);
    content.source = source;
    content.onDiscard = onDiscard;
    return content;
  }

  public get isPresent(): boolean {
    return this.source !== undefined || this.bytes !== undefined;
  }

  /** Whether the body is a stream that nobody has read into memory. */
  public get isStreaming(): boolean {
    return this.source !== undefined;
  }

  /** Replaces the body; `undefined` removes it. */
  public replace(body: Uint8Array | string | undefined): void {
    this.discard();
    this.bytes = body === undefined ? undefined : new BufferedBody(body);
  }

  /** Reads the stream into memory. @throws ContentTooLargeError; what the stream throws */
  public async buffer(): Promise<void> {
    if (this.source !== undefined) {
      this.buffering ??= this.readAll(this.source);
      await this.buffering;
    }
  }

  /** The whole body, at once when it is in memory. @throws MessageBodyConsumedError when it was consumed or sent on */
  public read(): Promise<Uint8Array> | Uint8Array {
    return this.source === undefined ? this.readBytes() : this.buffer().then(() => this.readBytes());
  }

  private readBytes(): Uint8Array {
    return this.bytes?.read(true) ?? new Uint8Array();
  }

  /**
   * The body for sending: the stream itself, which can be taken once, or the bytes. A body consumed by an
   * expression is empty.
   * @throws MessageBodyConsumedError for a stream that was taken before
   */
  public take(): AsyncIterable<Uint8Array> | Uint8Array | undefined {
    if (this.bytes !== undefined) {
      return this.bytes.isConsumed ? undefined : this.bytes.read(true);
    }
    if (this.source !== undefined && this.handedOver) {
      throw new MessageBodyConsumedError();
    }
    this.handedOver = this.source !== undefined;
    return this.source;
  }

  /** What expressions see. The pipeline has buffered the body of an expression that reads it. */
  public get view(): MessageBody | null {
    if (this.bytes !== undefined) {
      return this.bytes;
    }
    if (this.source === undefined) {
      return null;
    }
    return {
      read: () => {
        throw new MessageBodyConsumedError();
      },
    };
  }

  /** Gives up a stream nobody will read: its producer is told. */
  public discard(): void {
    const { source } = this;
    this.source = undefined;
    this.buffering = undefined;
    if (source !== undefined && !this.handedOver) {
      this.onDiscard?.();
    }
  }

  private async readAll(source: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.handedOver) {
      throw new MessageBodyConsumedError();
    }
    this.handedOver = true;
    if (source instanceof WholeBody) {
      const bytes = source.take();
      this.checkLength(bytes.byteLength);
      this.bytes = new BufferedBody(bytes);
      this.source = undefined;
      return;
    }
    const whole = isReadAtOnce(source) ? source.whole(this.limit) : undefined;
    if (whole !== undefined) {
      const bytes = await whole;
      if (this.source === source) {
        this.bytes = new BufferedBody(bytes);
        this.source = undefined;
      }
      return;
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of source) {
      length += chunk.byteLength;
      this.checkLength(length);
      chunks.push(chunk);
    }
    if (this.source === source) {
      this.bytes = new BufferedBody(
        chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks),
      );
      this.source = undefined;
    }
  }

  private checkLength(length: number): void {
    if (length > this.limit) {
      throw new ContentTooLargeError(this.limit);
    }
  }
}
