import type { MessageBody } from "./context";

/** A body was read again after a read that did not preserve it. */
export class MessageBodyConsumedError extends Error {
  public override readonly name = "MessageBodyConsumedError";
  public constructor() {
    super("The message body was read before without preserveContent: true; its content is gone.");
  }
}

/**
 * A message body held in memory, with the consumption rule of policy expressions: a read without
 * `preserveContent` empties the message.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions (IMessageBody)
 */
export class BufferedBody implements MessageBody {
  private content: Uint8Array | undefined;

  public constructor(content: Uint8Array | string) {
    this.content = typeof content === "string" ? new TextEncoder().encode(content) : content;
  }

  /** Whether an expression has taken the content. The gateway then has nothing to forward. */
  public get isConsumed(): boolean {
    return this.content === undefined;
  }

  public read(preserveContent: boolean): Uint8Array {
    if (this.content === undefined) {
      throw new MessageBodyConsumedError();
    }
    const content = this.content;
    if (!preserveContent) {
      this.content = undefined;
    }
    return content;
  }
}
