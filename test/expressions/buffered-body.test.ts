import { BufferedBody, MessageBodyConsumedError } from "../../expressions";

test("a read that preserves the content may be repeated", () => {
  const body = new BufferedBody("é");
  body.read(true);
  expect([...body.read(true)]).toEqual([0xc3, 0xa9]);
});

test("a read that does not preserve the content is the last one", () => {
  const body = new BufferedBody("x");
  body.read(false);
  expect(() => body.read(true)).toThrow(MessageBodyConsumedError);
});
