import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";

const DATE = new Date("2026-12-01");

describe("SynthesisDate", () => {
  it("holds for everything below the scope it was set on", () => {
    const app = Testing.app();
    SynthesisDate.set(app, DATE);
    expect(SynthesisDate.of(new Construct(new TerraformStack(app, "prod"), "vault"))).toEqual(DATE);
  });

  it("of the nearest scope counts", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "prod");
    SynthesisDate.set(app, DATE);
    SynthesisDate.set(stack, new Date("2027-01-01"));
    expect(SynthesisDate.of(stack)).toEqual(new Date("2027-01-01"));
  });

  it("does not change with the date that was given", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    const date = new Date(DATE);
    SynthesisDate.set(stack, date);
    date.setUTCFullYear(1970);
    expect(SynthesisDate.of(stack)).toEqual(DATE);
  });

  it("is asked for with the remedy where it is missing", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    expect(SynthesisDate.tryOf(stack)).toBeUndefined();
    expect(() => SynthesisDate.of(stack)).toThrow(
      "[prod] validity can only be judged against a date: " +
        'call SynthesisDate.set(stack, new Date("2026-12-01")) before this construct is created',
    );
  });

  it("is a date, and set once on a scope", () => {
    const stack = new TerraformStack(Testing.app(), "prod");
    SynthesisDate.set(stack, DATE);
    expect(() => SynthesisDate.set(stack, new Date("tomorrow"))).toThrow(
      '[prod] synthesis date must be a valid date, got "Invalid Date": write it as in new Date("2026-12-01")\n' +
        '[prod] synthesis date must be set once on a scope, got "2026-12-01T00:00:00.000Z": set it where the app is ' +
        "made, and nowhere else",
    );
  });
});
