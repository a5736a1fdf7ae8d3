import { Clock } from "../../../simulator/clock";

const START = new Date("2026-01-01T00:00:00Z");

describe("a frozen clock", () => {
  test("moves only when told", () => {
    const clock = new Clock({ at: START, running: false });
    clock.advance(1500);
    expect(clock.date().toISOString()).toBe("2026-01-01T00:00:01.500Z");
    clock.set(new Date("2020-01-01T00:00:00Z"));
    expect(clock.now()).toBe(Date.UTC(2020, 0, 1));
  });

  test("ends waits in the order of their deadlines, and no others", async () => {
    const clock = new Clock({ at: START, running: false });
    const ended: string[] = [];
    clock.after(2000, () => ended.push("second"));
    clock.after(1000, () => ended.push("first"));
    clock.after(9000, () => ended.push("late"));
    const sleep = clock.sleep(2000).then(() => ended.push("sleep"));
    clock.advance(2000);
    await sleep;
    expect(ended).toEqual(["first", "second", "sleep"]);
  });

  test("a cancelled wait does not end", () => {
    const clock = new Clock({ at: START, running: false });
    const callback = jest.fn();
    clock.after(10, callback)();
    clock.advance(20);
    expect(callback).not.toHaveBeenCalled();
  });

  test("an aborted sleep gives the reason", async () => {
    const clock = new Clock({ at: START, running: false });
    const controller = new AbortController();
    const sleep = clock.sleep(1000, controller.signal);
    controller.abort(new Error("gone"));
    await expect(sleep).rejects.toThrow("gone");
  });
});

describe("a running clock", () => {
  test("starts at its date and goes on by itself", async () => {
    const clock = new Clock({ at: START });
    await clock.sleep(2);
    expect(clock.now()).toBeGreaterThan(START.getTime());
  });

  test("ends a long wait at once when advanced past it", async () => {
    const clock = new Clock({ at: START });
    const sleep = clock.sleep(3_600_000);
    clock.advance(3_600_000);
    await expect(sleep).resolves.toBeUndefined();
  });

  test("sets one timer for waits that follow each other, which keeps the process only while there is one", () => {
    const clock = new Clock({ at: START });
    const set = jest.spyOn(globalThis, "setTimeout");
    const [hour, dayLater] = [3_600_000, 86_400_000];
    try {
      const cancelFirst = clock.after(hour, () => undefined);
      const timer = set.mock.results.at(-1)?.value as NodeJS.Timeout;
      const timers = set.mock.calls.length;
      const kept = [timer.hasRef()];
      cancelFirst();
      kept.push(timer.hasRef());
      const cancelSecond = clock.after(dayLater, () => undefined);
      kept.push(timer.hasRef());
      cancelSecond();
      kept.push(timer.hasRef());
      expect(kept).toEqual([true, false, true, false]);
      expect(set).toHaveBeenCalledTimes(timers);
      clearTimeout(timer);
    } finally {
      set.mockRestore();
    }
  });

  test("ends a wait in its time after longer ones, whether they were cancelled or not", async () => {
    const clock = new Clock({ at: START });
    const long = jest.fn();
    clock.after(3_600_000, long)();
    const cancel = clock.after(7_200_000, long);
    await clock.sleep(2);
    await clock.sleep(2);
    cancel();
    expect(long).not.toHaveBeenCalled();
  });

  test("ends a wait that begins while a shorter one is cancelled", async () => {
    const clock = new Clock({ at: START });
    const cancel = clock.after(1, () => undefined);
    const sleep = clock.sleep(3);
    cancel();
    await sleep;
    expect(clock.now() - START.getTime()).toBeGreaterThanOrEqual(3);
  });

  test("stands still between freeze and resume", async () => {
    const clock = new Clock({ at: START });
    clock.freeze();
    const frozen = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect(clock.now()).toBe(frozen);
    clock.resume();
    await clock.sleep(2);
    expect(clock.now()).toBeGreaterThan(frozen);
  });
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("advancing by %p is refused", (ms) => {
  expect(() => new Clock().advance(ms)).toThrow(RangeError);
});
