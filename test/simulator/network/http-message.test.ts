import { NetworkError, readBytes } from "../../../simulator/network";

async function* chunks(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) {
    yield await Promise.resolve(Buffer.alloc(size));
  }
}

test("a body is read to its end", async () => {
  expect((await readBytes(chunks(2, 3), 5)).byteLength).toBe(5);
});

test("a body that is longer than may be held breaks the connection, and is read no further", async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read += 1;
      yield await Promise.resolve(Buffer.alloc(2));
    }
  }
  await expect(readBytes(endless(), 5)).rejects.toThrow(NetworkError);
  expect(read).toBe(3);
});
