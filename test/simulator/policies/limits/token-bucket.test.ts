import { TokenBucket } from "../../../../simulator/policies/limits/token-bucket";

const RATE = { units: 60, periodMs: 60_000 };

describe("TokenBucket", () => {
  it("refills evenly", () => {
    const bucket = new TokenBucket();
    bucket.take(60, RATE, 0);
    expect([0, 999, 1_000, 30_000].map((now) => bucket.remaining(RATE, now))).toEqual([0, 0, 1, 30]);
  });

  it("makes a deep overshoot wait longer than a period", () => {
    const bucket = new TokenBucket();
    bucket.take(300, RATE, 0);
    expect(bucket.waitFor(1, RATE, 0)).toBe(241_000);
  });

  it("never holds more than a period's units", () => {
    const bucket = new TokenBucket();
    bucket.take(1, RATE, 0);
    expect(bucket.remaining(RATE, 3_600_000)).toBe(60);
  });

  it("never has more units than a bucket holds", () => {
    expect(new TokenBucket().waitFor(61, RATE, 0)).toBe(Infinity);
  });
});
