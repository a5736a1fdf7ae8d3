import {
  calendarPeriod,
  renewalPeriod,
  secondsUntilEnd,
  timeSpanText,
} from "../../../../simulator/policies/limits/quota-period";

const at = (text: string): number => Date.parse(text);

describe("renewalPeriod", () => {
  it("counts periods from the anchor", () => {
    const period = renewalPeriod(at("2026-01-01T00:00:10Z"), 60, at("2026-01-01T00:02:09Z"));
    expect(period).toEqual({ start: at("2026-01-01T00:01:10Z"), end: at("2026-01-01T00:02:10Z") });
  });

  it("never ends without a renewal", () => {
    const period = renewalPeriod(0, 0, at("2026-01-01T00:00:00Z"));
    expect([period.end, secondsUntilEnd(period, 0)]).toEqual([Infinity, undefined]);
  });
});

describe("calendarPeriod", () => {
  it.each([
    ["Hourly", "2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z"],
    ["Daily", "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"],
    ["Weekly", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"],
    ["Monthly", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"],
    ["Yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
  ] as const)("%s holds its calendar unit in UTC", (unit, start, end) => {
    expect(calendarPeriod(unit, at("2026-03-04T05:06:07Z"))).toEqual({ start: at(start), end: at(end) });
  });

  it("begins the week of a Sunday on the Monday before", () => {
    expect(calendarPeriod("Weekly", at("2026-03-08T23:59:59Z")).start).toBe(at("2026-03-02T00:00:00Z"));
  });
});

describe("timeSpanText", () => {
  it.each([
    [11_657, "03:14:17"],
    [90_061, "1.01:01:01"],
  ])("prints %d seconds as .NET does", (seconds, text) => {
    expect(timeSpanText(seconds)).toBe(text);
  });
});
