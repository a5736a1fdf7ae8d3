import fc from "fast-check";
import { SlidingWindow } from "../../../../simulator/policies/limits/sliding-window";

const RATE = { units: 3, periodMs: 60_000 };

describe("SlidingWindow", () => {
  it("frees each unit one period after it was taken", () => {
    const window = new SlidingWindow();
    window.take(1, RATE, 0);
    window.take(2, RATE, 30_000);
    const remaining = [59_999, 60_000, 90_000].map((now) => window.remaining(RATE, now));
    expect(remaining).toEqual([0, 1, 3]);
  });

  it("says how long to wait for as many units as are asked for", () => {
    const window = new SlidingWindow();
    window.take(1, RATE, 0);
    window.take(2, RATE, 30_000);
    const waits = [1, 2, 4].map((units) => window.waitFor(units, RATE, 40_000));
    expect(waits).toEqual([20_000, 50_000, Infinity]);
  });

  it("waits until an overshoot has slid out", () => {
    const window = new SlidingWindow();
    window.take(10, RATE, 0);
    expect([window.remaining(RATE, 1), window.waitFor(1, RATE, 1)]).toEqual([-7, 59_999]);
  });

  it("lets a policy with a longer period count what a shorter one has forgotten", () => {
    const window = new SlidingWindow();
    const long = { units: 3, periodMs: 300_000 };
    window.take(1, long, 0);
    window.take(1, RATE, 100_000);
    expect(window.remaining(long, 100_000)).toBe(1);
  });

  it("counts what a list of every event would", () => {
    const event = fc.record({ gap: fc.integer({ min: 0, max: 20_000 }), units: fc.integer({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const window = new SlidingWindow();
        const all: { at: number; units: number }[] = [];
        let now = 0;
        for (const { gap, units } of events) {
          now += gap;
          window.take(units, RATE, now);
          all.push({ at: now, units: Math.max(0, units) });
        }
        const remaining = (time: number): number =>
          all.reduce((left, { at, units }) => left - (at + RATE.periodMs > time ? units : 0), RATE.units);
        const wait = [0, ...all.map(({ at }) => at + RATE.periodMs - now)].find(
          (ms) => ms >= 0 && remaining(now + ms) >= 1,
        );
        expect([window.remaining(RATE, now), window.waitFor(1, RATE, now)]).toEqual([remaining(now), wait]);
      }),
    );
  });

  it("goes on counting when the clock is set back", () => {
    const window = new SlidingWindow();
    window.take(1, RATE, 50_000);
    window.take(1, RATE, 10_000);
    expect([window.remaining(RATE, 10_000), window.remaining(RATE, 110_000)]).toEqual([1, 3]);
  });

  it("never forgets a unit early, however many events it has merged", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1100, maxLength: 3000 }), (gaps) => {
        const window = new SlidingWindow();
        const times: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          times.push(now);
          window.take(1, RATE, now);
        }
        const exact = times.filter((time) => time + RATE.periodMs > now).length;
        expect(window.remaining(RATE, now)).toBeLessThanOrEqual(RATE.units - exact);
      }),
      { numRuns: 10 },
    );
  });
});
