import { ExpiringMap } from "../../../../simulator/policies/caching/expiring-map";

class TestClock {
  public time = 0;
  public now(): number {
    return this.time;
  }
}

describe("ExpiringMap", () => {
  it("forgets an entry at its time, not before", () => {
    const clock = new TestClock();
    const map = new ExpiringMap<string>(clock);
    map.set("key", "value", 100);
    clock.time = 99;
    const before = map.get("key");
    clock.time = 100;
    expect([before, map.get("key")]).toEqual(["value", undefined]);
  });

  it("holds no more than twice the living entries, however many keys come by", () => {
    const clock = new TestClock();
    const map = new ExpiringMap<number>(clock);
    for (clock.time = 0; clock.time < 100_000; clock.time++) {
      map.set(`key ${clock.time}`, 0, clock.time + 10);
    }
    expect(map.size).toBeLessThanOrEqual(1024);
  });

  it("drops the entry written longest ago when it is full", () => {
    const map = new ExpiringMap<number>(new TestClock(), { maxSize: 2 });
    map.set("a", 1, Infinity);
    map.set("b", 2, Infinity);
    map.set("a", 1, Infinity);
    map.set("c", 3, Infinity);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
  });
});
