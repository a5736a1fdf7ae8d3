import { RingBuffer } from "../../../simulator/sinks";

describe("RingBuffer", () => {
  it("keeps the newest records in their order", () => {
    const buffer = new RingBuffer<number>(3);
    for (let record = 1; record <= 8; record += 1) {
      buffer.push(record);
    }
    expect(buffer.toArray()).toEqual([6, 7, 8]);
  });

  it("keeps everything while there is room", () => {
    const buffer = new RingBuffer<number>(3);
    buffer.push(1);
    expect(buffer.toArray()).toEqual([1]);
  });
});
