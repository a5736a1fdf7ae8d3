import { ContentTooLargeError, MessageContent } from "../../../simulator/gateway/message-content";

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield await Promise.resolve(Buffer.from(text));
  }
}

const stream = (...texts: readonly string[]): MessageContent => MessageContent.stream(chunks(...texts), 10);

describe("MessageContent", () => {
  it("hands a stream over as it is", () => {
    const source = chunks("a");
    expect(MessageContent.stream(source, 10).take()).toBe(source);
  });

  it("hands a stream over once", () => {
    const content = stream("a");
    content.take();
    expect(() => content.take()).toThrow("read before");
  });

  it("can be sent again once it is in memory", async () => {
    const content = stream("a", "b");
    await content.buffer();
    expect([content.take(), content.take()].map(String)).toEqual(["ab", "ab"]);
  });

  it("shows expressions nothing before it is in memory", () => {
    expect(() => stream("a").view?.read(true)).toThrow("read before");
  });

  it("sends nothing that an expression has consumed", async () => {
    const content = stream("a");
    await content.buffer();
    content.view?.read(false);
    expect(content.take()).toBeUndefined();
  });

  it("has no body when there is none", async () => {
    const content = MessageContent.none(10);
    expect([content.isPresent, content.view, content.take(), await content.read()]).toEqual([
      false,
      null,
      undefined,
      new Uint8Array(),
    ]);
  });

  it("holds no more than it may", async () => {
    await expect(stream("12345", "678901").buffer()).rejects.toThrow(ContentTooLargeError);
  });

  it("tells the producer when nobody will read", () => {
    const discarded = jest.fn();
    MessageContent.stream(chunks("a"), 10, discarded).replace("other");
    expect(discarded).toHaveBeenCalledTimes(1);
  });

  it("does not tell a producer whose stream was handed over", () => {
    const discarded = jest.fn();
    const content = MessageContent.stream(chunks("a"), 10, discarded);
    content.take();
    content.discard();
    expect(discarded).not.toHaveBeenCalled();
  });

  it("reads once for several readers", async () => {
    const content = stream("a", "b");
    expect((await Promise.all([content.read(), content.read()])).map(String)).toEqual(["ab", "ab"]);
  });
});
